"""Our side of the channels that lead to peers: queueing, what is due, and what receipts say.

Whoever needs both locks takes the log's before a channel's (docs/rooms/exchange.md, "Locks").
"""

import os
import platform
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from uuid import uuid4

from django.db import transaction
from django.db.models import F, Q

from comity.exchange import bell, merkle, peers
from comity.exchange.blobs import UnknownBlob
from comity.exchange.identity import me
from comity.exchange.limits import limits
from comity.exchange.models import Blob, BlobTransfer, Channel, Envelope, Receipt
from comity.exchange.wire import envelope as wire_envelope
from comity.exchange.wire import push, receipt
from comity.exchange.wire.push import Position
from comity.lib.errors import ComityError


class ContradictingReceipt(ComityError):
    code = "exchange.contradicting-receipt"
    says = "{peer} has signed for number {seq} of our channel with another hash than ours, or for more than we sent."
    next_step = (
        "The channel is stopped. Talk to the peer by phone: one side restored an old backup, or keys were copied."
    )


class IncompleteReceipt(ComityError):
    code = "exchange.incomplete-receipt"
    says = "{peer} lists what it refused after number {since} only, but we know its answers up to {known}."
    next_step = "Ask again with since={known}."


@dataclass(frozen=True)
class Queued:
    """An act's place in one peer's channel."""

    peer: str
    seq: int
    log_index: int


@dataclass(frozen=True)
class Outgoing:
    """Signed bytes on their way out: the id of the act, and the stored blobs that it names."""

    act: str
    raw: bytes = field(repr=False)
    blobs: Sequence[str] = ()


def enqueue(raw: bytes, *, act: str, to: Iterable[str], blobs: Sequence[str] = (), at: datetime) -> list[Queued]:
    """Seal signed bytes into the channel of each receiver: as ``enqueue_all``, for one act."""
    return enqueue_all([Outgoing(act, raw, blobs)], to=to, at=at)


@transaction.atomic
def enqueue_all(acts: Sequence[Outgoing], *, to: Iterable[str], at: datetime) -> list[Queued]:
    """Seal acts, in their order, into the channel of each receiver, in the caller's transaction.

    Blobs follow when the act that names them was delivered.

    :returns: the places in the first receiver's channel, then those in the second's, by name.
    :raises NotAPeer: a receiver is not a peer, or was removed. UnknownBlob: a blob is not here.
    """
    _demand_blobs([blob for act in acts for blob in act.blobs])
    merkle.lock()
    placed = [place for channel in _lock(to) for place in _seal_all(acts, channel)]
    indices = merkle.append(
        [merkle.Item("envelope-out", f"{one.sealed.receiver}/{one.sealed.seq}", one.sealed.hash) for one in placed],
        at=at,
    )
    _store(placed, indices, at)
    return [Queued(one.sealed.receiver, one.sealed.seq, index) for one, index in zip(placed, indices, strict=True)]


@dataclass(frozen=True)
class _Placed:
    """An act, sealed at its place in a channel."""

    channel: Channel
    act: Outgoing
    sealed: wire_envelope.Envelope


def _lock(to: Iterable[str]) -> list[Channel]:
    """The channels to these receivers, by name, their rows locked.

    :raises NotAPeer: one of them is none.
    """
    receivers = sorted(set(to))
    channels = {
        channel.peer.authority: channel
        for channel in Channel.objects.select_for_update(of=("self",))
        .select_related("peer")
        .filter(direction=Channel.OUT, peer__status="active", peer__authority__in=receivers)
        .order_by("peer__authority")
    }
    for authority in receivers:
        if authority not in channels:
            raise peers.NotAPeer(authority=authority)
    return list(channels.values())


def _demand_blobs(blobs: Sequence[str]) -> None:
    here = set(Blob.objects.filter(id__in=blobs, state=Blob.COMPLETE).values_list("id", flat=True)) if blobs else set()
    for blob in blobs:
        if blob not in here:
            raise UnknownBlob(blob=blob)


def _seal_all(acts: Sequence[Outgoing], channel: Channel) -> Iterator[_Placed]:
    """Seal acts one after the other, and move the end of the channel."""
    keys = peers.keys_of(channel.peer)
    for act in acts:
        sealed = wire_envelope.seal(
            act.raw, to_keys=keys, sender=me().authority, receiver=channel.peer.authority,
            seq=channel.seq + 1, prev=channel.hash,
        )  # fmt: skip
        channel.seq, channel.hash = sealed.seq, sealed.hash
        yield _Placed(channel, act, sealed)


def _store(placed: Sequence[_Placed], indices: Sequence[int], at: datetime) -> None:
    Envelope.objects.bulk_create(
        Envelope(
            channel=one.channel, seq=one.sealed.seq, raw=one.sealed.raw, hash=one.sealed.hash, act=one.act.act,
            state=Envelope.WAITING, queued_at=at, log_index=index,
        )
        for one, index in zip(placed, indices, strict=True)
    )  # fmt: skip
    transfers = [
        BlobTransfer(peer_id=one.channel.peer_id, blob_id=blob, direction="out", after_seq=one.sealed.seq)
        for one in placed
        for blob in one.act.blobs
    ]
    BlobTransfer.objects.bulk_create(transfers, ignore_conflicts=True)  # a blob that was sent before is not sent again
    for channel in {one.channel.pk: one.channel for one in placed}.values():
        channel.save(update_fields=["seq", "hash"])
        transaction.on_commit(partial(bell.ring, channel.peer_id))


# What is due, and who carries it


def due(now: datetime) -> list[int]:
    """Peers (row ids) that something waits for, whose pause is over and whom no worker serves."""
    waiting = Channel.objects.filter(direction=Channel.OUT, stopped=False, peer__status="active").filter(
        Q(next_try_at__isnull=True) | Q(next_try_at__lte=now), Q(lease_until__isnull=True) | Q(lease_until__lte=now)
    )
    envelopes = waiting.filter(acked_seq__lt=F("seq")).values_list("peer_id", flat=True)
    transfers = BlobTransfer.objects.filter(
        Q(next_try_at__isnull=True) | Q(next_try_at__lte=now),
        direction="out",
        state="waiting",
        peer__in=waiting.values("peer"),
    ).values_list("peer_id", flat=True)
    return sorted({*envelopes, *transfers})


def new_lease() -> str:
    """A name for one worker that tells others on this machine whether its process still lives."""
    name = f"{platform.node()[:20]}/{os.getpid()}/{uuid4().hex[:16]}"
    _ours.add(name)
    return name


def free_abandoned() -> None:
    """Give back the leases of workers on this machine that were killed, so that nobody waits for their end."""
    held = Channel.objects.exclude(lease="").values_list("lease", flat=True)
    for lease in {lease for lease in held if _abandoned(lease)}:
        Channel.objects.filter(lease=lease).update(lease="", lease_until=None)


def _abandoned(lease: str) -> bool:
    host, _, rest = lease.partition("/")
    pid = rest.partition("/")[0]
    if host != platform.node()[:20] or not pid.isdecimal() or lease in _ours:
        return False
    if int(pid) == os.getpid():
        return True  # an earlier process had our number, as in a container that was started again
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


_ours: set[str] = set()


def claim(peer: int, worker: str, now: datetime) -> Channel | None:
    """Take the lease of the channel to a peer, or extend ours; None when it is not due or another worker has it."""
    # One conditional update: of two workers that ask at the same moment, one changes a row.
    free = Q(lease_until__isnull=True) | Q(lease_until__lte=now) | Q(lease=worker)
    rested = Q(next_try_at__isnull=True) | Q(next_try_at__lte=now)
    taken = Channel.objects.filter(
        free, rested, peer_id=peer, direction=Channel.OUT, stopped=False, peer__status="active"
    ).update(lease=worker, lease_until=now + timedelta(seconds=limits().lease))
    if not taken:
        return None
    return Channel.objects.select_related("peer").get(peer_id=peer, direction=Channel.OUT)


def still_ours(channel: Channel, worker: str, now: datetime) -> bool:
    """Read the channel again; extend the lease when half of it is over. False when the lease or the peer is gone."""
    channel.refresh_from_db()
    if channel.lease != worker or channel.lease_until is None or channel.stopped or channel.peer.status != "active":
        return False
    if channel.lease_until - now < timedelta(seconds=limits().lease / 2):
        return claim(channel.peer_id, worker, now) is not None
    return True


def release(channel: Channel, worker: str) -> None:
    Channel.objects.filter(pk=channel.pk, lease=worker).update(lease="", lease_until=None)


def batch(channel: Channel, most: int) -> list[Envelope]:
    """The next envelopes to push: from the acknowledged position on, within the limits."""
    taken: list[Envelope] = []
    size = 0
    rows = channel.envelopes.filter(seq__gt=channel.acked_seq).order_by("seq")[:most]
    for row in rows.iterator(chunk_size=50):
        size += len(row.raw)
        if taken and size > limits().batch_bytes:
            break
        taken.append(row)
    return taken


def build(channel: Channel, rows: Sequence[Envelope], *, at: datetime) -> bytes:
    """The bytes of a push with these rows."""
    last = Position(me().authority, channel.peer.authority, rows[-1].seq, rows[-1].hash)
    return push.join([bytes(row.raw) for row in rows], head=last, keys=me().keys, at=at)


# What came back


@transaction.atomic
def settle(channel: Channel, raw: bytes, *, at: datetime) -> int:
    """Take a receipt: move our view of the channel and mark what was delivered or refused.

    :returns: the position up to which the peer holds the channel.
    :raises BadSignature, NotAReceipt, WrongKind, NotSigned, TooLarge: it is no receipt of this peer's.
    :raises ContradictingReceipt: it speaks of another channel than ours.
    :raises IncompleteReceipt: refusals that we do not know may be missing from it.
    """
    got = receipt.read(raw, peers.keys_of(channel.peer), sender=me().authority, receiver=channel.peer.authority)
    merkle.lock()
    now = Channel.objects.select_for_update().get(pk=channel.pk)
    _demand_agreement(now, got, channel.peer.authority)
    if got.holds.seq >= now.acked_seq:
        if got.since > now.acked_seq:
            raise IncompleteReceipt(peer=channel.peer.authority, since=got.since, known=now.acked_seq)
        _mark(now, got, at)
    else:
        _rewind(now, got.holds.seq)
    _keep(channel, got, at)
    Channel.objects.filter(pk=channel.pk).update(
        acked_seq=got.holds.seq, waiting_on="", failures=0, next_try_at=None, last_contact_at=at
    )
    channel.acked_seq, channel.failures = got.holds.seq, 0
    return got.holds.seq


def _demand_agreement(channel: Channel, got: receipt.Receipt, peer: str) -> None:
    if got.holds.seq == 0:
        ours: str | None = wire_envelope.FIRST_PREV
    else:
        ours = channel.envelopes.filter(seq=got.holds.seq).values_list("hash", flat=True).first()
    if ours != got.holds.hash:
        raise ContradictingReceipt(peer=peer, seq=got.holds.seq)
    hashes = dict(channel.envelopes.filter(seq__in=[r.seq for r in got.refusals]).values_list("seq", "hash"))
    for refusal in got.refusals:
        if hashes.get(refusal.seq) != refusal.hash:
            raise ContradictingReceipt(peer=peer, seq=refusal.seq)


def _mark(channel: Channel, got: receipt.Receipt, at: datetime) -> None:
    open_ = channel.envelopes.filter(state=Envelope.WAITING, seq__gt=got.since, seq__lte=got.holds.seq)
    for refusal in got.refusals:
        if open_.filter(seq=refusal.seq).update(
            state=Envelope.REFUSED, code=refusal.code, says=refusal.says, settled_at=at
        ):
            BlobTransfer.objects.filter(
                peer_id=channel.peer_id, direction="out", after_seq=refusal.seq, state="waiting"
            ).update(state="dropped", settled_at=at, failure=f"the act was refused: {refusal.says}")
    open_.update(state=Envelope.DELIVERED, settled_at=at)


def _rewind(channel: Channel, seq: int) -> None:
    """The peer holds less than it has signed for, as after a backup was restored: send that part again."""
    channel.envelopes.filter(seq__gt=seq).update(state=Envelope.WAITING, code="", says="", settled_at=None)


def _keep(channel: Channel, got: receipt.Receipt, at: datetime) -> None:
    sha256 = merkle.sha256(got.raw)
    if Receipt.objects.filter(peer_id=channel.peer_id, way=Receipt.GOT, sha256=sha256).exists():
        return
    item = merkle.Item("receipt-got", f"{channel.peer.authority}/{sha256}", sha256)
    Receipt.objects.create(
        peer_id=channel.peer_id, way=Receipt.GOT, seq=got.holds.seq, since=got.since, raw=got.raw, sha256=sha256,
        at=at, log_index=merkle.append([item], at=at)[0],
    )  # fmt: skip


def wait(channel: Channel, says: str, *, now: datetime) -> None:
    """Delivery failed: note what the channel waits on, and pause longer each time."""
    failures = channel.failures + 1
    pause = min(limits().last_pause, limits().first_pause * 2 ** min(failures - 1, 30))
    # Jitter, so that a peer that comes back is not met by everybody at the same moment.
    at = now + timedelta(seconds=pause * random.uniform(0.7, 1.3))  # noqa: S311 - not a secret
    tries = "1 try" if failures == 1 else f"{failures} tries"
    Channel.objects.filter(pk=channel.pk).update(
        failures=failures, next_try_at=at, waiting_on=f"{says}; {tries}, next at {at:%Y-%m-%dT%H:%M:%SZ}"
    )
    channel.failures = failures


@transaction.atomic
def restart(authority: str) -> None:
    """Let a stopped channel go on: a person has talked to the peer.

    :raises NotAPeer: no active peer.
    """
    peer = peers.active(authority)
    Channel.objects.filter(peer=peer).update(stopped=False, waiting_on="", failures=0, next_try_at=None)
    transaction.on_commit(lambda: bell.ring(peer.pk))


def stop(channel: Channel, says: str) -> None:
    """The two histories contradict each other: nothing more is sent until a person has looked."""
    Channel.objects.filter(pk=channel.pk).update(stopped=True, waiting_on=says)
