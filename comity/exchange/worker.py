"""The outbox worker: one courier thread per peer, and a supervisor that wakes them.

An outer edge of the room: it asks for the time itself.
"""

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime

from django.db import connections

from comity.exchange import bell, outbox
from comity.exchange.courier import Courier
from comity.exchange.limits import limits

log = logging.getLogger("comity.exchange.worker")


def moment_now() -> datetime:
    """Now, with the fractions of a second that back-off needs."""
    return datetime.now(UTC)


class Worker:
    """Delivers what is queued until ``stop`` is set. Several workers may share one database."""

    def __init__(self, stop: threading.Event, *, now: Callable[[], datetime] = moment_now) -> None:
        self.stop = stop
        self.now = now
        self.name = outbox.new_lease()
        self._woken = threading.Event()
        self._couriers: dict[int, _Thread] = {}
        self._guard = threading.Lock()

    def start(self) -> threading.Thread:
        """Run in a thread of this process."""
        thread = threading.Thread(target=self.run, name="comity-worker", daemon=True)
        thread.start()
        return thread

    def run(self) -> None:
        """Look for work every half second, and at once when the bell rings."""
        bell.listen(self._wake)
        try:
            while not self.stop.is_set():
                self._look()
                self._woken.wait(limits().poll)
                self._woken.clear()
        finally:
            bell.forget(self._wake)
            for courier in self._couriers.values():
                courier.end()
            connections.close_all()

    def halt(self) -> None:
        """Stop soon: the push in flight is finished, nothing new begins."""
        self.stop.set()
        self._woken.set()

    def _look(self) -> None:
        try:
            outbox.free_abandoned()
            for peer in outbox.due(self.now()):
                self._wake(peer)
        except Exception:  # the outer edge: a database that is away for a moment must not end the worker
            log.exception("could not look for work")
            connections.close_all()

    def _wake(self, peer: int) -> None:
        with self._guard:
            courier = self._couriers.get(peer)
            if courier is None and not self.stop.is_set():
                courier = self._couriers[peer] = _Thread(Courier(peer, self.name, self.stop, self.now))
                courier.start()
        if courier is not None:
            courier.go.set()


class _Thread(threading.Thread):
    """Runs one courier whenever ``go`` is set."""

    def __init__(self, courier: Courier) -> None:
        super().__init__(name=f"comity-courier-{courier.peer}", daemon=True)
        self.courier = courier
        self.go = threading.Event()

    def run(self) -> None:
        while not self.courier.stop.is_set():
            if not self.go.wait(limits().poll * 10) or self.courier.stop.is_set():
                continue
            self.go.clear()
            try:
                self.courier.round()
            except Exception:  # the outer edge: logged, and tried again at the next look
                log.exception("the courier to peer %s fell over", self.courier.peer)
                connections.close_all()
        self.courier.close()
        connections.close_all()

    def end(self) -> None:
        self.go.set()
        self.join(limits().answer_timeout)
