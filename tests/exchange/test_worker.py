"""The worker: wakes couriers at once, each in its own thread, and survives what goes wrong."""

import os
import threading
import time

import pytest
from django.db import transaction

from comity.exchange import actions, bell, outbox, worker
from comity.exchange.models import Channel
from tests.exchange.peer import AT, KIND


class Post:
    """Stands for the couriers: counts rounds per peer; some peers hang, some break."""

    def __init__(self) -> None:
        self.rounds: dict[int, int] = {}
        self.hanging: set[int] = set()
        self.broken: set[int] = set()
        self.freed = threading.Event()
        self.closed: list[int] = []

    def courier(self, peer, name, stop, now):
        post = self

        class One:
            def __init__(self) -> None:
                self.peer, self.stop = peer, stop

            def round(self) -> None:
                post.rounds[peer] = post.rounds.get(peer, 0) + 1
                if peer in post.broken:
                    raise RuntimeError("broken")
                if peer in post.hanging:
                    post.freed.wait(5)

            def close(self) -> None:
                post.closed.append(peer)

        return One()

    def reached(self, peer: int, rounds: int) -> bool:
        end = time.monotonic() + 3
        while time.monotonic() < end:
            if self.rounds.get(peer, 0) >= rounds:
                return True
            time.sleep(0.005)
        return False


@pytest.fixture
def due(monkeypatch):
    """What the worker finds when it looks; without a database, which another thread may not share in a test."""
    found: list[int] = []
    monkeypatch.setattr(outbox, "due", lambda now: list(found))
    monkeypatch.setattr(outbox, "free_abandoned", lambda: None)
    return found


@pytest.fixture
def post(monkeypatch, due):
    one = Post()
    monkeypatch.setattr(worker, "Courier", one.courier)
    return one


@pytest.fixture
def working(post, settings):
    settings.COMITY_EXCHANGE = {"poll": 0.05}
    stop = threading.Event()
    one = worker.Worker(stop)
    thread = one.start()
    yield one
    post.freed.set()
    one.halt()
    thread.join(5)
    assert not thread.is_alive()


class TestTheWorker:
    def test_serves_what_it_finds_due(self, working, post, due):
        due.append(1)
        assert post.reached(1, 2)

    def test_is_woken_by_the_bell(self, working, post):
        bell.ring(7)
        assert post.reached(7, 1)

    def test_lets_no_peer_wait_for_another(self, working, post):
        post.hanging = {1}
        bell.ring(1)
        assert post.reached(1, 1)
        bell.ring(2)
        assert post.reached(2, 1)

    def test_goes_on_after_an_accident_of_a_courier(self, working, post):
        post.broken = {1}
        bell.ring(1)
        assert post.reached(1, 1)
        post.broken = set()
        bell.ring(1)
        assert post.reached(1, 2)

    def test_goes_on_when_the_database_is_away_for_a_moment(self, working, post, monkeypatch, due):
        answers = iter([RuntimeError("away")])

        def due_again(now):
            if trouble := next(answers, None):
                raise trouble
            return [3]

        monkeypatch.setattr(outbox, "due", due_again)
        assert post.reached(3, 1)

    def test_ends_its_couriers(self, post, due):
        stop = threading.Event()
        one = worker.Worker(stop)
        thread = one.start()
        bell.ring(1)
        assert post.reached(1, 1)
        one.halt()
        thread.join(5)
        assert post.closed == [1]
        bell.ring(1)
        assert post.rounds == {1: 1}


class TestTheBell:
    def test_rings_when_the_transaction_is_through_and_not_before(self, charlie, django_capture_on_commit_callbacks):
        rung: list[int] = []
        bell.listen(rung.append)
        try:
            with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
                act = actions.sign(KIND, {"n": 1}, at=AT)
                actions.enqueue(act.raw, act=act.id, to=[charlie.authority], at=AT)
                assert rung == []
        finally:
            bell.forget(rung.append)
        assert rung == [Channel.objects.get(direction="out").peer_id]


class TestALeaseOfAKilledWorker:
    def lease(self, charlie, name: str) -> str:
        row = Channel.objects.get(direction="out")
        assert outbox.claim(row.peer_id, name, AT) is not None
        outbox.free_abandoned()
        row.refresh_from_db()
        return row.lease

    def test_is_freed_when_its_process_is_gone(self, charlie):
        pid = os.fork()
        if pid == 0:
            os._exit(0)
        os.waitpid(pid, 0)
        assert self.lease(charlie, outbox.new_lease().replace(f"/{os.getpid()}/", f"/{pid}/")) == ""

    def test_is_freed_when_another_process_had_our_number(self, charlie):
        host, pid, _ = outbox.new_lease().split("/")
        assert self.lease(charlie, f"{host}/{pid}/0000") == ""

    def test_stands_while_its_process_lives_or_is_elsewhere(self, charlie):
        ours = outbox.new_lease()
        assert self.lease(charlie, ours) == ours
        outbox.release(Channel.objects.get(direction="out"), ours)
        host, _, rest = ours.split("/")
        parent = f"{host}/{os.getppid()}/{rest}"
        assert self.lease(charlie, parent) == parent
        outbox.release(Channel.objects.get(direction="out"), parent)
        assert self.lease(charlie, "elsewhere/1/x") == "elsewhere/1/x"
