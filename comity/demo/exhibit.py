"""A large exhibit: an invented bank statement, the same bytes at every run."""

import random
from collections.abc import Iterator
from io import RawIOBase

HEAD = b"day;account;amount;currency;description\r\n"
BLOCK = 1024 * 1024


def statement(size: int, *, seed: int = 20261123) -> Iterator[bytes]:
    """Yield ``size`` bytes of CSV in blocks of one mebibyte: invented movements on invented accounts."""
    chance = random.Random(seed)  # noqa: S311 - invented figures, not secrets
    rows = [
        f"2026-{month:02d}-{day:02d};NL00EXMP{chance.randrange(10**10):010d};"
        f"{chance.randrange(100, 9_000_000) / 100:>12.2f};EUR;invoice {chance.randrange(10**6):06d}\r\n"
        for month in range(1, 11)
        for day in range(1, 29)
        for _ in range(60)
    ]
    body = "".join(rows).encode()
    sent = 0
    while sent < size:
        # each block starts at another row, so that no two blocks are alike
        start = (sent * 7919) % len(body)
        block = HEAD + (body[start:] + body[:start])
        block = (block * (BLOCK // len(block) + 1))[: min(BLOCK, size - sent)]
        yield block
        sent += len(block)


class Stream(RawIOBase):
    """The statement as a file that can be read once."""

    def __init__(self, size: int) -> None:
        self._blocks = statement(size)
        self._left = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._left:
            block = next(self._blocks, None)
            if block is None:
                return 0
            self._left = block
        taken = min(len(buffer), len(self._left))
        buffer[:taken] = self._left[:taken]
        self._left = self._left[taken:]
        return taken
