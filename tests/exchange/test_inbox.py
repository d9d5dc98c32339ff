"""Arriving pushes: exactly once in effect, nothing silent, whatever the network does to them."""

import random

import pytest

from comity.exchange import actions, inbox, outbox, queries
from comity.exchange.models import Channel, Envelope, LogEntry, Receipt
from comity.exchange.peers import NotAPeer
from comity.exchange.wire.keys import SecretKeys
from comity.exchange.wire.push import BrokenChain, Forked, Gap
from comity.exchange.wire.signed import BadSignature
from comity.lib.errors import BadInput
from tests.exchange import handler
from tests.exchange.peer import AT, KIND, PlayedPeer


def take(peer: PlayedPeer, raw: bytes, **more):
    return peer.read_receipt(actions.accept_push(raw, sender=peer.authority, at=AT, **more))


class TestAPush:
    def test_is_handed_over_logged_and_signed_for(self, charlie):
        charlie.send(1, 2, 3)
        receipt = take(charlie, charlie.push())
        assert handler.taken() == [1, 2, 3]
        assert (receipt.holds.seq, receipt.holds.hash, receipt.refusals) == (3, charlie.sent[-1].hash, ())
        kinds = [entry.kind for entry in queries.entries()]
        assert kinds == ["peer-card", "envelope-in", "envelope-in", "envelope-in", "head-got", "receipt-given"]

    def test_that_is_repeated_changes_nothing_and_has_the_same_answer(self, charlie):
        charlie.send(1, 2)
        first = actions.accept_push(charlie.push(), sender=charlie.authority, since=0, at=AT)
        size = LogEntry.objects.count()
        again = actions.accept_push(charlie.push(), sender=charlie.authority, since=0, at=AT)
        assert first == again
        assert handler.taken() == [1, 2]
        assert LogEntry.objects.count() == size

    def test_that_overlaps_what_is_held_takes_only_the_new_part(self, charlie):
        charlie.send(1, 2)
        take(charlie, charlie.push())
        charlie.send(3, 4)
        assert take(charlie, charlie.push()).holds.seq == 4
        assert handler.taken() == [1, 2, 3, 4]

    def test_that_leaves_something_out_is_a_gap_and_takes_nothing(self, charlie):
        charlie.send(1, 2, 3)
        take(charlie, charlie.push(charlie.sent[:1]))
        with pytest.raises(Gap):
            actions.accept_push(charlie.push(charlie.sent[2:]), sender=charlie.authority, at=AT)
        assert handler.taken() == [1]

    def test_that_arrives_late_after_its_successor_changes_nothing(self, charlie):
        charlie.send(1, 2)
        late = charlie.push(charlie.sent[:1])
        take(charlie, charlie.push())
        assert take(charlie, late).holds.seq == 2
        assert handler.taken() == [1, 2]

    def test_with_its_envelopes_in_another_order_is_refused_whole(self, charlie):
        charlie.send(1, 2, 3)
        one, two, three = charlie.sent
        lines = charlie.push().split(b"\n")
        with pytest.raises(BrokenChain):
            actions.accept_push(
                b"\n".join([lines[0], two.raw, one.raw, three.raw, b""]), sender=charlie.authority, at=AT
            )
        assert handler.taken() == []

    def test_that_was_cut_off_anywhere_is_refused_whole(self, charlie):
        charlie.send(1, 2)
        raw = charlie.push()
        for length in random.Random(4).sample(range(len(raw)), 40):
            with pytest.raises(BadInput):
                actions.accept_push(raw[:length], sender=charlie.authority, at=AT)
        assert handler.taken() == []
        assert take(charlie, raw).holds.seq == 2

    def test_with_any_changed_bit_is_refused_whole(self, charlie):
        charlie.send(1, 2)
        raw = charlie.push()
        for bit in random.Random(5).sample(range(len(raw) * 8), 60):
            bad = bytearray(raw)
            bad[bit // 8] ^= 1 << bit % 8
            with pytest.raises(BadInput):
                actions.accept_push(bytes(bad), sender=charlie.authority, at=AT)
        assert handler.taken() == []
        assert Envelope.objects.count() == Receipt.objects.count() == 0

    def test_with_another_history_is_a_fork_and_raises_an_alarm(self, charlie):
        charlie.send(1, 2)
        take(charlie, charlie.push())
        charlie.sent.clear()
        charlie.send(7, 8, 9)
        with pytest.raises(Forked):
            actions.accept_push(charlie.push(), sender=charlie.authority, at=AT)
        assert handler.taken() == [1, 2]
        [state] = queries.overview()
        assert "two histories" in state.alarm

    def test_by_other_keys_is_refused(self, charlie):
        charlie.send(1)
        with pytest.raises(BadSignature):
            actions.accept_push(charlie.push(keys=SecretKeys.generate()), sender=charlie.authority, at=AT)

    def test_of_a_stranger_or_a_removed_peer_is_refused(self, charlie):
        charlie.send(1)
        with pytest.raises(NotAPeer):
            actions.accept_push(charlie.push(), sender="br-central", at=AT)
        actions.remove_peer(charlie.authority, by="alice", at=AT)
        with pytest.raises(NotAPeer):
            actions.accept_push(charlie.push(), sender=charlie.authority, at=AT)

    def test_without_envelopes_asks_for_the_position(self, charlie):
        charlie.send(1)
        take(charlie, charlie.push())
        raw = charlie.push().split(b"\n")[0] + b"\n"
        assert take(charlie, raw).holds.seq == 1

    def test_shows_that_the_peer_is_back_so_that_nothing_sits_out_its_pause(self, charlie):
        act = actions.sign(KIND, {"n": 1}, at=AT)
        actions.enqueue(act.raw, act=act.id, to=[charlie.authority], at=AT)
        outbox.wait(Channel.objects.get(direction="out"), "nl-prosecution does not answer", now=AT)
        assert outbox.due(AT) == []
        charlie.send(1)
        take(charlie, charlie.push())
        assert outbox.due(AT) == [Channel.objects.get(direction="out").peer_id]

    def test_with_one_bad_act_among_good_ones_hands_the_good_ones_over_together(self, charlie, monkeypatch):
        batches = []

        def keeping(acts, sender, at):
            batches.append([one.body["n"] for one in acts])
            return take_all(acts, sender, at)

        take_all = handler.take
        monkeypatch.setattr(handler, "take", keeping)
        inbox._imported.cache_clear()
        charlie.send(1)
        charlie.seal(charlie.act(2).raw, keys=SecretKeys.generate().public)
        charlie.send(3)
        receipt = take(charlie, charlie.push())
        monkeypatch.undo()
        inbox._imported.cache_clear()
        assert batches == [[1, 3]]
        assert [(refusal.seq, refusal.code) for refusal in receipt.refusals] == [(2, "wire.cannot-open")]
        acts = Envelope.objects.order_by("seq").values_list("act", "state")
        assert [(act != "", state) for act, state in acts] == [
            (True, "delivered"),
            (False, "refused"),
            (True, "delivered"),
        ]


class TestARefusal:
    def test_is_recorded_with_its_sentence_and_the_channel_goes_on(self, charlie):
        charlie.send(1)
        charlie.seal(charlie.act(2, refuse="We do not know this instrument.").raw)
        charlie.send(3)
        [refusal] = take(charlie, charlie.push()).refusals
        assert (refusal.seq, refusal.code, refusal.says) == (2, "test.refused", "We do not know this instrument.")
        assert handler.taken() == [1, 3]

    def test_is_repeated_to_a_sender_who_missed_the_receipt(self, charlie):
        charlie.seal(charlie.act(1, refuse="No.").raw)
        take(charlie, charlie.push())
        charlie.send(2)
        assert [r.seq for r in take(charlie, charlie.push(), since=0).refusals] == [1]
        assert take(charlie, charlie.push(), since=1).refusals == ()

    def test_meets_an_envelope_sealed_for_other_keys(self, charlie):
        charlie.seal(charlie.act(1).raw, keys=SecretKeys.generate().public)
        charlie.send(2)
        [refusal] = take(charlie, charlie.push()).refusals
        assert (refusal.seq, refusal.code) == (1, "wire.cannot-open")
        assert handler.taken() == [2]

    def test_meets_an_act_signed_by_somebody_else(self, charlie):
        mallory = PlayedPeer(us=charlie.us, our_keys=charlie.our_keys)
        charlie.seal(mallory.act(1).raw)
        assert take(charlie, charlie.push()).refusals[0].code == "wire.bad-signature"

    def test_meets_bytes_that_are_no_act_and_kinds_that_nobody_handles(self, charlie):
        charlie.seal(b"hello")
        charlie.seal(charlie.push().split(b"\n")[0])
        codes = [refusal.code for refusal in take(charlie, charlie.push()).refusals]
        assert codes == ["wire.not-signed", "exchange.unknown-kind"]


class TestAnAccident:
    def test_of_the_handler_rolls_the_whole_push_back(self, charlie):
        charlie.send(1, 2, 3)
        handler.broken.add(2)
        with pytest.raises(handler.Broken):
            actions.accept_push(charlie.push(), sender=charlie.authority, at=AT)
        assert handler.taken() == []
        assert Channel.objects.get(direction="in").seq == 0
        assert not LogEntry.objects.filter(kind="envelope-in").exists()

    def test_is_isolated_by_pushing_one_at_a_time(self, charlie):
        charlie.send(1, 2, 3)
        handler.broken.add(2)
        assert take(charlie, charlie.push(charlie.sent[:1])).holds.seq == 1
        with pytest.raises(handler.Broken):
            actions.accept_push(charlie.push(charlie.sent[:2]), sender=charlie.authority, at=AT)
        handler.broken.clear()
        assert take(charlie, charlie.push()).holds.seq == 3
        assert handler.taken() == [1, 2, 3]
