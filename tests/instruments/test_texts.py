"""Every text of a definition has a key, and is translated by its English."""

import pytest

from comity.instruments import texts
from tests import catalogues
from tests.instruments.sample import SAMPLE

OWN = {
    "Sample request": "Demande",
    "Who?": "Qui ?",
    "Name": "Nom",
    "Town": "Ville",
}


@pytest.fixture
def folder(tmp_path):
    in_place = {
        ("sample/form.people.lead.who.label", "Who"): "Lequel",
        ("composites/place.town.label", "Town"): "Commune",
    }
    return catalogues.write(tmp_path, "instruments", "fr", OWN, in_place)


def test_a_text_is_translated_by_its_english(folder):
    said = texts.of(SAMPLE, "fr", folder=folder)
    assert said.t("title") == "Demande"
    assert said.t("form.people.humans.name.label") == "Nom"
    assert said.t("form.what.summary.label") == "Summary"
    assert said.t("form.what.kinds.options.a") == "Kind A"
    assert said.t("nothing.of.the.kind") == ""


def test_a_translation_for_one_place_goes_before_that_of_the_text(folder):
    said = texts.of(SAMPLE, "fr", folder=folder)
    assert said.t("form.people.lead.who.home.town.label") == "Commune"


def test_english_needs_no_file(folder):
    said = texts.of(SAMPLE, "en", folder=folder)
    assert said.t("title") == "Sample request"
    assert texts.missing(SAMPLE, "en", False, folder=folder) == []


def test_a_language_is_offered_when_all_that_is_printed_has_a_translation(folder, tmp_path):
    assert texts.languages(SAMPLE, folder=folder) == ("en",)
    printed = {entry.english: "x" for entry in texts.entries(SAMPLE).values() if entry.printed and entry.english}
    catalogues.write(tmp_path / "full", "instruments", "nl", printed)
    assert texts.languages(SAMPLE, folder=tmp_path / "full") == ("en", "nl")


def test_names_what_a_language_lacks(folder):
    printed = texts.missing(SAMPLE, "fr", True, folder=folder)
    assert "title" not in printed
    assert "form.people.humans.name.label" not in printed
    assert {"form.what.title", "form.people.humans.born.label", "form.what.kinds.options.b"} <= set(printed)
    assert "says" not in printed
    everything = texts.missing(SAMPLE, "fr", False, folder=folder)
    assert {"says", "grounds.twice", "rules.dear.remedy", "notes.0.says", "acts.refuse.reasons.label"} <= set(
        everything
    )
    assert "acts.receive.says" not in everything  # it is empty in English


def test_the_fields_that_an_effect_adds_are_translated_by_the_engine():
    said = texts.of(SAMPLE, "nl")
    assert said.t("acts.ask.asks.label") == "Wat moet u weten?"
    assert said.t("acts.refuse.ground.label") == "Grond"


def test_a_sentence_of_the_engine_falls_back_to_english():
    assert texts.message("fr", "print.yes") == "Oui"
    assert texts.message("xx", "print.yes") == "Yes"
    with pytest.raises(KeyError):
        texts.message("en", "no.such.sentence")
