"""The log in its tables: append, head, checkpoint, proof. The arithmetic is wire.tlog's."""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from comity.exchange.identity import me
from comity.exchange.models import Checkpoint, LogEntry, LogHead, LogTile
from comity.exchange.wire import checkpoint as wire_checkpoint
from comity.exchange.wire import tlog
from comity.lib.errors import BadInput


class NotInLog(BadInput):
    code = "exchange.not-in-log"
    says = "The log has no entry of kind {kind} named {name}."
    next_step = "Look through the entries with 'comity log entries'."


@dataclass(frozen=True)
class Item:
    """What to log: ``sha256`` (hex) is of the bytes that the entry stands for."""

    kind: str
    name: str
    sha256: str


class Rows:
    """The tiles as wire.tlog reads them."""

    def read(self, level: int, index: int) -> bytes:
        row = LogTile.objects.filter(level=level, index=index).values_list("hashes", flat=True).first()
        return bytes(row) if row is not None else b""


def sha256(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def lock() -> int:
    """Wait for our turn to append, until this transaction ends; returns the size of the log.

    Who also locks rows of its own calls this first, so that no two transactions wait for each other.
    """
    head = LogHead.objects.select_for_update().filter(pk=1).first()
    if head is None:
        LogHead.objects.get_or_create(pk=1)
        head = LogHead.objects.select_for_update().get(pk=1)
    return head.size


@transaction.atomic
def append(items: Sequence[Item], *, at: datetime) -> list[int]:
    """Append entries in the caller's transaction; returns their indices."""
    if not items:
        return []
    size = lock()
    rows = [_entry(item, size + n, at) for n, item in enumerate(items)]
    changed = tlog.append([tlog.leaf_hash(bytes(row.entry)) for row in rows], size, Rows())
    LogEntry.objects.bulk_create(rows)
    LogTile.objects.bulk_create(
        [LogTile(level=level, index=index, hashes=hashes) for (level, index), hashes in changed.items()],
        update_conflicts=True, unique_fields=["level", "index"], update_fields=["hashes"],
    )  # fmt: skip
    LogHead.objects.filter(pk=1).update(size=size + len(rows))
    return [row.index for row in rows]


def _entry(item: Item, index: int, at: datetime) -> LogEntry:
    raw = tlog.entry(item.kind, item.name, item.sha256, at)
    return LogEntry(index=index, kind=item.kind, name=item.name, sha256=item.sha256, at=at, entry=raw)


@transaction.atomic
def checkpoint(*, at: datetime) -> bytes:
    """The signed head of the log as it stands; signed once for each size."""
    size = lock()
    kept = Checkpoint.objects.filter(pk=size).first()
    if kept is None:
        origin = wire_checkpoint.origin_of(me().authority)
        note = wire_checkpoint.sign(origin, size, tlog.root(size, Rows()), me().keys).raw
        kept = Checkpoint.objects.create(size=size, note=note, at=at)
    return bytes(kept.note)


@transaction.atomic
def prove(kind: str, name: str, *, at: datetime) -> dict[str, Any]:
    """That the log holds an entry: the entry, its place, the hashes up to the root, and the signed checkpoint.

    ``{"index","size","entry","leaf_hash","proof":[...],"checkpoint"}``; hashes in base64, the entry as its exact text.

    :raises NotInLog: there is no such entry.
    """
    row = LogEntry.objects.filter(kind=kind, name=name).order_by("index").first()
    if row is None:
        raise NotInLog(kind=kind, name=name)
    note = checkpoint(at=at)
    size = lock()
    proof = tlog.inclusion_proof(row.index, size, Rows())
    return {
        "index": row.index,
        "size": size,
        "entry": bytes(row.entry).decode(),
        "leaf_hash": _text(tlog.leaf_hash(bytes(row.entry))),
        "proof": [_text(step) for step in proof],
        "checkpoint": note.decode(),
    }


def _text(hash_: bytes) -> str:
    return base64.b64encode(hash_).decode()
