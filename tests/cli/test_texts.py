"""Translations: complete catalogues, compiled as they stand, terms kept, and a workflow that refuses what is wrong."""

import json
from argparse import Namespace
from pathlib import Path

import pytest
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from comity.cli import texts
from comity.cli.main import main
from comity.instruments import terms
from comity.instruments.texts import FORMS


def catalogues():
    return [(room, language) for room in texts.ROOMS for language in FORMS]


def plain(context):
    return context.decode() if isinstance(context, bytes) else context


@pytest.mark.parametrize(("room", "language"), catalogues())
def test_the_compiled_catalogue_is_that_of_the_po_file(room, language):
    path = texts._po(room, language)
    with path.open("rb") as po, path.with_suffix(".mo").open("rb") as mo:
        written = {(one.context, one.id): one.string for one in read_po(po, locale=language) if one.id and one.string}
        compiled = {(plain(one.context), one.id): one.string for one in read_mo(mo) if one.id}
    assert compiled == written


@pytest.mark.parametrize(("room", "language"), catalogues())
def test_a_translation_has_the_places_of_its_text(room, language):
    with texts._po(room, language).open("rb") as file:
        for one in read_po(file, locale=language):
            if one.id and one.string:
                assert texts.places(one.string) == texts.places(one.id), one.id


@pytest.mark.parametrize("language", FORMS)
def test_legal_terms_are_those_of_the_list(language):
    assert set(terms.forms(language)) == {term for term, _ in terms.english()}
    found = texts.terms(Namespace(language=language)).value["deviations"]
    assert found == []


class TestTheTermList:
    def test_a_longer_term_hides_those_that_it_holds(self):
        held = [term for term, _ in terms.english()]
        assert held.index("executing authority") < held.index("execution") or "execution" in held
        assert terms.missing("The executing authority", "el órgano", "es") == ["executing authority"]

    def test_a_form_is_part_of_a_word(self):
        assert terms.missing("Several witnesses", "Varios testigos", "es") == []

    def test_a_language_without_a_list_holds_nothing(self):
        assert terms.missing("Extradition", "x", "xx") == []


@pytest.fixture
def room(tmp_path, monkeypatch):
    """A room with two texts, one of them translated."""
    where = {"Hello, {name}": ["a"], "Goodbye": ["b"]}
    monkeypatch.setattr(texts, "ROOMS", {"law": lambda: where})
    monkeypatch.setattr(texts, "_po", lambda room, language: tmp_path / language / "law.po")
    texts._write(tmp_path / "fr" / "law.po", "fr", {(None, "Goodbye"): "Au revoir"}, where)
    return tmp_path


def said(capsys):
    return json.loads(capsys.readouterr().out)


class TestTheWorkflow:
    def test_pending_names_what_is_missing(self, room, capsys):
        assert main(["texts", "pending", "law", "fr", "--json"]) == 0
        assert said(capsys)["pending"] == {"Hello, {name}": ""}

    def test_fill_takes_what_fits_and_names_the_rest(self, room, capsys):
        file = room / "in.json"
        file.write_text(json.dumps({"Hello, {name}": "Bonjour {nom}", "Goodbye": "Salut", "Nothing": "Rien"}))
        assert main(["texts", "fill", "law", "fr", str(file), "--json"]) == 1
        told = said(capsys)
        assert told["taken"] == 1
        assert {row["where"] for row in told["rejected"]} == {"Hello, {name}", "Nothing"}
        assert "Salut" in (room / "fr" / "law.po").read_text()

    def test_a_file_that_is_no_object_is_refused(self, room, capsys):
        file = room / "in.json"
        file.write_text("[]")
        assert main(["texts", "fill", "law", "fr", str(file)]) == 2
        assert "not an object" in capsys.readouterr().err

    def test_update_drops_what_nobody_says_and_keeps_the_rest(self, room, capsys):
        kept = {(None, "Goodbye"): "Au revoir", (None, "Gone"): "Parti"}
        texts._write(room / "fr" / "law.po", "fr", kept, {})
        assert main(["texts", "update", "--json"]) == 0
        found = (room / "fr" / "law.po").read_text()
        assert "Au revoir" in found
        assert "Parti" not in found
        assert {row["language"]: row["missing"] for row in said(capsys)["catalogues"]}["fr"] == 1


def test_nothing_is_missing_in_the_rooms():
    lacking = {(row["room"], row["language"]): row["missing"] for row in texts.status(Namespace()).value["catalogues"]}
    assert {key: count for key, count in lacking.items() if count} == {}
    assert Path(texts._po("law", "fr")).exists()
