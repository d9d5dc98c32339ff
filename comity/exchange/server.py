"""The node as one process: the web server's threads and the worker beside them."""

import threading
from collections.abc import Callable, Iterable
from typing import Any

from waitress import create_server, wasyncore

from comity.exchange.limits import GIB, MIB, limits
from comity.exchange.worker import Worker

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

THREADS = 8
# A chunk of a blob (4 MiB) is read in few calls and kept in memory; larger uploads go through a temporary file.
RECEIVE = MIB
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
            max_request_body_size=LARGEST_UPLOAD, ident=None,
        )  # fmt: skip
        self._worker = Worker(stop) if worker else None

    @property
    def port(self) -> int:
        """The port it listens at."""
        return int(self._web.socket.getsockname()[1])

    def run(self) -> None:
        """Serve. At the end, requests in work and the push in flight are finished."""
        thread = self._worker.start() if self._worker else None
        try:
            while not self.stop.is_set():
                wasyncore.loop(timeout=PATIENCE, map=self._sockets, use_poll=True, count=1)
        finally:
            self.stop.set()
            self._web.task_dispatcher.shutdown()
            wasyncore.close_all(self._sockets)
            if thread is not None:
                thread.join(limits().answer_timeout)


def serve(app: WsgiApp, listen: str, stop: threading.Event, *, worker: bool = True) -> None:
    """Serve the application at ``host:port``, with the worker inside, until ``stop`` is set (by SIGTERM, say)."""
    Server(app, listen, stop, worker=worker).run()
