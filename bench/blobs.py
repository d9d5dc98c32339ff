"""An exhibit from a plain file at one node to a verified, durable file at another, over HTTP on this machine.

The limit: AES-256-GCM over the same bytes in memory, plus one local copy of the file that is as durable (fsync).
"""

import os
import secrets
import tempfile
import time
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bench import pair
from bench.figures import Figure, answer, median_seconds
from comity.demo import exhibit

SIZE = 256 * 1024 * 1024
PIECE = 4 * 1024 * 1024
RUNS = 5


def run() -> dict[str, Any]:
    """Bytes per second of both, in MB/s."""
    with tempfile.TemporaryDirectory(prefix="comity-bench-") as folder:
        source = Path(folder) / "statement.csv"
        with source.open("wb") as out:
            for block in exhibit.statement(SIZE):
                out.write(block)
        with pair.sender_and_receiver(Path(folder), "sqlite") as sender:
            ours = sorted(sender.ask("blob", file=str(source))["seconds"] for _ in range(RUNS))[RUNS // 2]
        sealing = median_seconds(lambda: encrypt(source.read_bytes()), times=3) - median_seconds(
            source.read_bytes, times=3
        )
        copying = median_seconds(lambda: copy(source, Path(folder) / "copy"), times=RUNS)
    limit = sealing + copying
    megabytes = SIZE / 1e6
    return answer("blobs", [Figure("exhibit, end to end", megabytes / ours, megabytes / limit, "MB/s")])


def encrypt(content: bytes) -> None:
    """AES-256-GCM in pieces, in memory."""
    cipher = AESGCM(secrets.token_bytes(32))
    view = memoryview(content)
    for number, start in enumerate(range(0, len(view), PIECE)):
        cipher.encrypt(number.to_bytes(12, "big"), view[start : start + PIECE], None)


def copy(source: Path, target: Path) -> float:
    """A local copy, read and written through the page cache and then made durable."""
    started = time.perf_counter()
    with source.open("rb", buffering=0) as read, target.open("wb", buffering=0) as write:
        while piece := read.read(PIECE):
            write.write(piece)
        os.fsync(write.fileno())
    return time.perf_counter() - started
