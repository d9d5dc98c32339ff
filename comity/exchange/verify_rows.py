"""The tables and files against the log: envelopes and chains, receipts, cards, blobs, and what other rooms store."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.conf import settings
from django.utils.module_loading import import_string

from comity.exchange import blobs, merkle
from comity.exchange.identity import me
from comity.exchange.ledger import Ledger
from comity.exchange.models import Blob, Channel, Envelope, OwnCard, Peer, PeerCard, Receipt
from comity.exchange.wire import blob as wire_blob
from comity.exchange.wire import card as wire_card
from comity.exchange.wire import envelope as wire_envelope
from comity.exchange.wire import push, signed
from comity.exchange.wire import receipt as wire_receipt
from comity.exchange.wire.keys import PublicKeys
from comity.lib.canonical import canonical
from comity.lib.errors import ComityError

WORDS = {
    "envelope-out": "envelope {seq} to {peer}",
    "envelope-in": "envelope {seq} from {peer}",
    "receipt-given": "receipt {sha} to {peer}",
    "receipt-got": "receipt {sha} from {peer}",
    "head-got": "head {sha} from {peer}",
}


@dataclass
class _Known:
    """What the rows read so far say about one peer's channels."""

    keys: list[PublicKeys] = field(default_factory=list)
    hashes: dict[str, dict[int, str]] = field(default_factory=lambda: {"out": {}, "in": {}})
    receipted: dict[str, int] = field(default_factory=lambda: {"out": 0, "in": 0})
    refused: dict[str, set[int]] = field(default_factory=lambda: {"out": set(), "in": set()})


def check(ledger: Ledger) -> None:
    """Every row of the exchange that the log must know."""
    known = {peer.pk: _Known() for peer in Peer.objects.all()}
    _own_cards(ledger)
    _peer_cards(ledger, known)
    _envelopes(ledger, known)
    _receipts(ledger, known)
    _heads(ledger, known)
    _states(ledger, known)
    _blobs(ledger)


def check_missing(ledger: Ledger) -> None:
    """Every entry whose thing was not met among the rows: read back from another room, or gone."""
    for index, (kind, name, sha256) in enumerate(ledger.entries):
        if index in ledger.found or not kind:
            continue
        if kind == "peer-removed":
            if not PeerCard.objects.filter(sha256=sha256, peer__authority=name.partition("/")[0]).exists():
                ledger.fault(f"log entry {index}", "the card of the peer that was removed is missing")
        elif kind in settings.COMITY_STORED:
            _stored(ledger, kind, name, sha256)
        else:
            ledger.fault(_name(kind, name), f"it was logged as entry {index} and is missing")


def _stored(ledger: Ledger, kind: str, name: str, sha256: str) -> None:
    read: Callable[[str], bytes | None] = import_string(settings.COMITY_STORED[kind])
    raw = read(name)
    if raw is None:
        ledger.fault(f"{kind} {name}", "it was logged and is missing")
    elif merkle.sha256(bytes(raw)) != sha256:
        ledger.fault(f"{kind} {name}", "its bytes are not those that were logged")


def _name(kind: str, name: str) -> str:
    peer, _, rest = name.partition("/")
    if kind in WORDS:
        return WORDS[kind].format(peer=peer, seq=rest, sha=rest[:12])
    return {"card": f"our card {rest}", "peer-card": f"card {rest} of {peer}"}.get(kind, f"{kind} {name}")


def _own_cards(ledger: Ledger) -> None:
    for row in OwnCard.objects.order_by("serial"):
        raw, where = bytes(row.raw), f"our card {row.serial}"
        index = ledger.by_name.get(("card", f"{me().authority}/{row.serial}"), [None])[0]
        ledger.compare(where, "card", f"{me().authority}/{row.serial}", merkle.sha256(raw), index)
        if _card(ledger, where, raw) and row.sha256 != merkle.sha256(raw):
            ledger.fault(where, "the hash beside it is another")


def _card(ledger: Ledger, where: str, raw: bytes) -> wire_card.Card | None:
    try:
        return wire_card.read(raw)
    except ComityError as error:
        ledger.fault(where, error.sentence)
        return None


def _peer_cards(ledger: Ledger, known: dict[int, _Known]) -> None:
    kept: dict[int, set[str]] = {}
    for row in PeerCard.objects.select_related("peer").order_by("peer", "pk"):
        raw, name = bytes(row.raw), f"{row.peer.authority}/{row.serial}"
        where, sha256 = f"card {row.serial} of {row.peer.authority}", merkle.sha256(raw)
        kept.setdefault(row.peer_id, set()).add(sha256)
        places = ledger.by_name.get(("peer-card", name), [])
        place = next((i for i in places if ledger.entries[i][2] == row.sha256), places[0] if places else None)
        ledger.compare(where, "peer-card", name, sha256, place)
        card = _card(ledger, where, raw)
        if card is not None:
            known[row.peer_id].keys.append(card.keys)
    for peer in Peer.objects.order_by("authority"):
        _pinned(ledger, peer, kept.get(peer.pk, set()))


def _pinned(ledger: Ledger, peer: Peer, kept: set[str]) -> None:
    where = f"peer {peer.authority}"
    if merkle.sha256(bytes(peer.card)) not in kept:
        ledger.fault(where, "the card in use is none of those that were accepted")
        return
    card = _card(ledger, where, bytes(peer.card))
    told = (peer.authority, peer.fingerprint, peer.serial, peer.endpoint)
    if card and told != (card.authority, card.fingerprint, card.serial, card.endpoint.rstrip("/")):
        ledger.fault(where, "name, fingerprint, serial or endpoint differ from its card")


def _envelopes(ledger: Ledger, known: dict[int, _Known]) -> None:
    for channel in Channel.objects.select_related("peer").order_by("peer__authority", "direction"):
        peer, out = channel.peer.authority, channel.direction == Channel.OUT
        way = "to" if out else "from"
        hashes = known[channel.peer_id].hashes[channel.direction]
        last, previous = 0, wire_envelope.FIRST_PREV
        for row in channel.envelopes.order_by("seq").iterator(chunk_size=200):
            where, raw = f"envelope {row.seq} {way} {peer}", bytes(row.raw)
            sha256 = hashlib.sha256(raw).hexdigest()
            ledger.compare(where, f"envelope-{channel.direction}", f"{peer}/{row.seq}", sha256, row.log_index)
            if row.seq != last + 1:
                previous = ""  # the missing ones are named by check_missing
            _link(ledger, where, row, previous, out, peer)
            last, previous = row.seq, row.hash
            hashes[row.seq] = row.hash
        if last and (channel.seq, channel.hash) != (last, previous):
            ledger.fault(f"channel {way} {peer}", f"it should end at {channel.seq} and ends at {last}")


def _link(ledger: Ledger, where: str, row: Envelope, previous: str, out: bool, peer: str) -> None:
    ends = (me().authority, peer) if out else (peer, me().authority)
    try:
        one = wire_envelope.read(bytes(row.raw))
    except ComityError as error:
        ledger.fault(where, error.sentence)
        return
    if (one.sender, one.receiver, one.seq, one.hash) != (*ends, row.seq, row.hash):
        ledger.fault(where, "its place in the channel or its hash differ from its bytes")
    elif previous and one.prev != previous:
        ledger.fault(where, "it does not follow the envelope before it")
    if not out and row.act:
        _opened(ledger, where, one, row.act)


def _opened(ledger: Ledger, where: str, one: wire_envelope.Envelope, act: str) -> None:
    """What arrived can be opened again, and must hold the act that it was booked under."""
    try:
        inside = signed.peek(wire_envelope.open_sealed(one, me().keys))
        if merkle.sha256(inside.kind.encode() + b"\x00" + canonical(inside.body)) != act:
            ledger.fault(where, "the act inside is not the one it was booked under")
    except ComityError as error:
        ledger.fault(where, error.sentence)


def _receipts(ledger: Ledger, known: dict[int, _Known]) -> None:
    rows = Receipt.objects.select_related("peer").order_by("peer__authority", "pk")
    for row in rows.exclude(way=Receipt.HEAD).iterator(chunk_size=200):
        peer, raw = row.peer.authority, bytes(row.raw)
        kind, sha256 = f"receipt-{row.way}", merkle.sha256(bytes(row.raw))
        where = _name(kind, f"{peer}/{row.sha256}")
        ledger.compare(where, kind, f"{peer}/{row.sha256}", sha256, row.log_index)
        got, mine = row.way == Receipt.GOT, known[row.peer_id]
        told = _receipt(raw, mine.keys if got else [me().keys.public], peer, got)
        if told is None:
            ledger.fault(where, "it is not signed by the keys that were pinned, or was changed")
            continue
        direction = "out" if got else "in"
        # An envelope that is gone is named by itself.
        ours = mine.hashes[direction].get(told.holds.seq, told.holds.hash)
        if (told.holds.seq, told.since, told.holds.hash) != (row.seq, row.since, ours):
            ledger.fault(where, "it speaks of another place of the channel than the one stored beside it")
        mine.receipted[direction] = max(mine.receipted[direction], told.holds.seq)
        mine.refused[direction].update(refusal.seq for refusal in told.refusals)


def _heads(ledger: Ledger, known: dict[int, _Known]) -> None:
    """The sender's own signatures over its channel to us, against the envelopes that we hold."""
    for row in Receipt.objects.select_related("peer").filter(way=Receipt.HEAD).order_by("peer__authority", "pk"):
        peer, raw, mine = row.peer.authority, bytes(row.raw), known[row.peer_id]
        where = _name("head-got", f"{peer}/{row.sha256}")
        ledger.compare(where, "head-got", f"{peer}/{row.sha256}", merkle.sha256(raw), row.log_index)
        told = next((head for head in (_head(raw, key) for key in mine.keys) if head), None)
        if told is None:
            ledger.fault(where, "it is not signed by the keys that were pinned, or was changed")
        elif told != (peer, me().authority, row.seq, mine.hashes["in"].get(row.seq, told[3])):
            ledger.fault(where, "it speaks of another place of the channel than the one stored beside it")


def _head(raw: bytes, key: PublicKeys) -> tuple[str, str, int, str] | None:
    try:
        head = push.read_head(raw, key)
    except ComityError:
        return None
    return head.sender, head.receiver, head.seq, head.hash


def _receipt(raw: bytes, keys: Iterable[PublicKeys], peer: str, got: bool) -> wire_receipt.Receipt | None:
    ends = {"sender": me().authority, "receiver": peer} if got else {"sender": peer, "receiver": me().authority}
    for one in keys:
        try:
            return wire_receipt.read(raw, one, **ends)
        except ComityError:
            continue
    return None


def _states(ledger: Ledger, known: dict[int, _Known]) -> None:
    """Delivered and refused are what the receipts say, no more and no less."""
    rows = Envelope.objects.select_related("channel__peer").defer("raw").order_by("channel", "seq")
    for row in rows.iterator(chunk_size=500):
        channel, mine = row.channel, known[row.channel.peer_id]
        way = "to" if channel.direction == Channel.OUT else "from"
        where = f"envelope {row.seq} {way} {channel.peer.authority}"
        refused = row.seq in mine.refused[channel.direction]
        if row.state == Envelope.WAITING:
            if channel.direction == Channel.IN or row.seq <= channel.acked_seq:
                ledger.fault(where, "it is marked as waiting, but there is a receipt for it")
        elif row.seq > mine.receipted[channel.direction]:
            ledger.fault(where, f"it is marked as {row.state}, but there is no receipt for it")
        elif refused != (row.state == Envelope.REFUSED):
            ledger.fault(where, f"it is marked as {row.state}, but its receipt says otherwise")


def _blobs(ledger: Ledger) -> None:
    for row in Blob.objects.filter(state=Blob.COMPLETE).order_by("pk").iterator(chunk_size=50):
        where = f"blob {row.pk}"
        ledger.compare(where, "blob", row.pk, merkle.sha256(bytes(row.manifest)), row.log_index)
        try:
            manifest = wire_blob.read_manifest(bytes(row.manifest), row.pk)
        except ComityError as error:
            ledger.fault(where, error.sentence)
            continue
        if (manifest.size, manifest.count, manifest.count) != (row.size, row.chunks, row.have):
            ledger.fault(where, "its size or number of chunks differ from its manifest")


def check_file(ledger: Ledger, blob: str) -> None:
    """Every chunk of a complete blob, read from the disk."""
    raw = Blob.objects.filter(pk=blob).values_list("manifest", flat=True).first()
    try:
        manifest = wire_blob.read_manifest(bytes(raw or b""), blob)
    except ComityError:
        return  # named already with its row
    try:
        size = blobs.path(blob).stat().st_size
        with blobs.path(blob).open("rb", buffering=0) as file:
            for n in wire_blob.faults(file, manifest):
                ledger.fault(f"blob {blob} chunk {n}", "its bytes are missing or changed")
    except FileNotFoundError:
        ledger.fault(f"blob {blob}", "its file is missing")
        return
    if size > manifest.stored_size:
        ledger.fault(f"blob {blob}", f"its file has {size - manifest.stored_size} bytes too many")
