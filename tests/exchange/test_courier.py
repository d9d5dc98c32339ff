"""The courier between our outbox and a peer whose answers the test decides."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from comity.exchange import actions, courier, queries
from comity.exchange.courier import Courier
from comity.exchange.models import Channel
from comity.exchange.transport import Answer, Unreachable
from comity.exchange.wire.push import Forked, Gap
from comity.lib.canonical import canonical
from comity.lib.errors import ComityError
from tests.exchange.peer import AT, KIND, PlayedPeer


class Wire:
    """Stands for the connection to Charlie; ``faults`` are used up one a request."""

    def __init__(self, peer: PlayedPeer) -> None:
        self.peer = peer
        self.faults: list[Answer | Exception | str] = []
        self.poison: set[int] = set()
        self.requests: list[tuple[str, str]] = []
        self.sizes: list[int] = []

    def __call__(self, authority: str, endpoint: str) -> "Wire":
        self.authority, self.endpoint = authority, endpoint
        return self

    def close(self) -> None:
        pass

    def send(self, method: str, path: str, body: bytes | None = None, **_) -> Answer:
        self.requests.append((method, path))
        fault = self.faults.pop(0) if self.faults else None
        if isinstance(fault, Exception):
            raise fault
        if isinstance(fault, Answer):
            return fault
        try:
            answer = self.answer(path, body)
        except ComityError as error:
            return Answer(409, canonical(error.as_json()))
        if fault == "lose the answer":
            raise Unreachable(why="the connection broke off")
        return answer

    def answer(self, path: str, body: bytes | None) -> Answer:
        since = int(path.partition("since=")[2])
        if path.startswith("v1/position"):
            return Answer(200, self.peer.receipt(since=since))
        lines = (body or b"").count(b"\n") - 1
        self.sizes.append(lines)
        first = since + 1
        if self.poison & set(range(first, first + lines)):
            return Answer(500, b'{"error":"api.internal","says":"an internal error"}')
        return Answer(200, self.peer.take(body, since=since))


@pytest.fixture
def wire(charlie, monkeypatch):
    one = Wire(charlie)
    monkeypatch.setattr(courier, "Line", one)
    return one


class Clock:
    at = datetime(2026, 11, 23, 15, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def run(charlie, wire, clock):
    peer = Channel.objects.filter(peer__authority=charlie.authority).values_list("peer", flat=True)[0]
    one = Courier(peer, "worker", threading.Event(), clock)

    def go() -> None:
        one.round()
        clock.at += timedelta(seconds=10)  # longer than any pause

    return go


def queue(peer: PlayedPeer, *numbers: int) -> None:
    for n in numbers:
        act = actions.sign(KIND, {"n": n}, at=AT)
        actions.enqueue(act.raw, act=act.id, to=[peer.authority], at=AT)


def held(peer: PlayedPeer) -> list[int]:
    return [peer.open(one)["n"] for one in peer.got]


class TestARound:
    def test_delivers_everything_in_batches(self, charlie, wire, run, settings):
        settings.COMITY_EXCHANGE = {"batch_envelopes": 2}
        queue(charlie, 1, 2, 3, 4, 5)
        run()
        assert held(charlie) == [1, 2, 3, 4, 5]
        assert wire.sizes == [2, 2, 1]
        assert queries.totals().delivered == 5

    def test_after_a_lost_answer_sends_again_and_doubles_nothing(self, charlie, wire, run):
        queue(charlie, 1, 2)
        wire.faults = ["lose the answer"]
        run()
        [state] = queries.overview()
        assert (state.waiting, state.waiting_on[:26]) == (2, "the connection broke off; ")
        run()
        assert held(charlie) == [1, 2]
        assert queries.totals().delivered == 2

    def test_names_what_it_waits_on(self, charlie, wire, run):
        queue(charlie, 1)
        wire.faults = [Unreachable(why="nl-prosecution does not answer at http://127.0.0.1:9: connection refused")]
        run()
        [state] = queries.overview()
        assert state.waiting_on.startswith(
            "nl-prosecution does not answer at http://127.0.0.1:9: connection refused; 1 try, next at "
        )
        assert queries.unsettled()[0].says == state.waiting_on

    def test_says_why_a_peer_refuses_the_request(self, charlie, wire, run):
        queue(charlie, 1)
        wire.faults = [Answer(403, b'{"error":"exchange.not-a-peer","says":"fr-central is not among our peers."}')]
        run()
        [state] = queries.overview()
        assert "does not take our push: HTTP 403: fr-central is not among our peers; " in state.waiting_on

    def test_goes_back_to_where_the_peer_stands(self, charlie, wire, run):
        """The peer restored a backup: it holds less than it has signed for."""
        queue(charlie, 1, 2, 3)
        run()
        del charlie.got[1:]
        queue(charlie, 4)
        run()
        assert held(charlie) == [1, 2, 3, 4]
        assert ("GET", "v1/position?since=0") in wire.requests
        assert queries.totals().delivered == 4

    def test_isolates_the_envelope_that_the_peer_breaks_on(self, charlie, wire, run):
        queue(charlie, 1, 2, 3, 4)
        wire.poison = {3}
        run()
        assert held(charlie) == [1, 2]
        [state] = queries.overview()
        assert "nl-prosecution answers envelope 3 with HTTP 500: an internal error" in state.waiting_on
        assert (state.delivered, state.waiting) == (2, 2)
        wire.poison = set()
        run()
        assert held(charlie) == [1, 2, 3, 4]

    def test_stops_the_channel_when_the_peer_speaks_of_a_fork(self, charlie, wire, run):
        queue(charlie, 1)
        error = Forked(seq=1, sender="fr-central", held="a" * 64, told="b" * 64)
        wire.faults = [Answer(409, canonical(error.as_json()))]
        run()
        [state] = queries.overview()
        assert "two histories" in state.alarm
        run()
        assert len(wire.requests) == 1  # nothing more is sent
        actions.restart_channel(charlie.authority, by="alice", at=AT)
        run()
        assert held(charlie) == [1]

    def test_stops_the_channel_on_a_receipt_that_contradicts_it(self, charlie, wire, run):
        queue(charlie, 1)
        mallory = PlayedPeer(us=charlie.us, our_keys=charlie.our_keys, keys=charlie.keys)
        mallory.got = [mallory.seal(mallory.act(1).raw, keys=mallory.our_keys)]
        wire.faults = [Answer(200, mallory.receipt())]
        run()
        assert "another hash" in queries.overview()[0].alarm

    @pytest.mark.parametrize("body", [b"", b"{}", b"<html>", b'{"body":1}'])
    def test_believes_no_answer_that_is_not_a_receipt(self, charlie, wire, run, body):
        queue(charlie, 1)
        wire.faults = [Answer(200, body)]
        run()
        [state] = queries.overview()
        assert (state.delivered, state.waiting) == (0, 1)
        assert "without a good receipt" in state.waiting_on

    def test_does_not_turn_in_circles_when_the_peer_claims_a_gap_that_is_not_there(self, charlie, wire, run):
        queue(charlie, 1)
        gap = Gap(sender="fr-central", held=0, after=0, wanted=1)
        wire.faults = [Answer(409, canonical(gap.as_json()))]
        wire.answer = lambda path, body: (  # it stands where we think it does, and still will not take it
            Answer(200, charlie.receipt()) if "position" in path else Answer(409, canonical(gap.as_json()))
        )
        run()
        assert len(wire.requests) < 10
        assert "gap" in queries.overview()[0].waiting_on
