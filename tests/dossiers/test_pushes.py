"""Many acts in one push: what becomes of each is what would have become of it alone."""

import itertools
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comity.dossiers import actions, queries
from comity.dossiers.models import Act, Attachment, Dossier, Waiting
from comity.exchange import queries as network
from comity.exchange.models import Channel, LogEntry
from tests.dossiers.conftest import AT
from tests.dossiers.peer import Peer
from tests.dossiers.test_projection import CONTENTS, projection

ONE, TWO = "nl-prosecution-2026-0001", "nl-prosecution-2026-0002"


def codes(receipt):
    return {one.seq: one.code for one in receipt.refusals}


class TestAMixedPush:
    def test_has_each_act_taken_repeated_kept_waiting_or_refused(self, nl, later):
        early = nl.act(TWO, "note", {"text": "Too early."}, later(hours=2), parents=["a" * 64])
        opening = nl.opening(later(hours=1))
        follows = nl.act(ONE, "note", {"text": "One more thing."}, later(hours=3))
        forged = nl.act(ONE, "note", {"text": "Forged."}, later(hours=4), by="de-central")
        malformed = nl.act(ONE, "note", {"items": [{"name": "../x"}]}, later(hours=4), parents=[opening.id])
        receipt = nl.send(early, opening, forged, follows, opening, malformed, early, at=later(hours=5))
        assert codes(receipt) == {3: "dossiers.signed-by-another", 6: "dossiers.malformed"}
        assert [act.act_id for act in Act.objects.order_by("id")] == [opening.id, follows.id]
        assert [row["act"] for row in queries.waiting()] == [early.id]
        assert Dossier.objects.get().act_count == 2
        logged = LogEntry.objects.filter(kind="act").order_by("index").values_list("name", flat=True)
        assert list(logged) == [early.id, opening.id, follows.id]
        assert network.verify_log().ok

    def test_moves_in_what_waited_from_before_and_what_waited_within(self, nl, node, later):
        opening = nl.opening(later(hours=1))
        notes = [nl.act(ONE, "note", {"text": f"Number {n}."}, later(hours=2)) for n in range(3)]
        stranger = Peer("br-central", "BR", later())
        odd = stranger.act(ONE, "note", {"text": "Hello"}, later(hours=1), parents=[])
        stranger.send(odd, at=later(hours=2))
        nl.send(notes[0], at=later(hours=3))
        nl.send(notes[2], opening, notes[1], at=later(hours=4))
        assert [(row["act"], "no part" in row["why"]) for row in queries.waiting()] == [(odd.id, True)]
        told = queries.summary()["dossiers"][0]
        assert (told["acts"], told["digest"]) == (4, nl.digest(ONE))
        arrived = dict(Act.objects.values_list("act_id", "arrived_at"))
        assert (arrived[notes[0].id], arrived[notes[1].id]) == (later(hours=3), later(hours=4))
        assert network.verify_log().ok

    def test_keeps_the_documents_of_each_act(self, dossier, nl, later):
        items = [nl.item(b"statement", f"{name}.csv")[0] for name in ("a", "b", "c")]
        acts = [
            nl.act(dossier.pk, "note", {"text": "With papers.", "items": one}, later(hours=1))
            for one in (items[:2], items[2:], [])
        ]
        assert codes(nl.send(*acts, at=later(hours=2))) == {}
        kept = Attachment.objects.filter(act__isnull=False).values_list("act__act_id", "number", "name")
        assert sorted(kept) == sorted([(acts[0].id, 1, "a.csv"), (acts[0].id, 2, "b.csv"), (acts[1].id, 1, "c.csv")])
        assert all(network.blob_state_for(item["blob"], sender="nl-prosecution") for item in items)

    def test_opens_several_dossiers_at_once(self, nl, later):
        acts = [nl.opening(later(hours=1), number) for number in (1, 2)]
        acts += [nl.act(id, "note", {"text": "More."}, later(hours=2)) for id in (TWO, ONE, TWO)]
        nl.send(*acts, at=later(hours=3))
        assert [(one["id"], one["acts"], one["digest"]) for one in queries.summary()["dossiers"]] == [
            (ONE, 2, nl.digest(ONE)),
            (TWO, 3, nl.digest(TWO)),
        ]


class TestAnAccident:
    def test_at_the_end_rolls_the_whole_push_back(self, nl, later, monkeypatch):
        acts = [
            nl.opening(later(hours=1)),
            nl.act(TWO, "note", {"text": "Too early."}, later(hours=1), parents=["a" * 64]),
        ]

        def broken(result):
            raise OSError("the disk is full")

        monkeypatch.setattr("comity.dossiers.folding.project", broken)
        before = network.log_size()
        with pytest.raises(OSError, match="disk"):
            nl.send(*acts, at=later(hours=2))
        assert (Act.objects.count(), Dossier.objects.count(), Waiting.objects.count()) == (0, 0, 0)
        assert network.log_size() == before
        assert Channel.objects.get(direction="in").seq == 0
        monkeypatch.undo()
        nl.send(*acts, at=later(hours=3))
        assert (Act.objects.count(), Waiting.objects.count()) == (1, 1)

    def test_of_one_act_leaves_those_before_it_to_be_sent_alone(self, db, own_keys, later):
        """Nobody here handles anything: the opening act fails, and the courier then sends one at a time."""
        nl = Peer("nl-prosecution", "NL", AT)
        early = nl.act(TWO, "note", {"text": "Too early."}, later(hours=1), parents=["a" * 64])
        with pytest.raises(actions.NobodyHandles):
            nl.send(early, nl.opening(later(hours=1)), at=later(hours=2))
        assert queries.waiting() == []
        nl.send(early, at=later(hours=2))
        assert [row["act"] for row in queries.waiting()] == [early.id]


@st.composite
def pushes(draw):
    """What is sent: the kinds of acts that follow, an order with repetitions, and which are forged."""
    kinds = draw(st.lists(st.sampled_from(sorted(CONTENTS)), min_size=1, max_size=5))
    places = st.integers(0, len(kinds))
    order = draw(st.permutations(range(len(kinds) + 1))) + draw(st.lists(places, max_size=3))
    return kinds, order, draw(st.sets(places, max_size=2)), draw(st.sets(st.integers(1, len(order)), max_size=3))


class TestOnePush:
    numbers = itertools.count(1)

    @settings(
        max_examples=15,
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(sent=pushes())
    def test_of_many_acts_is_as_many_pushes_of_some(self, node, nl, sent):
        kinds, order, forged, cuts = sent
        outcomes = []
        for whole in (True, False):
            made = [nl.opening(AT, next(self.numbers))]
            dossier = made[0].body["dossier"]
            for minutes, kind in enumerate(kinds, start=1):
                by = {"by": "de-central"} if minutes in forged else {}
                made.append(nl.act(dossier, kind, CONTENTS[kind], AT + timedelta(minutes=minutes), **by))
            chosen = [made[place] for place in order]
            start = nl.position.seq
            ends = [len(chosen)] if whole else sorted({*cuts, len(chosen)})
            refused = {}
            for first, end in itertools.pairwise([0, *ends]):
                refused |= codes(nl.send(*chosen[first:end], at=AT + timedelta(hours=1)))
            names = {one.id: place for place, one in enumerate(made)}
            rows = list(Dossier.objects.filter(pk=dossier))
            outcomes.append(
                (
                    {seq - start: code for seq, code in refused.items()},
                    sorted(names[act] for act in Act.objects.filter(dossier=dossier).values_list("act_id", flat=True)),
                    sorted(names[row["act"]] for row in queries.waiting() if row["dossier"] == dossier),
                    [comparable(projection(row)) for row in rows],
                )
            )
        assert outcomes[0] == outcomes[1]


def comparable(shown):
    """A projection without the names that differ from dossier to dossier."""
    return {name: value for name, value in shown.items() if name not in ("search", "due_ref")}
