# ruff: noqa: E501  (one case stands on one line)
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.exchange.wire import envelope, strict
from tests.wire.test_vectors import KEYS

NL = KEYS["nl-om"]


def seal(payload, seq=1, prev=envelope.FIRST_PREV, **change):
    names = {"sender": "fr-central", "receiver": "nl-om", **change}
    return envelope.seal(payload, to_keys=NL.public, seq=seq, prev=prev, **names)


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=5000), st.integers(2, 2**53 - 1))
def test_what_was_sealed_comes_out_at_its_place(payload, seq):
    one = seal(payload, seq, "ab" * 32)
    assert envelope.read(one.raw) == one
    assert envelope.open_sealed(one, NL) == payload


@settings(deadline=None)
@given(st.integers(0, 2**22))
def test_padding_adds_at_most_twelve_percent_and_leaves_few_sizes(length):
    padded = envelope.padme(length)
    assert length <= padded <= length * 1.12 + 1
    assert envelope.padme(padded) == padded


def test_padme_of_known_lengths():
    # Exponent, bits of the exponent, and so the zeros at the end: 9 -> 3, 2, 1; 100 -> 6, 3, 3; 5000 -> 12, 4, 8.
    assert [envelope.padme(length) for length in (0, 1, 2, 9, 100, 1000, 5000, 10**6)] == [0, 1, 2, 10, 104, 1024, 5120, 1015808]  # fmt: skip


@settings(deadline=None)
@given(st.binary(max_size=3000))
def test_a_payload_has_one_padded_form(payload):
    padded = envelope.pad(payload)
    assert envelope.unpad(padded) == payload
    others = [padded + b"\x00", padded[:-1], b"\x01" + padded[1:], b""]
    if len(padded) > 4 + len(payload):
        others.append(padded[:-1] + b"\x01")
    for other in others:
        with pytest.raises(ValueError, match="padding"):
            envelope.unpad(other)


def test_lengths_near_each_other_look_alike():
    assert len({len(seal(b"x" * length).raw) for length in range(4870, 5100)}) == 1


def test_two_sealings_of_one_act_differ():
    assert seal(b"act").sealed != seal(b"act").sealed


@pytest.mark.parametrize(
    "change",
    [
        {"seq": 0},
        {"seq": -1},
        {"seq": 2**53, "prev": "ab" * 32},
        {"prev": "ab" * 32},
        {"seq": 2},
        {"seq": 2, "prev": "AB" * 32},
        {"sender": "FR"},
        {"receiver": "x"},
        {"receiver": 'nl"-om'},
    ],
)
def test_our_own_mistakes_are_refused(change):
    with pytest.raises(envelope.NotAnEnvelope):
        seal(b"act", **change)


def test_too_much_is_refused():
    with pytest.raises(strict.TooLarge):
        seal(b"x" * envelope.LIMIT)
    with pytest.raises(strict.TooLarge):
        envelope.read(b"x" * (envelope.LIMIT + 1))


def test_the_largest_signed_object_fits():
    assert envelope.open_sealed(seal(b"x" * 1024 * 1024), NL) == b"x" * 1024 * 1024


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_foreign_bytes_are_refused(raw):
    with pytest.raises(envelope.NotAnEnvelope):
        envelope.read(raw)


def test_too_short_a_sealed_part_does_not_open():
    raw = seal(b"act").raw
    short = raw.split(b'"sealed":"')[0] + b'"sealed":"AAAA","seq":1,"to":"nl-om"}'
    with pytest.raises(envelope.CannotOpen):
        envelope.open_sealed(envelope.read(short), NL)
