"""The receiver signs how far it holds a channel and what it refused (docs/spec/channel.md, section 5)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated

from pydantic import Field

from comity.exchange.wire import signed
from comity.exchange.wire.keys import PublicKeys, SecretKeys
from comity.exchange.wire.push import Position
from comity.exchange.wire.strict import Hex, Label, Line, Malformed, Number, Stamp, Strict, body, moment
from comity.lib import clock
from comity.lib.errors import BadInput

KIND = "comity-receipt/1"
MOST_REFUSALS = 1000


class NotAReceipt(BadInput):
    code = "wire.not-a-receipt"
    says = "This is not a receipt for our channel: {why}."
    next_step = "Keep the envelopes and send again; if it stays so, talk to the receiver."


class Refusal(Strict):
    """One envelope that arrived and was not taken: a stable code and a sentence for a person."""

    seq: Annotated[Number, Field(ge=1)]
    hash: Hex
    code: Annotated[str, Field(pattern=r"\A[a-z]+(\.[a-z][a-z0-9-]*)+\z", max_length=80)]
    says: Line


class ReceiptBody(Strict):
    by: Label
    sender: Label = Field(alias="from")
    to: Label
    seq: Number
    hash: Hex
    refusals: Annotated[list[Refusal], Field(max_length=MOST_REFUSALS)]
    since: Number
    at: Stamp


@dataclass(frozen=True)
class Receipt:
    """All up to ``holds`` has arrived; after ``since``, exactly the ``refusals`` were not taken."""

    raw: bytes = field(repr=False)
    id: str
    holds: Position
    refusals: tuple[Refusal, ...]
    since: int
    at: datetime


def issue(
    keys: SecretKeys, *, holds: Position, refusals: Sequence[Refusal] = (), since: int = 0, at: datetime
) -> Receipt:
    """Sign for what we hold of a channel that leads to us.

    :param refusals: those after ``since``, in order.
    :raises NotAReceipt: the refusals are not in order between ``since`` and the position.
    """
    told = {
        "by": holds.receiver,
        "from": holds.sender,
        "to": holds.receiver,
        "seq": holds.seq,
        "hash": holds.hash,
        "refusals": [refusal.model_dump() for refusal in refusals],
        "since": since,
        "at": clock.stamp(at),
    }
    return _receipt(signed.sign(KIND, told, keys), holds)


def read(raw: bytes, keys: PublicKeys, *, sender: str, receiver: str) -> Receipt:
    """Verify a receipt, following docs/spec/channel.md section 5.

    :param keys: the receiver's.
    :raises TooLarge, NotSigned, WrongKind, BadSignature: as ``signed.read``.
    :raises NotAReceipt: malformed, for another channel, or with refusals out of order.
    """
    return _receipt(signed.read(raw, KIND, keys), Position(sender, receiver))


def _receipt(one: signed.Signed, channel: Position) -> Receipt:
    try:
        told = body(ReceiptBody, one.body, "the receipt")
        at = moment(told.at, "the receipt")
    except Malformed as error:
        raise NotAReceipt(why=error.sentence.rstrip(".")) from None
    if (told.by, told.sender, told.to) != (channel.receiver, channel.sender, channel.receiver):
        raise NotAReceipt(why=f"it is by {told.by} and speaks of {told.sender} to {told.to}")
    refused = [refusal.seq for refusal in told.refusals]
    if refused != sorted(set(refused)) or any(not told.since < seq <= told.seq for seq in refused):
        raise NotAReceipt(why="its refusals are not in order between since and seq")
    if told.since > told.seq:
        raise NotAReceipt(why="since lies after seq")
    holds = Position(told.sender, told.to, told.seq, told.hash)
    return Receipt(one.raw, one.id, holds, tuple(told.refusals), told.since, at)
