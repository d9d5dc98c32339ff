"""The server: answers at once, takes large bodies, and ends when it is told to."""

import threading
import time
from dataclasses import replace

import httpx
import pytest

from comity.exchange import server
from comity.exchange.server import Server


def app(environ, start_response):
    size = int(environ.get("CONTENT_LENGTH") or 0)
    body = str(len(environ["wsgi.input"].read(size))).encode()
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body]


@pytest.fixture
def running():
    stop = threading.Event()
    one = Server(app, "127.0.0.1:0", stop, worker=False, threads=2)
    thread = threading.Thread(target=one.run, daemon=True)
    thread.start()
    yield one, stop, thread
    stop.set()
    thread.join(5)


class TestTheServer:
    def test_takes_a_chunk_of_a_file_and_more(self, running):
        one, _, _ = running
        for size in (0, 4 * 1024 * 1024 + 16, 25 * 1024 * 1024):
            answer = httpx.put(f"http://127.0.0.1:{one.port}/", content=bytes(size), trust_env=False)
            assert answer.text == str(size)

    def test_ends_soon_after_it_is_told(self, running):
        one, stop, thread = running
        address, began = f"http://127.0.0.1:{one.port}/", time.monotonic()
        stop.set()
        thread.join(5)
        assert not thread.is_alive()
        assert time.monotonic() - began < 3
        with pytest.raises(httpx.ConnectError):
            httpx.get(address, trust_env=False)

    def test_ends_its_worker_too(self, monkeypatch):
        seen: list[str] = []

        class Worker:
            def __init__(self, stop: threading.Event) -> None:
                self.stop = stop

            def start(self) -> threading.Thread:
                thread = threading.Thread(target=lambda: (self.stop.wait(5), seen.append("ended")))
                thread.start()
                return thread

        monkeypatch.setattr(server, "Worker", Worker)
        stop = threading.Event()
        threading.Timer(0.1, stop.set).start()
        server.serve(app, "127.0.0.1:0", stop)
        assert seen == ["ended"]


class TestBehindAProxy:
    def test_its_word_about_the_client_counts_only_with_https(self, settings):
        settings.COMITY = replace(settings.COMITY, endpoint="http://127.0.0.1:8000")
        assert server.behind_proxy() == {}
        settings.COMITY = replace(settings.COMITY, endpoint="https://comity.example", proxy="10.0.0.1")
        assert server.behind_proxy()["trusted_proxy"] == "10.0.0.1"
