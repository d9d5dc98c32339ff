import json
import logging

import pytest

from comity.cli import law, main
from comity.cli.answer import Answer, table


class TestUsage:
    def test_without_a_command_it_says_how_it_is_used(self, comity):
        ran = comity()
        assert (ran.code, ran.out) == (2, "")
        assert "COMMAND" in ran.err
        assert "Usage: comity" in ran.err

    def test_a_misspelt_option_is_bad_usage_in_json_too(self, comity):
        ran = comity("law", "parties", "eu-eio", "--onn", "2026-01-01", "--json")
        assert ran.code == 2
        assert ran.json["error"] == "cli.bad-usage"
        assert set(ran.json) == {"error", "says", "next_step"}

    def test_an_abbreviated_option_is_refused_because_a_later_option_could_change_its_meaning(self, comity):
        assert comity("log", "entries", "--fir", "1").code == 2

    @pytest.mark.parametrize("words", [["--json", "law"], ["law", "--json"]])
    def test_json_may_stand_before_or_after_the_command(self, comity, words, no_node):
        ran = (
            comity(*words[:1], *words[1:], "parties", "eu-eio", "--on", "2026-01-01")
            if words[0] == "--json"
            else (comity("law", "parties", "eu-eio", "--on", "2026-01-01", "--json"))
        )
        assert ran.json["treaty"] == "eu-eio"

    def test_help_and_version_end_well(self, capsys):
        for words, expected in ((["--version"], "comity 0."), (["peers", "add", "--help"], "--fingerprint")):
            with pytest.raises(SystemExit) as ended:
                main.main(words)
            assert ended.value.code == 0
            assert expected in capsys.readouterr().out


class TestFaults:
    def test_a_fault_of_its_own_is_logged_and_told_in_a_sentence(self, comity, monkeypatch, caplog):
        def broken(told):
            raise ZeroDivisionError("division by zero")

        monkeypatch.setattr(law, "parties", broken)
        with caplog.at_level(logging.ERROR):
            ran = comity("law", "parties", "eu-eio", "--json")
        assert ran.code == 3
        assert ran.json["error"] == "cli.unforeseen"
        assert "ZeroDivisionError" in caplog.text

    def test_a_database_that_is_not_set_up_is_told_with_its_remedy(self, comity, monkeypatch):
        from django.db import OperationalError

        def broken(told):
            raise OperationalError("no such table: access_user")

        monkeypatch.setattr(law, "parties", broken)
        ran = comity("law", "parties", "eu-eio", "--json")
        assert ran.code == 1
        assert ran.json["error"] == "cli.database-trouble"
        assert "comity migrate" in ran.json["next_step"]

    def test_stopping_it_by_hand_is_not_a_fault(self, comity, monkeypatch):
        def stopped(told):
            raise KeyboardInterrupt

        monkeypatch.setattr(law, "parties", stopped)
        assert comity("law", "parties", "eu-eio").code == 130


class TestOutput:
    def test_columns_are_aligned(self):
        assert table(("a", "long heading"), [("x", 1), ("wide cell", 22)]) == (
            "a          long heading\nx          1\nwide cell  22"
        )

    def test_an_empty_table_says_so(self):
        assert table(("a",), [], empty="No peers.") == "No peers."

    def test_json_keeps_letters_of_every_script(self, capsys, monkeypatch):
        monkeypatch.setattr(law, "parties", lambda told: Answer({"name": "Autorité 中央"}, ""))
        main.main(["law", "parties", "x", "--json"])
        printed = capsys.readouterr().out
        assert json.loads(printed) == {"name": "Autorité 中央"}
        assert "中央" in printed
