"""``comity log verify``: read everything back and name what is not as it was logged (docs/rooms/exchange.md)."""

from dataclasses import dataclass

from comity.exchange import verify_rows
from comity.exchange.identity import me
from comity.exchange.ledger import Fault, Ledger
from comity.exchange.models import Blob, Checkpoint, LogEntry, LogHead, LogTile
from comity.exchange.snapshot import snapshot
from comity.exchange.wire import checkpoint as wire_checkpoint
from comity.exchange.wire import tlog
from comity.lib.errors import ComityError


@dataclass(frozen=True)
class LogReport:
    """``entries`` were read; each fault says where and what."""

    ok: bool
    entries: int
    faults: tuple[Fault, ...]


def verify_log() -> LogReport:
    """Check the tree, its tiles and checkpoints, and every stored thing against its entry, then the files.

    Reads one snapshot of the tables; nothing is changed, and writers are not held up.
    """
    ledger = Ledger()
    with snapshot():
        tree = _read_entries(ledger)
        roots_hold = _check_checkpoints(ledger, tree)
        _check_tiles(ledger, tree, entries_hold=roots_hold)
        verify_rows.check(ledger)
        verify_rows.check_missing(ledger)
        blobs = list(Blob.objects.filter(state=Blob.COMPLETE).order_by("pk").values_list("pk", flat=True))
    for blob in blobs:
        verify_rows.check_file(ledger, blob)
    return LogReport(not ledger.faults, len(ledger.entries), tuple(ledger.faults))


class _Tree:
    """The tiles as they must be, computed from the entries alone."""

    def __init__(self, leaves: list[bytes]) -> None:
        self.size = len(leaves)
        self.tiles: dict[tuple[int, int], bytes] = {}
        self.tiles = tlog.append(leaves, 0, self)

    def read(self, level: int, index: int) -> bytes:
        return self.tiles.get((level, index), b"")


def _read_entries(ledger: Ledger) -> _Tree:
    leaves: list[bytes] = []
    for row in LogEntry.objects.order_by("index").iterator(chunk_size=500):
        while len(leaves) < row.index:
            ledger.fault(f"log entry {len(leaves)}", "it is missing")
            ledger.add("", "", "")
            leaves.append(bytes(32))
        raw = bytes(row.entry)
        leaves.append(tlog.leaf_hash(raw))
        try:
            told = tlog.read_entry(raw)
        except ComityError as error:
            ledger.fault(f"log entry {row.index}", error.sentence)
            ledger.add(row.kind, row.name, row.sha256)
            continue
        if (told.kind, told.name, told.sha256, told.at) != (row.kind, row.name, row.sha256, _whole(row)):
            ledger.fault(f"log entry {row.index}", "its columns differ from its bytes")
        ledger.add(told.kind, told.name, told.sha256)
    size = LogHead.objects.filter(pk=1).values_list("size", flat=True).first() or 0
    if size != len(leaves):
        ledger.fault("log", f"it should have {size} entries and has {len(leaves)}")
    return _Tree(leaves)


def _whole(row: LogEntry) -> object:
    return row.at.replace(microsecond=0)


def _check_checkpoints(ledger: Ledger, tree: _Tree) -> int:
    """Returns the size of the largest checkpoint that the entries agree with."""
    origin, holds = wire_checkpoint.origin_of(me().authority), 0
    for row in Checkpoint.objects.order_by("size"):
        where = f"checkpoint {row.size}"
        try:
            told = wire_checkpoint.read(bytes(row.note), origin, me().keys.public)
        except ComityError as error:
            ledger.fault(where, error.sentence)
            continue
        if told.size != row.size:
            ledger.fault(where, f"it is signed for {told.size} entries")
        elif told.size > tree.size:
            ledger.fault(where, f"it is signed for {told.size} entries, but the log has {tree.size}")
        elif tlog.root(told.size, tree) != told.root:
            ledger.fault(where, "the entries before it lead to another root: one was changed, added or removed")
        else:
            holds = told.size
    return holds


def _check_tiles(ledger: Ledger, tree: _Tree, *, entries_hold: int) -> None:
    """Compare stored tiles with those computed.

    :param entries_hold: up to here a signed checkpoint vouches for the entries, so that a difference is the tile's.
    """
    left = dict(tree.tiles)
    for row in LogTile.objects.order_by("level", "index").iterator(chunk_size=100):
        expected, stored = left.pop((row.level, row.index), b""), bytes(row.hashes)
        if expected == stored:
            continue
        if row.level == 0 and len(expected) == len(stored):
            _name_entries(ledger, row.index, expected, stored, entries_hold)
        else:
            ledger.fault(f"log tile {row.level}/{row.index}", "its hashes are not those of the entries below it")
    for level, index in sorted(left):
        ledger.fault(f"log tile {level}/{index}", "it is missing")


def _name_entries(ledger: Ledger, tile: int, expected: bytes, stored: bytes, entries_hold: int) -> None:
    for n in range(len(stored) // tlog.HASH):
        at = slice(n * tlog.HASH, (n + 1) * tlog.HASH)
        index = tile * tlog.WIDTH + n
        if expected[at] == stored[at]:
            continue
        if index < entries_hold:
            ledger.fault(
                f"log tile 0/{tile}", f"its hash of entry {index} was changed; a checkpoint vouches for the entry"
            )
        else:
            ledger.fault(f"log entry {index}", "its bytes do not have the hash that the tree holds")
