import csv
import io
import json

import pytest

pytestmark = pytest.mark.usefixtures("no_node")
DAY = ("--on", "2026-11-23")


class TestDualCriminality:
    ASKED = ("law", "dual-criminality", "--from", "FR", "--to", "JP", "--offence", "illegal-access", *DAY)

    def test_answers_with_what_others_build_on(self, comity):
        ran = comity(*self.ASKED, "--json")
        assert ran.code == 0
        assert ran.json["verdict"] == "depends"
        assert ran.json["waived"] is False
        assert all(isinstance(ran.json[key], list) for key in ("matched", "missing", "unstated", "reasons"))
        assert "circ.via_telecom_line" in [one["element"] for one in ran.json["unstated"]]

    def test_tells_people_the_element_and_the_provision(self, comity):
        ran = comity(*self.ASKED)
        assert ran.out.startswith("depends: Illegal access to a computer system")
        assert "through a telecommunication line" in ran.out
        assert "Code pénal art 323-1" in ran.out

    @pytest.mark.parametrize(
        ("facts", "verdict"),
        [
            ({"as_charged": True, "act.access": True, "circ.via_telecom_line": True}, "depends"),
            ({"as_charged": True, "act.access": True, "circ.via_telecom_line": False}, "no"),
            ({"facts_true": ["act.access", "obj.computer_system", "circ.without_right", "mens.intent"]}, "no"),
        ],
    )
    def test_reads_facts_from_a_file(self, comity, tmp_path, facts, verdict):
        path = tmp_path / "facts.json"
        path.write_text(json.dumps(facts))
        assert comity(*self.ASKED, "--facts", str(path), "--json").json["verdict"] == verdict

    def test_an_instrument_brings_its_list_and_thresholds(self, comity):
        asked = ("law", "dual-criminality", "--from", "FR", "--to", "DE", "--offence", "illegal-access", *DAY)
        ran = comity(*asked, "--instrument", "eaw", "--json")
        assert ran.json["waived"] is True
        assert ran.json["thresholds"][0]["met"] == "yes"
        assert "The check is left out." in comity(*asked, "--instrument", "eaw").out

    @pytest.mark.parametrize(
        ("words", "says"),
        [
            (("--offence", "ilegal-access"), "illegal-access"),
            (("--offence", "illegal-access", "--instrument", "eww"), "eaw"),
            (("--offence", "illegal-access", "--facts", "/nowhere.json"), "cannot be read"),
        ],
    )
    def test_what_is_not_known_names_the_nearest(self, comity, words, says):
        ran = comity("law", "dual-criminality", "--from", "FR", "--to", "JP", *words)
        assert ran.code == 2
        assert says in ran.err

    def test_a_bad_element_is_named(self, comity, tmp_path):
        path = tmp_path / "facts.json"
        path.write_text('{"act.acess": true}')
        ran = comity(*self.ASKED, "--facts", str(path))
        assert ran.code == 2
        assert "act.access" in ran.err

    def test_no_such_country(self, comity):
        assert comity("law", "dual-criminality", "--from", "XX", "--to", "JP", "--offence", "fraud").code == 2


class TestCountry:
    def test_tells_what_it_takes(self, comity):
        ran = comity("law", "country", "FR", *DAY)
        assert ran.code == 0
        assert "Extradition of nationals" in ran.out
        assert "[CPP art 696-4, 1]" in ran.out

    def test_says_what_is_not_known(self, comity):
        ran = comity("law", "country", "KE", *DAY, "--json")
        assert ran.json["recorded"] is False
        assert "No offences are recorded; they may exist." in comity("law", "country", "KE", *DAY).out

    def test_sets_two_side_by_side(self, comity):
        ran = comity("law", "compare", "FR", "JP", *DAY, "--json")
        topics = {row["topic"]: row["same"] for row in ran.json["rows"]}
        assert topics["extradition.nationals"] is True
        assert ran.json["differences"][0].keys() >= {"offence", "degree", "reasons"}
        assert "Illegal access" in comity("law", "compare", "FR", "JP", *DAY).out


class TestHarmonisation:
    def test_answers_in_csv(self, comity):
        ran = comity("law", "harmonisation", "--country", "DE", "--offence", "illegal-access", "--csv", *DAY)
        (row,) = csv.DictReader(io.StringIO(ran.out))
        assert (row["status"], row["provisions"]) == ("allowed", "StGB s 202a")

    def test_answers_in_json(self, comity):
        ran = comity("law", "harmonisation", "--country", "DE", *DAY, "--json")
        assert len(ran.json["cells"]) == 76

    def test_goes_through_the_budapest_convention(self, comity):
        ran = comity("law", "harmonisation", "--budapest", "--country", "JP", *DAY)
        assert "Unauthorized Computer Access Act" in ran.out
        everywhere = comity("law", "harmonisation", "--budapest", *DAY, "--json")
        assert len(everywhere.json["articles"]) == 204
