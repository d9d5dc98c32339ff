"""What is done by the clock: each in its time, whatever the others do, until the worker stops."""

import threading
import time
from datetime import UTC, datetime

import pytest
from django.utils.module_loading import import_string

from comity.config import wiring
from comity.exchange import routines
from comity.exchange.routines import Routines
from tests.exchange.peer import AT

done: list[tuple[str, datetime]] = []


def often(at):
    done.append(("often", at))


def seldom(at):
    done.append(("seldom", at))


def broken(at):
    done.append(("broken", at))
    raise RuntimeError("broken on purpose")


@pytest.fixture
def running(monkeypatch):
    """A thread that runs the routines named, by seconds."""
    done.clear()
    monkeypatch.setattr(routines, "FIRST", 0.02)
    stop = threading.Event()
    threads = []

    def start(**every):
        thread = Routines(stop, lambda: AT, {f"tests.exchange.test_routines.{name}": s for name, s in every.items()})
        thread.start()
        threads.append(thread)
        return thread

    yield start
    stop.set()
    for thread in threads:
        thread.join(5)
        assert not thread.is_alive()


def reached(name, times):
    end = time.monotonic() + 3
    while time.monotonic() < end:
        if [one for one, _ in done].count(name) >= times:
            return True
        time.sleep(0.005)
    return False


def test_each_runs_again_and_again_with_the_moment_of_the_worker(running):
    running(often=0.02)
    assert reached("often", 3)
    assert {at for _, at in done} == {AT}


def test_what_is_done_daily_is_done_soon_after_the_start_and_then_not_again(running):
    running(seldom=86400, often=0.02)
    assert reached("seldom", 1)
    assert reached("often", 4)
    assert [name for name, _ in done].count("seldom") == 1


def test_one_that_falls_over_is_logged_and_tried_again_and_the_others_go_on(running, caplog):
    running(broken=0.02, often=0.02)
    assert reached("broken", 2)
    assert reached("often", 2)
    assert "tests.exchange.test_routines.broken fell over" in caplog.text


def test_several_workers_may_run(running):
    running(often=0.02)
    running(often=0.02)
    assert reached("often", 4)


def test_none_is_fine(running):
    thread = running()
    thread.join(2)
    assert not thread.is_alive()


def test_they_start_and_stop_with_the_worker(monkeypatch, settings):
    from comity.exchange import outbox, worker

    done.clear()
    monkeypatch.setattr(routines, "FIRST", 0.02)
    monkeypatch.setattr(outbox, "due", lambda now: [])
    monkeypatch.setattr(outbox, "free_abandoned", lambda: None)
    settings.COMITY_ROUTINES = {"tests.exchange.test_routines.often": 0.02}
    stop = threading.Event()
    one = worker.Worker(stop, now=lambda: AT.astimezone(UTC))
    thread = one.start()
    assert reached("often", 2)
    one.halt()
    thread.join(5)
    assert not thread.is_alive()
    assert not [other for other in threading.enumerate() if other.name == "comity-routines"]


@pytest.mark.parametrize("name", sorted(wiring.ROUTINES))
def test_what_wiring_names_is_there(name):
    assert callable(import_string(name))
    assert wiring.ROUTINES[name] > 0
