"""A request written in one language opens in another: fixed text in the reader's, own words as they are and marked."""

import re

import pytest
from django.urls import reverse

from comity.instruments import catalogue, texts


@pytest.fixture
def read(browse, alice, dossier):
    def opened(language):
        answer = browse(alice).get(reverse("dossier-request", args=[dossier.pk]) + f"?read={language}")
        assert answer.status_code == 200
        return answer.content.decode()

    return opened


def values(page):
    """What stands beside the labels, in the order of the page."""
    return re.findall(r'<span class="comity-kept"[^>]*>(.*?)</span>', page, re.S)


def test_every_structured_answer_is_there_in_every_language(read):
    english = values(read("en"))
    for language in texts.FORMS:
        assert len(values(read(language))) == len(english), language


def test_the_answers_in_own_words_are_the_same_and_marked_with_their_language(read):
    english, french = read("en"), read("fr")
    facts = catalogue.example("eio")["form"]["grounds"]["facts"][:60]
    assert facts in english
    assert facts in french
    assert "not translated" not in english  # the request is in English
    assert "(anglais)" in french
    assert french.count("comity-own-words") >= 3


def test_labels_and_choices_are_in_the_language_read(read):
    page = read("nl")
    said = texts.of(catalogue.get("eio"), "nl")
    assert said.t("form.grounds.facts.label") in page
    assert texts.of(catalogue.get("eio"), "en").t("form.grounds.facts.label") not in page


def test_arabic_runs_from_right_to_left_and_the_page_around_it_does_not(read):
    page = read("ar")
    assert '<div lang="ar" dir="rtl">' in page
    assert '<html lang="en" dir="ltr"' in page


def test_the_document_is_offered_in_every_language_that_lacks_nothing(read):
    page = read("en")
    offered = re.findall(r"request\.pdf\?language=(\w+)", page)
    assert offered == ["en", *(one for one in texts.languages(catalogue.get("eio")) if one != "en")]


def test_an_unknown_language_is_read_in_the_readers_own(read):
    assert '<div lang="en" dir="ltr">' in read("xx")


def test_a_round_trip_changes_nothing(dossier, alice, at):
    """Reading in another language is a view: the request itself, and its digest, stay the same."""
    from comity.dossiers import queries

    before = queries.dossier(alice, dossier.pk, at).state
    for language in texts.FORMS:
        assert queries.dossier(alice, dossier.pk, at, language).state.form == before.form
    assert before.form == catalogue.example("eio")["form"]
