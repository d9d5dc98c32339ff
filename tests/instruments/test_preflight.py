"""Form, rules and the receiver's requirements, all together and in one order."""

import copy

import pytest

from comity.instruments import catalogue, preflight, requirements
from comity.instruments.requirements import BadRequirement
from tests.instruments.sample import EXAMPLE, SAMPLE

ASKS = {
    "id": "bb.languages",
    "instrument": "sample",
    "pointer": "/language",
    "severity": "stop",
    "require": 'language in ["nl", "en"]',
    "says": {"en": "We read Dutch and English.", "fr": "Nous lisons le néerlandais et l'anglais."},
    "remedy": {"en": "Translate it."},
    "article": "Declaration of 2020",
}


def asks(**changes):
    return {**ASKS, **changes}


def request(**changes):
    return {**copy.deepcopy(EXAMPLE), **changes}


def with_what(**changes):
    made = request()
    made["form"]["what"].update(changes)
    return made


def run(made, *required, **about):
    return preflight.run(SAMPLE, made, required, **about)


def found(report):
    return [(one.rule, one.pointer, one.severity) for one in report.findings]


def test_a_whole_request_may_be_sent():
    assert run(request(), ASKS) == preflight.Report("send", ())


class TestParts:
    """Who may play which part (``only`` and ``never`` of a party)."""

    def run(self, instrument, language="en", **countries):
        made = copy.deepcopy(catalogue.example(instrument))
        for role, country in countries.items():
            made[role]["country"] = country
        return preflight.run(catalogue.get(instrument), made, language=language)

    @pytest.mark.parametrize(
        ("instrument", "role", "country", "rule", "article"),
        [
            ("icc-assistance", "issuing", "BR", "part.only", "Arts 87(1), 93(1)"),
            ("icc-assistance", "executing", "ICC", "part.never", "Arts 86, 88, 93(1)"),
            ("eio", "issuing", "ICC", "part.never", "Art. 2(c)"),
            ("eio", "executing", "ICC", "part.never", "Art. 2(d); Art. 9(1)"),
            ("mla-untoc", "issuing", "ICC", "part.never", "Art. 18(13)"),
            ("police-information-eu-2023-977", "executing", "ICC", "part.never", "Arts 5(1), 14"),
        ],
    )
    def test_a_country_that_may_not_play_its_part_stops_the_request(self, instrument, role, country, rule, article):
        report = self.run(instrument, **{role: country})
        one = next(finding for finding in report.findings if finding.rule == rule)
        assert (one.pointer, one.severity, one.article) == (f"/{role}/country", "stop", article)
        assert report.verdict == "stop"

    def test_it_says_who_may(self):
        one = next(one for one in self.run("icc-assistance", issuing="BR").findings if one.rule == "part.only")
        assert one.says == 'The part "Court" is not open to Brazil.'
        assert one.remedy.startswith("Only the International Criminal Court can play it.")

    @pytest.mark.parametrize("language", ["fr", "nl", "pt"])
    def test_it_says_so_in_the_readers_language(self, language):
        one = next(one for one in self.run("eio", language, executing="ICC").findings if one.rule == "part.never")
        assert one.says != self.run("eio", executing="ICC").findings[0].says
        assert "International Criminal Court" not in one.says

    def test_a_country_that_is_none_is_said_once(self):
        found = [one.pointer for one in self.run("icc-assistance", issuing="XX").findings]
        assert found == ["/issuing/country"]

    @pytest.mark.parametrize("instrument", catalogue.ids())
    def test_the_examples_name_parties_that_may(self, instrument):
        assert [one for one in self.run(instrument).findings if one.rule.startswith("part.")] == []


class TestRulesOfTheInstrument:
    def test_a_rule_that_is_not_met_says_so_with_its_article(self):
        (finding,) = run(with_what(why="Now!")).findings
        assert (finding.rule, finding.pointer, finding.article) == ("sample.long-reason", "/form/what/why", "Art. 2(3)")
        assert (finding.says, finding.confidence) == ("An urgent request says why.", "verified")

    def test_a_rule_whose_condition_does_not_hold_is_silent(self):
        made = with_what(urgent=False)
        del made["form"]["what"]["why"]
        assert run(made).verdict == "send"

    def test_a_rule_is_silent_where_the_form_has_spoken(self):
        made = with_what()
        del made["form"]["what"]["why"]
        assert found(run(made)) == [("form.missing", "/form/what/why", "stop")]

    def test_the_verdict_is_that_of_the_gravest_finding(self):
        made = request(language="nl")
        assert (run(made).verdict, found(run(made))) == ("send", [("sample.hint", "/language", "note")])
        made["form"]["money"]["cost"]["currency"] = "USD"
        assert run(made).verdict == "mend"
        made["form"]["what"]["why"] = "Now!"
        assert run(made).verdict == "stop"

    @pytest.mark.parametrize("made", [None, [], {}, {"form": 3, "language": []}])
    def test_nonsense_is_stopped_and_never_raises(self, made):
        assert run(made, ASKS, attachments=[{}]).verdict == "stop"


class TestRequirementsOfTheReceiver:
    def test_are_run_at_the_sender(self):
        (finding,) = [one for one in run(request(language="fr"), ASKS).findings if one.severity == "stop"]
        assert (finding.rule, finding.article, finding.says) == (
            "bb.languages",
            "Declaration of 2020",
            "We read Dutch and English.",
        )

    def test_speak_the_language_asked_for_or_the_nearest(self):
        says = {
            language: run(request(language="fr"), ASKS, language=language).findings[0].says for language in ("fr", "pt")
        }
        assert says["fr"].startswith("Nous lisons")
        assert says["pt"].startswith("We read")
        only = asks(says={"pt": "Lemos neerlandês."})
        assert run(request(language="fr"), only).findings[0].says == "Lemos neerlandês."

    def test_pass_over_other_instruments(self):
        assert run(request(language="nl"), asks(instrument="other"), "nonsense", 3).verdict == "send"

    def test_see_what_is_attached(self):
        limit = asks(pointer="/attachments", require="attachments.all(one, one.size < 100)")
        assert run(request(), limit, attachments=[{"name": "a", "size": 99}]).verdict == "send"
        assert run(request(), limit, attachments=[{"name": "a", "size": 101}]).verdict == "stop"

    def test_find_sections_without_answers_empty_rather_than_absent(self):
        made = request()
        made["form"]["what"]["kinds"] = ["a"]
        del made["form"]["money"]
        assert run(made, asks(pointer="/form/money", require="!has(form.money.span)")).verdict == "send"

    def test_what_is_absent_makes_a_condition_false_and_a_requirement_unmet(self):
        absent = "form.what.nothing == 1"
        assert run(request(), asks(when=absent, require="false")).verdict == "send"
        assert run(request(), asks(require=absent)).verdict == "stop"

    @pytest.mark.parametrize(
        "wrong",
        [
            {"require": "form.what.count + 'x' == 'y'"},
            {"require": "form.what."},
            {"when": "1 / 0 == 1"},
            {"require": "true && " * 500 + "true"},
            {"require": 3},
            {"says": {}},
            {"says": None},
            {"severity": "halt"},
        ],
    )
    def test_one_that_cannot_be_evaluated_is_a_finding_and_stops_nothing(self, wrong):
        report = run(request(), asks(**wrong))
        assert report.verdict == "mend"
        assert "bb.languages" in report.findings[0].says
        assert run(request(), asks(severity="note", require="1 / 0 == 1")).verdict == "send"

    def test_are_bounded_in_number(self):
        report = run(request(), *[asks(id=f"r{number}", require="true") for number in range(201)])
        assert found(report) == [("requirements.too-many", "", "mend")]

    def test_are_silent_where_the_form_has_spoken(self):
        assert found(run(request(language="zz"), ASKS))[0] == ("form.malformed", "/language", "stop")
        assert "bb.languages" not in [rule for rule, _, _ in found(run(request(language="zz"), ASKS))]


class TestCards:
    def test_a_card_with_good_requirements_has_no_fault(self):
        assert requirements.check([ASKS, asks(id="b", pointer="/form/people/humans/0/name")], [SAMPLE]) == []
        assert requirements.check([asks(pointer="/executing/country", instrument="other")]) == []

    @pytest.mark.parametrize(
        ("given", "pointer", "says"),
        [
            (None, "", "a list"),
            ([3], "/0", "requirement with keys"),
            ([asks(severty="x")], "/0/severty", "Did you mean 'severity'"),
            ([asks(severity="halt")], "/0/severity", "not allowed"),
            ([ASKS, ASKS], "/1/id", "a second time"),
            ([asks(require="form.")], "/0/require", "not CEL"),
            ([asks(when="frm.x")], "/0/when", "Did you mean 'form'"),
            ([asks(says={})], "/0/says", "at least one language"),
            ([asks(instrument="sampel")], "/0/instrument", "Did you mean 'sample'"),
            ([asks(pointer="/form/what/kinda")], "/0/pointer", "no field"),
            ([asks(pointer="/nowhere")], "/0/pointer", "no field"),
            ([asks(id=str(number)) for number in range(1001)], "", "at most 1000"),
        ],
    )
    def test_names_what_is_wrong(self, given, pointer, says):
        found = requirements.check(given, [SAMPLE])
        assert any(one.pointer == pointer and says in one.says for one in found), found

    def test_one_that_is_malformed_is_no_rule(self):
        with pytest.raises(BadRequirement):
            requirements.rule({"id": "x"}, "en")
