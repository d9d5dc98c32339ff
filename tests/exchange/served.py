"""Charlie's node as a real HTTP server: the endpoint played through the wire, without Django."""

import io
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from comity.exchange import httpsig
from comity.exchange.wire import blob
from comity.lib.errors import ComityError
from tests.exchange.peer import PlayedPeer


class Served:
    """Serves until closed; ``blobs`` holds what arrived, ``paths`` what was asked."""

    def __init__(self, peer: PlayedPeer) -> None:
        self.peer = peer
        self.paths: list[str] = []
        self.manifests: dict[str, blob.Manifest] = {}
        self.chunks: dict[str, dict[int, bytes]] = {}
        self.fail: dict[str, tuple[int, bytes]] = {}  # path prefix: what to answer instead
        self.lock = threading.Lock()
        served = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                status, told = served.answer(self.command, self.path, dict(self.headers), body)
                self.send_response(status)
                self.send_header("Content-Length", str(len(told)))
                self.end_headers()
                self.wfile.write(told)

            do_GET = do_POST = do_PUT = answer  # noqa: N815 - the names of the standard library

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.endpoint = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        path = path.removeprefix("/exchange/v1/")
        self.paths.append(f"{method} {path}")
        if path == "card":
            return 200, self.peer.card(endpoint=self.endpoint)
        message = httpsig.Message(method, f"{self.endpoint}/exchange/v1/{path}", headers)
        httpsig.verify(message, sender=self.peer.us, keys=self.peer.our_keys, has_body=bool(body))
        if body and "/chunks/" not in path:
            httpsig.demand_digest(headers.get("Content-Digest"), httpsig.digest_of(body))
        for prefix, told in self.fail.items():
            if path.startswith(prefix):
                return told
        try:
            return 200, self.take(path, body)
        except ComityError as error:
            return 409, json.dumps(error.as_json()).encode()

    def take(self, path: str, body: bytes) -> bytes:
        with self.lock:
            if path.startswith("push"):
                return self.peer.take(body, since=int(path.partition("since=")[2]))
            id_, _, rest = path.removeprefix("blobs/").partition("/")
            if rest == "manifest":
                self.manifests[id_] = blob.read_manifest(body, id_)
            elif rest:
                n = int(rest.removeprefix("chunks/"))
                blob.check_chunk(self.manifests[id_], n, body)
                self.chunks.setdefault(id_, {})[n] = body
            return json.dumps(self.state(id_)).encode()

    def state(self, id_: str) -> dict[str, Any]:
        held, manifest = self.chunks.get(id_, {}), self.manifests[id_]
        have = next((n for n in range(manifest.count) if n not in held), manifest.count)
        state = "complete" if have == manifest.count else "arriving"
        return {"id": id_, "state": state, "size": manifest.size, "have": have, "chunks": manifest.count}

    def content(self, id_: str, key: bytes) -> bytes:
        stored = b"".join(data for _, data in sorted(self.chunks[id_].items()))
        return b"".join(blob.open_stream(io.BytesIO(stored), self.manifests[id_], key))
