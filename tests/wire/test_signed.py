# ruff: noqa: E501  (one case stands on one line)
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.exchange.wire import signed, strict
from comity.lib.canonical import NotCanonical
from tests.wire.test_vectors import KEYS

FR = KEYS["fr-central"]
SIMPLE = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=20)
BODIES = st.dictionaries(
    st.text(max_size=10),
    st.recursive(SIMPLE, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner), max_leaves=8),
    max_size=4,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(BODIES)
def test_what_was_signed_is_what_is_read(body):
    one = signed.sign("comity-act/1", body, FR)
    assert signed.read(one.raw, "comity-act/1", FR.public) == one


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300) | st.builds(lambda raw: signed.OPENING + raw, st.binary(max_size=300)))
def test_foreign_bytes_are_refused_by_name(raw):
    with pytest.raises(signed.NotSigned):
        signed.read(raw, "comity-act/1", FR.public)
    with pytest.raises(signed.NotSigned):
        signed.peek(raw)


def test_a_body_that_imitates_the_closing_is_still_a_body():
    inner = signed.sign("comity-act/1", {"a": 1}, FR).raw.decode()
    one = signed.sign("comity-act/1", {"imitation": inner, "kind": "comity-card/1", "signatures": {}}, FR)
    assert signed.read(one.raw, "comity-act/1", FR.public).body["imitation"] == inner


def test_the_id_names_the_content_and_not_the_signatures():
    first, second = (signed.sign("comity-act/1", {"a": 1}, FR) for _ in range(2))
    assert first.id == second.id
    assert signed.sign("comity-card/1", {"a": 1}, FR).id != first.id


def test_too_much_is_refused_before_anything_else():
    with pytest.raises(strict.TooLarge):
        signed.sign("comity-act/1", {"text": "x" * signed.LIMIT}, FR)
    for read in (signed.peek, lambda raw: signed.read(raw, "comity-act/1", FR.public)):
        with pytest.raises(strict.TooLarge):
            read(b"x" * (signed.LIMIT + 1))


def test_fractions_are_not_signed():
    with pytest.raises(NotCanonical):
        signed.sign("comity-act/1", {"amount": 1.5}, FR)


@pytest.mark.parametrize(
    "content",
    [b"[1]", b'"text"', b"{", b'{"a":1,"a":1}', b'{"b":1,"a":2}', b'{"a":1e2}', b"[" * 5000, b'{"a":"\xff"}', b'{"a":' * 990 + b"1" + b"}" * 990],
)  # fmt: skip
def test_a_good_signature_over_something_that_is_no_canonical_object(content):
    ed, pq = FR.sign(b"comity-act/1\x00" + content, b"comity-act/1")
    raw = b'{"body":%s,"kind":"comity-act/1","signatures":{"ed25519":"%s","mldsa65":"%s"}}' % (
        content, strict.b64(ed).encode(), strict.b64(pq).encode(),
    )  # fmt: skip
    with pytest.raises(signed.NotSigned):
        signed.read(raw, "comity-act/1", FR.public)


def test_deep_nesting_is_read_or_refused_but_never_breaks_the_reader():
    outcomes = set()
    for depth in range(100, 1000, 15):
        content = b'{"a":' * depth + b"1" + b"}" * depth
        ed, pq = FR.sign(b"comity-act/1\x00" + content, b"comity-act/1")
        raw = b'{"body":%s,"kind":"comity-act/1","signatures":{"ed25519":"%s","mldsa65":"%s"}}' % (
            content, strict.b64(ed).encode(), strict.b64(pq).encode(),
        )  # fmt: skip
        try:
            outcomes.add(signed.read(raw, "comity-act/1", FR.public).kind)
        except signed.NotSigned as error:
            outcomes.add(error.code)
    assert outcomes == {"comity-act/1", "wire.not-signed"}


@settings(deadline=None)
@given(st.binary(max_size=40))
def test_base64url_has_one_spelling(data):
    text = strict.b64(data)
    assert strict.unb64(text, "it") == data
    for other in (text + "=", text + "\n", " " + text, text + "A" if len(text) % 4 == 0 else text + "=="):
        with pytest.raises(strict.Malformed):
            strict.unb64(other, "it", len(data))


def test_moments_have_one_spelling():
    assert strict.moment("2026-11-23T14:05:00Z", "it").hour == 14
    for text in (
        "2026-11-23T14:05:00+00:00",
        "2026-11-23 14:05:00Z",
        "2026-11-23",
        "2026-02-30T00:00:00Z",
        "now",
    ):
        with pytest.raises(strict.Malformed):
            strict.moment(text, "it")


def test_an_interpreter_that_gives_up_on_nesting_is_no_accident(monkeypatch):
    """From Python 3.12 on, the JSON reader goes deeper than Python functions may."""

    def gives_up(raw):
        raise RecursionError

    monkeypatch.setattr(strict, "parse", gives_up)
    with pytest.raises(strict.Malformed, match="deeply"):
        strict.read_object(b"{}", 10, "it")
