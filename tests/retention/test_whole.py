"""What keeps a case, a dossier and a blob, and that erasing one thing takes nothing of another."""

import io
from dataclasses import replace
from datetime import timedelta

import pytest

from comity.access import queries as people
from comity.access.erasing import StillReferenced, erase_rows
from comity.cases import actions as cases
from comity.cases.models import Case, Link
from comity.disclosure.models import Window
from comity.dossiers import actions as dossiers
from comity.dossiers.models import Dossier
from comity.evidence import keeping, measures
from comity.evidence.models import Item
from comity.exchange import actions as exchange
from comity.exchange import erase
from comity.exchange import queries as network
from comity.exchange.models import Blob
from comity.retention import actions, cleaning, kinds, queries, whole
from comity.subjects import actions as subjects
from comity.subjects.actions import Said
from comity.subjects.models import Statement, Subject
from tests.dossiers.conftest import AT

LATER = AT + timedelta(days=400)


@pytest.fixture
def open_case(alice, mla):
    return cases.open("Fraud", unit=mla, by=alice, at=AT)


@pytest.fixture
def closed(open_case, alice):
    """Closes the case and makes a round a year later: ``closed()`` gives it."""

    def close(at=LATER):
        cases.set_state(open_case.number, "closed", reason="Judged", by=alice, at=AT)
        return actions.run(at=at)

    return close


@pytest.fixture(autouse=True)
def rule(ada):
    for kind in ("case", "dossier"):
        actions.set_rule(kind, 365, basis="CPP, art 40-1", by=ada, at=AT)


def erased(run):
    assert run.failed == []
    return [(one["kind"], one["ref"]) for one in run.erased]


def take(case, alice, **how):
    told = {"kind": "document", "stream": io.BytesIO(b"bytes"), "name": "a.txt", "media_type": "text/plain", **how}
    return keeping.take(case.compartment, title="Thing", by=alice, at=AT, **told)


def test_a_closed_case_goes_and_its_compartment_and_seats_stay(open_case, closed, alice):
    assert erased(closed()) == [("case", open_case.number)]
    assert not Case.objects.exists()
    compartment = people.Compartment.objects.get(name=open_case.number)
    assert [row.user for row in people.seats_in(compartment, LATER)] == [alice]


def test_the_log_names_the_case_and_how_many_rows_went(open_case, closed, ada):
    run = closed()
    names = {(one.kind, one.name) for row in queries.erasures(ada, LATER) for one in row.things.all()}
    assert ("case", open_case.number) in names
    assert run.erased[0]["rows"]["cases.Event"] >= 2
    assert network.verify_log().faults == ()


def test_its_number_is_not_given_again(open_case, closed, alice, mla):
    closed()
    assert cases.open("Another", unit=mla, by=alice, at=AT).number != open_case.number


class TestKeepsACase:
    def test_a_case_that_is_open(self, open_case):
        assert erased(actions.run(at=LATER)) == []

    def test_a_dossier_that_is_open(self, open_case, closed, dossier, alice):
        cases.link(open_case.number, dossier.pk, by=alice, at=AT)
        assert erased(closed()) == []

    def test_a_thing_that_is_held_until_it_is_returned(self, open_case, closed, alice, bob):
        item = take(open_case, alice, kind="cash", stream=None, name="", media_type="", seal="S-1")
        assert erased(closed()) == []
        Item.objects.filter(pk=item.pk).update(state="returned")
        assert len(erased(actions.run(at=LATER))) == 1

    def test_bytes_that_are_lent(self, open_case, closed, alice):
        keeping.lend(take(open_case, alice), to_whom="Expert", why="Analysis", by=alice, at=AT)
        assert erased(closed()) == []

    def test_a_destruction_that_waits_for_a_decision(self, open_case, closed, alice, bob):
        item = take(open_case, alice)
        made = measures.propose(item, kind="destroy", reasons="Over", asked_by="Judge", by=alice, at=AT)
        assert erased(closed()) == []
        measures.reject(made, note="No", by=bob, at=AT)
        assert len(erased(actions.run(at=LATER))) == 1

    def test_a_window_until_it_closes(self, open_case, closed, alice, bob):
        Window.objects.create(
            id="w-abc", compartment=open_case.compartment, recipient="Maître Lune", function="Lawyer", contact="post",
            purpose="Defence", opens_at=AT, closes_at=LATER + timedelta(days=5), proposed_by=alice, proposed_at=AT,
            decided_by=bob, decided_at=AT, approved=True,
        )  # fmt: skip
        assert erased(closed()) == []
        assert len(erased(actions.run(at=LATER + timedelta(days=6)))) == 1
        assert not Window.objects.exists()

    def test_glass_that_nobody_reviewed_in_a_circle_too(self, open_case, closed, alice, bob, charlie):
        circle = cases.open_circle(open_case.number, "Closer", by=alice, at=AT).compartment
        row = people.Emergency.objects.create(
            user=charlie, compartment=circle, reason="A life", at=AT, until=AT + timedelta(hours=4)
        )
        assert erased(closed()) == []
        people.Emergency.objects.filter(pk=row.pk).update(
            reviewed_by=bob, reviewed_at=AT, justified=True, finding="Right"
        )
        assert len(erased(actions.run(at=LATER))) == 1

    def test_a_hold(self, open_case, closed, ada):
        actions.hold("case", open_case.number, reason="Appeal", by=ada, at=AT)
        assert erased(closed()) == []

    def test_and_who_tries_nevertheless_is_told(self, open_case):
        with pytest.raises(whole.NotOver):
            whole.erase_case(open_case.number, "x", LATER, LATER)


class TestTakesNothingOfAnother:
    def test_case_but_the_relation_that_lost_its_end(self, open_case, closed, alice, mla):
        other = cases.open("Other", unit=mla, by=alice, at=AT)
        mine = subjects.add(open_case.compartment, "Person", [Said("name", "Ana")], by=alice, at=AT)
        theirs = subjects.add(other.compartment, "Person", [Said("name", "Ben")], by=alice, at=AT)
        subjects.relate(theirs, mine, "Family", [Said("relationship", "cousin")], by=alice, at=AT)
        closed()
        assert list(Subject.objects.all()) == [theirs]
        assert [one.value for one in Statement.objects.all()] == ["Ben"]

    def test_case_that_has_the_same_bytes(self, open_case, closed, alice, mla):
        other = cases.open("Other", unit=mla, by=alice, at=AT)
        mine, theirs = take(open_case, alice), take(other, alice)
        Item.objects.filter(pk=theirs.pk).update(blob=mine.blob, key=mine.key, sha256=mine.sha256)
        closed()
        assert Blob.objects.get(pk=mine.blob).state == Blob.COMPLETE

    def test_room_that_was_not_named(self, open_case):
        with pytest.raises(StillReferenced):
            erase_rows(people.Compartment.objects.filter(name=open_case.number), rooms=["access"])


class TestADossierOfACase:
    @pytest.fixture
    def linked(self, open_case, over, alice):
        cases.link(open_case.number, over.pk, by=alice, at=AT)
        return over

    def test_stays_while_the_case_is_open(self, linked):
        assert erased(actions.run(at=LATER)) == []

    def test_goes_with_or_after_it(self, linked, closed):
        assert {kind for kind, _ in erased(closed())} == {"case", "dossier"}
        assert not Dossier.objects.exists()

    def test_goes_before_it_once_the_case_is_closed_and_the_link_too(self, linked, closed, open_case, ada):
        actions.set_rule("case", None, basis="For good", by=ada, at=AT)
        assert erased(closed()) == [("dossier", linked.pk)]
        assert not Link.objects.exists()
        assert Case.objects.filter(pk=open_case.number).exists()


class TestARound:
    def test_passes_over_what_cannot_be_erased_however_much_it_is(self, open_case, closed, alice, mla, monkeypatch):
        second = cases.open("Second", unit=mla, by=alice, at=AT)
        cases.set_state(second.number, "closed", reason="Judged", by=alice, at=AT)
        monkeypatch.setattr(actions, "A_PAGE", 1)
        plain = kinds.KINDS["case"].erase

        def erase_case(ref, *told):
            if ref == open_case.number:
                raise whole.NotOver(number=ref)
            return plain(ref, *told)

        monkeypatch.setitem(kinds.KINDS, "case", replace(kinds.KINDS["case"], erase=erase_case))
        run = closed()
        assert [one["ref"] for one in run.erased] == [second.number]
        assert [(one["ref"], one["code"]) for one in run.failed] == [(open_case.number, "retention.not-over")]

    def test_holds_what_exists_only(self, ada):
        with pytest.raises(actions.NothingToHold):
            actions.hold("case", "c-2026-9999", reason="Appeal", by=ada, at=AT)

    def test_an_administrator_sees_numbers_of_cases_that_they_may_not_read(self, open_case, closed, alice, ada):
        from comity.access.asking import asking

        cases.set_state(open_case.number, "closed", reason="Judged", by=alice, at=AT)
        with asking(ada.pk, LATER):
            found = queries.preview(ada, "case", at=LATER)
        assert [one.ref for one in found.expiring] == [open_case.number]
        with asking(ada.pk, LATER):
            assert len(actions.run(at=LATER, by=ada).erased) == 1


class TestABlob:
    def test_that_came_again_is_erased_again(self, node):
        one = exchange.store_blob(io.BytesIO(b"x" * 99), at=AT)
        raw = bytes(Blob.objects.get(pk=one.id).manifest)
        for _ in range(2):
            erase.erase(rule="x", blob_ids=[one.id], at=AT)
            Blob.objects.filter(pk=one.id).update(state=Blob.COMPLETE, manifest=raw, chunks=1, have=1)
        erase.erase(rule="x", blob_ids=[one.id], at=AT)
        assert network.verify_log().faults == ()

    def test_that_never_came_whole_is_given_up(self, node):
        Blob.objects.create(pk="ab" * 32, state=Blob.ARRIVING, chunks=4, have=2, created_at=AT)
        assert erase.erase(rule="x", blob_ids=["ab" * 32], at=AT) is None
        assert Blob.objects.get(pk="ab" * 32).state == Blob.ERASED

    def test_whose_file_a_crash_left_is_swept_away(self, node):
        from comity.exchange import blobs

        one = exchange.store_blob(io.BytesIO(b"x" * 99), at=AT)
        Blob.objects.filter(pk=one.id).update(state=Blob.ERASED, manifest=b"")
        assert erase.sweep() == 1
        assert not blobs.path(one.id).exists()


def test_another_process_forgets_when_it_sees_a_new_erasure(node, monkeypatch):
    times = []
    monkeypatch.setattr(cleaning, "forget", lambda: times.append(1))
    cleaning.keep_up()
    before = len(times)
    cleaning.keep_up()
    assert len(times) == before
    erase.erase(rule="x", other=[erase.Thing("case", "c-1", "0" * 64)], at=AT)
    cleaning.keep_up()
    assert len(times) == before + 1


def test_a_big_case_is_erased_in_parts(open_case, alice, monkeypatch):
    from comity.access import erasing

    monkeypatch.setattr(erasing, "AT_ONCE", 3)
    for number in range(10):
        subjects.add(open_case.compartment, "Person", [Said("name", f"Ana {number}")], by=alice, at=AT)
    counts = erase_rows(Subject.objects.all(), rooms=["subjects"])
    assert counts == {"subjects.Statement": 10, "subjects.Subject": 10}


def test_what_a_draft_put_aside_shares_with_an_item_stays(draft, alice, ada, open_case):
    actions.set_rule("draft", 30, basis="Own rule", by=ada, at=AT)
    attached = dossiers.attach(draft, stream=io.BytesIO(b"x"), name="a.txt", media_type="text/plain", by=alice, at=AT)
    item = take(open_case, alice)
    Item.objects.filter(pk=item.pk).update(blob=attached.blob, key=attached.key, sha256=attached.sha256)
    dossiers.discard(draft, by=alice, at=AT)
    assert len(erased(actions.run(at=LATER))) == 1
    assert Blob.objects.get(pk=attached.blob).state == Blob.COMPLETE
