"""Taking in, custody, bytes, derivation: what happens, who may, and what the log says of it."""

import io
from datetime import timedelta

import pytest
from django.db import connection

from comity.access import queries as people
from comity.access.handling import Handling
from comity.access.rules import NotAllowed
from comity.evidence import actions, queries
from comity.evidence.models import Custody
from comity.evidence.sight import NotFound
from comity.exchange import blobs
from comity.exchange import queries as network
from tests.dossiers.conftest import AT
from tests.evidence.conftest import LEDGER, SEARCH, take

LATER = AT + timedelta(hours=2)


def says(user, ref, at=LATER):
    return [(one.what, one.from_whom, one.to_whom) for one in queries.custody(user, ref, at).entries]


class TestTake:
    def test_begins_a_chain_and_keeps_the_bytes(self, ledger, alice):
        view = queries.item(alice, "c-2026-0001/1", LATER)
        assert says(alice, ledger.ref) == [("taken", "Paul Vidal", "fr-central")]
        assert (view.facts.size, view.facts.taking) == (len(LEDGER), SEARCH)
        assert view.custody.faults == view.custody.gaps == ()
        facts, pieces = queries.open_bytes(alice, ledger.ref, LATER)
        assert b"".join(pieces) == LEDGER
        assert facts.sha256 == view.custody.entries[0].sha256

    def test_numbers_count_within_a_case(self, ledger, telephone):
        assert (ledger.ref, telephone.ref) == ("c-2026-0001/1", "c-2026-0001/2")

    def test_a_thing_has_a_seal_or_a_place(self, case, alice):
        with pytest.raises(actions.NeedsBytesOrSeal):
            actions.take(case, title="Cash", kind="cash", by=alice, at=AT)

    def test_what_cannot_be_held_has_bytes(self, case, alice):
        with pytest.raises(actions.NeedsBytesOrSeal):
            actions.take(case, title="Letter", kind="document", by=alice, at=AT, seal="S-1")

    @pytest.mark.parametrize(
        ("more", "error"),
        [
            ({"title": "  "}, actions.NoTitle),
            ({"kind": "ghost"}, actions.UnknownKind),
            ({"taking": SEARCH.__class__(at=LATER)}, actions.BadMoment),
        ],
    )
    def test_refuses_before_anything_is_stored(self, case, alice, more, error):
        told = {"title": "Knife", "kind": "object", "place": "Room 2"} | more
        with pytest.raises(error):
            actions.take(case, by=alice, at=AT, **told)
        assert queries.in_compartment(alice, case, AT) == []

    def test_a_reader_may_not_and_a_stranger_does_not_know(self, case, dora, charlie):
        with pytest.raises(NotAllowed):
            take(case, dora)
        with pytest.raises(NotFound):
            take(case, charlie)

    def test_is_found_by_its_words_by_those_who_may(self, ledger, dora, charlie):
        from comity.search import queries as search

        assert [hit.ref for hit in search.find(dora, "ledger", at=LATER).hits] == [ledger.ref]
        assert search.find(charlie, "ledger", at=LATER).total == 0

    def test_above_ones_clearance_nobody_reads(self, case, alice, dora):
        access_level(alice, 2)
        secret = take(case, alice, level=2)
        with pytest.raises(NotFound):
            queries.item(dora, secret.ref, LATER)
        assert [row.ref for row in queries.in_compartment(dora, case, LATER)] == []


def access_level(user, level):
    from comity.access import actions as access

    access.set_clearance(user, level, by=None, at=AT)


class TestCustody:
    def test_changes_hands_and_comes_back(self, telephone, alice):
        actions.move(telephone, to_whom="Room 5", by=alice, at=LATER, place="Room 5")
        actions.lend(telephone, to_whom="Laboratory", why="examination", by=alice, at=LATER)
        actions.examine(telephone, to_whom="Dr Roy", why="SIM card", by=alice, at=LATER)
        actions.bring_back(telephone, by=alice, at=LATER)
        assert says(alice, telephone.ref)[1:] == [
            ("moved", "fr-central", "Room 5"),
            ("lent", "Room 5", "Laboratory"),
            ("examined", "", "Dr Roy"),
            ("back", "Laboratory", "fr-central"),
        ]
        view = queries.item(alice, telephone.ref, LATER)
        assert (view.facts.state, view.facts.holder, view.custody.gaps) == ("held", "fr-central", ())

    def test_a_gap_is_named_and_a_correction_closes_it(self, telephone, alice):
        actions.move(telephone, from_whom="Customs", to_whom="Room 5", by=alice, at=LATER)
        [gap] = queries.custody(alice, telephone.ref, LATER).gaps
        assert (gap.number, gap.kind, gap.values["from"], gap.values["to"]) == (2, "holder", "fr-central", "Customs")
        actions.correct(telephone, 2, why="mistaken", by=alice, at=LATER, from_whom="fr-central")
        view = queries.custody(alice, telephone.ref, LATER)
        assert (view.gaps, view.faults, view.corrected_by) == ((), (), {2: (3,)})
        assert [one.from_whom for one in view.entries][1] == "Customs"

    def test_time_without_a_holder_is_a_gap(self, telephone, alice):
        actions.move(telephone, to_whom="Room 5", left_at=AT + timedelta(hours=1), by=alice, at=LATER)
        assert [gap.kind for gap in queries.custody(alice, telephone.ref, LATER).gaps] == ["time"]

    @pytest.mark.parametrize("number", [7, 0, 2])
    def test_only_a_real_entry_is_corrected(self, telephone, alice, number):
        actions.correct(telephone, 1, why="name", by=alice, at=LATER, from_whom="P. Vidal")
        with pytest.raises(actions.NothingToCorrect):
            actions.correct(telephone, number, why="again", by=alice, at=LATER)

    def test_what_is_lent_is_not_lent_again(self, telephone, alice):
        actions.lend(telephone, to_whom="Laboratory", why="examination", by=alice, at=LATER)
        with pytest.raises(actions.WrongState):
            actions.lend(telephone, to_whom="Court", why="hearing", by=alice, at=LATER)

    def test_a_reader_may_not_and_a_stranger_does_not_know(self, telephone, dora, charlie):
        with pytest.raises(NotAllowed):
            actions.move(telephone, to_whom="Home", by=dora, at=LATER)
        with pytest.raises(NotFound):
            actions.move(telephone, to_whom="Home", by=charlie, at=LATER)

    def test_history_tells_it_to_those_who_may(self, case, telephone, dora, charlie):
        assert [one.says for one in queries.history(dora, case, LATER)] == ["{title}: taken in."]
        assert queries.history(charlie, case, LATER) == []


class TestLog:
    def test_knows_every_entry(self, telephone, alice):
        actions.move(telephone, to_whom="Room 5", by=alice, at=LATER)
        assert network.verify_log().faults == ()

    @pytest.mark.parametrize(("old", "new"), [(b"Paul Vidal", b"Paul Vidol"), (b"-11-23T09", b"-11-22T09")])
    def test_notices_a_changed_entry(self, telephone, alice, old, new):
        row = Custody.objects.get(item=telephone)
        assert old in bytes(row.raw)
        Custody.objects.filter(pk=row.pk).update(raw=bytes(row.raw).replace(old, new))
        assert [one.where for one in network.verify_log().faults] == ["custody c-2026-0001/1/1"]
        assert queries.custody(alice, telephone.ref, LATER).faults[0].code == "custody.head"

    def test_notices_a_removed_entry(self, telephone, alice):
        actions.move(telephone, to_whom="Room 5", by=alice, at=LATER)
        Custody.objects.filter(item=telephone, number=2).delete()
        assert [one.says for one in network.verify_log().faults] == ["it was logged and is missing"]


class TestBytes:
    def test_whole_bytes_are_confirmed_and_recorded(self, ledger, dora):
        assert actions.check_bytes(ledger, by=dora, at=LATER).ok
        view = queries.item(dora, ledger.ref, LATER)
        assert (view.intact, view.checked_at, view.custody.entries[-1].what) == (True, LATER, "checked")

    def test_a_flipped_bit_is_found(self, ledger, alice):
        file = blobs.path(ledger.blob)
        raw = bytearray(file.read_bytes())
        raw[40] ^= 1
        file.write_bytes(raw)
        assert not actions.check_bytes(ledger, by=alice, at=LATER).ok
        assert queries.item(alice, ledger.ref, LATER).intact is False

    def test_every_look_is_recorded(self, ledger, dora):
        _, pieces = queries.open_bytes(dora, ledger.ref, LATER)
        b"".join(pieces)
        queries.facts(dora, ledger.ref, LATER)
        assert [row.thing for row in people.reads(by=dora)] == ["c-2026-0001/1", "c-2026-0001/1 bytes"]

    def test_a_thing_has_none(self, telephone, alice):
        with pytest.raises(actions.NoBytes):
            queries.open_bytes(alice, telephone.ref, LATER)


class TestDerive:
    def derive(self, sources, by, **more):
        return actions.derive(
            sources, way="translation", title="Ledger in English", person="Jane Hill", tool="", by=by, at=LATER,
            stream=io.BytesIO(b"in English"), name="ledger-en.txt", language="en", **more,
        )  # fmt: skip

    def test_names_its_source_and_both_chains_tell(self, ledger, alice):
        made = self.derive([ledger], alice)
        assert says(alice, ledger.ref)[-1] == ("copied", "", made.ref)
        assert says(alice, made.ref) == [("made", "Jane Hill", "fr-central")]
        tree = queries.tree(alice, ledger.ref, LATER)
        assert [(one.ref, one.depth) for one in tree.nodes] == [(ledger.ref, 0), (made.ref, 1)]
        assert queries.facts(alice, made.ref, LATER).derivations[0].source_sha256 == ledger.sha256

    def test_is_bound_as_its_sources_are(self, case, ledger, alice):
        access_level(alice, 2)
        marked = take(
            case, alice, title="Report", content=b"x", level=2, handling=Handling("nl-om", frozenset({"H1", "TLP:RED"}))
        )
        made = self.derive([ledger, marked], alice, handling=Handling("", frozenset({"TLP:GREEN"})))
        assert made.level == 2
        assert set(made.handling["codes"]) == {"H1", "TLP:RED"}

    def test_the_reader_of_one_sees_no_other(self, mla, case, ledger, alice, dora):
        from comity.access import actions as access

        circle = access.create_compartment("c-2026-0001-a", unit=mla, by=alice, at=AT, parent=case)
        made = self.derive([ledger], alice, compartment=circle)
        assert made.ref == "c-2026-0001-a/1"
        assert queries.label(made) == "a-1"
        tree = queries.tree(dora, ledger.ref, LATER)
        assert ([one.ref for one in tree.nodes], tree.hidden) == ([ledger.ref], 1)

    def test_needs_a_source_and_a_person(self, ledger, alice):
        with pytest.raises(actions.NoSource):
            self.derive([], alice)
        with pytest.raises(actions.NobodyNamed):
            actions.derive([ledger], way="copy", title="Copy", person=" ", by=alice, at=LATER, stream=io.BytesIO(b""),
                           name="x")  # fmt: skip


def test_the_list_asks_as_often_for_one_as_for_many(case, alice, django_assert_num_queries):
    def asked():
        with CaptureQueriesContext(connection) as found:
            queries.in_compartment(alice, case, LATER)
        return len(found)

    from django.test.utils import CaptureQueriesContext

    take(case, alice)
    one = asked()
    for number in range(5):
        take(case, alice, content=bytes([number]))
    assert asked() == one
