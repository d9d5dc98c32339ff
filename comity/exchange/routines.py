"""What a node does by the clock: ``wiring.ROUTINES``, in one thread beside the worker.

Each routine is a function ``(at) -> None`` that may run in several workers at once and again at any time.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime

from django.conf import settings
from django.db import connections
from django.utils.module_loading import import_string

log = logging.getLogger("comity.exchange.routines")

FIRST = 60.0
"""What is done daily is done a minute after the start too: a node that is restarted every night misses nothing."""


class Routines(threading.Thread):
    """Runs each routine every so many seconds until ``stop`` is set. What goes wrong in one is logged; others go on."""

    def __init__(
        self, stop: threading.Event, now: Callable[[], datetime], every: Mapping[str, float] | None = None
    ) -> None:
        super().__init__(name="comity-routines", daemon=True)
        self.stop, self.now = stop, now
        self.every = dict(settings.COMITY_ROUTINES if every is None else every)
        started = time.monotonic()
        self._due = {name: started + min(seconds, FIRST) for name, seconds in self.every.items()}

    def run(self) -> None:
        while self._due and not self.stop.wait(self._pause()):
            for name, due in sorted(self._due.items(), key=lambda one: one[1]):
                if due <= time.monotonic() and not self.stop.is_set():
                    self._run(name)
                    self._due[name] = time.monotonic() + self.every[name]
        connections.close_all()

    def _pause(self) -> float:
        return max(0.0, min(self._due.values()) - time.monotonic())

    def _run(self, name: str) -> None:
        try:
            import_string(name)(self.now())
        except Exception:  # the outer edge: logged, and tried again when it is due
            log.exception("the routine %s fell over", name)
            connections.close_all()
