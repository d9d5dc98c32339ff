"""Answers of one request that contradict one another are found, whatever the instrument."""

from copy import deepcopy
from datetime import date

import pytest

from comity.instruments import catalogue, preflight

ON = date(2026, 11, 23)


def found(instrument, change, on=ON):
    """The verdict, and the rules that speak, by place."""
    request = deepcopy(catalogue.example(instrument))
    change(request["form"], request)
    report = preflight.run(catalogue.get(instrument), request, on=on)
    return report.verdict, {one.pointer: one.rule for one in report.findings if one.severity != "note"}


def twice(form, _request):
    form["persons"]["affected"].append(deepcopy(form["persons"]["affected"][0]))


def born_later(form, _request):
    form["persons"]["affected"][0]["natural"]["date_of_birth"] = "2030-01-01"


def years_ahead(form, _request):
    form["signature"]["date"] = "2031-01-04"


class TestSense:
    @pytest.mark.parametrize("id", catalogue.ids())
    def test_no_example_is_stopped_on_the_day_it_was_written(self, id):
        assert found(id, lambda form, request: None)[0] == "send"

    def test_a_row_that_stands_twice(self):
        assert found("eio", twice) == ("mend", {"/form/persons/affected/2": "sense.twice"})

    def test_a_person_who_is_not_yet_born(self):
        place = "/form/persons/affected/0/natural/date_of_birth"
        assert found("eio", born_later) == ("mend", {place: "sense.not-born"})

    def test_a_request_dated_years_ahead(self):
        assert found("eaw", years_ahead) == ("mend", {"/form/signature/date": "sense.dated-ahead"})

    def test_without_a_day_of_today_nothing_is_ahead(self):
        assert found("eaw", years_ahead, on=None) == ("send", {})

    def test_a_malformed_section_is_told_once_and_blames_no_rule(self):
        verdict, rules = found("eaw", lambda form, request: form.update(charges=None))
        assert (verdict, rules) == ("stop", {"/form/charges": "form.malformed"})

    def test_a_fact_of_the_wrong_kind_is_told(self):
        verdict, rules = found("eaw", lambda form, request: request.update(facts={"penalty.death": "maybe"}))
        assert (verdict, rules) == ("mend", {"/facts": "law.bad-fact"})

    def test_a_state_that_left_the_rome_statute_is_no_stop(self):
        def to_hungary(form, request):
            request["executing"]["country"] = form["person"]["location"]["country"] = "HU"

        assert found("icc-arrest-surrender", to_hungary) == ("mend", {"/executing/country": "law.not-bound"})

    @pytest.mark.parametrize("value", [10**400, 2**64, "\ud800"])
    def test_what_no_rule_can_hold_is_malformed_and_crashes_nothing(self, value):
        verdict, rules = found("eio", lambda form, request: form["states"].update(issuing_state=value))
        assert (verdict, rules["/form/states/issuing_state"]) == ("stop", "form.malformed")

    def test_too_many_rows_are_told_once(self):
        def many(form, _request):
            form["persons"]["affected"] *= 2000

        assert found("eio", many) == ("stop", {"/form/persons/affected": "form.too-many"})


def test_marks_that_turn_letters_around_are_named_and_arabic_without_them_is_fine():
    def turned(form, _request):
        form["grounds"]["facts"] = "Account of \u202eeliforp\u202c in Lyon"

    def arabic(form, _request):
        form["grounds"]["facts"] = "\u062d\u0633\u0627\u0628 \u0645\u0635\u0631\u0641\u064a \u200f(FR)"

    verdict, rules = found("eio", turned)
    assert (verdict, rules) == ("mend", {"/form/grounds/facts": "sense.turned"})
    assert found("eio", arabic) == ("send", {})
