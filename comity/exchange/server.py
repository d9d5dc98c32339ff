"""The node as one process: the web server's threads and the worker beside them."""

import gc
import threading
from collections.abc import Callable, Iterable
from typing import Any

import waitress
from django.conf import settings
from waitress import wasyncore

from comity.exchange.bodies import Channel
from comity.exchange.limits import GIB, KIB, MIB, limits
from comity.exchange.worker import Worker

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

# waitress has no annotations; these three are all that is used of it.
create_server: Callable[..., Any] = waitress.create_server
one_look: Callable[..., None] = wasyncore.loop
close_all: Callable[..., None] = wasyncore.close_all

THREADS = 8
# Bodies up to a chunk of a blob have their own way (bodies.py); uploads beyond IN_MEMORY go through a temporary file.
RECEIVE = 256 * KIB  # measured: 64 KiB and 1 MiB both cost more
IN_MEMORY = 20 * MIB
LARGEST_UPLOAD = 64 * GIB
PATIENCE = 0.5  # how soon the loop sees that it shall stop


class Server:
    """Listens from the start; ``run`` serves until ``stop`` is set."""

    def __init__(
        self, app: WsgiApp, listen: str, stop: threading.Event, *, worker: bool = True, threads: int = THREADS
    ) -> None:
        """:param listen: ``host:port``; port 0 takes a free one."""
        self.stop = stop
        self._sockets: dict[int, Any] = {}
        self._web = create_server(
            app, map=self._sockets, listen=listen, threads=threads, recv_bytes=RECEIVE, inbuf_overflow=IN_MEMORY,
            max_request_body_size=LARGEST_UPLOAD, ident=None, **behind_proxy(),
        )  # fmt: skip
        for one in self._sockets.values():  # a name may stand for several addresses
            if hasattr(one, "channel_class"):
                one.channel_class = Channel
        self._worker = Worker(stop) if worker else None

    @property
    def port(self) -> int:
        """The port it listens at."""
        return int(self._web.socket.getsockname()[1])

    def run(self) -> None:
        """Serve. At the end, requests in work and the push in flight are finished."""
        # What was loaded until now stays: the collector need not look through all of it again and again.
        gc.collect()
        gc.freeze()
        thread = self._worker.start() if self._worker else None
        try:
            while not self.stop.is_set():
                one_look(timeout=PATIENCE, map=self._sockets, use_poll=True, count=1)
        finally:
            self.stop.set()
            self._web.task_dispatcher.shutdown()
            close_all(self._sockets)
            if thread is not None:
                thread.join(limits().answer_timeout)


def behind_proxy() -> dict[str, Any]:
    """Who may tell us the client's address and scheme: the reverse proxy of an https endpoint, and nobody else."""
    if not settings.COMITY.endpoint.startswith("https://"):
        return {}
    told = {"x-forwarded-for", "x-forwarded-proto"}
    return {"trusted_proxy": settings.COMITY.proxy, "trusted_proxy_count": 1, "trusted_proxy_headers": told}


def serve(app: WsgiApp, listen: str, stop: threading.Event, *, worker: bool = True) -> None:
    """Serve the application at ``host:port``, with the worker inside, until ``stop`` is set (by SIGTERM, say)."""
    Server(app, listen, stop, worker=worker).run()
