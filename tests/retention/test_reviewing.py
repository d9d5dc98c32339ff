"""Persons of whom nothing was said for long are looked at again: kept because, or erased with a proof."""

from datetime import timedelta

import pytest

from comity.access import actions as access
from comity.access.queries import reads
from comity.access.rules import NotAllowed
from comity.cases import actions as cases
from comity.exchange import queries as network
from comity.retention import actions, queries, reviewing
from comity.retention.asked import Review
from comity.subjects import actions as subjects
from comity.subjects.actions import Said
from comity.subjects.models import Subject
from comity.subjects.sight import NotFound
from tests.dossiers.conftest import AT

YEAR = AT + timedelta(days=366)


@pytest.fixture
def case(alice, mla):
    return cases.open("Fraud", unit=mla, by=alice, at=AT)


@pytest.fixture
def add(case, alice):
    def added(name, role, at=AT):
        return subjects.add(case.compartment, "Person", [Said("name", name)], by=alice, at=at, role=role)

    return added


def names(user, at=YEAR, **how):
    return [(one.title, one.role) for one in reviewing.to_review(user, at, **how)]


def test_shows_whom_nobody_confirmed_the_longest_first(add, alice):
    add("Ben", "witness", AT + timedelta(hours=1))
    add("Ana", "suspect")
    add("Cem", "victim", YEAR - timedelta(days=2))
    assert names(alice) == [("Ana", "suspect"), ("Ben", "witness")]
    assert names(alice, role="witness") == [("Ben", "witness")]
    assert names(alice, days=1) == [("Ana", "suspect"), ("Ben", "witness"), ("Cem", "victim")]


def test_each_shown_is_a_recorded_read(add, alice):
    row = add("Ana", "suspect")
    reviewing.to_review(alice, YEAR)
    assert ("subject", row.ref) in {(one.kind, one.thing) for one in reads(by=alice, since=YEAR)}


def test_a_new_statement_confirms_and_a_retracted_one_does_not(add, alice):
    row = add("Ana", "suspect")
    said = subjects.state(row, Said("nationality", "fr"), by=alice, at=YEAR - timedelta(days=1))
    assert names(alice) == []
    subjects.retract(said, "Wrong", by=alice, at=YEAR)
    assert names(alice) == [("Ana", "suspect")]


def test_kept_because_is_asked_again_a_year_later(add, alice):
    row = add("Ana", "suspect")
    reviewing.keep(row.ref, reason="Trial in spring", by=alice, at=YEAR)
    assert names(alice) == []
    assert names(alice, at=YEAR + timedelta(days=366)) == [("Ana", "suspect")]


def test_a_reason_is_needed(add, alice):
    row = add("Ana", "suspect")
    for do in (reviewing.keep, reviewing.erase):
        with pytest.raises(reviewing.NoReason):
            do(row.ref, reason=" ", by=alice, at=YEAR)
    assert Subject.objects.exists()


def test_erased_with_relations_and_a_proof(add, alice, ada):
    row, other = add("Ana", "suspect"), add("Ben", "witness")
    subjects.relate(row, other, "Family", [Said("relationship", "cousin")], by=alice, at=AT)
    counts = reviewing.erase(row.ref, reason="Acquitted", by=alice, at=YEAR)
    assert counts["subjects.Subject"] == 2
    assert list(Subject.objects.all()) == [other]
    names = {(one.kind, one.name) for made in queries.erasures(ada, YEAR) for one in made.things.all()}
    assert names == {("subject", row.ref)}
    assert network.verify_log().faults == ()
    assert Review.objects.get().keep is False


def test_who_does_not_lead_the_case_erases_nobody(add, alice, bob, charlie, case):
    row = add("Ana", "suspect")
    access.seat(case.compartment, bob, part="member", by=alice, at=AT)
    assert [one.may_erase for one in reviewing.to_review(bob, YEAR)] == [False]
    with pytest.raises(NotAllowed):
        reviewing.erase(row.ref, reason="x", by=bob, at=YEAR)
    with pytest.raises(NotFound):
        reviewing.erase(row.ref, reason="x", by=charlie, at=YEAR)
    assert reviewing.to_review(charlie, YEAR) == []


def test_what_is_held_is_not_erased(add, alice, ada, case):
    row = add("Ana", "suspect")
    actions.hold("case", case.number, reason="Appeal", by=ada, at=AT)
    with pytest.raises(reviewing.Held):
        reviewing.erase(row.ref, reason="x", by=alice, at=YEAR)
