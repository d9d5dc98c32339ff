"""Immunities: the offices of the command line, the Court, and the confidence of each reason."""

import shutil
from datetime import date

import pytest

from comity.law import calendars, immunity, reading, safeguard_scenarios, scenarios

ON = date(2026, 11, 23)
OFFICES = [
    "head-of-state",
    "head-of-government",
    "foreign-minister",
    "former-head-of-state",
    "diplomatic-agent",
    "administrative-staff",
    "consular-officer",
    "honorary-consul",
    "un-official",
    "special-mission",
    "visiting-forces",
]


def told():
    return [
        pytest.param(one, id=one.id)
        for path in scenarios.files()
        if path.name.startswith("immunity-")
        for one in scenarios.load(path)
    ]


@pytest.mark.parametrize("scenario", told())
def test_scenario(scenario):
    found = safeguard_scenarios.immune(scenario.given)
    for key, expected in scenario.then.items():
        assert set(expected) <= found[key] if isinstance(found[key], set) else found[key] == expected, key


class TestOffices:
    def test_they_are_those_of_the_contract(self):
        assert list(immunity.offices()) == OFFICES

    @pytest.mark.parametrize("office", OFFICES)
    @pytest.mark.parametrize("acts", [None, "official", "private", "crime"])
    def test_every_answer_has_a_reason_with_its_text(self, office, acts):
        found = immunity.immunity(office, "FR", state="BR", acts=acts, on=ON)
        assert found.reasons
        assert all(reason.says and reason.cite for reason in found.reasons)
        assert found.waiver_by

    @pytest.mark.parametrize("office", OFFICES)
    def test_no_office_is_a_bar_before_the_court(self, office):
        found = immunity.immunity(office, "ICC", on=ON)
        assert found.verdict == "not-immune"
        assert "Rome Statute Art. 27(1)-(2)" in {reason.cite for reason in found.reasons}

    @pytest.mark.parametrize("office", [one for one in OFFICES if one != "un-official"])
    def test_at_home_international_law_gives_none(self, office):
        assert immunity.immunity(office, "BR", state="BR", on=ON).verdict == "not-immune"

    @pytest.mark.parametrize("office", OFFICES)
    def test_a_waiver_is_told_as_the_reason(self, office):
        found = immunity.immunity(office, "FR", state="BR", waived=True, on=ON)
        assert (found.verdict, found.reasons[0].speaks) == ("not-immune", "against")

    def test_custom_that_was_not_read_is_marked(self):
        assert immunity.immunity("head-of-state", "BE", state="CD", on=ON).verified is False

    def test_a_text_that_was_read_is_not_marked(self):
        assert immunity.immunity("consular-officer", "DE", state="TR", acts="official", on=ON).verified is True

    def test_a_state_that_is_not_bound_leaves_the_reason_open(self):
        before = immunity.immunity("diplomatic-agent", "FR", state="BR", on=date(1950, 1, 1))
        assert "open" in {reason.speaks for reason in before.reasons if reason.cite == "VCDR"}

    def test_the_answer_is_json_as_the_command_line_promises(self):
        found = immunity.immunity("diplomatic-agent", "FR", on=ON).as_json()
        assert {"verdict", "kind", "reasons", "waiver_by"} <= set(found)


class TestPlaces:
    @pytest.mark.parametrize("place", immunity.places())
    def test_each_names_whose_consent_opens_it(self, place):
        found = immunity.inviolable(place, "FR", on=ON)
        assert found.consent_by in found.says
        assert found.as_json()["reasons"][0]["cite"]


class TestErrors:
    def test_an_unknown_office_names_the_others(self):
        with pytest.raises(immunity.UnknownOffice) as raised:
            immunity.immunity("king", "FR", on=ON)
        assert "head-of-state" in raised.value.remedy

    def test_an_unknown_kind_of_act_is_refused(self):
        with pytest.raises(immunity.UnknownActs, match="public"):
            immunity.immunity("head-of-state", "FR", acts="public", on=ON)

    @pytest.mark.parametrize("sides", [{"forum": "UK"}, {"forum": "FR", "state": "XX"}])
    def test_an_unknown_country_is_refused(self, sides):
        with pytest.raises(calendars.UnknownCountry):
            immunity.immunity("head-of-state", **sides, on=ON)

    def test_an_unknown_place_names_the_others(self):
        with pytest.raises(immunity.UnknownPlace) as raised:
            immunity.inviolable("garage", "FR", on=ON)
        assert "mission-premises" in raised.value.remedy

    @pytest.mark.parametrize(
        ("old", "new", "says"),
        [
            ("treaty: vcdr-1961", "treaty: vcdr", "no treaty is called 'vcdr'"),
            ("source: vcdr", "source: nowhere", "'nowhere' is not among the sources"),
            ("ended: former-head-of-state", "ended: pensioner", "no office is called 'pensioner'"),
            ("crime: immune, unstated: immune}", "crime: immune}", "there is no verdict for 'unstated'"),
            ("acts: [crime]", "acts: [crimes]", "crime"),
            ("kind: personal", "kinds: personal", "'kinds' is not a key"),
        ],
    )
    def test_a_fault_of_the_file_is_refused_with_its_line(self, tmp_path, old, new, says):
        folder = tmp_path / "data"
        shutil.copytree(reading.DATA, folder, ignore=shutil.ignore_patterns("deadlines", "countries", "routes"))
        file = folder / "immunities.yaml"
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(reading.LawFaults) as raised:
            immunity._data(folder)
        assert says in raised.value.sentence
