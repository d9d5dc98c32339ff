"""The log in its tables: append, head, checkpoint, proof. The arithmetic is wire.tlog's."""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from comity.exchange.identity import me
from comity.exchange.models import Checkpoint, LogEntry, LogHead
from comity.exchange.wire import checkpoint as wire_checkpoint
from comity.exchange.wire import tlog
from comity.lib.errors import BadInput

# Everything that is sent or received is logged, several times: plain SQL costs a fifth of the ORM's time.
READ_HEAD = "SELECT size FROM exchange_loghead WHERE id = 1"
MOVE_HEAD = "UPDATE exchange_loghead SET size = %s WHERE id = 1"
READ_TILE = 'SELECT hashes FROM exchange_logtile WHERE level = %s AND "index" = %s'
PUT_TILE = (
    'INSERT INTO exchange_logtile (level, "index", hashes) VALUES (%s, %s, %s) '
    'ON CONFLICT (level, "index") DO UPDATE SET hashes = excluded.hashes'
)
PUT_ENTRY = 'INSERT INTO exchange_logentry ("index", kind, name, sha256, at, entry) VALUES (%s, %s, %s, %s, %s, %s)'


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
        with connection.cursor() as cursor:
            cursor.execute(READ_TILE, [level, index])
            row = cursor.fetchone()
        return bytes(row[0]) if row is not None else b""


def sha256(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def lock() -> int:
    """Wait for our turn to append, until this transaction ends; returns the size of the log.

    Who also locks rows of its own calls this first, so that no two transactions wait for each other.
    """
    wait = " FOR UPDATE" if connection.features.has_select_for_update else ""  # SQLite: the transaction is the lock
    with connection.cursor() as cursor:
        cursor.execute(READ_HEAD + wait)
        head = cursor.fetchone()
    if head is None:
        LogHead.objects.get_or_create(pk=1)
        return lock()
    return int(head[0])


def append(items: Sequence[Item], *, at: datetime) -> list[int]:
    """Append entries in the caller's transaction (or one of its own); returns their indices."""
    if not items:
        return []
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        size = lock()
        raws = [tlog.entry(item.kind, item.name, item.sha256, at) for item in items]
        changed = tlog.append([tlog.leaf_hash(raw) for raw in raws], size, Rows())
        moment = connection.ops.adapt_datetimefield_value(at)
        cursor.executemany(
            PUT_ENTRY,
            [
                (size + n, item.kind, item.name, item.sha256, moment, raw)
                for n, (item, raw) in enumerate(zip(items, raws, strict=True))
            ],
        )
        cursor.executemany(PUT_TILE, [(level, index, hashes) for (level, index), hashes in changed.items()])
        cursor.execute(MOVE_HEAD, [size + len(items)])
    return list(range(size, size + len(items)))


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
