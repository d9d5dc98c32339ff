"""What can be looked up in the exchange. docs/rooms/exchange.md lists the queries with their meaning."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Q

from comity.exchange import peers as pinned
from comity.exchange.blobs import BlobState, manifest_of, open_blob
from comity.exchange.blobs import state as blob_state
from comity.exchange.blobs import state_for as blob_state_for
from comity.exchange.cards import on as own_card_on
from comity.exchange.cards import own as own_card
from comity.exchange.ledger import Fault
from comity.exchange.merkle import checkpoint, prove
from comity.exchange.models import BlobTransfer, Channel, Envelope, LogEntry, LogHead, Peer, Receipt
from comity.exchange.peers import NotAPeer
from comity.exchange.requirements import Asked, in_force
from comity.exchange.requirements import asked as requirements
from comity.exchange.requirements import fingerprint as requirements_fingerprint
from comity.exchange.requirements import steps as requirement_steps
from comity.exchange.transport import fetch_card
from comity.exchange.verify import LogReport, verify_log
from comity.exchange.wire.card import Card
from comity.exchange.wire.keys import PublicKeys, words


@dataclass(frozen=True)
class PeerInfo:
    """A pinned authority. ``words`` are the twelve words of its fingerprint."""

    authority: str
    status: str  # active or removed
    card: Card = field(repr=False)
    fingerprint: str
    words: tuple[str, ...]
    endpoint: str
    pinned_at: datetime
    pinned_by: str

    def name(self, language: str = "en") -> str:
        return self.card.name(language)


@dataclass(frozen=True)
class Delivery:
    """What became of an act on its way to one receiver."""

    peer: str
    seq: int
    state: str  # waiting, delivered or refused
    queued_at: datetime
    settled_at: datetime | None
    log_index: int
    waiting_on: str = ""
    code: str = ""
    says: str = ""
    receipt: str = ""  # SHA-256 of the receipt that settled it, its name in the log after "PEER/"
    receipt_log_index: int | None = None
    blobs: tuple["Transfer", ...] = ()


@dataclass(frozen=True)
class Unsettled:
    """An act that one receiver does not hold: it waits on something, or was refused."""

    act: str
    peer: str
    state: str  # waiting or refused
    since: datetime
    says: str


@dataclass(frozen=True)
class Transfer:
    """A blob on its way to a peer or from one, in chunks."""

    blob: str
    state: str  # waiting, done, or dropped because its act was refused
    have: int
    chunks: int
    size: int
    waiting_on: str


@dataclass(frozen=True)
class ChannelState:
    """The traffic with one peer, both ways, for a status page."""

    peer: str
    status: str  # active or removed
    sent: int
    delivered: int
    refused: int
    waiting: int
    received: int
    received_refused: int
    waiting_on: str
    alarm: str  # the two histories contradict each other; empty when all is well
    failures: int
    next_try_at: datetime | None
    last_contact_at: datetime | None
    blobs_waiting: int


@dataclass(frozen=True)
class Totals:
    """Envelopes of all channels; ``received`` counts those that came in."""

    sent: int
    delivered: int
    refused: int
    waiting: int
    received: int


@dataclass(frozen=True)
class Entry:
    """A line of the log."""

    index: int
    kind: str
    name: str
    sha256: str
    at: datetime


def peers(*, removed: bool = False) -> list[PeerInfo]:
    """The active peers by name; with ``removed`` those that were removed as well."""
    rows = Peer.objects.order_by("authority")
    return [_info(row) for row in (rows if removed else rows.filter(status="active"))]


def peer(authority: str) -> PeerInfo:
    """One peer, active or removed.

    :raises NotAPeer: never pinned.
    """
    row = Peer.objects.filter(authority=authority).first()
    if row is None:
        raise NotAPeer(authority=authority)
    return _info(row)


def _info(row: Peer) -> PeerInfo:
    return PeerInfo(
        row.authority, row.status, pinned.read_card(bytes(row.card)), row.fingerprint, words(row.fingerprint),
        row.endpoint, row.pinned_at, row.pinned_by,
    )  # fmt: skip


def keys_of(authority: str) -> PublicKeys:
    """The pinned public keys of an active peer.

    :raises NotAPeer: there is none of that name.
    """
    return pinned.keys_of(pinned.active(authority))


def delivery(act_id: str) -> list[Delivery]:
    """How an act fares with each receiver, by name: waiting on what, delivered when, or refused why."""
    rows = (
        Envelope.objects.filter(act=act_id, channel__direction=Channel.OUT)
        .select_related("channel__peer")
        .defer("raw")
        .order_by("channel__peer__authority", "seq")
    )
    return [_delivery(row) for row in rows]


def _delivery(row: Envelope) -> Delivery:
    channel = row.channel
    receipt = None
    if row.state != Envelope.WAITING:
        receipts = Receipt.objects.filter(peer=channel.peer_id, way=Receipt.GOT, seq__gte=row.seq, since__lt=row.seq)
        receipt = receipts.defer("raw").order_by("seq", "pk").first()
    return Delivery(
        peer=channel.peer.authority, seq=row.seq, state=row.state, queued_at=row.queued_at, settled_at=row.settled_at,
        log_index=row.log_index, code=row.code, says=row.says,
        waiting_on=_waiting_on(channel) if row.state == Envelope.WAITING else "",
        receipt=receipt.sha256 if receipt else "", receipt_log_index=receipt.log_index if receipt else None,
        blobs=tuple(_transfers(row)),
    )  # fmt: skip


def _transfers(row: Envelope) -> list[Transfer]:
    """The blobs that follow an envelope of ours."""
    rows = BlobTransfer.objects.filter(peer=row.channel.peer_id, direction="out", after_seq=row.seq)
    return [
        Transfer(one.blob_id, one.state, one.have, one.blob.chunks, one.blob.size, one.failure)
        for one in rows.select_related("blob").defer("blob__manifest").order_by("pk")
    ]


def unsettled() -> list[Unsettled]:
    """Our envelopes that wait or were refused, oldest first."""
    rows = (
        Envelope.objects.filter(channel__direction=Channel.OUT)
        .exclude(state=Envelope.DELIVERED)
        .select_related("channel__peer")
        .defer("raw")
        .order_by("queued_at", "pk")
    )
    return [
        Unsettled(
            act=row.act, peer=row.channel.peer.authority, state=row.state, since=row.settled_at or row.queued_at,
            says=row.says if row.state == Envelope.REFUSED else _waiting_on(row.channel),
        )
        for row in rows
    ]  # fmt: skip


def _waiting_on(channel: Channel) -> str:
    return channel.waiting_on or f"{channel.peer.authority}: queued, about to be sent"


def overview() -> list[ChannelState]:
    """One line per peer, removed ones at the end."""
    counts = {
        (row["channel__peer"], row["channel__direction"], row["state"]): row["n"]
        for row in Envelope.objects.values("channel__peer", "channel__direction", "state").annotate(n=Count("pk"))
    }
    blobs = dict(
        BlobTransfer.objects.filter(direction="out", state="waiting").values_list("peer").annotate(n=Count("pk"))
    )
    channels = {(c.peer_id, c.direction): c for c in Channel.objects.all()}
    return [
        _channel_state(peer, channels, counts, blobs.get(peer.pk, 0))
        for peer in Peer.objects.defer("card").order_by("status", "authority")
    ]


def _channel_state(
    peer: Peer, channels: dict[tuple[int, str], Channel], counts: dict[tuple[int, str, str], int], blobs: int
) -> ChannelState:
    out, incoming = channels[peer.pk, "out"], channels[peer.pk, "in"]
    sent = {state: counts.get((peer.pk, "out", state), 0) for state in ("waiting", "delivered", "refused")}
    got = {state: counts.get((peer.pk, "in", state), 0) for state in ("delivered", "refused")}
    contacts = [at for at in (out.last_contact_at, incoming.last_contact_at) if at is not None]
    return ChannelState(
        peer=peer.authority, status=peer.status, sent=sum(sent.values()), **sent,
        received=sum(got.values()), received_refused=got["refused"],
        waiting_on=out.waiting_on, alarm=(out.waiting_on if out.stopped else "") or incoming.waiting_on,
        failures=out.failures, next_try_at=out.next_try_at,
        last_contact_at=max(contacts, default=None), blobs_waiting=blobs,
    )  # fmt: skip


def totals() -> Totals:
    """Counts over all channels."""
    out, waiting = Q(channel__direction="out"), Q(state="waiting")
    return Totals(
        **Envelope.objects.aggregate(
            sent=Count("pk", filter=out),
            delivered=Count("pk", filter=out & Q(state="delivered")),
            refused=Count("pk", filter=out & Q(state="refused")),
            waiting=Count("pk", filter=out & waiting),
            received=Count("pk", filter=~out),
        )
    )


def entries(first: int = 0, count: int = 100) -> list[Entry]:
    """Lines of the log from an index on."""
    rows = LogEntry.objects.filter(index__gte=first).order_by("index")[:count]
    return [Entry(row.index, row.kind, row.name, row.sha256, row.at) for row in rows.defer("entry")]


def log_size() -> int:
    return LogHead.objects.filter(pk=1).values_list("size", flat=True).first() or 0


def chunk_hash(blob: str, n: int) -> bytes:
    """What the manifest says about a chunk: its SHA-256, empty when there is no such chunk.

    :raises UnknownBlob: the manifest is not here.
    """
    return manifest_of(blob).hash(n)


__all__ = [
    "Asked", "BlobState", "ChannelState", "Delivery", "Entry", "Fault", "LogReport", "PeerInfo", "Totals", "Transfer",
    "Unsettled", "blob_state", "blob_state_for", "checkpoint", "chunk_hash", "delivery", "entries", "fetch_card",
    "in_force", "keys_of", "log_size", "open_blob", "overview", "own_card", "own_card_on", "peer", "peers", "prove",
    "requirement_steps", "requirements", "requirements_fingerprint", "totals", "unsettled", "verify_log",
]  # fmt: skip
