"""The page of grounds: facts are stated, kept with the request, and weighed the same at both sides."""

import pytest
from django.urls import reverse

from comity.dossiers import actions, queries
from comity.instruments import lawful
from comity.law import grounds
from tests.dossiers.conftest import AT

FACT = "evidence.privileged"  # settles the ground of privilege of an investigation order


@pytest.fixture
def page(draft):
    return reverse("draft-weighing", args=[draft.pk])


def content(user, draft):
    return queries.draft(user, draft.pk, AT).content


def test_shows_every_ground_of_the_instrument_as_open_until_facts_are_stated(browse, alice, draft, page):
    told = browse(alice).get(page).content.decode()
    definition = queries.draft(alice, draft.pk, AT).definition
    weighed = [one for one in definition.grounds if one.test and one.list in lawful.EFFECTS]
    assert told.count("comity-ground--") == len(weighed)
    assert "comity-ground--depends" in told
    assert "comity-ground--yes" not in told


def test_a_stated_fact_is_kept_and_can_be_taken_back(browse, alice, draft, page):
    assert f'name="fact:{FACT}"' in browse(alice).get(page).content.decode()
    browse(alice).post(page, {f"fact:{FACT}": "no", f"kind:{FACT}": "yes_no"})
    assert content(alice, draft)["facts"][FACT] is False
    browse(alice).post(page, {f"fact:{FACT}": "", f"kind:{FACT}": "yes_no"})
    assert FACT not in content(alice, draft)["facts"]


def test_an_offence_is_compared_with_the_receivers_law(browse, alice, draft, page):
    browse(alice).post(page, {"offence": "fraud"})
    assert content(alice, draft)["facts"]["offences"] == ["fraud"]
    told = browse(alice).get(page).content.decode()
    assert "govuk-inset-text" in told
    assert "fact:" in told


def test_an_offence_that_does_not_exist_is_not_kept(browse, alice, draft, page):
    browse(alice).post(page, {"offence": "nonsense"})
    assert "offences" not in content(alice, draft).get("facts", {})


def test_a_number_that_is_none_is_refused_with_its_question_and_the_rest_is_kept(browse, alice, draft, page):
    one, other = [name for name, fact in grounds.facts().items() if fact.type == "number"][:2]
    answer = browse(alice).post(
        page,
        {f"fact:{one}": "many", f"kind:{one}": "number", f"fact:{other}": "17", f"kind:{other}": "number"},
        follow=True,
    )
    assert "many" in answer.content.decode()
    assert content(alice, draft)["facts"][other] == 17
    assert one not in content(alice, draft)["facts"]


def test_is_not_found_by_a_stranger_or_when_missing(browse, alice, charlie, draft, page):
    assert browse(charlie).get(page).status_code == 404
    assert browse(charlie).post(page, {"offence": "fraud"}).status_code == 404
    assert browse(alice).get(reverse("draft-weighing", args=[999])).status_code == 404


def test_a_colleague_may_look(browse, bob, page):
    assert browse(bob).get(page).status_code == 200


def test_a_ground_that_applies_is_a_finding_of_the_check(browse, alice, draft, page):
    def found():
        report = queries.preflight(draft, AT.date())
        return [one for one in report.findings if one.rule.startswith("law.ground.")]

    assert found() == []
    draft = actions.save(draft, pointer="/facts", value={FACT: True}, by=alice, at=AT)
    assert [one.severity for one in found()] == ["mend"]
    assert "comity-ground--yes" in browse(alice).get(page).content.decode()


def test_grounds_are_told_in_the_readers_language(browse, alice, draft, page):
    told = browse(alice, "fr").get(page, headers={"accept-language": "fr"}).content.decode()
    assert "Motifs de cet instrument" in told
    assert "(texte anglais)" not in told
