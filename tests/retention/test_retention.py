"""What is over is erased everywhere and proved, what is owed or held stays, and a failure holds up no other."""

import io
from datetime import timedelta

import pytest
from django.db import connection

from comity.access.rules import NotAllowed
from comity.dossiers import actions as dossiers
from comity.dossiers import queries as shown
from comity.exchange import queries as network
from comity.retention import actions, kinds, queries
from tests.dossiers.conftest import AT

YEARS = AT + timedelta(days=4000)
NAME = "Xaverius Quellmalz"


def rule(kind, days, ada):
    return actions.set_rule(kind, days, basis="Code of procedure, art 40-1", by=ada, at=AT)


def everywhere(marker: str) -> list[str]:
    """The tables in which a text is found, in whatever column."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            if marker in repr(cursor.fetchall()):
                found.append(table)
    return found


@pytest.fixture
def form(form):
    """The example with a name that nothing else in the node has."""
    form["form"]["grounds"]["reasons"] = f"{NAME} is sought."
    return form


class TestADossierThatIsOver:
    def test_is_erased_with_everything_about_it(self, over, alice, ada):
        assert everywhere(NAME)
        rule("dossier", 365, ada)
        run = actions.run(at=YEARS)
        assert [(one["kind"], one["ref"]) for one in run.erased] == [("dossier", over.pk)]
        assert run.failed == []
        assert everywhere(NAME) == []
        with pytest.raises(shown.NotFound):
            shown.one(alice, over.pk)

    def test_leaves_a_log_that_verifies_and_names_the_erasure(self, over, ada):
        rule("dossier", 365, ada)
        actions.run(at=YEARS)
        assert network.verify_log().faults == ()
        (erasure,) = queries.erasures(ada, YEARS)
        assert {one.kind for one in erasure.things.all()} >= {"act", "envelope-out"}

    def test_stays_while_its_time_is_not_over(self, over, ada):
        rule("dossier", 365, ada)
        assert actions.run(at=AT + timedelta(days=364)).erased == []

    def test_stays_without_a_rule_and_when_the_last_rule_keeps_it(self, over, ada):
        assert actions.run(at=YEARS).erased == []
        rule("dossier", 365, ada)
        rule("dossier", None, ada)
        assert actions.run(at=YEARS).erased == []

    def test_stays_while_it_is_held_and_goes_when_the_hold_ends(self, over, ada):
        rule("dossier", 365, ada)
        held = actions.hold("dossier", over.pk, reason="The court of appeal asked", by=ada, at=AT)
        assert actions.run(at=YEARS).erased == []
        actions.release(held, by=ada, at=YEARS)
        assert len(actions.run(at=YEARS).erased) == 1


def test_an_open_dossier_is_never_erased(dossier, ada):
    rule("dossier", 1, ada)
    assert actions.run(at=YEARS).erased == []


def test_what_has_not_arrived_is_told_and_kept(sent, ada):
    dossier = sent.dossier
    type(dossier).objects.filter(pk=dossier.pk).update(final=True)
    rule("dossier", 365, ada)
    (failed,) = actions.run(at=YEARS).failed
    assert (failed["ref"], failed["code"]) == (dossier.pk, "exchange.still-under-way")
    assert everywhere(NAME)


def test_a_draft_put_aside_goes_with_its_documents(draft, alice, ada):
    dossiers.attach(draft, name="a.txt", media_type="text/plain", stream=io.BytesIO(b"one"), by=alice, at=AT)
    dossiers.discard(draft, by=alice, at=AT)
    rule("draft", 30, ada)
    run = actions.run(at=AT + timedelta(days=31))
    assert [one["kind"] for one in run.erased] == ["draft"]
    assert everywhere(NAME) == []
    assert not type(draft).objects.filter(pk=draft.pk).exists()


def test_a_fault_in_one_thing_holds_up_no_other(over, draft, alice, ada, monkeypatch):
    rule("dossier", 365, ada)
    monkeypatch.setattr(kinds.dossiers, "erase", lambda *_, **__: 1 / 0)
    run = actions.run(at=YEARS)
    assert [(one["ref"], one["code"], one["says"]) for one in run.failed] == [
        (over.pk, "retention.fault", "ZeroDivisionError")
    ]


def test_the_night_makes_one_round_whoever_asks(over, ada):
    rule("dossier", 365, ada)
    actions.routine(YEARS)
    actions.routine(YEARS + timedelta(minutes=5))
    assert len(queries.runs(ada, YEARS)) == 1


class TestPreview:
    def test_shows_what_another_number_of_days_would_erase(self, over, olga):
        assert queries.preview(olga, "dossier", at=YEARS).total == 0
        found = queries.preview(olga, "dossier", at=YEARS, days=30)
        assert [one.ref for one in found.expiring] == [over.pk]
        assert found.expiring[0].parts == {"acts": 3, "documents": 0}

    def test_is_for_administrators_and_auditors(self, alice, olga, ada):
        with pytest.raises(NotAllowed):
            queries.preview(alice, "dossier", at=AT)
        with pytest.raises(NotAllowed):
            rule("dossier", 30, olga)

    def test_of_something_unknown_says_what_is_known(self, ada):
        with pytest.raises(kinds.UnknownKind) as caught:
            queries.preview(ada, "cake", at=AT)
        assert "dossier" in caught.value.sentence


@pytest.mark.parametrize(("days", "basis"), [(0, "x"), (30, " ")])
def test_a_rule_needs_days_and_a_basis(ada, days, basis):
    with pytest.raises(actions.BadRule):
        actions.set_rule("dossier", days, basis=basis, by=ada, at=AT)
