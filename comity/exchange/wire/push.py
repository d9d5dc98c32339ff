"""A batch of envelopes under one signed head (docs/spec/channel.md, section 4).

The head signs the hash of the last envelope, and each names the one before: two signatures cover the batch.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

from pydantic import Field

from comity.exchange.wire import signed
from comity.exchange.wire.envelope import FIRST_PREV, Envelope, NotAnEnvelope
from comity.exchange.wire.envelope import read as read_envelope
from comity.exchange.wire.keys import PublicKeys, SecretKeys
from comity.exchange.wire.strict import Hex, Label, Malformed, Number, Stamp, Strict, body, moment, sized
from comity.lib import clock
from comity.lib.errors import BadInput, ComityError

HEAD = "comity-head/1"
MEDIA_TYPE = "application/comity-push"
LIMIT = 16 * 1024 * 1024
MOST = 1000
ROOM_FOR_HEAD = 8 * 1024


class NotAPush(BadInput):
    code = "wire.not-a-push"
    says = "These bytes are not a push: {why}."
    next_step = "Ask the sender to send it again; if it stays so, one side runs a version with a fault."


class NotForUs(BadInput):
    code = "wire.not-for-us"
    says = "The push is from {sender} to {receiver}, not from {expected_sender} to {expected_receiver}."
    next_step = "Check the endpoint on the card that the sender used."


class Gap(ComityError):
    """The receiver answers with what it holds, and the sender goes on from there."""

    code = "wire.gap"
    says = "We hold {sender}'s channel up to {held}; the push continues after {after}."
    next_step = "Send again, starting with envelope {wanted}."


class Forked(ComityError):
    code = "wire.forked"
    says = "At number {seq} {sender}'s channel has two histories: we hold {held}, the push says {told}."
    next_step = "Stop. The sender restored an old backup, or two nodes use its keys: talk to it by phone."


class BrokenChain(BadInput):
    code = "wire.broken-chain"
    says = "Envelope {seq} does not follow the one before it, or the head does not name the last."
    next_step = "Ask the sender to send again."


@dataclass(frozen=True)
class Position:
    """How far a channel goes: the last number and its hash (0 and 64 zeros when nothing was sent yet)."""

    sender: str
    receiver: str
    seq: int = 0
    hash: str = FIRST_PREV

    def after(self, envelope: Envelope) -> "Position":
        return Position(self.sender, self.receiver, envelope.seq, envelope.hash)


class HeadBody(Strict):
    sender: Label = Field(alias="from")
    to: Label
    seq: Number
    hash: Hex
    at: Stamp


@dataclass(frozen=True)
class Push:
    """A verified push: where the sender says the channel stands, and what is new to us, in order."""

    head: Position
    at: datetime
    envelopes: tuple[Envelope, ...]
    signed_head: bytes = field(repr=False)  # the proof to keep: the sender's own signature over its channel


def build(envelopes: Sequence[Envelope], *, head: Position, keys: SecretKeys, at: datetime) -> bytes:
    """The bytes to send. Without envelopes it only asks "do you hold this?".

    :param head: where the channel stands after these envelopes.
    :raises ValueError: the envelopes do not lead to the head: a fault of the caller.
    :raises TooLarge: more than 16 MiB; ``take`` says how many fit.
    """
    if envelopes and (envelopes[-1].seq, envelopes[-1].hash) != (head.seq, head.hash):
        raise ValueError("the head is not the last envelope")
    return join([envelope.raw for envelope in envelopes], head=head, keys=keys, at=at)


def join(lines: Sequence[bytes], *, head: Position, keys: SecretKeys, at: datetime) -> bytes:
    """As ``build``, from the bytes of envelopes whose order is known: the receiver checks it anyway.

    :raises TooLarge: more than 16 MiB.
    """
    told = {
        "from": head.sender,
        "to": head.receiver,
        "seq": head.seq,
        "hash": head.hash,
        "at": clock.stamp(at),
    }
    return sized(b"\n".join([signed.sign(HEAD, told, keys).raw, *lines, b""]), LIMIT, "A push")


def take(envelopes: Iterable[Envelope]) -> list[Envelope]:
    """As many of the first envelopes as one push may carry."""
    taken: list[Envelope] = []
    size = ROOM_FOR_HEAD
    for envelope in envelopes:
        size += len(envelope.raw) + 1
        if len(taken) == MOST or size > LIMIT:
            break
        taken.append(envelope)
    return taken


def read(
    raw: bytes,
    sender_keys: PublicKeys,
    *,
    expects: Position,
    hash_at: Callable[[int], str | None] | None = None,
) -> Push:
    """Verify a push, following docs/spec/channel.md section 4.

    :param expects: what the receiver holds of this channel.
    :param hash_at: the stored hash of an earlier number, to tell an old repetition from a fork.
    :raises TooLarge: (1) more than 16 MiB or 1000 envelopes.
    :raises NotAPush: (2) another shape, an unreadable envelope or head.
    :raises BadSignature: (3) the head is not signed by the sender.
    :raises NotForUs: (4) another channel.
    :raises BrokenChain: (5) the envelopes do not follow each other up to the head.
    :raises Forked: (6) another hash at a number that we hold.
    :raises Gap: (7) something between what we hold and the first envelope is missing.
    """
    first, rest = _lines(raw)  # (1) size, (2) shape
    head, at = _head(first, sender_keys)  # (3) signature
    _demand_channel(head, expects)  # (4) addressed to us
    envelopes = [_envelope(line, expects) for line in rest]
    _demand_chain(envelopes, head)  # (5) continuous, ends in the head
    _demand_no_fork(envelopes, head, expects, hash_at)  # (6) agrees with what we hold
    fresh = tuple(envelope for envelope in envelopes if envelope.seq > expects.seq)
    if head.seq > expects.seq and (not fresh or fresh[0].seq != expects.seq + 1):  # (7) no gap
        after = envelopes[0].seq - 1 if envelopes else head.seq
        raise Gap(sender=expects.sender, held=expects.seq, after=after, wanted=expects.seq + 1)
    return Push(head, at, fresh, first)


def _lines(raw: bytes) -> tuple[bytes, list[bytes]]:
    sized(raw, LIMIT, "A push")
    if not raw.endswith(b"\n"):
        raise NotAPush(why="it does not end with a line break; it may have been cut off")
    head, *rest = raw[:-1].split(b"\n", MOST + 1)
    if len(rest) > MOST:
        raise NotAPush(why=f"it has more than {MOST} envelopes")
    return head, rest


def read_head(raw: bytes, keys: PublicKeys) -> Position:
    """Verify a signed head that was kept.

    :raises NotAPush, BadSignature, TooLarge: it is none, or not signed by these keys.
    """
    return _head(raw, keys)[0]


def _head(line: bytes, keys: PublicKeys) -> tuple[Position, datetime]:
    try:
        told = body(HeadBody, signed.read(line, HEAD, keys).body, "the head")
        return Position(told.sender, told.to, told.seq, told.hash), moment(told.at, "the head")
    except (Malformed, signed.NotSigned, signed.WrongKind) as error:
        raise NotAPush(why=error.sentence.rstrip(".")) from None


def _envelope(line: bytes, expects: Position) -> Envelope:
    try:
        envelope = read_envelope(line)
    except NotAnEnvelope as error:
        raise NotAPush(why=error.sentence.rstrip(".")) from None
    _demand_channel(Position(envelope.sender, envelope.receiver), expects)
    return envelope


def _demand_channel(told: Position, expects: Position) -> None:
    if (told.sender, told.receiver) != (expects.sender, expects.receiver):
        raise NotForUs(
            sender=told.sender, receiver=told.receiver,
            expected_sender=expects.sender, expected_receiver=expects.receiver,
        )  # fmt: skip


def _demand_chain(envelopes: Sequence[Envelope], head: Position) -> None:
    for before, envelope in pairwise(envelopes):
        if envelope.seq != before.seq + 1 or envelope.prev != before.hash:
            raise BrokenChain(seq=envelope.seq)
    if envelopes and (envelopes[-1].seq, envelopes[-1].hash) != (head.seq, head.hash):
        raise BrokenChain(seq=envelopes[-1].seq)
    if head.seq == 0 and head.hash != FIRST_PREV:
        raise BrokenChain(seq=0)


def _demand_no_fork(
    envelopes: Sequence[Envelope], head: Position, held: Position, hash_at: Callable[[int], str | None] | None
) -> None:
    """Every number at or below ours that the push speaks of must have the hash that we hold.

    The chain was checked, so one agreement settles everything before it as well.
    """
    told = {head.seq: head.hash} | {envelope.seq: envelope.hash for envelope in envelopes}
    if envelopes:
        told[envelopes[0].seq - 1] = envelopes[0].prev
    for seq in sorted((seq for seq in told if seq <= held.seq), reverse=True):
        ours = held.hash if seq == held.seq else hash_at(seq) if hash_at else None
        if ours is None:
            continue
        if ours != told[seq]:
            raise Forked(seq=seq, sender=held.sender, held=ours, told=told[seq])
        return
