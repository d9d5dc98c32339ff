# ruff: noqa: E501  (one case stands on one line)
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.exchange.wire import envelope, push, receipt, strict
from comity.exchange.wire.push import Position
from tests.vectors.make import AT, channel
from tests.wire.test_vectors import KEYS

FR, NL = KEYS["fr-central"], KEYS["nl-om"]
EMPTY = Position("fr-central", "nl-om")
CHAIN = channel(FR, NL, 12)
OTHER = channel(FR, NL, 12)


def at(number, chain=CHAIN):
    return EMPTY.after(chain[number - 1]) if number else EMPTY


def build(first, last, chain=CHAIN):
    return push.build(chain[first - 1 : last], head=at(last, chain), keys=FR, at=AT)


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_any_part_of_the_channel_is_taken_once_or_its_gap_is_named(data):
    held, last = data.draw(st.integers(0, 12)), data.draw(st.integers(1, 12))
    first = data.draw(st.integers(1, last))
    stored = {e.seq: e.hash for e in CHAIN[:held]}
    raw = build(first, last)
    if first > held + 1:
        with pytest.raises(push.Gap) as caught:
            push.read(raw, FR.public, expects=at(held), hash_at=stored.get)
        assert caught.value.fields["wanted"] == held + 1
    else:
        new = push.read(raw, FR.public, expects=at(held), hash_at=stored.get).envelopes
        assert [e.seq for e in new] == list(range(max(first, held + 1), last + 1))


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 12), st.integers(1, 12), st.data())
def test_another_history_is_a_fork_wherever_it_touches_ours(held, last, data):
    first = data.draw(st.integers(1, min(last, held + 1)))
    stored = {e.seq: e.hash for e in CHAIN[:held]}
    with pytest.raises(push.Forked):
        push.read(build(first, last, OTHER), FR.public, expects=at(held), hash_at=stored.get)


def test_reordered_pushes_do_no_harm():
    held = push.read(build(1, 5), FR.public, expects=EMPTY)
    late = push.read(build(1, 3), FR.public, expects=held.head)
    assert late.envelopes == ()
    assert push.read(build(4, 8), FR.public, expects=held.head).envelopes == tuple(CHAIN[5:8])


def test_the_head_is_kept_as_proof():
    one = push.read(build(1, 3), FR.public, expects=EMPTY)
    assert one.head == at(3)
    assert one.at == AT
    assert build(1, 3).startswith(one.signed_head[:100])


def test_an_empty_channel_may_be_asked_about():
    raw = push.build([], head=EMPTY, keys=FR, at=AT)
    assert push.read(raw, FR.public, expects=EMPTY).envelopes == ()


def test_a_head_at_zero_has_no_hash_of_its_own():
    raw = push.build([], head=replace(EMPTY, hash="11" * 32), keys=FR, at=AT)
    with pytest.raises(push.BrokenChain):
        push.read(raw, FR.public, expects=EMPTY)


def test_a_head_that_is_not_the_last_envelope_is_our_own_fault():
    with pytest.raises(ValueError, match="head"):
        push.build(CHAIN[:2], head=at(3), keys=FR, at=AT)


def test_a_head_for_another_receiver_is_not_for_us():
    with pytest.raises(push.NotForUs):
        push.read(build(1, 1), FR.public, expects=replace(EMPTY, receiver="br-mj"))


def test_limits():
    with pytest.raises(strict.TooLarge):
        push.read(b"x" * (push.LIMIT + 1), FR.public, expects=EMPTY)
    with pytest.raises(push.NotAPush, match="1000"):
        push.read(b"x\n" * 1002, FR.public, expects=EMPTY)
    with pytest.raises(push.NotAPush):
        push.read(b"x\n" * 1001, FR.public, expects=EMPTY)


def test_take_stops_at_a_thousand_and_at_sixteen_mebibytes():
    assert push.take(CHAIN) == CHAIN
    assert len(push.take(CHAIN[:1] * 1500)) == 1000
    big = envelope.seal(b"x" * 10**6, to_keys=NL.public, sender="fr-central", receiver="nl-om", seq=1, prev=envelope.FIRST_PREV)  # fmt: skip
    taken = push.take([big] * 50)
    assert 0 < len(taken) < 50
    assert sum(len(e.raw) + 1 for e in taken) <= push.LIMIT < sum(len(e.raw) for e in taken) + 2 * len(big.raw)


class TestReceipt:
    def test_says_what_is_held_and_refused(self):
        refusals = [receipt.Refusal(seq=n, hash="ab" * 32, code="dossiers.not-a-party", says="No.") for n in (4, 6)]
        one = receipt.issue(NL, holds=at(7), refusals=refusals, since=3, at=AT)
        back = receipt.read(one.raw, NL.public, sender="fr-central", receiver="nl-om")
        assert back == one
        assert back.holds == at(7)
        assert back.refusals == tuple(refusals)
        assert back.at == AT

    def test_of_another_channel_is_refused(self):
        one = receipt.issue(NL, holds=at(7), at=AT)
        with pytest.raises(receipt.NotAReceipt):
            receipt.read(one.raw, NL.public, sender="br-mj", receiver="nl-om")

    def test_our_own_mistakes_are_found(self):
        refusal = receipt.Refusal(seq=9, hash="ab" * 32, code="dossiers.not-a-party", says="No.")
        with pytest.raises(receipt.NotAReceipt):
            receipt.issue(NL, holds=at(7), refusals=[refusal], at=AT)
