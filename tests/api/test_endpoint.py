"""Each endpoint: does it work, may a stranger, what about a changed, an old, a too large request."""

import os
from datetime import timedelta

import pytest

from comity.exchange import actions, queries
from comity.exchange.wire import card, checkpoint
from comity.exchange.wire.blob import CHUNK
from comity.exchange.wire.keys import SecretKeys
from comity.lib import clock
from tests.exchange import handler
from tests.exchange.peer import AT
from tests.exchange.test_blobs import Sealed


def refusal(response) -> tuple[int, str]:
    told = response.json()
    assert set(told) == {"error", "says", "next_step"}
    assert told["says"]
    return response.status_code, told["error"]


class TestCard:
    def test_is_shown_to_anybody(self, node, client):
        shown = card.read(client.get("/exchange/v1/card").content)
        assert (shown.authority, shown.serial) == (node.authority, 1)

    def test_is_only_read(self, node, client):
        assert client.post("/exchange/v1/card").status_code == 405


class TestPush:
    def test_is_taken_and_answered_with_a_receipt(self, call, charlie):
        charlie.send(1, 2)
        response = call("POST", "v1/push?since=0", charlie.push())
        assert response.status_code == 200
        assert charlie.read_receipt(response.content).holds.seq == 2
        assert handler.taken() == [1, 2]

    def test_twice_has_one_effect_and_the_same_answer(self, call, charlie):
        charlie.send(1)
        answers = {call("POST", "v1/push?since=0", charlie.push()).content for _ in range(2)}
        assert len(answers) == 1
        assert handler.taken() == [1]

    def test_with_a_gap_or_a_fork_is_a_conflict(self, call, charlie):
        charlie.send(1, 2, 3)
        assert refusal(call("POST", "v1/push", charlie.push(charlie.sent[1:]))) == (409, "wire.gap")
        call("POST", "v1/push", charlie.push())
        charlie.sent.clear()
        charlie.send(9)
        assert refusal(call("POST", "v1/push", charlie.push())) == (409, "wire.forked")

    def test_that_is_no_push_is_a_bad_request(self, call):
        assert refusal(call("POST", "v1/push", b"hello")) == (400, "wire.not-a-push")

    def test_that_is_too_large_is_refused_before_it_is_read(self, call, settings):
        settings.COMITY_EXCHANGE = {"push_bytes": 10}
        assert refusal(call("POST", "v1/push", b"x" * 11)) == (413, "wire.too-large")

    def test_that_an_accident_meets_is_an_internal_error_without_details(self, call, charlie):
        handler.broken.add(1)
        charlie.send(1)
        assert refusal(call("POST", "v1/push", charlie.push())) == (500, "api.internal")
        assert handler.taken() == []


class TestPosition:
    def test_is_a_receipt(self, call, charlie):
        charlie.send(1)
        charlie.seal(charlie.act(2, refuse="No.").raw)
        call("POST", "v1/push", charlie.push())
        receipt = charlie.read_receipt(call("GET", "v1/position?since=0").content)
        assert (receipt.holds.seq, [r.seq for r in receipt.refusals]) == (2, [2])


class TestCheckpoint:
    def test_is_signed_by_us(self, call, node):
        raw = call("GET", "v1/log/checkpoint").content
        from comity.exchange.identity import me

        told = checkpoint.read(raw, f"comity/{node.authority}", me().keys.public)
        assert told.size == queries.log_size()


class TestBlobs:
    def test_travel(self, call, charlie):
        file = Sealed(os.urandom(CHUNK + 5))
        charlie.seal(charlie.act(1, blobs=[file.id]).raw)
        call("POST", "v1/push", charlie.push())
        told = call("PUT", f"v1/blobs/{file.id}/manifest", file.manifest.raw).json()
        assert told == {"id": file.id, "state": "arriving", "size": CHUNK + 5, "have": 0, "chunks": 2}
        for n in (0, 1):
            told = call("PUT", f"v1/blobs/{file.id}/chunks/{n}", file.chunk(n)).json()
        assert (told["have"], told["state"]) == (2, "complete")
        assert call("GET", f"v1/blobs/{file.id}").json() == told

    def test_that_nobody_announced_are_not_found(self, call):
        file = Sealed(b"unasked")
        assert refusal(call("GET", f"v1/blobs/{file.id}")) == (404, "exchange.blob-not-expected")
        put = call("PUT", f"v1/blobs/{file.id}/manifest", file.manifest.raw)
        assert refusal(put) == (404, "exchange.blob-not-expected")
        assert call("PUT", f"v1/blobs/{file.id}/chunks/0", file.chunk(0)).status_code == 404

    def test_are_asked_for_by_well_formed_names_only(self, call):
        assert call("GET", "v1/blobs/..%2f..%2fkeys.json").status_code == 404
        assert call("GET", f"v1/blobs/{'A' * 64}").status_code == 404

    def test_chunks_must_be_what_was_signed_and_what_the_manifest_names(self, call, charlie):
        file = Sealed(b"evidence")
        charlie.seal(charlie.act(1, blobs=[file.id]).raw)
        call("POST", "v1/push", charlie.push())
        path = f"v1/blobs/{file.id}/chunks/0"
        assert refusal(call("PUT", path, file.chunk(0)))[0] == 404  # no manifest yet
        call("PUT", f"v1/blobs/{file.id}/manifest", file.manifest.raw)
        bad = b"x" + file.chunk(0)[1:]
        assert refusal(call("PUT", path, bad)) == (401, "exchange.bad-request-signature")
        assert refusal(call("PUT", path, file.chunk(0), sent=bad)) == (400, "wire.bad-chunk")
        assert refusal(call("PUT", path, bytes(CHUNK + 17))) == (413, "wire.too-large")
        assert call("PUT", path, file.chunk(0)).json()["state"] == "complete"


REQUESTS = [
    ("POST", "v1/push", b"x"),
    ("GET", "v1/position", None),
    ("GET", "v1/log/checkpoint", None),
    ("GET", f"v1/blobs/{'0' * 64}", None),
    ("PUT", f"v1/blobs/{'0' * 64}/manifest", b"x"),
    ("PUT", f"v1/blobs/{'0' * 64}/chunks/0", b"x"),
]


@pytest.mark.parametrize(("method", "path", "body"), REQUESTS)
class TestTheDoor:
    def test_is_shut_without_a_signature(self, client, charlie, method, path, body):
        response = client.generic(method, f"/exchange/{path}", body or b"")
        assert refusal(response) == (401, "exchange.bad-request-signature")

    def test_is_shut_for_other_keys(self, call, method, path, body):
        assert refusal(call(method, path, body, keys=SecretKeys.generate()))[0] == 401

    def test_is_shut_for_an_old_or_a_future_request(self, call, method, path, body):
        for minutes in (-7, 7):
            response = call(method, path, body, at=clock.now() + timedelta(minutes=minutes))
            assert refusal(response) == (401, "exchange.bad-request-signature")

    def test_is_shut_for_strangers(self, call, method, path, body):
        response = call(method, path, body, authority="br-central")
        assert refusal(response) == (403, "exchange.not-a-peer")

    def test_is_shut_for_a_removed_peer(self, call, charlie, method, path, body):
        actions.remove_peer(charlie.authority, by="alice", at=AT)
        assert refusal(call(method, path, body)) == (403, "exchange.not-a-peer")

    def test_is_shut_for_a_signature_of_another_request(self, call, client, method, path, body):
        headers = call.headers("GET" if method != "GET" else "POST", path, body)
        response = client.generic(method, f"/exchange/{path}", body or b"", headers=headers, HTTP_HOST="127.0.0.1")
        assert refusal(response)[0] == 401
        headers = call.headers(method, path + "?since=9", body)
        response = client.generic(method, f"/exchange/{path}", body or b"", headers=headers, HTTP_HOST="127.0.0.1")
        assert refusal(response)[0] == 401


@pytest.mark.parametrize(("method", "path", "body"), [r for r in REQUESTS if r[2]])
class TestABody:
    def test_must_be_the_one_that_was_signed(self, call, method, path, body):
        assert refusal(call(method, path, body, sent=b"y"))[0] in (401, 404)

    def test_must_be_signed_at_all(self, call, client, method, path, body):
        headers = call.headers(method, path, None)
        response = client.generic(method, f"/exchange/{path}", body, headers=headers, HTTP_HOST="127.0.0.1")
        assert refusal(response) == (401, "exchange.bad-request-signature")


@pytest.mark.parametrize(
    "told", ["", "x", "a=1", "comity=()", "comity=();keyid=1", 'a=();keyid="x", b=();keyid="y"', "é"]
)
def test_a_signature_that_cannot_be_read_is_refused(charlie, client, told):
    response = client.get("/exchange/v1/position", headers={"Signature-Input": told, "Signature": told})
    assert refusal(response) == (401, "exchange.bad-request-signature")
