import json

import pytest

pytestmark = pytest.mark.usefixtures("no_node")

ASKED = ("law", "route", "--from", "FR", "--to", "DK", "--measure", "search", "--on", "2026-11-23")


class TestRoute:
    def test_answers_best_first_with_reasons(self, comity):
        ran = comity(*ASKED, "--json")
        assert ran.code == 0
        first = ran.json["routes"][0]
        assert (first["instrument"], first["applies"], first["rank"]) == ("mla-coe-1959", True, 1)
        assert "cets-030" in first["legal_basis"]
        assert {"says", "cite"} <= set(first["reasons"][0])
        assert next(row for row in ran.json["routes"] if row["instrument"] == "eio")["applies"] is False

    def test_tells_people_why(self, comity):
        ran = comity(*ASKED)
        assert "1     mla-coe-1959" in ran.out
        assert "recitals 44 and 45" in ran.out
        assert "rank:" in ran.out

    def test_takes_facts_from_a_file(self, comity, tmp_path):
        facts = tmp_path / "facts.json"
        facts.write_text(json.dumps({"offences": ["bribery-active"]}))
        asked = ("law", "route", "--from", "BR", "--to", "NL", "--measure", "bank_records", "--on", "2026-11-23")
        assert comity(*asked, "--json").json["routes"][0]["instrument"] == "mla-untoc"
        assert comity(*asked, "--facts", str(facts), "--json").json["routes"][0]["instrument"] == "mla-uncac"

    def test_speaks_the_language_asked_for(self, comity):
        told = comity(*ASKED, "--language", "fr", "--json").json["routes"][0]["reasons"][0]["says"]
        assert told != comity(*ASKED, "--json").json["routes"][0]["reasons"][0]["says"]

    def test_works_with_the_court_on_either_side(self, comity):
        asked = ("--measure", "records", "--on", "2026-11-23", "--json")
        assert comity("law", "route", "--from", "ICC", "--to", "NL", *asked).json["routes"][0]["applies"] is True
        ran = comity("law", "route", "--from", "NL", "--to", "ICC", *asked)
        assert ran.json["routes"][0]["instrument"] == "icc-assistance"

    def test_another_name_of_a_measure_is_answered_with_its_id(self, comity):
        ran = comity(
            "law", "route", "--from", "FR", "--to", "DE", "--measure", "interview", "--on", "2026-11-23", "--json"
        )
        assert ran.json["measure"] == "hearing"

    @pytest.mark.parametrize(
        ("option", "value", "error"),
        [
            ("--measure", "serch", "law.unknown-measure"),
            ("--to", "UK", "law.unknown-country"),
            ("--to", "FR", "law.same-side"),
            ("--on", "23.11.2026", "cli."),
        ],
    )
    def test_what_cannot_be_used_is_bad_input(self, comity, option, value, error):
        asked = list(ASKED)
        asked[asked.index(option) + 1] = value
        ran = comity(*asked, "--json")
        assert (ran.code, ran.json["error"].startswith(error)) == (2, True)

    @pytest.mark.parametrize(("text", "says"), [("[1]", "flat map"), ("{", "line 1"), ('{"offences": 7}', "offences")])
    def test_facts_that_cannot_be_used_are_named(self, comity, tmp_path, text, says):
        facts = tmp_path / "facts.json"
        facts.write_text(text)
        ran = comity(*ASKED, "--facts", str(facts), "--json")
        assert ran.code == 2
        assert says in ran.json["says"]
