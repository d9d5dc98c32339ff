import sys
import types

import pytest

from comity.cli import bench


class TestDemo:
    """The federation itself is played in tests/demo; here: what the command does with its answer."""

    @pytest.fixture
    def asked(self, monkeypatch):
        asked = {}

        def demo(*, folder, port, once, say):
            asked.update(folder=folder, port=port, once=once)
            say("Making the nodes")
            return {"agreed": asked.get("agree", True), "dossiers": [], "seconds": 1.0}

        room = types.SimpleNamespace(demo=demo, as_text=lambda summary: "Every party agrees.")
        monkeypatch.setitem(sys.modules, "comity.demo.run", room)
        return asked

    def test_progress_stands_apart_from_the_answer(self, comity, asked):
        ran = comity("demo", "--once", "--json")
        assert (ran.code, ran.json["agreed"], ran.err) == (0, True, "Making the nodes\n")
        assert asked == {"folder": None, "port": 8100, "once": True}

    def test_parties_that_do_not_agree_are_a_finding(self, comity, asked):
        asked["agree"] = False
        assert comity("demo", "--once").code == 1

    def test_it_stays_in_a_folder_that_can_be_named(self, comity, asked, tmp_path):
        comity("demo", "--dir", str(tmp_path), "--port", "9100")
        assert (asked["folder"], asked["port"]) == (tmp_path, 9100)
        comity("demo")
        assert asked["folder"].name == ".demo"


class TestBench:
    @pytest.fixture
    def checkout(self, monkeypatch, tmp_path):
        """A checkout with two small benchmarks."""
        folder = tmp_path / "bench"
        folder.mkdir()
        for name in ("figures", "acts", "blobs"):
            (folder / f"{name}.py").write_text("")
            figure = {"what": "acts", "ours": 20.0, "other": 40.0, "ratio": 0.5, "unit": "acts/s"}
            answer = {"name": name, "figures": [figure], "machine": {}}
            room = types.SimpleNamespace(run=lambda answer=answer: answer)
            monkeypatch.setitem(sys.modules, f"bench.{name}", room)
        monkeypatch.setattr(bench, "FOLDER", folder)
        return folder

    def test_answers_figures_with_their_ratio(self, comity, checkout):
        assert comity("bench", "acts", "--json").json["figures"][0]["ratio"] == 0.5
        assert "0.5" in comity("bench", "acts").out

    def test_all_runs_every_one(self, comity, checkout):
        assert [answer["name"] for answer in comity("bench", "all", "--json").json] == ["acts", "blobs"]

    def test_an_unknown_one_is_bad_input_with_the_known(self, comity, checkout):
        ran = comity("bench", "figures", "--json")
        assert (ran.code, ran.json["next_step"]) == (2, "Choose one of: acts, blobs, all.")

    def test_outside_a_checkout_there_are_none(self, comity, monkeypatch, tmp_path):
        monkeypatch.setattr(bench, "FOLDER", tmp_path / "none")
        assert comity("bench", "acts").code == 2
