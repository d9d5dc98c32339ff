"""Two things at the same moment. Threads on PostgreSQL; SQLite in memory has one writer, so there in turn."""

import threading

import pytest
from django.db import connection

from comity.dossiers import actions, queries
from comity.exchange import queries as network
from comity.lib.errors import ComityError
from tests.dossiers.test_receiving import ACKNOWLEDGED

pytestmark = pytest.mark.django_db(transaction=True)


def together(*steps):
    """Run the steps at once; what each returned or raised, in their order."""
    outcomes = [None] * len(steps)
    start = threading.Barrier(len(steps) if connection.vendor == "postgresql" else 1)

    def run(place, close):
        start.wait()
        try:
            outcomes[place] = steps[place]()
        except ComityError as error:
            outcomes[place] = error
        finally:
            if close:
                connection.close()

    if connection.vendor == "postgresql":
        threads = [threading.Thread(target=run, args=(place, True)) for place in range(len(steps))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    else:
        for place in range(len(steps)):
            run(place, False)
    return outcomes


@pytest.fixture
def submitted(alice, mla, nl, form, at):
    """A factory of complete drafts that wait for approval."""

    def make():
        draft = actions.start(
            "eio",
            to="nl-prosecution",
            unit=mla,
            by=alice,
            at=at,
            language="en",
            form=form["form"],
            facts=form["facts"],
        )
        return actions.submit(draft, by=alice, at=at)

    return make


def test_approvals_at_once_take_different_numbers(submitted, bob, nl, at):
    drafts = [submitted() for _ in range(5)]
    acts = together(*(lambda one=one: actions.approve(one, by=bob, at=at) for one in drafts))
    assert sorted(act.dossier_id for act in acts) == [f"fr-central-2026-{number:04d}" for number in range(1, 6)]
    assert len(nl.fetch(at)) == 5
    assert network.verify_log().ok


def test_a_draft_that_two_approve_at_once_is_sent_once(submitted, bob, nl, at):
    draft = submitted()
    outcomes = together(*(lambda: actions.approve(draft, by=bob, at=at) for _ in range(3)))
    assert sorted(type(one).__name__ for one in outcomes) == ["Act", "WrongStatus", "WrongStatus"]
    assert len(nl.fetch(at)) == 1


def test_an_approval_and_an_arrival_do_not_wait_for_each_other(submitted, alice, bob, nl, at, later):
    actions.approve(submitted(), by=bob, at=at)
    (opening,) = nl.fetch(at)
    dossier = queries.one(alice, opening.body["dossier"])
    draft = actions.begin_act(dossier, "withdraw", by=alice, at=at, content={"reasons": "Solved otherwise."})
    actions.submit(draft, by=alice, at=at)
    arriving = nl.act(dossier.pk, "acknowledge", ACKNOWLEDGED, later(hours=1))
    outcomes = together(
        lambda: actions.approve(draft, by=bob, at=later(hours=1)),
        lambda: nl.send(arriving, at=later(hours=1)),
    )
    assert not [one for one in outcomes if isinstance(one, ComityError)]
    nl.fetch(later(hours=2))
    told = queries.summary()["dossiers"][0]
    assert (told["acts"], told["state"], told["digest"]) == (3, "withdrawn", nl.digest(dossier.pk))


def test_the_second_of_two_saves_by_different_people_is_told_who_was_first(submitted, alice, bob, at):
    draft = actions.give_back(submitted(), by=bob, reason="Once more.", at=at)
    outcomes = together(
        *(
            lambda who=who: actions.save(
                draft, pointer="/facts/by", value=who.username, by=who, at=at, revision=draft.revision
            )
            for who in (alice, bob)
        )
    )
    told = next(one for one in outcomes if isinstance(one, actions.ChangedMeanwhile))
    kept = next(one for one in outcomes if one is not told)
    assert kept.changed_by.full_name in told.sentence
