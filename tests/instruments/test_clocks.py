"""What a reader of another language sees of a clock: the same times, other words."""

from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from comity.instruments import catalogue, clocks, procedure
from comity.instruments.model import Act
from comity.lib.clock import stamp
from comity.lib.errors import BadInput

EIO = catalogue.get("eio")
AT = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)


def opening():
    example = catalogue.example("eio")
    content = {key: example[key] for key in ("form", "facts", "language")}
    parties = {role: {"authority": f"{role}-one", "country": "NL"} for role in ("issuing", "executing")}
    return Act("00", EIO.opening.id, "issuing-one", AT, (), {**content, "parties": parties})


def extended():
    """The order, its acknowledgement, and more time for the decision."""
    content = {"first_limit": "2026-12-23T22:59:59Z", "clock": "recognition", "until": "2027-01-29T22:59:59Z"}
    content["reasons"] = "Two registers answer late."
    return [
        opening(),
        Act("01", "acknowledge", "executing-one", AT, ("00",), {"received_at": stamp(AT)}),
        Act("02", "extend_recognition", "executing-one", AT, ("01",), content),
    ]


def read(state, id, language, **asked):
    found = next(one for one in state.clocks if one.id == id)
    return found, clocks.told(found, definition=EIO, state=state, language=language, **asked)


@pytest.fixture
def state():
    return procedure.fold(EIO, [opening()])


class TestAClock:
    def test_is_told_in_the_readers_language(self, state):
        kept, shown = read(state, "recognition", "fr")
        assert shown.rule.startswith("30 jours à compter de la réception (directive 2014/41/UE, art. 12(3))")
        assert shown.cite.article == "directive 2014/41/UE, art. 12(3)"
        assert (shown.cite.source, shown.cite.confidence) == (kept.cite.source, kept.cite.confidence)
        assert "Prolongé" not in shown.rule

    @pytest.mark.parametrize("language", ["fr", "nl", "pt", "en", "de"])
    def test_keeps_its_times(self, state, language):
        for kept in state.clocks:
            _, shown = read(state, kept.id, language)
            assert (shown.id, shown.started_at, shown.due, shown.met_at) == (
                kept.id,
                kept.started_at,
                kept.due,
                kept.met_at,
            )
            assert (shown.rule == kept.rule) == (language in ("en", "de"))

    def test_that_was_extended_says_until_when(self):
        state = procedure.fold(EIO, extended())
        kept, shown = read(state, "recognition", "fr")
        assert kept.rule.endswith(" Extended until 2027-01-29T22:59:59Z.")
        assert shown.due == kept.due
        assert shown.rule.endswith(". Prolongé jusqu'au 29 janvier 2027 à 23 h 59 (UTC+01:00).")
        assert read(state, "recognition", "en")[1] == kept

    def test_that_was_extended_to_the_end_of_time_stays_as_it_is(self, state):
        last = replace(state.clocks[0], due=datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC))
        assert clocks.told(last, definition=EIO, state=state, language="fr") == last

    def test_in_words_that_the_parties_gave_an_end_says_until_when(self, state):
        def words(law, **asked):
            return SimpleNamespace(at=None, rule="Sans tarder.", cite="art. 1", source="texte", confidence="verified")

        kept, shown = read(state, "acknowledgement", "fr", due=words)
        assert (shown.due, shown.cite.article) == (kept.due, "art. 1")
        assert shown.rule == "Sans tarder. Prolongé jusqu'au 30 novembre 2026 à 23 h 59 (UTC+01:00)."

    @pytest.mark.parametrize("trouble", [BadInput(), OverflowError()])
    def test_that_cannot_be_reckoned_keeps_its_reason(self, state, trouble):
        def fails(law, **asked):
            raise trouble

        kept, shown = read(state, "recognition", "fr", due=fails)
        assert shown == kept


def test_the_fold_asks_the_law_without_a_language(state):
    asked = []

    def due(law, **words):
        asked.append(set(words))
        return SimpleNamespace(at=None, rule="x", cite="x", source="x", confidence="verified")

    procedure.fold(EIO, [opening()], due=due)
    assert asked
    assert all(words == {"started_at", "country"} for words in asked)
