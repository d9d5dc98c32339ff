"""Dual criminality: the method, the comparison without facts, list offences, thresholds, and the scenarios."""

import time
from datetime import date

import pytest

from comity.law import conduct, dual, dual_cases, national, offences, scenarios, thresholds
from comity.law.calendars import UnknownCountry
from comity.law.reading import LawFaults
from tests.law.test_offences import folder, spoil  # noqa: F401

ON = date(2026, 11, 23)
ACCESS = {"facts_true": ["act.access", "obj.computer_system", "circ.without_right", "mens.intent"]}


def compare(issuing, executing, offence, **more):
    return dual.compare(issuing, executing, offence, on=ON, **more)


@pytest.mark.parametrize(
    "scenario",
    [one for path in scenarios.files() if path.name.startswith("dual_criminality") for one in scenarios.load(path)],
    ids=lambda scenario: scenario.id,
)
def test_scenario(scenario):
    found = dual_cases.answer(scenario.given)
    for key, expected in scenario.then.items():
        if isinstance(found[key], set):
            assert set(expected) <= found[key], key
        else:
            assert found[key] == expected, key


def test_every_toldis_judged_by_every_recorded_law():
    path = scenarios.FOLDER / "dual_criminality-one-law.yaml"
    given = {(one.given["conduct"], one.given["country"]) for one in scenarios.load(path)}
    assert given == {(id, code) for id in dual_cases.conducts() for code in national.known()}


class TestFacts:
    def test_what_is_absent_is_not_stated_in_one_form_and_false_in_the_other(self):
        assert conduct.facts({"act.access": True}).value("act.copy_data") is None
        closed = conduct.facts({"facts_true": ["act.access"], "facts_unknown": ["mens.intent"]})
        assert [closed.value(token) for token in ("act.access", "act.copy_data", "mens.intent")] == [True, False, None]

    def test_null_is_not_stated(self):
        assert conduct.facts({"act.access": None}).value("act.access") is None

    def test_other_facts_stand_beside(self):
        facts = conduct.facts({"act.access": True, "penalty.sentence_months": 8, "offences": ["illegal-access"]})
        assert facts.number("penalty.sentence_months") == 8
        assert facts.number("penalty.maximum_months") is None

    def test_without_an_element_the_charge_tells_the_conduct(self):
        assert conduct.facts(None).as_charged
        assert conduct.facts({"penalty.maximum_months": 12}).as_charged
        assert not conduct.facts({"act.access": True}).as_charged
        assert conduct.facts({"act.access": True, "as_charged": True}).as_charged

    @pytest.mark.parametrize(
        "facts",
        [
            {"facts_true": ["act.access"], "facts_unknown": ["act.access"]},
            {"act.access": True, "penalty.maximum_months": -5},
            {"act.access": True, "penalty.sentence_months": "x"},
        ],
    )
    def test_facts_that_contradict_themselves_or_are_no_months_are_refused(self, facts):
        with pytest.raises(conduct.BadFacts):
            conduct.facts(facts)

    @pytest.mark.parametrize(
        ("told", "says"),
        [
            ({"act.acess": True}, "the nearest are act.access"),
            ({"act.access": "yes"}, "neither true nor false nor null"),
            ({"act.access": 1}, "neither true nor false nor null"),
            ({"facts_true": ["act.acess"]}, "the nearest are act.access"),
            ({"facts_true": "act.access"}, "facts_true is a list"),
            ({"facts_true": [], "act.access": True}, "does not stand beside"),
            ({"as_charged": "yes"}, "as_charged is true or false"),
        ],
    )
    def test_what_is_no_fact_is_refused_with_the_nearest(self, told, says):
        with pytest.raises(conduct.BadFacts) as refused:
            conduct.facts(told)
        assert says in str(refused.value)

    def test_every_fault_is_told_at_once(self):
        with pytest.raises(conduct.BadFacts) as refused:
            conduct.facts({"act.acess": True, "obj.computer": True, "mens.intent": 3})
        assert len(refused.value.faults) == 3


class TestOneLaw:
    def test_a_no_names_what_is_missing_and_that_more_may_exist(self):
        found = dual.criminal("DE", "illegal-access", ACCESS, on=ON)
        assert found.verdict == "no"
        assert [element.tokens for element in found.missing] == [("circ.security_measure_infringed",)]
        assert "a provision that is not recorded might" in found.reasons[-1].says

    def test_an_open_element_is_a_question(self):
        facts = ACCESS | {"facts_unknown": ["circ.security_measure_infringed"]}
        found = dual.criminal("DE", "illegal-access", facts, on=ON)
        assert found.verdict == "unknown"
        assert found.unstated[0].tokens == ("circ.security_measure_infringed",)

    def test_another_offence_counts_as_well(self):
        facts = {"facts_true": ["act.possess", "obj.proceeds", "mens.knowledge"]}
        found = dual.criminal("FR", "money-laundering", facts, on=ON)
        assert (found.verdict, found.offence) == ("yes", "receiving-proceeds")
        assert any("another offence" in reason.says for reason in found.reasons)

    def test_an_exclusion_that_is_open_leaves_it_open(self):
        facts = {"facts_true": ["act.possess", "obj.proceeds", "mens.knowledge"]}
        facts["facts_unknown"] = ["circ.self_laundering"]
        found = dual.criminal("FR", "money-laundering", facts, on=ON)
        assert found.verdict == "unknown"
        assert found.unstated[0].negated

    def test_an_exclusion_that_is_so_defeats_the_provision(self):
        facts = {"facts_true": ["act.possess", "obj.proceeds", "mens.knowledge", "circ.self_laundering"]}
        assert dual.criminal("FR", "receiving-proceeds", facts, on=ON).verdict == "no"

    def test_a_country_without_a_file_has_no_data(self):
        assert dual.criminal("KE", "fraud", ACCESS, on=ON).verdict == "no data"

    def test_no_such_country(self):
        with pytest.raises(UnknownCountry):
            dual.criminal("XX", "fraud", ACCESS, on=ON)


class TestTwoLaws:
    def test_the_order_matters(self):
        assert compare("JP", "FR", "illegal-access").verdict == "yes"
        assert compare("FR", "JP", "illegal-access").verdict == "depends"

    def test_what_differs_is_told_with_the_provision_and_in_plain_words(self):
        found = compare("FR", "JP", "illegal-access")
        asked = next(one for one in found.unstated if "circ.via_telecom_line" in one.tokens)
        assert asked.countries == ("JP",)
        assert "Unauthorized Computer Access" in asked.provision
        assert asked.says == "the act is done through a telecommunication line"
        assert [ask.fact for ask in found.asks] == [token for one in found.unstated for token in one.tokens]

    def test_answering_every_question_closes_them(self):
        found = compare("FR", "JP", "illegal-access")
        facts = {"as_charged": True} | dict.fromkeys(found.tokens("unstated"), True)
        assert compare("FR", "JP", "illegal-access", facts=facts).verdict == "yes"

    def test_a_country_never_differs_from_itself(self):
        for code in national.known():
            for offence in dict.fromkeys(one.offence for one in national.of(code).offences):
                found = compare(code, code, offence)
                assert found.verdict == "yes", (code, offence, found.tokens("unstated"), found.tokens("missing"))

    def test_a_condition_that_the_charge_does_not_have_is_a_question_and_no_gap(self):
        found = compare("GB", "FR", "migrant-smuggling")
        assert found.tokens("unstated") == ("circ.not_national_or_resident",)
        assert found.missing == ()

    def test_two_provisions_may_cover_a_charge_together(self, folder):  # noqa: F811
        acts = "act.offer, act.distribute, act.sell, act.deliver, act.broker, act.dispatch, act.transport, act.import"
        rest = "act.export, act.purchase"
        spoil(
            folder,
            "countries/DE.yaml",
            ("provision: BtMG ss 29, 29a, 30, 30a\n", "provision: BtMG s 29\n  lacks: [act.possess]\n"),
            (
                "- offence: trafficking-persons",
                "- offence: drug-trafficking\n  provision: BtMG s 29a\n  max_penalty: {years: 15}\n"
                f"  lacks: [{acts}, {rest}]\n  confidence: memory\n\n- offence: trafficking-persons",
            ),
        )
        assert compare("FR", "DE", "drug-trafficking", folder=folder).verdict == "yes"

    def test_a_way_that_no_provision_reaches_is_a_gap(self, folder):  # noqa: F811
        spoil(
            folder,
            "countries/DE.yaml",
            ("provision: BtMG ss 29, 29a, 30, 30a\n", "provision: BtMG s 29\n  lacks: [act.possess]\n"),
        )
        found = compare("FR", "DE", "drug-trafficking", folder=folder)
        assert (found.verdict, found.tokens("missing")) == ("depends", ("act.possess",))

    def test_no_data_is_never_a_no(self):
        for executing in ("KE", "AE"):
            told = dual_cases.conduct("smuggling-for-gain")
            found = compare("DE", executing, told.offences, facts=told.facts)
            assert found.verdict == "depends"
            assert any("no data" in reason.says for reason in found.reasons)

    def test_several_offences_are_named_at_once(self):
        found = compare("GB", "FR", ["criminal-group-participation", "conspiracy"])
        assert found.offences == ("criminal-group-participation", "conspiracy")

    def test_a_law_from_memory_says_so(self):
        found = compare("PL", "FR", "illegal-access")
        assert {one.confidence for one in found.per_country.values()} == {"memory", "verified"}
        assert found.confidence == "memory"
        assert compare("FR", "JP", "illegal-access", instrument="eaw").as_json()["confidence"] == "verified"

    def test_the_answer_is_plain_json(self):
        value = compare("FR", "JP", "illegal-access", instrument="mla-untoc").as_json()
        assert {"verdict", "waived", "matched", "missing", "unstated", "reasons"} <= set(value)
        assert value["missing"][0]["element"] == "act.remain_in"
        assert value["per_country"]["JP"]["text_read_as_of"] == "search excerpts"

    def test_the_language_changes_words_and_no_verdict(self):
        english = compare("FR", "JP", "illegal-access", instrument="eaw")
        french = compare("FR", "JP", "illegal-access", instrument="eaw", language="fr")
        assert (french.verdict, french.waived) == (english.verdict, english.waived)
        assert french.tokens("unstated") == english.tokens("unstated")
        assert any("Japon" in reason.says for reason in french.reasons)

    def test_an_instrument_without_a_rule_is_said_to_have_none(self):
        found = compare("FR", "DE", "fraud", instrument="jit")
        assert any("not recorded here" in reason.says for reason in found.reasons)


class TestListOffences:
    def test_reasons_name_the_article_and_the_maximum(self):
        found = compare("FR", "DE", "illegal-access", instrument="eaw")
        assert found.waived
        assert "3 years" in found.reasons[0].says
        assert found.reasons[0].cite == "Framework Decision 2002/584/JHA art 2(2)"

    def test_one_day_decides_whether_both_are_bound(self):
        waived = [
            dual.compare("FR", "GB", "illegal-access", instrument="eaw", on=day).waived
            for day in (date(2020, 12, 31), date(2021, 1, 1))
        ]
        assert waived == [True, False]

    def test_a_rule_without_a_treaty_binds_whoever_uses_it(self, folder):  # noqa: F811
        spoil(folder, "thresholds.yaml", ("    treaty: eu-eaw\n", ""))
        assert compare("FR", "JP", "illegal-access", instrument="eaw", folder=folder).waived

    def test_a_graver_form_is_told_where_only_that_would_be_listed(self):
        found = compare("ES", "DE", "migrant-smuggling", instrument="eio")
        assert not found.waived
        assert any("organisation or danger to life" in reason.says for reason in found.reasons)

    def test_every_listed_offence_is_one_of_the_32(self):
        listed = [pivot for pivot in offences.pivots() if pivot.categories]
        found = compare("FR", "DE", [pivot.id for pivot in listed], instrument="eaw")
        assert not any("is not one of the 32" in reason.says for reason in found.reasons)


class TestThresholds:
    def test_each_law_is_measured_on_its_own(self):
        found = compare("NL", "JP", "illegal-access")
        row = found.thresholds[-1]
        assert [(one.country, one.met, one.maximum) for one in row.by] == [
            ("NL", "no", "2 years"),
            ("JP", "yes", "3 years"),
        ]
        assert (row.met, row.counts) == ("no", False)

    def test_life_and_death_reach_every_threshold(self):
        assert national.Penalty(life=True).at_least(1200) is True
        assert national.Penalty(death=True).at_least(1200) is True
        assert national.Penalty().at_least(12) is None
        assert national.Penalty(years=1).at_least(12) is True
        assert national.Penalty(years=1).at_least(13) is False

    def test_a_penalty_that_is_not_recorded_leaves_it_open(self):
        found = compare("NG", "GB", "computer-forgery", instrument="mla-untoc", facts={"as_charged": True})
        assert found.thresholds[0].met == "depends"

    def test_a_threshold_for_some_cases_only_says_when_it_counts(self):
        found = compare("FR", "DE", "illegal-interception", instrument="epoc")
        assert (found.verdict, found.thresholds[0].met, found.thresholds[0].counts) == ("yes", "no", False)
        assert found.thresholds[0].note.startswith("This counts only when traffic data")

    def test_a_life_term_may_be_stated(self):
        found = compare("FR", "DE", "homicide", instrument="eaw", facts={"penalty.maximum_months": float("inf")})
        assert "life imprisonment" in found.reasons[0].says

    def test_words_without_a_number_decide_nothing(self):
        found = compare("JP", "FR", "illegal-access", instrument="extradition-un-model")
        assert (found.verdict, found.thresholds[0].met) == ("yes", "depends")

    @pytest.mark.parametrize(
        ("old", "new", "says"),
        [
            ("source: olw", "source: ulw", "ulw"),
            ("treaty: eu-eaw", "treaty: eu-eau", "eu-eau"),
            ("offences_of: [uncac]", "offences_of: [uncad]", "uncad"),
            ("      execution_counts: instead\n", "", "stand together"),
            ("declarations: executing", "declarations: none", "declared"),
            ("measured_in: issuing", "measured_in: elsewhere", "measured_in"),
        ],
    )
    def test_a_fault_in_the_file_is_refused(self, folder, old, new, says):  # noqa: F811
        spoil(folder, "thresholds.yaml", (old, new))
        with pytest.raises(LawFaults) as refused:
            thresholds.rules(folder)
        assert says in str(refused.value)


class TestConducts:
    def test_one_that_is_not_told_names_all(self):
        with pytest.raises(dual_cases.UnknownConduct) as refused:
            dual_cases.conduct("arson")
        assert "fraud-bare-lie" in refused.value.remedy

    def test_what_nobody_reads_in_a_scenario_is_refused(self):
        with pytest.raises(ValueError, match="instrumnt"):
            dual_cases.answer({"from": "FR", "to": "DE", "offence": "fraud", "instrumnt": "eaw"})

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ("offences: [fraud]", "offences: [frauds]"),
            ("[act.deceive,", "[act.deceived,"),
            ("id: ddos", "id: fraud-bare-lie"),
        ],
    )
    def test_a_fault_in_the_file_is_refused(self, folder, old, new):  # noqa: F811
        spoil(folder, "conducts.yaml", (old, new))
        with pytest.raises(LawFaults):
            dual_cases.conducts(folder)


def test_a_comparison_takes_a_moment():
    compare("FR", "JP", "illegal-access")
    started = time.perf_counter()
    for _ in range(20):
        compare("FR", "JP", "illegal-access", instrument="eaw")
    assert (time.perf_counter() - started) / 20 < 0.05  # about a millisecond; wide, so that a busy machine passes
