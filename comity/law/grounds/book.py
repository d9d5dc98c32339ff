"""What each instrument says about each of its grounds (data/grounds.yaml)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import Field

from comity.law import reading, roll
from comity.law.grounds import tests, vocabulary
from comity.law.grounds.rule import Effect, Kind, Rule, With
from comity.lib.errors import BadInput

BY_REFERENCE = "by_reference"
CONDITIONS = frozenset({"unless", "only_if"})


class UnknownInstrument(BadInput):
    code = "law.no-grounds"
    says = "No grounds of {instrument!r} are known here."
    next_step = "Instruments with grounds are: {known}."


class UnknownGround(BadInput):
    code = "law.unknown-ground"
    says = "{ground!r} is not a ground of {instrument}."
    next_step = "Its grounds are: {known}."


class UnknownTest(BadInput):
    code = "law.unknown-test"
    says = "No test is called {test!r}."
    next_step = "The tests are: {known}."


class _Entry(reading.Strict):
    test: str
    kind: Kind
    effect: Effect = "refuse"
    says: str
    article: str
    source: str
    confidence: reading.Confidence
    given: With = Field(default=With(), alias="with")
    note: str = ""


class _File(reading.Strict):
    instruments: dict[str, dict[str, _Entry]]
    sources: dict[str, reading.Source]


@dataclass(frozen=True)
class Book:
    """Every ground by instrument and code, and the sources they name."""

    rules: Mapping[str, Mapping[str, Rule]]
    sources: Mapping[str, reading.Source]


@cache
def book(folder: Path = reading.DATA) -> Book:
    """Read and check the file.

    :raises reading.LawFaults: it cannot be used.
    """
    told = reading.checked(folder / "grounds.yaml", _File, lambda told, _read: _faults(told, folder))
    rules = {
        id: {code: _rule(id, code, entry) for code, entry in all_.items()} for id, all_ in told.instruments.items()
    }
    return Book(rules, told.sources)


def _rule(instrument: str, code: str, entry: _Entry) -> Rule:
    return Rule(
        instrument=instrument,
        code=code,
        test=entry.test,
        kind=entry.kind,
        effect=entry.effect,
        says=entry.says,
        article=entry.article,
        source=entry.source,
        confidence=entry.confidence,
        given=entry.given,
        note=entry.note,
    )


def instruments() -> tuple[str, ...]:
    """The instruments whose grounds are known."""
    return tuple(book().rules)


def of(instrument: str) -> Mapping[str, Rule]:
    """The grounds of an instrument by code; none is an answer too.

    :raises UnknownInstrument: its grounds are not known here.
    """
    rules = book().rules
    if instrument not in rules:
        raise UnknownInstrument(instrument=instrument, known=", ".join(rules))
    return rules[instrument]


def rule(instrument: str, code: str) -> Rule:
    """One ground.

    :raises UnknownInstrument: no such instrument.
    :raises UnknownGround: it has no such ground.
    """
    rules = of(instrument)
    if code not in rules:
        raise UnknownGround(ground=code, instrument=instrument, known=", ".join(rules) or "none")
    return rules[code]


def settings(instrument: str, code: str, test: str) -> With:
    """What the instrument sets for a ground that a definition tells in its own words.

    That of the same code and test; else that of its only ground with this test; else nothing.
    """
    rules = book().rules.get(instrument, {})
    same = rules.get(code)
    if same and same.test == test:
        return same.given
    others = [rule for rule in rules.values() if rule.test == test]
    return others[0].given if len(others) == 1 else With()


def source(id: str) -> reading.Source:
    """Where a text named in a finding on a ground was read."""
    return book().sources[id]


def _faults(told: _File, folder: Path) -> Iterator[tuple[str, str]]:
    """What the model cannot see: names that lead nowhere, and settings that a test does not read."""
    for id, entries in told.instruments.items():
        for code, entry in entries.items():
            at = f"/instruments/{id}/{code}"
            if entry.test not in tests.TESTS and entry.test != BY_REFERENCE:
                yield f"{at}/test", f"no test is called {entry.test!r}"
            if entry.source not in told.sources:
                yield f"{at}/source", f"{entry.source!r} is not among the sources of the file"
            yield from _settings(at, entry, told, folder)


def _settings(at: str, entry: _Entry, told: _File, folder: Path) -> Iterator[tuple[str, str]]:
    given = entry.given
    allowed = tests.PARAMETERS.get(entry.test, frozenset())
    for name in sorted(given.model_fields_set - allowed - CONDITIONS):
        yield f"{at}/with/{name}", f"the test {entry.test!r} does not read {name!r}"
    if given.about is not None and given.about not in tests.ABOUT.get(entry.test, ()):
        yield f"{at}/with/about", f"{given.about!r} is not known to the test {entry.test!r}"
    if entry.test == BY_REFERENCE and given.instrument not in told.instruments:
        yield f"{at}/with/instrument", f"{given.instrument!r} is not an instrument of the file"
    for name in given.cured_by:
        if name not in vocabulary.facts():
            yield f"{at}/with/cured_by", f"no fact is called {name!r}"
    treaties = roll.book(folder).treaties
    for place, condition in [("unless", c) for c in given.unless] + [("only_if", c) for c in given.only_if]:
        if condition.fact not in vocabulary.facts():
            yield f"{at}/with/{place}", f"no fact is called {condition.fact!r}"
        if condition.treaty and condition.treaty not in treaties:
            yield f"{at}/with/{place}", f"no treaty is called {condition.treaty!r}"
        if condition.source and condition.source not in told.sources:
            yield f"{at}/with/{place}", f"{condition.source!r} is not among the sources of the file"
    if given.treaty and given.treaty not in treaties:
        yield f"{at}/with/treaty", f"no treaty is called {given.treaty!r}"
