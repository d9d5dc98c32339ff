# ruff: noqa: E501  (one case stands on one line)
import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.exchange.wire import checkpoint, strict, tlog
from tests.vectors.make import AT, Ring
from tests.wire.test_vectors import KEYS

FR = KEYS["fr-central"]
LEAVES = [tlog.leaf_hash(str(number).encode()) for number in range(1200)]


def naive_root(leaves):
    """RFC 9162 section 2.1.1, word for word."""
    if not leaves:
        return tlog.EMPTY
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return tlog.node_hash(naive_root(leaves[:split]), naive_root(leaves[split:]))


def tree(size):
    tiles = Ring()
    tiles.update(tlog.append(LEAVES[:size], 0, tiles))
    return tiles


FULL = tree(len(LEAVES))
SIZES = st.integers(0, len(LEAVES))


@settings(max_examples=60, deadline=None)
@given(SIZES)
def test_the_root_of_every_size_is_the_naive_one(size):
    assert tlog.root(size, FULL) == tlog.root(size, tree(size)) == naive_root(LEAVES[:size])


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(1, 400), min_size=1, max_size=6))
def test_leaves_added_in_any_portions_make_the_same_tiles(portions):
    tiles, size = Ring(), 0
    for portion in portions:
        new = LEAVES[size : size + portion]
        tiles.update(tlog.append(new, size, tiles))
        size += len(new)
    assert tiles == tree(size)


def test_full_tiles_never_change():
    before = {place: tile for place, tile in tree(600).items() if len(tile) == 8192}
    assert before
    assert not before.keys() & tlog.append(LEAVES[600:1200], 600, tree(600)).keys()


def test_tiles_are_those_of_the_specification():
    """C2SP tlog-tiles: 70 000 leaves make 273 full tiles and one of 112, then 1 and 17, then 1."""
    tiles = Ring()
    tiles.update(tlog.append([LEAVES[0]] * 70_000, 0, tiles))
    widths = {}
    for (level, _), tile in tiles.items():
        widths.setdefault(level, []).append(len(tile) // 32)
    assert widths == {0: [256] * 273 + [112], 1: [256, 17], 2: [1]}
    assert set(tree(256)) == {(0, 0), (1, 0)}


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_inclusion(data):
    size = data.draw(st.integers(1, len(LEAVES)))
    index = data.draw(st.integers(0, size - 1))
    proof, root = tlog.inclusion_proof(index, size, FULL), tlog.root(size, FULL)
    tlog.verify_inclusion(LEAVES[index], index, size, proof, root)
    wrong = [
        (tlog.leaf_hash(b"another"), index, size, proof, root),
        (LEAVES[index], size, size, proof, root),
        (LEAVES[index], -1, size, proof, root),
        (LEAVES[index], index, size, [*proof, root], root),
        (LEAVES[index], index, size, proof, tlog.EMPTY),
    ]
    if proof:
        wrong += [
            (LEAVES[index], index, size, proof[:-1], root),
            (LEAVES[index], index ^ 1, size, proof, root),
        ]
    for arguments in wrong:
        with pytest.raises(tlog.BadProof):
            tlog.verify_inclusion(*arguments)


@settings(max_examples=80, deadline=None)
@given(SIZES, SIZES)
def test_consistency(one, two):
    old, new = sorted((one, two))
    roots = tlog.root(old, FULL), tlog.root(new, FULL)
    proof = tlog.consistency_proof(old, new, FULL)
    tlog.verify_consistency(old, roots[0], new, roots[1], proof)
    other = tlog.leaf_hash(b"another")
    wrong = [(old, other, new, roots[1], proof), (old, roots[0], new, roots[1], [*proof, other])]
    if old != 0:
        wrong.append((old, roots[0], new, other, proof))
    if proof:
        wrong += [(old, roots[0], new, roots[1], proof[:-1]), (old, roots[0], new, roots[1], [])]
    if old != new:
        wrong.append((new, roots[1], old, roots[0], proof))
    for arguments in wrong:
        with pytest.raises(tlog.BadProof):
            tlog.verify_consistency(*arguments)


def test_a_log_that_changed_an_old_leaf_cannot_prove_itself():
    tiles = Ring()
    tiles.update(tlog.append([LEAVES[0], tlog.leaf_hash(b"changed"), *LEAVES[2:300]], 0, tiles))
    for old in (2, 3, 64, 256, 299):
        proof = tlog.consistency_proof(old, 300, tiles)
        with pytest.raises(tlog.BadProof):
            tlog.verify_consistency(old, tlog.root(old, FULL), 300, tlog.root(300, tiles), proof)


def test_questions_without_an_answer():
    with pytest.raises(ValueError, match="leaf 5"):
        tlog.inclusion_proof(5, 5, FULL)
    with pytest.raises(ValueError, match="continue"):
        tlog.consistency_proof(6, 5, FULL)


def test_a_lost_tile_is_named():
    tiles = tree(600)
    tiles[0, 1] = tiles[0, 1][:-32]
    with pytest.raises(tlog.TileShort) as caught:
        tlog.inclusion_proof(300, 600, tiles)
    assert caught.value.fields == {"level": 0, "index": 1, "has": 255, "needs": 256}
    with pytest.raises(tlog.TileShort):
        tlog.append([LEAVES[0]], 700, Ring())


class TestEntry:
    def test_comes_back(self):
        raw = tlog.entry("act", "fr-central-2026-0001", "ab" * 32, AT)
        assert tlog.read_entry(raw) == tlog.Entry("act", "fr-central-2026-0001", "ab" * 32, AT)

    @pytest.mark.parametrize(("kind", "name", "sha256"), [("Act", "x", "ab" * 32), ("act", "", "ab" * 32), ("act", "x", "ab")])  # fmt: skip
    def test_is_strict(self, kind, name, sha256):
        with pytest.raises(tlog.NotAnEntry):
            tlog.entry(kind, name, sha256, AT)

    def test_must_be_canonical(self):
        with pytest.raises(tlog.NotAnEntry):
            tlog.read_entry(tlog.entry("act", "x", "ab" * 32, AT).replace(b":", b": ", 1))


class TestCheckpoint:
    def test_a_note_signed_by_another_program_reads_and_verifies(self):
        """The example of the Go package golang.org/x/mod/sumdb/note."""
        text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
        line = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
        vkey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
        name, hint, material = vkey.split("+", 2)
        found, [signature] = checkpoint.parse_note(f"{text}\n{line}".encode())
        assert found == text
        assert checkpoint.key_hint(name, base64.b64decode(material)).hex() == hint == signature.key_id.hex()
        Ed25519PublicKey.from_public_bytes(base64.b64decode(material)[1:]).verify(signature.signature, text.encode())

    def test_its_ed25519_line_is_what_other_tools_expect(self):
        one = checkpoint.sign("comity/fr-central", 8, b"r" * 32, FR)
        text, lines = checkpoint.parse_note(one.raw)
        hint = bytes.fromhex(checkpoint.verifier_keys("comity/fr-central", FR.public)[0].split("+")[1])
        signature = next(line.signature for line in lines if line.key_id == hint)
        Ed25519PublicKey.from_public_bytes(FR.public.ed25519).verify(signature, text.encode())

    @pytest.mark.parametrize(
        "raw", [b"", b"\xff\n\n", b"a\r\n\n", b"text\n\n", b"text\n\n\n", "a\n\n— name AAAA\n".encode(), "a\n\n— n AAAAAAAA".encode(), "a\n\n— n A\n".encode()]
    )  # fmt: skip
    def test_what_is_no_note(self, raw):
        with pytest.raises(checkpoint.NotACheckpoint):
            checkpoint.parse_note(raw)

    def test_limits(self):
        with pytest.raises(strict.TooLarge):
            checkpoint.parse_note(b"x" * (checkpoint.LIMIT + 1))
        with pytest.raises(checkpoint.NotACheckpoint, match="64"):
            checkpoint.parse_note(("a\n\n" + "— n AAAAAAAA\n" * 65).encode())

    def test_a_root_in_another_spelling(self):
        one = checkpoint.sign("comity/fr-central", 8, bytes(32), FR)
        text = checkpoint.parse_note(one.raw)[0].replace("A=", "B=")
        signatures = FR.sign(text.encode(), checkpoint.CONTEXT)
        lines = [
            f"— comity/fr-central {base64.b64encode(bytes.fromhex(vkey.split('+')[1]) + signature).decode()}\n"
            for vkey, signature in zip(
                checkpoint.verifier_keys("comity/fr-central", FR.public), signatures, strict=True
            )
        ]
        with pytest.raises(checkpoint.NotACheckpoint, match="canonically"):
            checkpoint.read(f"{text}\n{''.join(lines)}".encode(), "comity/fr-central", FR.public)

    def test_an_empty_log_has_a_checkpoint(self):
        assert checkpoint.sign(checkpoint.origin_of("nl-om"), 0, tlog.EMPTY, FR).size == 0
