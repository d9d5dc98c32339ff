"""Every vector does what it says: the good ones are accepted, the broken ones fail with their code."""

import hashlib
import io
import json
from pathlib import Path

import pytest

from comity.exchange.wire import blob, card, checkpoint, envelope, push, receipt, signed, tlog
from comity.exchange.wire.keys import PublicKeys, SecretKeys, words
from comity.exchange.wire.push import Position
from comity.lib.errors import ComityError
from tests.vectors.make import pattern

FOLDER = Path(__file__).parents[1] / "vectors"


def load(name):
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def cases(name, key="cases"):
    return [pytest.param(case, id=case["name"]) for case in load(name)[key]]


KEYS = {name: SecretKeys.from_json(told["secret"]) for name, told in load("keys")["keys"].items()}


def outcome(case, read):
    """Read a case; the value, or None after checking that it failed with its code."""
    if case["error"] is None:
        return read(case["raw"].encode())
    with pytest.raises(ComityError) as caught:
        read(case["raw"].encode())
    assert caught.value.code == case["error"]
    assert caught.value.sentence
    assert caught.value.remedy
    return None


@pytest.mark.parametrize("name", KEYS)
def test_keys(name):
    told = load("keys")["keys"][name]
    assert KEYS[name].public == PublicKeys.from_json(told["public"])
    assert KEYS[name].fingerprint == told["fingerprint"]
    assert list(words(told["fingerprint"])) == told["words"]


@pytest.mark.parametrize("case", cases("signed"))
def test_signed(case):
    one = outcome(case, lambda raw: signed.read(raw, case["kind"], KEYS[case["by"]].public))
    if one:
        assert (one.id, one.body) == (case["id"], case["body"])
        assert signed.peek(case["raw"].encode()) == signed.Peeked(case["kind"], case["body"])


@pytest.mark.parametrize("case", cases("card"))
def test_card(case):
    one = outcome(case, card.read)
    if one:
        assert (one.id, one.fingerprint) == (case["id"], case["fingerprint"])


@pytest.mark.parametrize("case", cases("envelope"))
def test_envelope(case):
    def read(raw):
        one = envelope.read(raw)
        return one, envelope.open_sealed(one, KEYS[case["to"]])

    one = outcome(case, read)
    if one:
        assert one[0].hash == case["hash"]
        assert one[1].decode() == case["payload"]


@pytest.mark.parametrize("case", cases("push"))
def test_push(case):
    told = load("push")
    held = Position(told["from"], told["to"], case["held"]["seq"], case["held"]["hash"])
    stored = {int(seq): hash for seq, hash in told["stored"].items() if int(seq) <= held.seq}
    keys = KEYS[told["from"]].public
    one = outcome(case, lambda raw: push.read(raw, keys, expects=held, hash_at=stored.get))
    if one:
        assert [e.seq for e in one.envelopes] == case["new"]


@pytest.mark.parametrize("case", cases("receipt"))
def test_receipt(case):
    one = outcome(case, lambda raw: receipt.read(raw, KEYS["nl-om"].public, sender="fr-central", receiver="nl-om"))
    if one:
        assert one.holds.seq == case["seq"]
        assert [refusal.seq for refusal in one.refusals] == case["refused"]


@pytest.mark.parametrize("row", [pytest.param(row, id=str(row["size"])) for row in load("blob")["blobs"]])
def test_blob_is_sealed_and_opened_to_the_byte(row):
    key = bytes.fromhex(load("blob")["key"])
    plain, stored = pattern(row["size"]), io.BytesIO()
    made = blob.seal_stream(io.BytesIO(plain), stored, key=key)
    assert (made.id, made.sha256, made.size) == (row["id"], row["sha256"], row["size"])
    assert made.manifest.raw.decode() == row["manifest"]
    assert hashlib.sha256(stored.getvalue()).hexdigest() == row["stored_sha256"]
    assert row["stored"] in (None, stored.getvalue().hex())
    stored.seek(0)
    assert b"".join(blob.open_stream(stored, made.manifest, key, sha256=row["sha256"])) == plain


@pytest.mark.parametrize("case", cases("blob", "manifests"))
def test_manifest(case):
    one = outcome(case, lambda raw: blob.read_manifest(raw, case.get("id")))
    if one:
        assert one.id == case["id"]


@pytest.mark.parametrize("case", cases("log", "checkpoints"))
def test_checkpoint(case):
    told = load("log")
    one = outcome(case, lambda raw: checkpoint.read(raw, told["origin"], KEYS["fr-central"].public))
    if one:
        assert (one.size, one.root.hex()) == (case["size"], told["roots"][8])


def test_verifier_keys():
    told = load("log")
    public = KEYS["fr-central"].public
    assert list(checkpoint.verifier_keys(told["origin"], public)) == told["verifier_keys"]


def test_log_tree_is_the_one_that_certificate_transparency_tests_with():
    told = load("log")
    leaves = [tlog.leaf_hash(bytes.fromhex(leaf)) for leaf in told["leaves"]]
    assert told["roots"][8] == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
    assert told["roots"][1] == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    roots = [bytes.fromhex(root) for root in told["roots"]]
    for row in told["inclusion"]:
        proof = [bytes.fromhex(step) for step in row["proof"]]
        tlog.verify_inclusion(leaves[row["index"]], row["index"], row["size"], proof, roots[row["size"]])
    for row in told["consistency"]:
        proof = [bytes.fromhex(step) for step in row["proof"]]
        tlog.verify_consistency(row["old"], roots[row["old"]], row["new"], roots[row["new"]], proof)
    assert tlog.leaf_hash(told["entry"]["raw"].encode()).hex() == told["entry"]["leaf"]
    assert tlog.read_entry(told["entry"]["raw"].encode()).kind == "act"
