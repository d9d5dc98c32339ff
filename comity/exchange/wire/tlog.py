"""The log's Merkle tree (RFC 9162 section 2.1) in tiles of 256 hashes (C2SP tlog-tiles): docs/spec/log.md.

All functions are pure: they read hashes through ``Tiles`` and answer with hashes, proofs or changed tiles.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Protocol

from pydantic import Field

from comity.exchange.wire.strict import Hex, Malformed, Stamp, Strict, body, moment, read_object
from comity.lib import clock
from comity.lib.canonical import canonical
from comity.lib.errors import BadInput, ComityError

HASH = 32
WIDTH = 256  # hashes in a full tile
HEIGHT = 8  # levels of the tree that one tile stands for
EMPTY = hashlib.sha256(b"").digest()
ENTRY_LIMIT = 4096


class NotAnEntry(BadInput):
    code = "wire.not-an-entry"
    says = "This is not an entry of the log: {why}."
    next_step = "Run 'comity log verify'."


class TileShort(ComityError):
    code = "wire.tile-short"
    says = "Tile {index} of level {level} has {has} hashes where {needs} are needed."
    next_step = "The log's tiles were cut or lost: restore the backup and run 'comity log verify'."


class BadProof(BadInput):
    code = "wire.bad-proof"
    says = "The proof does not hold: {why}."
    next_step = "Do not rely on it. Ask for checkpoint and proof again; keep both if they still disagree."


class Tiles(Protocol):
    """Where the hashes are kept."""

    def read(self, level: int, index: int) -> bytes:
        """The hashes of a tile in a row, at least as many as were written; empty when there is none."""
        ...


class _EntryBody(Strict):
    kind: Annotated[str, Field(pattern=r"\A[a-z][a-z-]{0,39}\z")]
    name: Annotated[str, Field(min_length=1, max_length=300)]
    sha256: Hex
    at: Stamp


@dataclass(frozen=True)
class Entry:
    """One line of the log: the hash of some bytes, what they are, and when we had them."""

    kind: str
    name: str
    sha256: str
    at: datetime


def entry(kind: str, name: str, sha256: str, at: datetime) -> bytes:
    """The canonical bytes of an entry.

    :raises NotAnEntry: a field is malformed.
    """
    raw = canonical({"kind": kind, "name": name, "sha256": sha256, "at": clock.stamp(at)})
    read_entry(raw)
    return raw


def read_entry(raw: bytes) -> Entry:
    """:raises NotAnEntry: malformed."""
    try:
        told = body(_EntryBody, read_object(raw, ENTRY_LIMIT, "the entry"), "the entry")
        return Entry(told.kind, told.name, told.sha256, moment(told.at, "at"))
    except Malformed as error:
        raise NotAnEntry(why=error.sentence.rstrip(".")) from None


def leaf_hash(raw: bytes) -> bytes:
    """RFC 9162 section 2.1.1: leaves and nodes are hashed apart, so that neither passes for the other."""
    return hashlib.sha256(b"\x00" + raw).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def append(leaf_hashes: Sequence[bytes], size: int, tiles: Tiles) -> dict[tuple[int, int], bytes]:
    """The tiles that change when leaves are added to a log of ``size``: {(level, index): all its hashes}.

    A full tile is never changed again; its root becomes one hash in the tile above.

    :raises TileShort: the last tile does not hold what ``size`` says.
    """
    changed: dict[tuple[int, int], bytes] = {}
    level, count, added = 0, size, b"".join(leaf_hashes)
    while added:
        first, filled = divmod(count, WIDTH)
        row = _read(tiles, level, first, filled) + added
        full = []
        for start in range(0, len(row), WIDTH * HASH):
            tile = row[start : start + WIDTH * HASH]
            changed[level, first + start // (WIDTH * HASH)] = tile
            if len(tile) == WIDTH * HASH:
                full.append(_fold(tile))
        level, count, added = level + 1, count // WIDTH, b"".join(full)
    return changed


def root(size: int, tiles: Tiles) -> bytes:
    """The root of the first ``size`` leaves; older sizes work as well.

    :raises TileShort: a tile does not hold what the size needs.
    """
    return EMPTY if size == 0 else _range(0, size, _Memory(tiles))


def inclusion_proof(index: int, size: int, tiles: Tiles) -> list[bytes]:
    """RFC 9162 section 2.1.3.1.

    :raises ValueError: there is no such leaf in a log of that size.
    :raises TileShort: a tile does not hold what the size needs.
    """
    if not 0 <= index < size:
        raise ValueError(f"there is no leaf {index} among {size}")
    return _path(index, 0, size, _Memory(tiles))


def consistency_proof(old: int, new: int, tiles: Tiles) -> list[bytes]:
    """RFC 9162 section 2.1.4.1; empty when there is nothing to prove (``old`` is 0 or equals ``new``).

    :raises ValueError: ``old`` is larger than ``new``.
    :raises TileShort: a tile does not hold what the size needs.
    """
    if not 0 <= old <= new:
        raise ValueError(f"a log of {new} does not continue one of {old}")
    return [] if old in (0, new) else _subproof(old, 0, new, True, _Memory(tiles))


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """RFC 9162 section 2.1.3.2.

    :raises BadProof: the leaf is not at that place of the tree with that root.
    """
    if not 0 <= index < size:
        raise BadProof(why=f"there is no leaf {index} among {size}")
    place, last, found = index, size - 1, leaf
    for step in proof:
        if last == 0:
            raise BadProof(why="it is too long")
        if place & 1 or place == last:
            found = node_hash(step, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, step)
        place, last = place >> 1, last >> 1
    if last != 0:
        raise BadProof(why="it is too short")
    if found != root:
        raise BadProof(why="it leads to another root")


def verify_consistency(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> None:
    """RFC 9162 section 2.1.4.2: the new log begins with the old one; nothing was changed or removed.

    :raises BadProof: it does not.
    """
    if not 0 <= old <= new:
        raise BadProof(why=f"a log of {new} does not continue one of {old}")
    if old in (0, new):
        if proof:
            raise BadProof(why="it is too long")
        if (old == 0 and old_root != EMPTY) or (old == new and old_root != new_root):
            raise BadProof(why="it leads to another root")
        return
    steps = list(proof)
    if old & (old - 1) == 0:
        steps.insert(0, old_root)
    _climb(old - 1, new - 1, steps, old_root, new_root)


def _climb(place: int, last: int, steps: Sequence[bytes], old_root: bytes, new_root: bytes) -> None:
    if not steps:
        raise BadProof(why="it is too short")
    while place & 1:
        place, last = place >> 1, last >> 1
    before = after = steps[0]
    for step in steps[1:]:
        if last == 0:
            raise BadProof(why="it is too long")
        if place & 1 or place == last:
            before, after = node_hash(step, before), node_hash(step, after)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            after = node_hash(after, step)
        place, last = place >> 1, last >> 1
    if last != 0:
        raise BadProof(why="it is too short")
    if before != old_root or after != new_root:
        raise BadProof(why="it leads to another root")


class _Memory:
    """Reads each tile once per question; neighbouring nodes stand in the same tile."""

    def __init__(self, tiles: Tiles) -> None:
        self.tiles = tiles
        self.seen: dict[tuple[int, int], bytes] = {}

    def read(self, level: int, index: int) -> bytes:
        if (level, index) not in self.seen:
            self.seen[level, index] = self.tiles.read(level, index)
        return self.seen[level, index]


def _read(tiles: Tiles, level: int, index: int, count: int) -> bytes:
    """The first ``count`` hashes of a tile; a later, fuller tile begins with the same ones."""
    if count == 0:
        return b""
    row = tiles.read(level, index)
    if len(row) < count * HASH:
        raise TileShort(level=level, index=index, has=len(row) // HASH, needs=count)
    return row[: count * HASH]


def _fold(row: bytes) -> bytes:
    """The root of a row of hashes whose number is a power of two."""
    hashes = [row[at : at + HASH] for at in range(0, len(row), HASH)]
    while len(hashes) > 1:
        hashes = [node_hash(hashes[at], hashes[at + 1]) for at in range(0, len(hashes), 2)]
    return hashes[0]


def _node(height: int, index: int, tiles: Tiles) -> bytes:
    """The root of the ``index``-th complete subtree with 2^height leaves."""
    level, within = divmod(height, HEIGHT)
    tile, start = divmod(index << within, WIDTH)
    end = start + (1 << within)
    return _fold(_read(tiles, level, tile, end)[start * HASH :])


def _split(count: int) -> int:
    """The largest power of two smaller than ``count``."""
    return int(1 << ((count - 1).bit_length() - 1))


def _range(low: int, high: int, tiles: Tiles) -> bytes:
    """MTH of the leaves from ``low`` up to ``high``; ``low`` is a multiple of every power of two needed."""
    count = high - low
    if count & (count - 1) == 0:
        return _node(count.bit_length() - 1, low // count, tiles)
    middle = low + _split(count)
    return node_hash(_range(low, middle, tiles), _range(middle, high, tiles))


def _path(index: int, low: int, high: int, tiles: Tiles) -> list[bytes]:
    if high - low == 1:
        return []
    middle = low + _split(high - low)
    if index < middle:
        return [*_path(index, low, middle, tiles), _range(middle, high, tiles)]
    return [*_path(index, middle, high, tiles), _range(low, middle, tiles)]


def _subproof(old: int, low: int, high: int, whole: bool, tiles: Tiles) -> list[bytes]:
    if old == high:
        return [] if whole else [_range(low, high, tiles)]
    middle = low + _split(high - low)
    if old <= middle:
        return [*_subproof(old, low, middle, whole, tiles), _range(middle, high, tiles)]
    return [*_subproof(old, middle, high, False, tiles), _range(low, middle, tiles)]
