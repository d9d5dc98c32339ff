"""Bodies of requests, received at their place: from the socket into one buffer, which the view reads without a copy.

waitress gathers a body from many small pieces and copies it twice more until the view has it; for chunks of files
that costs more than their SHA-256.
"""

import io
import threading
from typing import Any

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.receiver import FixedStreamReceiver

from comity.exchange.wire.blob import CHUNK, TAG

LARGEST = CHUNK + TAG
SMALLEST = 64 * 1024
KEPT = 8  # buffers that wait for the next chunk: touching fresh memory costs as much as filling it


class _Buffers:
    """Buffers of the size of a chunk, used again."""

    def __init__(self) -> None:
        self._free: list[bytearray] = []
        self._guard = threading.Lock()

    def take(self) -> bytearray:
        with self._guard:
            return self._free.pop() if self._free else bytearray(LARGEST)

    def give_back(self, buffer: bytearray) -> None:
        with self._guard:
            if len(self._free) < KEPT:
                self._free.append(buffer)


_buffers = _Buffers()


class Body(io.RawIOBase):
    """What the view reads. ``in_place`` is the whole body, valid until the request is answered."""

    def __init__(self, content: memoryview) -> None:
        super().__init__()
        self._content = content
        self._at = 0

    def in_place(self) -> memoryview:
        """The whole body, without a copy. Nobody may keep it beyond the answer."""
        return self._content

    def end(self) -> None:
        """The request was answered, and its buffer belongs to another one now."""
        self._content = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, target: Any, /) -> int:
        view = memoryview(target).cast("B")
        part = self._content[self._at : self._at + len(view)]
        view[: len(part)] = part
        self._at += len(part)
        return len(part)

    def readline(self, size: int | None = -1, /) -> bytes:
        """One line; the base class would read it byte by byte."""
        rest = bytes(self._content[self._at :])
        end = rest.find(b"\n") + 1 or len(rest)
        line = rest[: end if size is None or size < 0 else min(end, size)]
        self._at += len(line)
        return line


class Place:
    """Takes a body of known length, as waitress' ``FixedStreamReceiver`` does."""

    error = None

    def __init__(self, size: int) -> None:
        self.size = size
        self.got = 0
        self._buffer: bytearray | None = _buffers.take()
        self._view = memoryview(self._buffer)[:size]
        self._body: Body | None = None

    def __len__(self) -> int:
        return self.got

    @property
    def completed(self) -> bool:
        return self.got == self.size

    def rest(self) -> memoryview:
        """Where the next bytes belong."""
        return self._view[self.got :]

    def received(self, data: bytes | memoryview) -> int:
        """Count what came; bytes that ``rest`` has not received already are copied there."""
        count = min(len(data), self.size - self.got)
        if not (isinstance(data, memoryview) and data.obj is self._buffer):
            self._view[self.got : self.got + count] = data[:count]
        self.got += count
        return count

    def getfile(self) -> Body:
        self._body = self._body or Body(self._view[: self.got])
        return self._body

    def getbuf(self) -> "Place":
        return self

    def close(self) -> None:
        """The request was answered."""
        if self._body is not None:
            self._body.end()
        if self._buffer is not None:
            _buffers.give_back(self._buffer)
            self._buffer = None


class Parser(HTTPRequestParser):
    """Gives bodies of about the size of a chunk their place."""

    body_rcv: Any

    def parse_header(self, header_plus: bytes) -> None:
        super().parse_header(header_plus)  # type: ignore[no-untyped-call] # waitress has no annotations
        if isinstance(self.body_rcv, FixedStreamReceiver) and SMALLEST <= self.content_length <= LARGEST:
            self.body_rcv = Place(self.content_length)


class Channel(HTTPChannel):
    """A connection that receives into the place of a body, once its headers are read."""

    parser_class = Parser
    request: Parser | None
    socket: Any

    def recv(self, size: int) -> bytes | memoryview:
        place = None if self.request is None else self.request.body_rcv
        if not isinstance(place, Place):
            data: bytes = super().recv(size)  # type: ignore[no-untyped-call]
            return data
        rest = place.rest()
        try:
            count = self.socket.recv_into(rest)
        except ConnectionError:
            count = 0
        if not count:
            self.handle_close()  # type: ignore[no-untyped-call]
        return rest[:count]
