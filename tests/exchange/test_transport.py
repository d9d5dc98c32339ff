"""Real HTTP to a node that the test plays: requests verify, blobs go on where they stood, trouble is in words."""

import io
import os
import threading
from datetime import UTC, datetime, timedelta

import pytest

from comity.exchange import actions, queries
from comity.exchange.courier import Courier
from comity.exchange.models import BlobTransfer, Peer
from comity.exchange.transport import Line, Unreachable
from comity.exchange.wire import card
from comity.exchange.wire.blob import CHUNK
from tests.exchange.peer import AT, KIND
from tests.exchange.served import Served

CONTENT = os.urandom(4 * CHUNK + 99)


@pytest.fixture
def served(stranger):
    one = Served(stranger)
    actions.add_peer(stranger.card(endpoint=one.endpoint), fingerprint=stranger.fingerprint, by="alice", at=AT)
    yield one
    one.close()


class Clock:
    ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def courier(served, clock):
    one = Courier(Peer.objects.get().pk, "worker", threading.Event(), clock)
    yield one
    one.close()


def send_file(peer, content: bytes = CONTENT, n: int = 1):
    ref = actions.store_blob(io.BytesIO(content), at=AT)
    act = actions.sign(KIND, {"n": n}, at=AT)
    actions.enqueue(act.raw, act=act.id, to=[peer.authority], blobs=[ref.id], at=AT)
    return ref, act


class TestDelivering:
    def test_carries_an_act_and_its_file(self, served, stranger, courier):
        ref, act = send_file(stranger)
        courier.round()
        assert served.content(ref.id, ref.key) == CONTENT
        [delivery] = queries.delivery(act.id)
        assert delivery.state == "delivered"
        assert [(one.state, one.have, one.chunks) for one in delivery.blobs] == [("done", 5, 5)]
        assert served.paths[0] == "POST push?since=0"

    def test_goes_on_from_the_chunks_that_the_peer_holds(self, served, stranger, courier, clock):
        ref, _ = send_file(stranger)
        served.fail = {f"blobs/{ref.id}/chunks/2": (500, b"")}
        courier.round()
        assert set(served.chunks[ref.id]) >= {0, 1}
        assert BlobTransfer.objects.get().failure.startswith("nl-prosecution answers chunk 2 with an internal error")
        served.fail = {}
        served.paths.clear()
        clock.ahead += timedelta(seconds=10)
        courier.round()
        assert served.content(ref.id, ref.key) == CONTENT
        assert f"PUT blobs/{ref.id}/chunks/0" not in served.paths

    def test_lets_acts_pass_a_long_file(self, served, stranger, courier, settings):
        settings.COMITY_EXCHANGE = {**settings.COMITY_EXCHANGE, "slice": 0.0001, "chunks_at_once": 1}
        ref, _ = send_file(stranger)
        take = served.take

        def interrupt(path: str, body: bytes) -> bytes:
            if path.endswith("chunks/1"):
                interrupt.late = True
            return take(path, body)

        interrupt.late = False
        served.take = interrupt
        step = courier._step

        def stepping(channel):
            if interrupt.late:
                interrupt.late = False
                act = actions.sign(KIND, {"n": 2}, at=AT)
                actions.enqueue(act.raw, act=act.id, to=[stranger.authority], at=AT)
                channel.refresh_from_db()
            return step(channel)

        courier._step = stepping
        courier.round()
        pushes = [n for n, path in enumerate(served.paths) if path.startswith("POST push")]
        last_chunk = max(n for n, path in enumerate(served.paths) if "/chunks/" in path)
        assert len(pushes) == 2
        assert pushes[1] < last_chunk
        assert served.content(ref.id, ref.key) == CONTENT

    def test_a_file_that_the_peer_does_not_take_holds_up_no_other(self, served, stranger, courier):
        first, act = send_file(stranger, b"one")
        second, _ = send_file(stranger, b"two", n=2)
        served.fail = {f"blobs/{first.id}": (507, b'{"error":"exchange.no-room","says":"The disk is too full."}')}
        courier.round()
        assert served.content(second.id, second.key) == b"two"
        [delivery] = queries.delivery(act.id)
        assert delivery.blobs[0].state == "waiting"
        assert "The disk is too full." in delivery.blobs[0].waiting_on

    def test_says_when_our_own_file_is_gone_or_was_changed(self, served, stranger, courier):
        from comity.exchange import blobs

        ref, _ = send_file(stranger, b"one")
        file = blobs.path(ref.id)
        file.write_bytes(b"x" * file.stat().st_size)
        courier.round()
        assert "is not the one that its manifest names" in BlobTransfer.objects.get().failure
        BlobTransfer.objects.update(next_try_at=None)
        file.unlink()
        courier.round()
        assert "the file is missing in this node's folder" in BlobTransfer.objects.get().failure

    def test_a_refused_act_takes_its_file_with_it(self, served, stranger, courier):
        stranger.refuses[1] = ("test.refused", "No.")
        send_file(stranger, b"one")
        courier.round()
        transfer = BlobTransfer.objects.get()
        assert (transfer.state, transfer.failure) == ("dropped", "the act was refused: No.")
        assert not served.chunks


class TestTrouble:
    def test_is_said_in_words(self, node):
        line = Line("nl-prosecution", "http://127.0.0.1:9")
        with pytest.raises(Unreachable, match=r"at http://127[.]0[.]0[.]1:9: connection refused$"):
            line.send("GET", "v1/position", at=AT)
        line.close()

    def test_of_a_silent_server_ends(self, node, settings):
        import socket

        settings.COMITY_EXCHANGE = {"answer_timeout": 0.2}
        with socket.socket() as silent:
            silent.bind(("127.0.0.1", 0))
            silent.listen()
            line = Line("nl-prosecution", f"http://127.0.0.1:{silent.getsockname()[1]}")
            with pytest.raises(Unreachable, match=r"no answer within 0[.]2 seconds"):
                line.send("GET", "v1/position", at=AT)
            line.close()

    def test_of_an_endless_answer_ends(self, served, stranger, settings):
        served.answer = lambda *_: (200, bytes(3 * 1024 * 1024))
        line = Line(stranger.authority, served.endpoint)
        with pytest.raises(Unreachable, match="without end"):
            line.send("GET", "v1/position", at=AT)
        line.close()


class TestFetchingACard:
    def test_brings_what_the_node_shows(self, served, stranger):
        assert card.read(queries.fetch_card(served.endpoint)).authority == stranger.authority

    def test_says_where_nobody_answers(self, node):
        with pytest.raises(Unreachable, match="/exchange/v1/card does not answer"):
            queries.fetch_card("http://127.0.0.1:9/")

    def test_says_what_is_no_card(self, served):
        served.answer = lambda *_: (404, b"")
        with pytest.raises(Unreachable, match="HTTP 404"):
            queries.fetch_card(served.endpoint)
