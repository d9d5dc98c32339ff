import json

import pytest

pytestmark = pytest.mark.usefixtures("no_node")


class TestImmunity:
    def test_answers_as_promised(self, comity):
        ran = comity("law", "immunity", "--office", "diplomatic-agent", "--forum", "FR", "--state", "BR", "--json")
        assert ran.code == 0
        assert (ran.json["verdict"], ran.json["waiver_by"]) == ("immune", "sending State")
        assert {"kind", "reasons"} <= set(ran.json)

    def test_before_the_court(self, comity):
        ran = comity("law", "immunity", "--office", "head-of-state", "--forum", "ICC", "--json")
        assert ran.json["verdict"] == "not-immune"

    def test_tells_people_what_was_not_read(self, comity):
        ran = comity("law", "immunity", "--office", "head-of-state", "--forum", "BE", "--state", "CD")
        assert "(unverified source)" in ran.out

    def test_the_nature_of_the_act_counts(self, comity):
        asked = ("law", "immunity", "--office", "consular-officer", "--forum", "DE", "--state", "TR", "--json")
        answers = [comity(*asked, "--acts", acts).json["verdict"] for acts in ("official", "private")]
        assert answers == ["immune", "not-immune"]

    def test_nationality_end_and_waiver_count(self, comity):
        asked = ("law", "immunity", "--office", "diplomatic-agent", "--forum", "FR", "--acts", "private", "--json")
        answers = [comity(*asked, option).json["verdict"] for option in ("--national", "--ended", "--waived")]
        assert answers == ["not-immune", "not-immune", "not-immune"]

    def test_a_place(self, comity):
        ran = comity("law", "immunity", "--place", "mission-premises", "--forum", "FR")
        assert "VCDR Art. 22" in ran.out

    @pytest.mark.parametrize(
        "options",
        [("--forum", "FR"), ("--office", "king", "--forum", "FR"), ("--office", "head-of-state", "--forum", "UK")],
    )
    def test_bad_input_is_named(self, comity, options):
        ran = comity("law", "immunity", *options, "--json")
        assert ran.code == 2
        assert ran.json["next_step"]


class TestGround:
    SIDES = ("--from", "FR", "--to", "NL", "--on", "2026-11-23")

    def test_all_grounds_of_an_instrument_ask(self, comity):
        ran = comity("law", "ground", "eaw", *self.SIDES, "--json")
        assert ran.code == 0
        assert {finding["applies"] for finding in ran.json["findings"]} == {"depends"}

    def test_a_ground_that_applies_is_a_finding(self, comity):
        facts = ("--fact", "person.age_at_offence=11", "--fact", "requested.age_of_responsibility=12")
        ran = comity("law", "ground", "eaw", "minor", *self.SIDES, *facts)
        assert (ran.code, "The person was 11; responsibility begins at 12." in ran.out) == (1, True)

    def test_a_test_may_be_named_instead_of_a_code(self, comity):
        ran = comity("law", "ground", "eaw", "lapse_of_time", *self.SIDES, "--json")
        assert ran.json["findings"][0]["code"] == "statute_barred"

    def test_facts_come_from_a_file_too_and_options_go_before_it(self, comity, tmp_path):
        file = tmp_path / "facts.json"
        file.write_text(json.dumps({"penalty.life": True, "penalty.life_review": True}))
        ran = comity("law", "ground", "eaw", "life_review", *self.SIDES, "--file", str(file), "--json")
        assert ran.json["findings"][0]["applies"] == "no"
        again = ("--fact", "penalty.life_review=false", "--fact", "assurance.life_review=false")
        ran = comity("law", "ground", "eaw", "life_review", *self.SIDES, "--file", str(file), *again, "--json")
        assert ran.json["findings"][0]["applies"] == "yes"

    def test_the_facts_are_listed_with_their_questions(self, comity):
        listed = comity("law", "ground", "--facts", "--json").json["facts"]
        assert all(row["question"] and row["grounds"] for row in listed)
        assert "penalty.death" in comity("law", "ground", "--facts").out

    @pytest.mark.parametrize(
        "asked",
        [
            ("eaw",),
            ("no-such", *SIDES),
            ("eaw", "no-such", *SIDES),
            ("eaw", *SIDES, "--fact", "penalty.death"),
            ("eaw", *SIDES, "--fact", "penalty.deaths=true"),
            ("eaw", *SIDES, "--fact", "penalty.death=perhaps"),
        ],
    )
    def test_bad_input_is_named(self, comity, asked):
        ran = comity("law", "ground", *asked, "--json")
        assert ran.code == 2
        assert ran.json["next_step"]


class TestCompeting:
    def file(self, tmp_path, **told):
        file = tmp_path / "requests.json"
        file.write_text(json.dumps(told))
        return str(file)

    def test_puts_them_side_by_side(self, comity, tmp_path):
        requests = [
            {"id": "a", "by": "FR", "instrument": "eaw", "received_on": "2026-03-01"},
            {"id": "b", "by": "IT", "instrument": "eaw", "received_on": "2026-02-01"},
        ]
        file = self.file(tmp_path, requested="NL", requests=requests)
        ran = comity("law", "competing", file, "--on", "2026-11-23", "--json")
        assert [entry["request"] for entry in ran.json["timeline"]] == ["b", "a"]
        out = comity("law", "competing", file, "--on", "2026-11-23").out
        assert "Relative seriousness of the offences: a: not stated" in out

    def test_a_priority_of_the_court_is_told(self, comity, tmp_path):
        requests = [
            {"id": "court", "by": "ICC", "instrument": "icc-arrest-surrender", "conduct": "x", "admissible": True},
            {"id": "us", "by": "US", "instrument": "extradition-untoc", "conduct": "x", "duty": False},
        ]
        ran = comity("law", "competing", self.file(tmp_path, requested="NL", requests=requests))
        assert "Rome Statute Art. 90(4)], conditions met: yes" in ran.out

    @pytest.mark.parametrize(
        "told",
        [
            {"requests": []},
            {"requested": "NL"},
            {"requested": "NL", "requests": []},
            {"requested": "NL", "requests": [{"id": "a"}, {"id": "b"}]},
            {"requested": "NL", "requests": [3, 4]},
            {"requested": "NL", "requests": [], "nationality": "FR"},
        ],
    )
    def test_bad_input_is_named(self, comity, tmp_path, told):
        ran = comity("law", "competing", self.file(tmp_path, **told), "--json")
        assert ran.code == 2
        assert ran.json["next_step"]
