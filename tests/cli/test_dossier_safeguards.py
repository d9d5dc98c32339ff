"""The registers of safeguards on the command line, by the rules of the pages."""

import pytest

from comity.instruments import catalogue
from tests.dossiers.abroad import DEATH, Abroad
from tests.dossiers.conftest import AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def shared(comity, node):
    """A dossier that the Netherlands opened with us, with an assurance of theirs that was broken."""
    for unit in ("mla", "cyber"):
        comity("access", "add-unit", unit, f"Unit {unit}", "--handles", "eio" if unit == "mla" else "police-info")
    for name, unit in (("alice", "mla"), ("charlie", "cyber")):
        comity("access", "add-user", name, f"{name.title()} Martin")
        assert comity("access", "grant", name, "officer", "--unit", unit).code == 0
    abroad = Abroad("nl-central", "NL")
    opening = abroad.opening(AT)
    abroad.send(opening, at=AT)
    dossier = opening.body["dossier"]
    given = abroad.says(dossier, "give_assurance", {"assurance": DEATH}, AT)
    abroad.says(dossier, "report_breach", {"assurance": given, "text": "It was carried out."}, AT)
    return dossier


class TestAssurances:
    def test_are_listed_with_their_standing(self, comity, shared):
        ran = comity("dossier", "assurances", "--as", "alice", "--json")
        [one] = ran.json["assurances"]
        assert (one["dossier"], one["kind"], one["owed_by"], one["alarm"]) == (
            shared, "death_penalty", "nl-central", True,
        )  # fmt: skip
        assert one["standing"]["state"] == "breached"
        assert [found["text"] for found in one["found"]] == ["It was carried out."]
        assert "breached (alarm)" in comity("dossier", "assurances", "--as", "alice").out

    def test_are_filtered(self, comity, shared):
        assert comity("dossier", "assurances", "--owed", "us", "--as", "alice").out.strip() == "No assurance was given."
        assert comity("dossier", "assurances", "--state", "kept", "--as", "alice", "--json").json["assurances"] == []

    def test_of_others_are_not_listed(self, comity, shared):
        assert comity("dossier", "assurances", "--as", "charlie", "--json").json["assurances"] == []


class TestReceived:
    def test_is_empty_where_nothing_was_handed_over(self, comity, shared):
        assert comity("dossier", "received", "--as", "alice").out.strip() == "Nothing was received."

    def test_is_listed_with_its_limits(self, comity, shared):
        comity("access", "add-unit", "desk", "Desk", "--handles", "spontaneous-information")
        comity("access", "grant", "alice", "officer", "--unit", "desk")
        abroad = Abroad("se-police", "SE", "spontaneous-information")
        conditions = catalogue.example("spontaneous-information")["form"]["conditions"]
        abroad.send(abroad.opening(AT, conditions={**conditions, "restrictions": [{"kind": "no_passing_on"}]}), at=AT)
        [one] = comity("dossier", "received", "--as", "alice", "--json").json["received"]
        assert (one["about"], one["country"], one["uses"]) == ("material", "SE", [])
        assert "Not to be passed on to another State." in {limit["says"] for limit in one["limits"]}
        assert "se-police-2026-0001" in comity("dossier", "received", "se-police-2026-0001", "--as", "alice").out
        assert comity("dossier", "received", "--as", "charlie", "--json").json["received"] == []
