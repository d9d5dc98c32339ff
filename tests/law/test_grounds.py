"""Grounds: the data, the three answers, and every test both ways."""

import shutil
import time
from datetime import date

import pytest

from comity.law import grounds, reading, safeguard_scenarios, scenarios, texts
from comity.law.grounds import book, judging, vocabulary
from comity.law.grounds import tests as registry
from comity.law.grounds.case import Case
from comity.law.grounds.logic import Said, Term, all_of, any_of, none_of, opposite
from comity.law.grounds.rule import Rule
from comity.lib import strict_yaml

ON = date(2026, 11, 23)
SIDES = {"issuing": "FR", "executing": "NL", "on": ON}
FOR = Said("It is so.", True, "Art. 1", "text", "verified")
YES, NO, OPEN = Term(True, (FOR,)), Term(False), Term(None, (), ("a.fact",))


def told(kind):
    return [
        pytest.param(one, id=one.id)
        for path in scenarios.files()
        if path.name.startswith(f"{kind}-")
        for one in scenarios.load(path)
    ]


@pytest.mark.parametrize("scenario", told("ground"))
def test_scenario(scenario):
    found = safeguard_scenarios.ground(scenario.given)
    assert {
        key: expected
        for key, expected in scenario.then.items()
        if not (set(expected) <= found[key] if isinstance(found[key], set) else found[key] == expected)
    } == {}


class TestLogic:
    def test_one_no_decides_and_asks_nothing(self):
        assert all_of(YES, NO, OPEN) == Term(False, (), ())

    def test_one_yes_decides_and_asks_nothing(self):
        assert any_of(NO, YES, OPEN) == YES

    def test_what_is_open_is_asked_once(self):
        assert all_of(YES, OPEN, OPEN) == Term(None, (FOR,), ("a.fact",))

    def test_the_opposite_turns_the_reasons(self):
        assert [said.speaks for said in opposite(YES).said] == [False]

    def test_the_opposite_of_open_is_open(self):
        assert opposite(OPEN) == OPEN

    def test_none_of_holds_when_all_are_denied(self):
        assert none_of(NO, NO).value is True

    def test_nothing_at_all_holds(self):
        assert (all_of().value, any_of().value) == (True, False)


class TestEveryTest:
    @pytest.mark.parametrize("name", registry.TESTS)
    def test_says_what_it_tests_and_where_it_is_written(self, name):
        doc = registry.TESTS[name].__doc__
        assert doc
        assert doc.splitlines()[0].endswith(".")

    @pytest.mark.parametrize("name", registry.TESTS)
    def test_depends_on_facts_where_none_is_stated(self, name):
        finding = grounds.test(name, {}, **SIDES)
        assert finding.applies == "depends"
        assert finding.asks

    @pytest.mark.parametrize("name", registry.TESTS)
    def test_can_answer_yes_or_a_person_must_judge_and_can_answer_no(self, name):
        """Every fact that a test reads, as yes and as no: it is not deaf to them."""
        thresholds = {"penalty_threshold": "eaw", "remaining_sentence": "transfer-sentenced-coe-112"}
        sides = SIDES | {"instrument": thresholds.get(name)}
        read = [ask.fact for ask in grounds.test(name, {}, **sides).asks]
        answers = {grounds.test(name, facts, **sides).applies for facts in combinations(read)}
        assert "no" in answers
        assert answers & {"yes", "depends"}

    @pytest.mark.parametrize("name", ["penalty.maximum_months", "penalty.remaining_months"])
    def test_without_an_instrument_no_threshold_is_invented(self, name):
        test = "penalty_threshold" if "maximum" in name else "remaining_sentence"
        found = grounds.test(test, {name: 1}, **SIDES)
        assert (found.applies, found.asks) == ("depends", ())

    def test_abuse_is_never_decided(self):
        signs = {ask.fact: True for ask in grounds.test("abuse", {}, **SIDES).asks}
        found = grounds.test("abuse", signs, **SIDES)
        assert (found.applies, len(found.reasons)) == ("depends", 1 + len(signs))


def combinations(names):
    """All-true, all-false, and each fact alone against the rest."""
    facts = grounds.facts()

    def value(name, flag):
        kind = facts[name].type
        if kind == "number":
            return 1 if flag else 1000
        if kind == "country":
            return "NL" if flag else "BR"
        return facts[name].choices[-1 if flag else 0] if kind == "choice" else flag

    yield {name: value(name, True) for name in names}
    yield {name: value(name, False) for name in names}
    for one in names:
        yield {name: value(name, name == one) for name in names}
        yield {name: value(name, name != one) for name in names}


class TestData:
    def test_every_ground_of_every_instrument_has_a_test(self):
        rules = [rule for id in grounds.instruments() for rule in grounds.of(id).values()]
        assert len(grounds.instruments()) == 41
        assert len(rules) >= 288
        assert {rule.test for rule in rules} <= set(grounds.TESTS)

    def test_the_vocabulary_names_exactly_the_grounds_that_use_a_fact(self):
        used = {name: set() for name in grounds.facts()}
        for name in registry.TESTS:
            for read in reads(name):
                used[read].add(name)
        assert {name: set(fact.grounds) for name, fact in grounds.facts().items()} == used

    @pytest.mark.parametrize("name", grounds.facts())
    def test_a_question_ends_as_one(self, name):
        fact = grounds.facts()[name]
        assert fact.question.endswith("?")
        assert all(says.endswith(".") for says in (fact.yes, fact.no) if says)

    def test_memory_is_marked_in_the_finding(self):
        found = grounds.ground("eaw", "fundamental_rights", {"rights.general_deficiencies": False}, **SIDES)
        assert (found.confidence, found.verified) == ("memory", False)

    def test_every_source_is_told(self):
        for id in grounds.instruments():
            for rule in grounds.of(id).values():
                assert grounds.source(rule.source).title

    @pytest.mark.parametrize(
        ("old", "new", "says"),
        [
            ("test: amnesty", "test: amnistie", "no test is called 'amnistie'"),
            ("source: facilex_eaw", "source: nowhere", "'nowhere' is not among the sources"),
            ("with: {jurisdiction: true}", "with: {months: 3}", "does not read 'months'"),
            ("with: {jurisdiction: true}", "with: {jurisdictions: true}", "'jurisdictions' is not a key"),
            ("with: {residents: true,", "with: {about: residents,", "does not read 'about'"),
            ("fact: requested.undertakes_enforcement", "fact: requested.undertakes", "no fact is called"),
            ("treaty: cets-212", "treaty: cets-2012", "no treaty is called 'cets-2012'"),
            ("about: waiver", "about: waver", "'waver' is not known to the test"),
            ("instrument: mla-uncac", "instrument: mla-unca", "'mla-unca' is not an instrument of the file"),
        ],
    )
    def test_a_fault_is_refused_with_its_line(self, tmp_path, old, new, says):
        folder = broken(tmp_path, "grounds.yaml", old, new)
        with pytest.raises(reading.LawFaults) as raised:
            book.book(folder)
        assert says in raised.value.sentence
        assert all(fault.line > 1 for fault in raised.value.faults)

    def test_all_faults_are_told_together(self, tmp_path):
        folder = broken(tmp_path, "grounds.yaml", "test: territoriality", "test: nowhere", all=True)
        with pytest.raises(reading.LawFaults) as raised:
            book.book(folder)
        assert len(raised.value.faults) > 2

    @pytest.mark.parametrize(
        ("old", "new", "says"),
        [
            ("    type: number", "    type: yes_no", "'yes' and 'no' go with the type yes_no"),
            ("    type: yes_no", "    type: choice", "'choices' goes with the type choice"),
            ("grounds: [military_offence]", "grounds: []", "names no ground"),
        ],
    )
    def test_a_fault_of_the_vocabulary_is_refused(self, tmp_path, old, new, says):
        with pytest.raises(reading.LawFaults) as raised:
            vocabulary.facts(folder=broken(tmp_path, "facts.yaml", old, new))
        assert says in raised.value.sentence


def broken(tmp_path, name, old, new, *, all=False):
    """The data of the room with one word changed."""
    folder = tmp_path / "data"
    shutil.copytree(reading.DATA, folder, ignore=shutil.ignore_patterns("deadlines", "countries", "routes", "texts"))
    file = folder / name
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new) if all else text.replace(old, new, 1), encoding="utf-8")
    return folder


def reads(name):
    """Every fact that a test looks at, as any instrument sets it, whatever was stated."""
    rules = [rule for id in grounds.instruments() for rule in grounds.of(id).values() if rule.test == name]
    rules.append(Rule(None, "", name, "optional", "refuse", "", "", "none", "memory"))
    everything = [{}, stated(True), stated(False)]
    for rule in rules:
        for facts in everything:
            seen = Case(facts, "FR", "NL", ON, rule, texts.of("en"))
            judging.judged(seen)
            yield from seen.read


def stated(flag):
    values = {"yes_no": flag, "number": 1 if flag else 1000, "country": ["FR"]}
    return {
        name: fact.choices[-1] if fact.type == "choice" else values[fact.type] for name, fact in grounds.facts().items()
    }


class TestFindings:
    def test_nothing_stated_asks_and_decides_nothing(self):
        found = grounds.findings("extradition-coe-1957", {}, **SIDES)
        assert {finding.applies for finding in found} == {"depends"}

    def test_a_stated_fact_is_told_as_a_reason_with_the_article(self):
        found = grounds.ground("extradition-coe-1957", "military", {"offence.military": False}, **SIDES)
        assert (found.applies, [(r.says, r.cite, r.speaks) for r in found.reasons]) == (
            "no",
            [("It is no offence under military law.", "Art. 4", "against")],
        )

    def test_the_consequence_is_that_of_the_text(self):
        must = grounds.ground(
            "eaw", "minor", {"person.age_at_offence": 3, "requested.age_of_responsibility": 12}, **SIDES
        )
        may = grounds.ground("eaw", "territoriality", {"offence.on_requested_territory": "wholly"}, **SIDES)
        closed = grounds.ground("mla-uncac", "bank_secrecy", {"measure.bank_secrecy": True}, **SIDES)
        assert "by the text the request is refused" in must.says
        assert "may be refused" in may.says
        assert "not open" in closed.says
        assert all("decides" in finding.says for finding in (must, may))

    def test_a_ground_that_the_instrument_does_not_name_has_no_consequence(self):
        found = grounds.test("humanitarian", {"person.grave_health": True}, instrument="mla-untoc", **SIDES)
        assert (found.applies, found.kind, found.effect) == ("yes", None, None)
        assert "the text that binds" in found.says

    def test_of_several_grounds_with_one_test_the_furthest_answers(self):
        facts = {"property.restrained": True}
        assert grounds.test("property_restrained", facts, instrument="freezing-order-eu", **SIDES).applies == "yes"

    def test_immunity_is_that_of_the_room(self):
        facts = {"person.office": "diplomatic-agent", "person.office_state": "BR", "immunity.waived": False}
        found = grounds.ground("eio", "immunity_privilege", facts, **SIDES)
        assert found.applies == "yes"
        assert "VCDR Art. 29" in {reason.cite for reason in found.reasons}

    def test_a_national_of_the_forum_has_less(self):
        facts = {
            "person.office": "diplomatic-agent",
            "person.act_capacity": "private",
            "person.nationality": "NL",
            "evidence.privileged": False,
            "evidence.press_protected": False,
        }
        assert grounds.ground("eio", "immunity_privilege", facts, **SIDES).applies == "no"

    def test_the_exception_of_a_protocol_holds_between_its_parties_only(self):
        facts = {
            "offence.political": True,
            "offence.attempt_on_head_of_state": False,
            "offence.international_crime": True,
            "offence.terrorism_convention": False,
        }
        told = {"facts": facts, "on": ON}
        bound = grounds.ground("extradition-coe-1957", "political", issuing="US", executing="NL", **told)
        assert bound.applies != "no"

    def test_other_names_in_the_facts_are_left_alone(self):
        facts = {"circ.cross_border": True, "offences": ["fraud"]}
        assert grounds.ground("eaw", "minor", facts, **SIDES).applies == "depends"

    def test_a_definition_may_tell_a_ground_in_its_own_words(self):
        given = grounds.settings("freezing-order-eu", "no_dual_criminality", "dual_criminality")
        words = "Not an offence there."
        rule = grounds.Rule(
            "own", "not_there", "dual_criminality", "optional", "refuse", words, "Art. 9", "own", "verified", given
        )
        facts = {"offence.punishable_in_requested": False, "offence.listed": True, "penalty.maximum_months": 36}
        (found,) = grounds.judge([rule], facts, **SIDES)
        assert (found.applies, found.ground, found.article) == ("no", words, "Art. 9")

    def test_settings_are_those_of_the_code_or_of_the_only_ground_with_the_test(self):
        assert grounds.settings("eaw", "below_threshold", "penalty_threshold").months == 12
        assert grounds.settings("eaw", "another_code", "penalty_threshold").months == 12
        assert grounds.settings("eaw", "another_code", "dual_criminality") == grounds.With()  # it has two
        assert grounds.settings("no-such", "code", "amnesty") == grounds.With()

    def test_a_definition_cannot_name_a_test_that_does_not_exist(self):
        rule = grounds.Rule("own", "code", "no-such", "optional", "refuse", "", "", "own", "verified")
        with pytest.raises(grounds.UnknownTest):
            grounds.judge([rule], {}, **SIDES)

    def test_grounds_of_a_text_that_was_not_named_are_for_a_person(self):
        found = grounds.test("by_reference", {}, **SIDES)
        assert (found.applies, found.asks) == ("depends", ())

    def test_as_json_holds_everything(self):
        found = grounds.ground("eaw", "amnesty", {}, **SIDES).as_json()
        assert {"applies", "asks", "reasons", "kind", "article", "confidence", "verified"} <= set(found)
        assert found["asks"][0]["question"].endswith("?")


class TestErrors:
    def test_an_unknown_test_names_the_others(self):
        with pytest.raises(grounds.UnknownTest, match="amnestie"):
            grounds.test("amnestie", {}, **SIDES)

    def test_an_unknown_instrument_names_the_others(self):
        with pytest.raises(grounds.UnknownInstrument) as raised:
            grounds.findings("eeaw", {}, **SIDES)
        assert "eaw" in raised.value.remedy

    def test_an_unknown_ground_names_the_others(self):
        with pytest.raises(grounds.UnknownGround) as raised:
            grounds.ground("eaw", "amnestie", {}, **SIDES)
        assert "amnesty" in raised.value.remedy

    @pytest.mark.parametrize(
        ("name", "value", "wanted"),
        [
            ("penalty.death", "yes", "true or false"),
            ("penalty.maximum_months", True, "whole number"),
            ("penalty.maximum_months", -1, "whole number"),
            ("offence.on_requested_territory", "half", "one of no, partly, wholly"),
            ("person.nationality", 4, "a country"),
        ],
    )
    def test_a_fact_of_another_type_is_refused_with_its_question(self, name, value, wanted):
        with pytest.raises(grounds.BadFact, match=wanted) as raised:
            grounds.check({name: value})
        assert raised.value.remedy.endswith("?")

    def test_an_unknown_fact_names_the_nearest(self):
        with pytest.raises(grounds.UnknownFact) as raised:
            grounds.check({"penalty.deaths": True})
        assert "penalty.death" in raised.value.remedy


class TestSpeed:
    def test_all_grounds_of_a_request_take_milliseconds(self):
        facts = {"person.office": "diplomatic-agent", "person.nationality": "NL", "penalty.death": True}
        grounds.findings("eaw", facts, **SIDES)
        started = time.perf_counter()
        for _ in range(20):
            grounds.findings("eaw", facts, **SIDES)
        assert (time.perf_counter() - started) / 20 < 0.02


def test_the_scenarios_use_every_kind_of_effect():
    effects = {
        strict.get("effect")
        for path in scenarios.files()
        if path.name.startswith("ground-")
        for strict in (one["then"] for one in strict_yaml.read(path).value["scenarios"])
    }
    assert {"refuse", "postpone", "condition", "inadmissible", "consult"} <= effects


def test_every_test_has_a_scenario():
    given = [one.given for path in scenarios.files() if path.name.startswith("ground-") for one in scenarios.load(path)]
    used = {case.get("test") or grounds.rule(case["instrument"], case["ground"]).test for case in given}
    assert used == set(grounds.TESTS)
