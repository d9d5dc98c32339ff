"""Every text of a definition has a key, and a place where it is translated."""

import pytest

from comity.instruments import texts
from comity.instruments.faults import DefinitionFaults
from tests.instruments.sample import SAMPLE

OWN = """
language: fr
of: sample
version: 1
texts: {title: Demande, form.people.humans.label: Qui ?, acts.refuse.ground.label: Motif choisi}
"""
SHARED = "{language: fr, of: composites, version: 1, texts: {human.name.label: Nom, place.town.label: Ville}}"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "sample.fr.yaml").write_text(OWN)
    (tmp_path / "composites.fr.yaml").write_text(SHARED)
    return tmp_path


def test_a_text_comes_from_its_own_file_the_shared_one_or_the_definition(folder):
    said = texts.of(SAMPLE, "fr", folder=folder)
    assert said.t("title") == "Demande"
    assert said.t("form.people.humans.name.label") == "Nom"
    assert said.t("form.people.lead.who.home.town.label") == "Ville"
    assert said.t("form.what.summary.label") == "Summary"
    assert said.t("form.what.kinds.options.a") == "Kind A"
    assert said.t("nothing.of.the.kind") == ""


def test_english_needs_no_file(folder):
    said = texts.of(SAMPLE, "en", folder=folder)
    assert said.t("title") == "Sample request"
    assert texts.missing(SAMPLE, "en", False, folder=folder) == []
    assert texts.languages(SAMPLE, folder=folder) == ("en", "fr")


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


@pytest.mark.parametrize("language", ["fr", "nl", "pt"])
def test_every_sentence_of_the_engine_is_translated_with_the_same_places(language):
    english = texts.messages("en")
    there = texts.load(texts.TRANSLATIONS / f"messages.{language}.yaml", known=set(english))
    assert set(there) == set(english)
    for key, text in there.items():
        assert sorted(part.split("}")[0] for part in text.split("{")[1:]) == sorted(
            part.split("}")[0] for part in english[key].split("{")[1:]
        ), key


def test_a_file_of_another_version_or_name_is_a_fault(folder):
    with pytest.raises(DefinitionFaults, match="has version 2"):
        texts.load(folder / "sample.fr.yaml", version=2)
    (folder / "sample.nl.yaml").write_text(OWN)
    with pytest.raises(DefinitionFaults, match="named after the language 'nl'"):
        texts.load(folder / "sample.nl.yaml")
