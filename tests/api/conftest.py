"""The endpoint as Charlie's node sees it: requests signed with its key."""

import pytest

from comity.exchange import httpsig
from tests.exchange.conftest import charlie, node, stranger  # noqa: F401 - fixtures
from tests.exchange.peer import PlayedPeer


class Caller:
    """Signs requests as a node does and hands them to Django's test client."""

    def __init__(self, client, peer: PlayedPeer) -> None:
        self.client, self.peer = client, peer

    def __call__(self, method: str, path: str, body: bytes | None = None, **changes):
        headers = self.headers(method, path, body, **changes)
        # The client builds the query from the path, and sends the body as it is.
        return self.client.generic(
            method, f"/exchange/{path}", changes.get("sent", body) or b"", headers=headers, HTTP_HOST="127.0.0.1"
        )

    def headers(self, method, path, body, *, at=None, keys=None, authority=None, digest=None, **_) -> dict[str, str]:
        from comity.lib import clock

        message = httpsig.Message(method, f"http://127.0.0.1/exchange/{path}")
        httpsig.sign(
            message, authority=authority or self.peer.authority, keys=keys or self.peer.keys, at=at or clock.now(),
            digest=(digest or httpsig.digest_of(body)) if body is not None else None,
        )  # fmt: skip
        return dict(message.headers)


@pytest.fixture
def call(client, charlie):  # noqa: F811
    return Caller(client, charlie)
