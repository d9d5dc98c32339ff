"""The national files, the profile of a country, and two countries side by side."""

from datetime import date

import pytest

from comity.law import calendars, countries, national, roll
from comity.law.reading import DATA, LawFaults
from tests.law.test_offences import folder, spoil  # noqa: F401

ON = date(2026, 11, 23)
TWELVE = ("AE", "BR", "DE", "ES", "FR", "GB", "IT", "JP", "NG", "NL", "PL", "US")


class TestTheFiles:
    def test_twelve_are_recorded(self):
        assert countries.known() == TWELVE

    def test_every_value_carries_its_confidence_and_what_is_verified_its_source(self):
        for code in TWELVE:
            file = countries.of(code)
            facts = [
                file.languages,
                *file.extradition.values(),
                *(one for kind in file.authorities.values() for one in kind),
            ]
            assert all(fact.confidence in ("verified", "memory") for fact in facts)
            assert all(fact.source for fact in facts if fact.confidence == "verified"), code
            assert all(one.source for one in file.offences if one.confidence == "verified"), code

    def test_a_country_without_a_file_is_none(self):
        assert countries.of("KE") is None

    def test_no_such_country(self):
        with pytest.raises(calendars.UnknownCountry):
            countries.of("XX")

    def test_a_fact_is_plain_json(self):
        assert countries.of("FR").languages.as_json()["value"] == ("fr",)

    def test_a_milder_form_is_not_the_gravest(self):
        (laundering,) = countries.of("DE").provisions("money-laundering")
        assert [other.milder for other in laundering.other_penalties] == [False, True]
        assert laundering.gravest().penalty.years == 10

    def test_a_law_may_have_two_provisions_for_one_offence(self):
        assert len(countries.of("IT").provisions("money-laundering")) == 2

    @pytest.mark.parametrize(
        ("old", "new", "says"),
        [
            ("country: FR", "country: GF", "the file is named FR"),
            ("- offence: fraud", "- offence: frauds", "no offence is called 'frauds'"),
            ("lacks: [means.false_statement]", "lacks: [means.weapon]", "cannot be lacking"),
            ("requires_extra: [means.listed_ruse]", "requires_extra: [means.listed_ruses]", "means.listed_ruses"),
            ("'role:means'", "'role:mean'", "names no role"),
            ("source: fr-cpp", "source: fr-cppp", "no source is called 'fr-cppp'"),
            ("not_required: [thr.min_three_persons]", "not_required: [thr.min_three]", "thr.min_three"),
            ("not_required: [thr.min_three_persons]", "not_required: [thr.not_minor]", "is not required anyway"),
            ("measured_in: requesting law", "measured_in: our law", "measured_in"),
            ("confidence: memory", "confidence: certain", "confidence"),
            ("source: fr-ceseda", "source: fr-cesada", "fr-cesada"),
            ("  lacks: [means.false_statement]", "  requires_one_of: [[], [a.b]]", "a group has at least one token"),
            ("  lacks: [means.false_statement]", "  requires_one_of: [[], [a.b]]", "a.b"),
        ],
    )
    def test_a_fault_is_refused_with_its_line(self, folder, old, new, says):  # noqa: F811
        spoil(folder, "countries/FR.yaml", (old, new))
        with pytest.raises(LawFaults) as refused:
            national.of("FR", folder=folder)
        assert says in str(refused.value)
        assert all(fault.line >= 3 for fault in refused.value.faults)

    def test_every_fault_is_told_at_once(self, folder):  # noqa: F811
        spoil(
            folder,
            "countries/FR.yaml",
            ("lacks: [means.false_statement]", "lacks: [a.b]"),
            ("- offence: csam", "- offence: x"),
        )
        with pytest.raises(LawFaults) as refused:
            national.of("FR", folder=folder)
        assert len(refused.value.faults) == 2


class TestProfile:
    def test_tells_conditions_with_provision_and_confidence(self):
        (nationals,) = countries.profile("FR", ON).row("extradition.nationals")
        assert (nationals.value, nationals.provision, nationals.confidence) == ("no", "CPP art 696-4, 1", "verified")

    def test_a_threshold_is_a_sentence(self):
        (threshold,) = countries.profile("FR", ON).row("extradition.threshold")
        assert threshold.value == (
            "a maximum of at least 2 years, by the law of the requesting State; a sentence of at least 2 months"
        )

    def test_a_time_limit_is_told_from_the_day_it_applies(self):
        before = {limit.law for limit in countries.profile("FR", date(2017, 1, 1)).limits}
        assert not any(law.startswith("eio/") for law in before)

    def test_a_time_limit_that_is_not_yet_law_is_left_out(self, folder):  # noqa: F811
        spoil(folder, "deadlines/eio.yaml", ("2017-05-22:", "2040-01-01:"))
        limits = {limit.law for limit in countries.profile("FR", ON, folder=folder).limits}
        assert "eio/acknowledgement" not in limits
        assert "eio/recognition" in limits

    def test_treaties_are_those_of_the_day(self):
        then = {row.treaty for row in countries.profile("GB", date(2020, 12, 31)).treaties}
        now = {row.treaty for row in countries.profile("GB", ON).treaties}
        assert {"eu-eaw", "eu-eio", "cets-030"} <= then
        assert not {"eu-eaw", "eu-eio"} & now
        assert "cets-030" in now

    def test_channels_and_time_limits_come_with_the_treaties(self):
        france, japan = countries.profile("FR", ON), countries.profile("JP", ON)
        assert "eio/recognition" in {limit.law for limit in france.limits}
        assert "eio/recognition" not in {limit.law for limit in japan.limits}
        assert any(channel.cite == "UNTOC art 18(13)" for channel in japan.channels)

    def test_what_is_not_known_is_said_to_be_so(self):
        kenya = countries.profile("KE", ON)
        assert not kenya.recorded
        assert {row.value for row in kenya.rows} == {"not known"}
        assert not any(row.known for row in kenya.rows)
        assert kenya.offences == ()
        assert {row.answer for row in kenya.not_known} == {"not known"}

    def test_works_for_every_member_of_the_united_nations(self):
        for code in roll.book(DATA).members:
            assert countries.profile(code, ON).name != code

    def test_names_are_told_in_the_language(self):
        assert countries.profile("JP", ON, "fr").name == "Japon"
        assert countries.profile("JP", ON, "fr").row("languages")[0].value == "japonais"

    def test_is_plain_json(self):
        value = countries.profile("NL", ON).as_json()
        assert value["on"] == "2026-11-23"
        assert value["treaties"][0].keys() >= {"treaty", "answer", "since", "confidence"}

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ("treaty: eu-eio", "treaty: eu-eia"),
            ("deadlines: [eio]", "deadlines: [eia]"),
            ("source: uncac", "source: uncad"),
        ],
    )
    def test_a_fault_in_the_channels_is_refused(self, folder, old, new):  # noqa: F811
        spoil(folder, "channels.yaml", (old, new))
        with pytest.raises(LawFaults):
            countries.profile("FR", ON, folder=folder)


class TestCompare:
    def test_rows_say_the_same_different_or_not_known(self):
        rows = {row.topic: row for row in countries.compare("FR", "JP", ON)}
        assert rows["extradition.nationals"].same is True
        assert rows["extradition.death_penalty"].same is False
        assert rows["extradition.life_imprisonment"].same is None
        assert (rows["treaty.cets-024"].left, rows["treaty.cets-024"].right) == ("bound on that day", "not bound")

    def test_an_offence_is_not_missing_but_not_recorded(self):
        rows = {row.topic: row for row in countries.compare("FR", "KE", ON)}
        assert rows["offence.fraud"].right == "not recorded"
        assert rows["offence.fraud"].same is None
        assert rows["extradition.nationals"].same is None
