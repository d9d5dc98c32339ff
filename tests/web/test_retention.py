"""The pages of retention: who may see them, what they show before anything is erased, and that it is."""

import pytest

from comity.retention import queries
from tests.dossiers.conftest import AT
from tests.retention.conftest import over  # noqa: F401 - a fixture


def test_an_administrator_sees_what_a_rule_would_erase_before_setting_it(browse, ada, over):  # noqa: F811
    page = browse(ada).get("/retention/dossier/?days=1").content.decode()
    assert "Nothing is erased by looking" in page
    answer = browse(ada).post("/retention/dossier/rule/", {"days": "1", "basis": "Code, art 1"}, follow=True)
    assert "The rule holds from now on" in answer.content.decode()
    assert queries.rules_in_force()[0].days == 1


@pytest.mark.parametrize("days", ["", "soon", "0", "-3"])
def test_days_that_are_none_are_named_and_nothing_is_set(browse, ada, days):
    answer = browse(ada).post("/retention/dossier/rule/", {"days": days, "basis": "Code, art 1"})
    assert answer.status_code == 400
    assert "There is a problem" in answer.content.decode()
    assert queries.rules_in_force() == []


def test_a_hold_is_set_and_ended(browse, ada, over):  # noqa: F811
    browse(ada).post("/retention/dossier/hold/", {"ref": over.pk, "reason": "Court"})
    (held,) = queries.holds(ada, AT)
    assert over.pk in browse(ada).get("/retention/").content.decode()
    browse(ada).post(f"/retention/dossier/release/{held.pk}/")
    assert queries.holds(ada, AT) == []
    assert browse(ada).post(f"/retention/dossier/release/{held.pk}/").status_code == 404


def test_a_round_now_says_what_it_did(browse, ada):
    page = browse(ada).post("/retention/rounds/now/", follow=True).content.decode()
    assert "0 erased, 0 could not be" in page


def test_an_auditor_reads_and_changes_nothing(browse, olga):
    assert browse(olga).get("/retention/").status_code == 200
    assert "Set the rule" not in browse(olga).get("/retention/dossier/").content.decode()
    assert browse(olga).post("/retention/dossier/rule/", {"days": "1", "basis": "x"}).status_code == 403
    assert browse(olga).post("/retention/rounds/now/").status_code == 403


@pytest.mark.parametrize("where", ["/retention/", "/retention/dossier/", "/retention/rounds/"])
def test_who_handles_cases_does_not_see_it(browse, alice, where):
    assert browse(alice).get(where).status_code == 403
    assert browse(None).get(where).status_code == 302


def test_a_kind_that_does_not_exist_is_not_found(browse, ada):
    assert browse(ada).get("/retention/cake/").status_code == 404
