"""Return and destruction: two people, reasons, bytes that are gone, a record that stays."""

from datetime import timedelta

import pytest
from django.db import IntegrityError

from comity.access import actions as access
from comity.access import queries as people
from comity.access.rules import NotAllowed
from comity.evidence import actions, queries
from comity.evidence.models import Item, Measure
from comity.evidence.sight import NotFound
from comity.exchange import blobs
from comity.exchange import queries as network
from tests.dossiers.conftest import AT, person
from tests.evidence.conftest import LEDGER, take

LATER = AT + timedelta(hours=2)
pytestmark = pytest.mark.django_db(transaction=False)


def propose(row, by, **more):
    told = {"kind": "destroy", "reasons": "The proceedings ended.", "asked_by": "Order of 20 November"} | more
    return actions.propose(row, by=by, at=LATER, **told)


def test_destruction_erases_the_bytes_and_keeps_the_record(ledger, alice, bob, django_capture_on_commit_callbacks):
    assert blobs.path(ledger.blob).exists()
    with django_capture_on_commit_callbacks(execute=True):
        actions.approve(propose(ledger, alice), by=bob, at=LATER)
    assert not blobs.path(ledger.blob).exists()
    view = queries.item(alice, ledger.ref, LATER)
    assert (view.facts.state, view.facts.sha256, view.facts.size) == ("destroyed", ledger.sha256, len(LEDGER))
    assert view.custody.entries[-1].what == "destroyed"
    assert Item.objects.get(pk=ledger.pk).key == ""
    with pytest.raises(actions.NoBytes):
        queries.open_bytes(alice, ledger.ref, LATER)
    assert network.verify_log().faults == ()


def test_a_thing_is_returned_to_somebody(telephone, alice, bob):
    actions.approve(propose(telephone, alice, kind="return", to="Paul Vidal"), by=bob, at=LATER)
    view = queries.item(alice, telephone.ref, LATER)
    assert (view.facts.state, view.facts.holder) == ("returned", "Paul Vidal")
    with pytest.raises(actions.WrongState):
        actions.move(telephone, to_whom="Room 5", by=alice, at=LATER)


def test_bytes_are_not_returned(ledger, alice):
    with pytest.raises(actions.OnlyThings):
        propose(ledger, alice, kind="return", to="Paul Vidal")


def test_only_the_lead_proposes(ledger, dora, charlie):
    with pytest.raises(NotAllowed):
        propose(ledger, dora)
    with pytest.raises(NotFound):
        propose(ledger, charlie)


def test_nobody_approves_their_own(mla, ledger, alice):
    access.grant(alice, "approver", unit=mla, at=AT)
    found = propose(ledger, alice)
    with pytest.raises(NotAllowed) as refused:
        actions.approve(found, by=alice, at=LATER)
    assert refused.value.fields["rule"] == "four-eyes"


def test_the_database_holds_that_too(ledger, alice):
    found = propose(ledger, alice)
    with pytest.raises(IntegrityError):
        Measure.objects.filter(pk=found.pk).update(decision="approved", decided_by=alice, decided_at=LATER)


def test_an_approver_of_another_unit_knows_nothing_of_it(ledger, alice, charlie):
    found = propose(ledger, alice)
    assert queries.measures(charlie, LATER) == []
    with pytest.raises(NotFound):
        actions.approve(found, by=charlie, at=LATER)


def test_the_approver_sees_what_it_is_about_and_that_is_recorded(ledger, alice, bob):
    propose(ledger, alice)
    [view] = queries.measures(bob, LATER)
    assert (view.title, view.may) == ("Ledger", frozenset({"approve"}))
    assert queries.to_approve(bob, LATER) == 1
    assert [(row.thing, row.verb) for row in people.reads(by=bob)] == [(ledger.ref, "approve")]
    with pytest.raises(NotFound):
        queries.item(bob, ledger.ref, LATER)


@pytest.mark.parametrize("missing", [{"reasons": " "}, {"asked_by": ""}])
def test_needs_reasons_and_who_asked(ledger, alice, missing):
    with pytest.raises(actions.NoReasons):
        propose(ledger, alice, **missing)


def test_one_at_a_time(ledger, alice):
    propose(ledger, alice)
    with pytest.raises(actions.AlreadyProposed):
        propose(ledger, alice)


def test_rejected_with_a_note_it_may_be_proposed_again(ledger, alice, bob):
    found = propose(ledger, alice)
    with pytest.raises(actions.NoReason):
        actions.reject(found, note=" ", by=bob, at=LATER)
    actions.reject(found, note="The appeal is open.", by=bob, at=LATER)
    with pytest.raises(actions.AlreadyDecided):
        actions.approve(found, by=bob, at=LATER)
    assert propose(ledger, alice).pk != found.pk


def test_withdrawn_by_who_leads(ledger, alice, bob):
    found = actions.withdraw(propose(ledger, alice), by=alice, at=LATER)
    assert found.decision == "withdrawn"
    assert queries.to_approve(bob, LATER) == 0


def test_bytes_in_a_draft_stay(ledger, draft, alice):
    actions.attach_to_draft(ledger, draft.pk, by=alice, at=LATER)
    with pytest.raises(actions.StillUsed):
        propose(ledger, alice)


def test_a_second_approver_of_the_unit_may(mla, ledger, alice, node):
    eva = person("eva", "approver", "mla")
    assert actions.approve(propose(ledger, alice), by=eva, at=LATER).decided_by == eva


def test_another_item_of_other_bytes_does_not_matter(case, ledger, alice, bob):
    take(case, alice, content=b"other")
    assert actions.approve(propose(ledger, alice), by=bob, at=LATER).decision == "approved"
