"""Persistent connections to a peer, with signed requests."""

import json
import re
import socket
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

import httpx

from comity.exchange import httpsig
from comity.exchange.identity import me
from comity.exchange.limits import limits
from comity.lib.errors import ComityError

LONGEST_ANSWER = 2 * 1024 * 1024
# A whole chunk of a blob fits: otherwise what is left of it would be copied after each partial write.
SOCKET = [(socket.SOL_SOCKET, socket.SO_SNDBUF, 4 * 1024 * 1024), (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)]


class Unreachable(ComityError):
    """The peer did not answer; the sentence says where and why."""

    code = "exchange.unreachable"
    says = "{why}"
    next_step = "Try again later; if it lasts, call the authority."


@dataclass(frozen=True)
class Answer:
    """What came back. Errors are JSON: ``{"error", "says", "next_step"}``."""

    status: int
    body: bytes = field(repr=False)

    @cached_property
    def json(self) -> dict[str, object]:
        try:
            value = json.loads(self.body)
        except (ValueError, RecursionError):
            return {}
        return value if isinstance(value, dict) else {}

    @property
    def code(self) -> str:
        return str(self.json.get("error", ""))

    @property
    def says(self) -> str:
        return str(self.json.get("says", ""))[:500]

    def in_words(self) -> str:
        if self.status >= 500 and not self.says:
            return f"an internal error (HTTP {self.status})"
        return f"HTTP {self.status}: {self.says}" if self.says else f"HTTP {self.status}"


class Line:
    """Requests to one peer over kept connections; threads may share it."""

    def __init__(self, authority: str, endpoint: str) -> None:
        self.authority = authority
        self.endpoint = endpoint
        pool = httpx.Limits(max_connections=limits().chunks_at_once, keepalive_expiry=60)
        self._client = httpx.Client(
            transport=httpx.HTTPTransport(limits=pool, socket_options=SOCKET, trust_env=False),
            timeout=httpx.Timeout(limits().answer_timeout, connect=limits().connect_timeout),
            trust_env=False,
            headers={"User-Agent": "comity/1", "Accept-Encoding": "identity"},
        )

    def close(self) -> None:
        self._client.close()

    def send(
        self, method: str, path: str, body: bytes | None = None, *,
        media_type: str = "application/octet-stream", digest: bytes | None = None, at: datetime,
    ) -> Answer:  # fmt: skip
        """Sign and send one request.

        :param path: below ``/exchange/``, with the query.
        :param digest: SHA-256 of the body when it is known already.
        :raises Unreachable: no connection, no answer in time, or a broken one.
        """
        message = httpsig.Message(method, f"{self.endpoint}/exchange/{path}")
        if body is not None:
            message.headers["Content-Type"] = media_type
            digest = digest or httpsig.digest_of(body)
        httpsig.sign(message, authority=me().authority, keys=me().keys, digest=digest, at=at)
        request = self._client.build_request(method, message.url, content=body, headers=dict(message.headers))
        try:
            response = self._client.send(request, stream=True)
            try:
                return Answer(response.status_code, self._read(response))
            finally:
                response.close()
        except httpx.HTTPError as error:
            raise Unreachable(why=f"{self.authority} does not answer at {self.endpoint}: {_why(error)}") from error

    def _read(self, response: httpx.Response) -> bytes:
        body = bytearray()
        for part in response.iter_raw():
            body += part
            if len(body) > LONGEST_ANSWER:
                raise Unreachable(why=f"{self.authority} sends an answer without end at {self.endpoint}")
        return bytes(body)


def _why(error: httpx.HTTPError) -> str:
    if isinstance(error, httpx.ConnectTimeout):
        return f"no connection within {limits().connect_timeout:g} seconds"
    if isinstance(error, httpx.TimeoutException):
        return f"no answer within {limits().answer_timeout:g} seconds"
    if isinstance(error, httpx.RemoteProtocolError | httpx.ReadError | httpx.WriteError):
        return "the connection broke off"
    return re.sub(r"^\[Errno -?\d+\] ", "", str(error)).lower() or type(error).__name__


def fetch_card(endpoint: str) -> bytes:
    """The card that a node shows at its endpoint; to be pinned only after comparing fingerprints.

    :raises Unreachable: it does not answer, or not with a card.
    """
    address = f"{endpoint.rstrip('/')}/exchange/v1/card"
    try:
        answer = httpx.get(address, timeout=limits().connect_timeout, trust_env=False)
    except httpx.HTTPError as error:
        raise Unreachable(why=f"{address} does not answer: {_why(error)}") from error
    if answer.status_code != 200 or len(answer.content) > LONGEST_ANSWER:
        raise Unreachable(why=f"{address} answers HTTP {answer.status_code}")
    return answer.content
