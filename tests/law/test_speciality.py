"""Speciality: what was received, held against each later use."""

import shutil
from datetime import date

import pytest

from comity.law import limits, reading, safeguard_scenarios, scenarios, speciality

ON = date(2026, 11, 23)


def told():
    return [
        pytest.param(one, id=one.id)
        for path in scenarios.files()
        if path.name.startswith("speciality-")
        for one in scenarios.load(path)
    ]


@pytest.mark.parametrize("scenario", told())
def test_scenario(scenario):
    found = safeguard_scenarios.use(scenario.given)
    for key, expected in scenario.then.items():
        assert set(expected) <= found[key] if isinstance(found[key], set) else found[key] == expected, key


class TestLimits:
    @pytest.mark.parametrize("instrument", speciality.instruments())
    def test_each_stands_on_an_article(self, instrument):
        for limit in speciality.defaults(instrument, giver="NL"):
            assert limit.article
            assert speciality.source(limit.source).title

    @pytest.mark.parametrize("term", speciality.terms())
    def test_consent_opens_whatever_the_giver_limited(self, term):
        limit = speciality.from_terms(term, giver="NL", persons=["Ada Brook"], until=date(2020, 1, 1))
        use = speciality.Use("pass_on", consents=frozenset({"NL"}))
        assert speciality.check([limit], use, on=ON).allowed == "yes"

    def test_the_strictest_limit_answers(self):
        limits = [
            *speciality.defaults("mla-untoc", giver="GB"),
            speciality.from_terms("no_death_penalty", giver="IT"),
            speciality.from_terms("no_limit", giver="FR"),
        ]
        assert speciality.check(limits, speciality.Use("death_penalty"), on=ON).allowed == "no"

    def test_material_says_nothing_of_a_person(self):
        limits = speciality.defaults("mla-untoc", giver="GB")
        found = speciality.check(limits, speciality.Use("try_person"), on=ON)
        assert (found.allowed, found.reasons[0].speaks) == ("depends", "open")

    def test_nothing_on_record_is_not_a_yes(self):
        assert speciality.check([], speciality.Use("other"), on=ON).allowed == "depends"

    def test_renouncing_under_the_third_protocol_needs_both_states_bound(self):
        limits = speciality.defaults("extradition-coe-1957", giver="NL")
        alone = speciality.check(limits, speciality.Use("try_person", renounced=True, user="US"), on=ON)
        assert alone.allowed == "depends"
        assert "CETS 209 Art. 5" in {reason.cite for reason in alone.reasons}

    def test_staying_is_counted_in_days(self):
        limits = speciality.defaults("eaw", giver="NL")
        answers = [
            speciality.check(limits, speciality.Use("try_person", stayed_days=days), on=ON).allowed
            for days in (None, 0, 45, 46)
        ]
        assert answers == ["consent", "consent", "consent", "yes"]

    def test_where_consent_is_owed_the_finding_says_so(self):
        limits = speciality.defaults("eaw", giver="NL")
        found = speciality.check(limits, speciality.Use("try_person"), on=ON)
        assert any("30 days" in reason.says for reason in found.reasons)

    def test_another_offence_than_those_named_needs_consent(self):
        limit = speciality.from_terms("named_offences", giver="NL", offences=["fraud"])
        uses = [speciality.Use("stated", offences=(offence,)) for offence in ("fraud", "bribery")]
        assert [speciality.check([limit], use, on=ON).allowed for use in uses] == ["yes", "consent"]


class TestErrors:
    def test_an_unknown_use_names_the_others(self):
        with pytest.raises(speciality.UnknownUse) as raised:
            speciality.check([], speciality.Use("sell"), on=ON)
        assert "pass_on" in raised.value.remedy

    def test_an_unknown_term_names_the_others(self):
        with pytest.raises(speciality.UnknownTerm) as raised:
            speciality.from_terms("secret", giver="NL")
        assert "no_passing_on" in raised.value.remedy

    def test_an_unknown_instrument_is_no_empty_list(self):
        with pytest.raises(speciality.UnknownInstrument) as raised:
            speciality.defaults("mla", giver="NL")
        assert "mla-untoc" in raised.value.remedy

    @pytest.mark.parametrize(
        ("old", "new", "says"),
        [
            ("pass_on: consent", "pass_onto: consent", "no use is called 'pass_onto'"),
            ("treaty: cets-209", "treaty: cets-2009", "no treaty is called 'cets-2009'"),
            ("when: returned", "when: returned, days: 3", "'days' goes with stayed"),
            ("source: cets024", "source: nowhere", "'nowhere' is not among the sources"),
            ("rest: consent", "rest: perhaps", "rest"),
        ],
    )
    def test_a_fault_of_the_file_is_refused_with_its_line(self, tmp_path, old, new, says):
        folder = tmp_path / "data"
        shutil.copytree(reading.DATA, folder, ignore=shutil.ignore_patterns("deadlines", "countries", "routes"))
        file = folder / "speciality.yaml"
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(reading.LawFaults) as raised:
            limits.data(folder)
        assert says in raised.value.sentence
