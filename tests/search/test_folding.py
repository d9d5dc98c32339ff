"""What is written and what is asked become the same words."""

import pytest

from comity.search import folding


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("Élodie Müller", "elodie muller"),
        ("Кузнецова Анна", "kuznecova"),
        ("محمد الراشد", "mhmd"),
        ("习近平", "习近"),
        ("김정은", "정은"),
        ("fr-central-2026-0001", "fr central 2026 0001"),
        ("O'Brien_Smith", "brien smith"),
        ("ﬁnance Straße", "finance strasse"),
    ],
)
def test_what_is_asked_stands_among_the_words(written, asked):
    words = f" {folding.words(written)} "
    for group in folding.asked(asked):
        assert f" {' '.join(group)} " in words


def test_quoted_words_are_asked_for_together():
    assert folding.asked('bank "Rue de Lyon" IBAN') == [["bank"], ["rue", "de", "lyon"], ["iban"]]


def test_what_is_no_word_asks_for_nothing():
    assert folding.asked('"" - *') == []


def test_a_snippet_shows_where_the_word_stands():
    text = "Long before anything happened. " * 12 + "Then Marta Olsen bought a boat in Split. " + "And so on. " * 20
    found = folding.snippet(text, folding.asked("olsen"))
    assert "Marta Olsen" in found
    assert found.startswith("…")
    assert found.endswith("…")
    assert len(found) < 200
