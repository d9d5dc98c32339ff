"""What a node under fire does: sends numbered test acts, counts the effect of those that arrive, answers questions.

Runs inside the nodes. The tables have no constraint that could hide a doubled effect.
"""

import hashlib
import io
import random
import threading
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from comity.exchange import actions, queries
from comity.exchange.wire.signed import Signed
from comity.lib import clock

KIND = "comity-test/1"
TABLES = (
    "CREATE TABLE chaos_sent (n integer, act text, raw blob)",
    "CREATE TABLE chaos_effect (n integer, act text, sender text, raw blob)",
    "CREATE TABLE chaos_blob (blob text, key blob, sha256 text, sender text)",
)
BLOB_EVERY = 20
BLOB_SIZES = (0, 70_000, 9_000_000)


def make_tables() -> None:
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(table)


def _rows(query: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall()


def _do(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def receive(acts: Sequence[Signed], sender: str, at: datetime) -> list[None]:
    """The handler of test acts."""
    return [_receive(one.raw, one.body, sender, at) for one in acts]


def _receive(raw: bytes, body: dict[str, Any], sender: str, at: datetime) -> None:
    act = hashlib.sha256(raw).hexdigest()
    _do("INSERT INTO chaos_effect VALUES (%s, %s, %s, %s)", body["n"], act, sender, raw)
    actions.record("act", act, raw, at)
    if blob := body.get("blob"):
        _do(
            "INSERT INTO chaos_blob VALUES (%s, %s, %s, %s)",
            blob["id"],
            bytes.fromhex(blob["key"]),
            blob["sha256"],
            sender,
        )
        actions.expect_blob(blob["id"], from_peer=sender, at=at)


def stored(name: str) -> bytes | None:
    rows = _rows(
        "SELECT raw FROM chaos_sent WHERE act = %s UNION SELECT raw FROM chaos_effect WHERE act = %s", name, name
    )
    return bytes(rows[0][0]) if rows else None


def send(n: int, blob_size: int | None = None) -> None:
    """One act to every peer, with everything that belongs to it in one transaction."""
    at = clock.now()
    body: dict[str, Any] = {"n": n, "by": settings.COMITY.authority, "at": clock.stamp(at)}
    blobs = []
    if blob_size is not None:
        ref = actions.store_blob(io.BytesIO(random.Random(n).randbytes(blob_size)), at=at)
        body["blob"] = {"id": ref.id, "key": ref.key.hex(), "sha256": ref.sha256}
        blobs = [ref.id]
    signed = actions.sign(KIND, body, at=at)
    act = hashlib.sha256(signed.raw).hexdigest()
    with transaction.atomic():
        actions.record("act", act, signed.raw, at)
        _do("INSERT INTO chaos_sent VALUES (%s, %s, %s)", n, act, signed.raw)
        actions.enqueue(signed.raw, act=signed.id, to=[peer.authority for peer in queries.peers()], blobs=blobs, at=at)


def drive(allowed: Path, stop: threading.Event) -> None:
    """Send acts up to the number that the file allows; goes on after a kill where the committed ones end."""
    try:
        n = _rows("SELECT coalesce(max(n), 0) FROM chaos_sent")[0][0]
        while not stop.is_set():
            if n >= int(allowed.read_text() or 0):
                time.sleep(0.01)
                continue
            n += 1
            send(n, blob_size=BLOB_SIZES[n // BLOB_EVERY % len(BLOB_SIZES)] if n % BLOB_EVERY == 0 else None)
    finally:
        connection.close()


# Questions of the test


def progress() -> dict[str, Any]:
    totals = queries.totals()
    incoming = _rows("SELECT count(*) FROM exchange_blob WHERE state <> 'complete'")[0][0]
    outgoing = _rows("SELECT count(*) FROM exchange_blobtransfer WHERE direction = 'out' AND state = 'waiting'")[0][0]
    return {
        "sent": _rows("SELECT count(*) FROM chaos_sent")[0][0],
        "effects": _rows("SELECT count(*) FROM chaos_effect")[0][0],
        "waiting": totals.waiting, "refused": totals.refused, "delivered": totals.delivered,
        "blobs_waiting": incoming + outgoing,
        "channels": {
            one.peer: {"waiting": one.waiting, "waiting_on": one.waiting_on, "alarm": one.alarm}
            for one in queries.overview()
        },
    }  # fmt: skip


def account() -> dict[str, Any]:
    """What was sent and what had effect, as digests, with everything that came more than once."""
    doubled = _rows("SELECT act, sender, count(*) FROM chaos_effect GROUP BY act, sender HAVING count(*) > 1")
    senders = [row[0] for row in _rows("SELECT DISTINCT sender FROM chaos_effect ORDER BY sender")]
    return {
        "sent": _digest(_rows("SELECT n, act FROM chaos_sent ORDER BY n, act")),
        "received": {
            sender: _digest(_rows("SELECT n, act FROM chaos_effect WHERE sender = %s ORDER BY n, act", sender))
            for sender in senders
        },
        "doubled": [list(row) for row in doubled],
        "blobs": sum(_opens(*row) for row in _rows("SELECT blob, key, sha256 FROM chaos_blob")),
    }


def _digest(rows: list[tuple[Any, ...]]) -> dict[str, Any]:
    return {"acts": len(rows), "digest": hashlib.sha256(repr(rows).encode()).hexdigest()}


def _opens(blob: str, key: bytes, sha256: str) -> int:
    for _ in queries.open_blob(blob, bytes(key), sha256=sha256):
        pass
    return 1


def verify() -> dict[str, Any]:
    report = queries.verify_log()
    return {"ok": report.ok, "entries": report.entries, "faults": [[f.where, f.says] for f in report.faults]}


def set_up() -> str:
    """Tables and keys of a fresh node; its card."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    make_tables()
    actions.make_keys()
    return queries.own_card(at=clock.now()).raw.decode()


def pin(cards: list[str]) -> None:
    from comity.exchange.wire import card

    for raw in cards:
        actions.add_peer(raw.encode(), fingerprint=card.read(raw.encode()).fingerprint, by="chaos", at=clock.now())
