"""The peer's side of its channel to us: verify, open, hand over, log, sign for it. docs/rooms/exchange.md."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from comity.exchange import bell, merkle, peers
from comity.exchange.identity import me
from comity.exchange.models import Channel, Envelope, Receipt
from comity.exchange.refusal import Refused
from comity.exchange.wire import envelope as wire_envelope
from comity.exchange.wire import push, receipt, signed
from comity.exchange.wire.keys import PublicKeys
from comity.exchange.wire.push import Position
from comity.exchange.wire.signed import Signed
from comity.exchange.wire.strict import TooLarge

MOST_REFUSALS = 200  # so that a receipt stays within the size of a signed object

Handler = Callable[[Sequence[Signed], str, datetime], Sequence[Refused | None]]
"""Takes all objects of one kind that a push of a sender brings, in their order. It answers for each why it is refused,
or None; what is refused leaves nothing behind. Whatever it raises rolls the whole push back."""


@dataclass
class _Arrived:
    """An envelope, the verified object in it if there is one, and why it is refused if it is."""

    envelope: wire_envelope.Envelope
    inside: Signed | None = None
    refused: Refused | None = None


def accept_push(raw: bytes, *, sender: str, since: int | None = None, at: datetime) -> bytes:
    """Take a push in one transaction and answer with a signed receipt.

    :param sender: the authority that signed the request; it must be an active peer.
    :param since: the receipt lists refusals after this position; by default after the position held before.
    :raises Gap, Forked: as ``wire.push.read``; nothing was taken.
    :raises TooLarge, NotAPush, BadSignature, NotForUs, BrokenChain: it is no push of this peer's.
    :raises NotAPeer: the sender was removed meanwhile.
    """
    try:
        with transaction.atomic():
            return _accept(raw, sender, since, at)
    except push.Forked as error:
        Channel.objects.filter(peer__authority=sender, direction=Channel.IN).update(waiting_on=error.sentence)
        raise


def _accept(raw: bytes, sender: str, since: int | None, at: datetime) -> bytes:
    channel = _lock(sender)
    keys = peers.keys_of(channel.peer)
    held = _position(channel)
    told = push.read(raw, keys, expects=held, hash_at=lambda seq: _hash_at(channel, seq))
    arrived = [_open(envelope, keys) for envelope in told.envelopes]
    if arrived:
        _hand_over(arrived, sender, at)
        _store(channel, arrived, at)
        _keep_head(channel, told, at)
    Channel.objects.filter(pk=channel.pk).update(last_contact_at=at, waiting_on="")
    answer = _receipt(channel, held.seq if since is None else min(since, channel.seq), at)
    _try_back(channel.peer_id)  # last, because the channels to peers are locked after the log
    return answer


def _try_back(peer: int) -> None:
    """A peer that speaks can be reached again: what waits for it need not sit out its pause."""
    if Channel.objects.filter(peer=peer, direction=Channel.OUT, next_try_at__isnull=False).update(next_try_at=None):
        transaction.on_commit(lambda: bell.ring(peer))


def answer_position(*, sender: str, since: int | None = None, at: datetime) -> bytes:
    """A receipt for what we hold of the sender's channel, without a push."""
    with transaction.atomic():
        channel = _lock(sender)
        return _receipt(channel, channel.seq if since is None else min(since, channel.seq), at)


def _lock(sender: str) -> Channel:
    """The channel's row, locked: two pushes on one channel follow each other."""
    peer = peers.active(sender)
    return Channel.objects.select_for_update(of=("self",)).select_related("peer").get(peer=peer, direction=Channel.IN)


def _position(channel: Channel) -> Position:
    return Position(channel.peer.authority, me().authority, channel.seq, channel.hash)


def _hash_at(channel: Channel, seq: int) -> str | None:
    if seq == 0:
        return wire_envelope.FIRST_PREV
    return channel.envelopes.filter(seq=seq).values_list("hash", flat=True).first()


def _open(envelope: wire_envelope.Envelope, keys: PublicKeys) -> _Arrived:
    """Open one envelope and verify what is inside. Whatever is wrong with it becomes a refusal with a reason."""
    try:
        payload = wire_envelope.open_sealed(envelope, me().keys)
        kind = signed.kind_of(payload)
        _handler(kind)
        return _Arrived(envelope, inside=signed.read(payload, kind, keys))
    except Refused as refused:
        return _Arrived(envelope, refused=refused)
    except (
        wire_envelope.CannotOpen, signed.NotSigned, signed.BadSignature, signed.WrongKind, TooLarge
    ) as error:  # fmt: skip
        return _Arrived(envelope, refused=Refused(error.code, error.sentence))


def _hand_over(arrived: Sequence[_Arrived], sender: str, at: datetime) -> None:
    """Give what was verified to the handlers, and note what they refuse."""
    by_kind: dict[str, list[tuple[_Arrived, Signed]]] = {}
    for one in arrived:
        if one.inside is not None:
            by_kind.setdefault(one.inside.kind, []).append((one, one.inside))
    for kind, ones in by_kind.items():
        answers = _handler(kind)([inside for _, inside in ones], sender, at)
        for (one, _), answer in zip(ones, answers, strict=True):
            one.refused = answer


def _handler(kind: str) -> Handler:
    path = settings.COMITY_INCOMING.get(kind)
    if path is None:
        raise Refused("exchange.unknown-kind", f"This node does not know what to do with a {kind}.")
    return _imported(path)


@lru_cache
def _imported(path: str) -> Handler:
    handler: Handler = import_string(path)
    return handler


def _store(channel: Channel, arrived: list[_Arrived], at: datetime) -> None:
    sender = channel.peer.authority
    merkle.lock()
    indices = merkle.append(
        [merkle.Item("envelope-in", f"{sender}/{o.envelope.seq}", o.envelope.hash) for o in arrived], at=at
    )
    Envelope.objects.bulk_create(
        Envelope(
            channel=channel, seq=o.envelope.seq, raw=o.envelope.raw, hash=o.envelope.hash,
            act=o.inside.id if o.inside else "",
            state=Envelope.REFUSED if o.refused else Envelope.DELIVERED,
            code=o.refused.reason_code if o.refused else "",
            says=o.refused.reason if o.refused else "",
            queued_at=at, settled_at=at, log_index=index,
        )
        for o, index in zip(arrived, indices, strict=True)
    )  # fmt: skip
    channel.seq, channel.hash = arrived[-1].envelope.seq, arrived[-1].envelope.hash
    channel.save(update_fields=["seq", "hash"])


def _keep_head(channel: Channel, told: push.Push, at: datetime) -> None:
    """Keep the sender's signature over its channel: with the chain it proves every envelope up to here."""
    peer, sha256 = channel.peer, merkle.sha256(told.signed_head)
    index = merkle.append([merkle.Item("head-got", f"{peer.authority}/{sha256}", sha256)], at=at)[0]
    Receipt.objects.create(
        peer=peer, way=Receipt.HEAD, seq=told.head.seq, raw=told.signed_head, sha256=sha256, at=at, log_index=index
    )


def _receipt(channel: Channel, since: int, at: datetime) -> bytes:
    """The receipt for the present position; the same one again when it was given before."""
    refused = list(channel.envelopes.filter(state=Envelope.REFUSED, seq__gt=since).order_by("seq")[:MOST_REFUSALS])
    seq, hash_ = channel.seq, channel.hash
    if len(refused) == MOST_REFUSALS:  # sign for that part; the next push asks for the rest
        seq, hash_ = refused[-1].seq, refused[-1].hash
    given = Receipt.objects.filter(peer=channel.peer, way=Receipt.GIVEN, seq=seq, since=since).order_by("-pk").first()
    if given is not None:
        return bytes(given.raw)
    one = receipt.issue(
        me().keys,
        holds=Position(channel.peer.authority, me().authority, seq, hash_),
        refusals=[receipt.Refusal(seq=row.seq, hash=row.hash, code=row.code, says=row.says) for row in refused],
        since=since,
        at=at,
    )
    merkle.lock()
    sha256 = merkle.sha256(one.raw)
    index = merkle.append([merkle.Item("receipt-given", f"{channel.peer.authority}/{sha256}", sha256)], at=at)[0]
    Receipt.objects.create(
        peer=channel.peer, way=Receipt.GIVEN, seq=seq, since=since, raw=one.raw, sha256=sha256, at=at, log_index=index
    )
    return one.raw
