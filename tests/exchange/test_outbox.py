"""Queueing for peers, and what their receipts do to our view."""

import io

import pytest
from django.db import transaction

from comity.exchange import actions, outbox, queries
from comity.exchange.models import BlobTransfer, Channel, Envelope, Receipt
from comity.exchange.outbox import ContradictingReceipt
from comity.exchange.peers import NotAPeer
from comity.exchange.wire import receipt as wire_receipt
from comity.exchange.wire.keys import SecretKeys
from comity.exchange.wire.push import Position
from comity.exchange.wire.signed import BadSignature
from tests.exchange.peer import AT, KIND, PlayedPeer


def queue(peer: PlayedPeer, n: int):
    act = actions.sign(KIND, {"n": n}, at=AT)
    [queued] = actions.enqueue(act.raw, act=act.id, to=[peer.authority], at=AT)
    return act, queued


@pytest.fixture
def stranger_too(node, charlie) -> PlayedPeer:
    """A second pinned peer."""
    peer = PlayedPeer(us=node.authority, our_keys=charlie.our_keys, authority="br-central", country="BR")
    actions.add_peer(peer.card(), fingerprint=peer.fingerprint, by="alice", at=AT)
    return peer


def channel(peer: PlayedPeer) -> Channel:
    return Channel.objects.select_related("peer").get(peer__authority=peer.authority, direction="out")


def push(peer: PlayedPeer, **more) -> bytes:
    """Our push as the peer takes it; its receipt."""
    here = channel(peer)
    return peer.take(outbox.build(here, outbox.batch(here, 200), at=AT), **more)


class TestEnqueue:
    def test_chains_seals_and_logs(self, charlie):
        first, second = queue(charlie, 1), queue(charlie, 2)
        push(charlie)
        assert [one.seq for one in charlie.got] == [first[1].seq, second[1].seq] == [1, 2]
        assert [charlie.open(one)["n"] for one in charlie.got] == [1, 2]
        logged = queries.entries(first[1].log_index, 1)[0]
        assert (logged.kind, logged.name, logged.sha256) == ("envelope-out", "nl-prosecution/1", charlie.got[0].hash)

    def test_seals_for_every_receiver_or_for_none(self, charlie):
        act = actions.sign(KIND, {"n": 1}, at=AT)
        with pytest.raises(NotAPeer):
            actions.enqueue(act.raw, act=act.id, to=[charlie.authority, "br-central"], at=AT)
        assert not Envelope.objects.exists()

    def test_is_undone_with_the_transaction_of_the_caller(self, charlie):
        with transaction.atomic():
            queue(charlie, 1)
            transaction.set_rollback(True)
        assert queries.totals().sent == 0
        assert channel(charlie).seq == 0

    def test_refuses_to_name_a_blob_that_is_not_here(self, charlie):
        act = actions.sign(KIND, {"n": 1}, at=AT)
        with pytest.raises(outbox.UnknownBlob):
            actions.enqueue(act.raw, act=act.id, to=[charlie.authority], blobs=["0" * 64], at=AT)

    def test_of_many_is_the_same_as_of_each(self, charlie, stranger_too):
        acts = [actions.sign(KIND, {"n": n}, at=AT) for n in (1, 2, 3)]
        blob = actions.store_blob(io.BytesIO(b"statement"), at=AT).id
        out = [actions.Outgoing(one.id, one.raw, [blob] if n else []) for n, one in enumerate(acts)]
        names = [charlie.authority, stranger_too.authority]
        queued = actions.enqueue_all(out, to=names, at=AT)
        assert [(one.peer, one.seq) for one in queued] == [(name, seq) for name in sorted(names) for seq in (1, 2, 3)]
        logged = [queries.entries(one.log_index, 1)[0].name for one in queued]
        assert logged == [f"{one.peer}/{one.seq}" for one in queued]
        for peer in (charlie, stranger_too):
            push(peer)
            assert [peer.open(one)["n"] for one in peer.got] == [1, 2, 3]
            [transfer] = BlobTransfer.objects.filter(peer__authority=peer.authority)
            assert (transfer.blob_id, transfer.after_seq) == (blob, 2)  # of the first act that names it
        actions.enqueue_all(out, to=names, at=AT)
        assert BlobTransfer.objects.count() == 2
        assert channel(charlie).seq == 6
        assert [fault for fault in queries.verify_log().faults if not fault.where.startswith("act")] == []


class TestAReceipt:
    def test_settles_what_it_covers(self, charlie):
        act, _ = queue(charlie, 1)
        later, _ = queue(charlie, 2)
        raw = push(charlie)
        queue(charlie, 3)
        outbox.settle(channel(charlie), raw, at=AT)
        [delivery] = queries.delivery(act.id)
        assert (delivery.state, delivery.settled_at, delivery.receipt) == (
            "delivered",
            AT,
            Receipt.objects.get().sha256,
        )
        assert queries.entries(delivery.receipt_log_index, 1)[0].kind == "receipt-got"
        assert queries.delivery(later.id)[0].state == "delivered"
        assert queries.totals() == queries.Totals(sent=3, delivered=2, refused=0, waiting=1, received=0)

    def test_tells_what_was_refused_and_why(self, charlie):
        act, _ = queue(charlie, 1)
        queue(charlie, 2)
        charlie.refuses[1] = ("test.refused", "We do not know this instrument.")
        outbox.settle(channel(charlie), push(charlie), at=AT)
        [delivery] = queries.delivery(act.id)
        assert (delivery.state, delivery.code, delivery.says) == (
            "refused", "test.refused", "We do not know this instrument.",
        )  # fmt: skip
        [left] = queries.unsettled()
        assert (left.act, left.peer, left.state, left.says) == (
            act.id, charlie.authority, "refused", "We do not know this instrument.",
        )  # fmt: skip

    def test_that_comes_twice_is_kept_once(self, charlie):
        queue(charlie, 1)
        raw = push(charlie)
        outbox.settle(channel(charlie), raw, at=AT)
        outbox.settle(channel(charlie), raw, at=AT)
        assert Receipt.objects.count() == 1

    def test_by_other_keys_moves_nothing(self, charlie):
        queue(charlie, 1)
        push(charlie)
        forged = wire_receipt.issue(SecretKeys.generate(), holds=charlie.position, at=AT).raw
        with pytest.raises(BadSignature):
            outbox.settle(channel(charlie), forged, at=AT)
        assert channel(charlie).acked_seq == 0

    @pytest.mark.parametrize(("seq", "hash_"), [(1, "a" * 64), (5, "b" * 64)])
    def test_for_another_history_or_for_more_than_we_sent_contradicts(self, charlie, seq, hash_):
        queue(charlie, 1)
        holds = Position(charlie.us, charlie.authority, seq, hash_)
        with pytest.raises(ContradictingReceipt):
            outbox.settle(channel(charlie), charlie.receipt(holds=holds), at=AT)

    def test_that_leaves_out_earlier_refusals_is_not_taken(self, charlie):
        queue(charlie, 1)
        queue(charlie, 2)
        charlie.refuses[1] = ("test.refused", "No.")
        with pytest.raises(outbox.IncompleteReceipt):
            outbox.settle(channel(charlie), push(charlie, since=1), at=AT)
        assert channel(charlie).acked_seq == 0

    def test_for_less_than_before_makes_us_send_that_part_again(self, charlie):
        """A peer that restored a backup holds less than it has signed for."""
        queue(charlie, 1)
        queue(charlie, 2)
        outbox.settle(channel(charlie), push(charlie), at=AT)
        del charlie.got[1:]
        outbox.settle(channel(charlie), charlie.receipt(), at=AT)
        assert channel(charlie).acked_seq == 1
        assert queries.totals().waiting == 1
        outbox.settle(channel(charlie), push(charlie, since=1), at=AT)
        assert [charlie.open(one)["n"] for one in charlie.got] == [1, 2]
        assert queries.totals().delivered == 2


class TestTheLease:
    def test_is_held_by_one_worker(self, charlie):
        peer = channel(charlie).peer_id
        assert outbox.claim(peer, "one", AT) is not None
        assert outbox.claim(peer, "two", AT) is None
        outbox.release(channel(charlie), "two")  # not its own to give back
        assert outbox.claim(peer, "two", AT) is None
        outbox.release(channel(charlie), "one")
        assert outbox.claim(peer, "two", AT) is not None

    def test_runs_out_when_its_worker_died(self, charlie):
        from datetime import timedelta

        peer = channel(charlie).peer_id
        outbox.claim(peer, "one", AT)
        assert outbox.claim(peer, "two", AT + timedelta(seconds=91)) is not None


class TestBackOff:
    def test_grows_and_is_said(self, charlie):
        queue(charlie, 1)
        here = channel(charlie)
        pauses = []
        for _ in range(12):
            outbox.wait(here, "nl-prosecution does not answer", now=AT)
            here.refresh_from_db()
            pauses.append((here.next_try_at - AT).total_seconds())
        assert 0.007 <= pauses[0] <= 0.013
        assert max(pauses) <= 0.13  # settings of the tests: at most 0.1 s and 30 %
        assert here.waiting_on.startswith("nl-prosecution does not answer; 12 tries, next at 2026-11-23T14:05:00Z")
        assert outbox.due(AT) == []

    def test_ends_with_the_next_receipt(self, charlie):
        queue(charlie, 1)
        here = channel(charlie)
        outbox.wait(here, "down", now=AT)
        outbox.settle(here, push(charlie), at=AT)
        [state] = queries.overview()
        assert (state.failures, state.next_try_at, state.waiting_on) == (0, None, "")
