"""An exhibit from a plain file at one node to a verified, durable file at another, over HTTP on this machine.

The limit: AES-256-GCM over the same bytes in memory, plus one local copy of the file that is as durable (fsync).
"""

import os
import secrets
import statistics
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bench import pair
from bench.figures import Figure, answer
from comity.demo import exhibit

SIZE = 256 * 1024 * 1024
PIECE = 4 * 1024 * 1024
RUNS = 7


@dataclass(frozen=True)
class Run:
    """Seconds of the clock for ours, its two parts and the limit; seconds of processor of both sides."""

    total: float
    sealing: float
    carrying: float
    limit: float
    sender_cpu: float
    receiver_cpu: float
    limit_cpu: float


def run() -> dict[str, Any]:
    """MB/s of both, with the two parts of ours, and what a GB costs each side's processor."""
    with tempfile.TemporaryDirectory(prefix="comity-bench-") as folder:
        source = Path(folder) / "statement.csv"
        with source.open("wb") as out:
            for block in exhibit.statement(SIZE):
                out.write(block)
        with pair.sender_and_receiver(Path(folder), "sqlite") as sender:
            one_run(sender, source)  # warms both sides; not counted
            runs = [one_run(sender, source) for _ in range(RUNS)]
    middle = Run(*(statistics.median(column) for column in zip(*(asdict(one).values() for one in runs), strict=True)))
    ratios = sorted(one.limit / one.total for one in runs)
    figures = [
        rate("exhibit, end to end", middle.total, middle.limit),
        rate("of this: sealing at the sender", middle.sealing, middle.limit),
        rate("of this: carrying to the receiver", middle.carrying, middle.limit),
        rate("by a second of the sender's processor", middle.sender_cpu, middle.limit_cpu),
        rate("by a second of the receiver's processor", middle.receiver_cpu, middle.limit_cpu),
    ]
    gigabytes = SIZE / 1e9
    return {
        **answer("blobs", figures),
        "ratios": [round(one, 3) for one in ratios],
        "cpu_seconds_per_gb": {
            "sender": round(middle.sender_cpu / gigabytes, 2),
            "receiver": round(middle.receiver_cpu / gigabytes, 2),
            "limit": round(middle.limit_cpu / gigabytes, 2),
        },
    }


def one_run(sender: pair.Sender, source: Path) -> Run:
    """Ours, and right after it the limit, so that both meet the machine in the same state."""
    [dossier] = sender.ask("prepare", dossiers=1)["dossiers"]
    before = sender.receiver_cpu()
    told = sender.ask("blob", dossier=dossier, file=str(source))
    receiver = sender.receiver_cpu() - before
    piece_by_piece, copied = encrypt(source), copy(source, source.with_suffix(".copy"))
    limit, limit_cpu = (one + other for one, other in zip(piece_by_piece, copied, strict=True))
    return Run(told["seconds"], told["sealing"], told["carrying"], limit, told["cpu"], receiver, limit_cpu)


def rate(what: str, seconds: float, limit: float) -> Figure:
    return Figure(what, SIZE / 1e6 / seconds if seconds else 0.0, SIZE / 1e6 / limit, "MB/s")


def encrypt(source: Path) -> tuple[float, float]:
    """AES-256-GCM in pieces, in memory; reading is not counted. Seconds of the clock and of the processor."""
    cipher = AESGCM(secrets.token_bytes(32))
    view = memoryview(source.read_bytes())
    started, used = time.perf_counter(), time.process_time()
    for number, start in enumerate(range(0, len(view), PIECE)):
        cipher.encrypt(number.to_bytes(12, "big"), view[start : start + PIECE], None)
    return time.perf_counter() - started, time.process_time() - used


def copy(source: Path, target: Path) -> tuple[float, float]:
    """A local copy, read and written through the page cache and then made durable."""
    started, used = time.perf_counter(), time.process_time()
    with source.open("rb", buffering=0) as read, target.open("wb", buffering=0) as write:
        while piece := read.read(PIECE):
            write.write(piece)
        os.fsync(write.fileno())
    return time.perf_counter() - started, time.process_time() - used
