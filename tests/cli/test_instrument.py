import json

import jsonschema
import pytest

from comity.instruments import catalogue

pytestmark = pytest.mark.usefixtures("no_node")


class TestLooking:
    def test_the_list_names_every_instrument_with_its_basis(self, comity):
        ran = comity("instrument", "list", "--json")
        rows = {row["id"]: row for row in ran.json}
        assert set(rows) == set(catalogue.ids())
        assert set(rows["eio"]) == {"id", "title", "version", "legal_basis"}
        assert rows["eio"]["legal_basis"][0]["treaty"] == "eu-eio"

    @pytest.mark.parametrize("id", catalogue.ids())
    def test_the_example_fits_the_schema_that_show_prints(self, comity, id):
        schema = comity("instrument", "show", id, "--json").json["form_schema"]
        example = comity("instrument", "example", id, "--json").json
        jsonschema.Draft202012Validator(schema).validate(example)
        assert {"instrument", "issuing", "executing", "language", "form"} <= set(example)

    def test_people_see_acts_deadlines_and_grounds(self, comity):
        ran = comity("instrument", "show", "eio")
        for word in ("eio, version", "acknowledgement", "Art. 11", "issuing"):
            assert word in ran.out

    def test_an_unknown_one_is_bad_input(self, comity):
        ran = comity("instrument", "show", "eios", "--json")
        assert ran.code == 2
        assert "eio" in ran.json["says"] + ran.json["next_step"]


class TestCheck:
    def test_a_sound_definition_passes(self, comity):
        from comity.instruments import loader

        ran = comity("instrument", "check", str(loader.ROOM / "definitions" / "eio.yaml"), "--json")
        assert (ran.code, ran.json) == (0, {"ok": True, "faults": []})

    def test_every_fault_is_named_with_its_line(self, comity, tmp_path):
        file = tmp_path / "bad.yaml"
        file.write_text("id: bad\nversion: one\ntitel: Misspelt\n")
        ran = comity("instrument", "check", str(file), "--json")
        assert ran.code == 1
        faults = {fault["pointer"]: fault for fault in ran.json["faults"]}
        assert faults["/version"]["line"] == 2
        assert faults["/titel"]["line"] == 3
        assert "title" in faults["/titel"]["allowed"]

    def test_a_file_that_is_not_there_is_bad_input(self, comity, tmp_path):
        assert comity("instrument", "check", str(tmp_path / "none.yaml")).code == 2


class TestRender:
    def test_writes_a_pdf(self, comity, tmp_path):
        request = tmp_path / "request.json"
        request.write_text(json.dumps(catalogue.example("eio")))
        out = tmp_path / "request.pdf"
        ran = comity("instrument", "render", str(request), "--language", "fr", "--out", str(out), "--json")
        assert (ran.code, ran.json["bytes"]) == (0, out.stat().st_size)
        assert out.read_bytes().startswith(b"%PDF")

    def test_a_place_that_cannot_be_written_is_bad_input(self, comity, tmp_path):
        request = tmp_path / "request.json"
        request.write_text(json.dumps(catalogue.example("eio")))
        ran = comity("instrument", "render", str(request), "--language", "fr", "--out", str(tmp_path / "no" / "f.pdf"))
        assert (ran.code, "cannot be written" in ran.err) == (2, True)
