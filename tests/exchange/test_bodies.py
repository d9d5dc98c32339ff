"""Bodies at their place: the bytes of this request and of no other, however they come in."""

import hashlib
import os
import socket
import threading
import time

import pytest

from comity.exchange.bodies import LARGEST, SMALLEST, Body, Place
from comity.exchange.server import Server


def app(environ, start_response):
    given = environ["wsgi.input"]
    body = bytes(given.in_place()) if isinstance(given, Body) else given.read()
    told = f"{type(given).__name__} {len(body)} {hashlib.sha256(body).hexdigest()}".encode()
    start_response("200 OK", [("Content-Length", str(len(told)))])
    return [told]


@pytest.fixture
def server():
    stop = threading.Event()
    one = Server(app, "127.0.0.1:0", stop, worker=False, threads=2)
    thread = threading.Thread(target=one.run, daemon=True)
    thread.start()
    yield one
    stop.set()
    thread.join(5)


@pytest.fixture
def line(server):
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as one:
        yield one


def request(body: bytes) -> bytes:
    return b"PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(body) + body


def answers(line: socket.socket, count: int) -> list[str]:
    """The bodies of so many answers."""
    with line.makefile("rb") as read:
        told = []
        for _ in range(count):
            size = 0
            while (header := read.readline()) not in (b"\r\n", b""):
                name, _, value = header.partition(b":")
                size = int(value) if name.lower() == b"content-length" else size
            told.append(read.read(size).decode())
        return told


def seen(body: bytes, kind: str = "Body") -> str:
    return f"{kind} {len(body)} {hashlib.sha256(body).hexdigest()}"


class TestABody:
    @pytest.mark.parametrize("size", [SMALLEST, SMALLEST + 1, LARGEST - 1, LARGEST])
    def test_of_about_a_chunk_is_read_at_its_place(self, line, size):
        body = os.urandom(size)
        line.sendall(request(body))
        assert answers(line, 1) == [seen(body)]

    @pytest.mark.parametrize("size", [1, SMALLEST - 1, LARGEST + 1])
    def test_of_another_size_goes_the_common_way(self, line, size):
        body = os.urandom(size)
        line.sendall(request(body))
        [told] = answers(line, 1)
        assert told.split()[1:] == seen(body).split()[1:]
        assert not told.startswith("Body ")

    def test_may_come_in_pieces(self, line):
        body = os.urandom(SMALLEST + 77)
        raw = request(body)
        for start, end in ((0, 20), (20, 90), (90, 40_000), (40_000, len(raw) - 1), (len(raw) - 1, len(raw))):
            line.sendall(raw[start:end])
            time.sleep(0.02)
        assert answers(line, 1) == [seen(body)]

    def test_shows_nothing_of_the_one_before(self, line):
        for size in (LARGEST, SMALLEST, LARGEST - 5):
            body = os.urandom(size)
            line.sendall(request(body))
            assert answers(line, 1) == [seen(body)]

    def test_ends_where_the_next_request_begins(self, line):
        first, second = os.urandom(SMALLEST), os.urandom(SMALLEST + 9)
        threading.Thread(target=line.sendall, args=(request(first) + request(second) + request(b"end"),)).start()
        assert answers(line, 3) == [seen(first), seen(second), seen(b"end", "BytesIO")]

    def test_that_breaks_off_harms_no_other(self, server, line):
        with socket.create_connection(("127.0.0.1", server.port)) as broken:
            broken.sendall(request(bytes(LARGEST))[: SMALLEST * 2])
        body = os.urandom(LARGEST)
        line.sendall(request(body))
        assert answers(line, 1) == [seen(body)]


class TestReading:
    @pytest.fixture
    def place(self):
        place = Place(14)
        assert place.received(b"one\ntwo\nthree!and the next request") == 14
        assert place.completed
        return place

    def test_works_as_with_any_file(self, place):
        body = place.getfile()
        assert body.readline() == b"one\n"
        assert body.readline(2) == b"tw"
        assert body.read(3) == b"o\nt"
        assert body.read() == b"hree!"
        assert body.read() == body.readline() == b""

    def test_after_the_answer_finds_nothing(self, place):
        body = place.getfile()
        place.close()
        place.close()
        assert body.read() == b""
        assert bytes(body.in_place()) == b""
