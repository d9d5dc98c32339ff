"""The fixed text of an instrument in the languages it is translated into.

Every text has a dotted key (docs/rooms/instruments.md). English stands in the definition, in the composites and in
``messages.yaml`` (the engine's own sentences); other languages in gettext catalogues by the English text, so that a
text that changes is English again until somebody translates the new one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from comity.instruments import needs
from comity.instruments.faults import read
from comity.instruments.model import ActType, Definition, Field
from comity.lib import gettexts
from comity.lib.gettexts import Catalogue

ROOM = Path(__file__).resolve().parent
LOCALE = ROOM / "locale"
DOMAIN = "instruments"
ENGLISH = "en"
FORMS = ("ar", "es", "fr", "nl", "pt")
"""The languages, besides English, in which every fixed text of every instrument is kept."""


@dataclass(frozen=True)
class Entry:
    """One text of a definition. ``context`` is what a translation for this place alone is filed under."""

    key: str
    english: str
    printed: bool
    context: str


@dataclass(frozen=True)
class Texts:
    """The texts of one definition in one language; what has no translation stays English."""

    language: str
    entries: dict[str, Entry]
    catalogue: Catalogue

    def t(self, key: str) -> str:
        """The text of a dotted key; empty when the definition has none there."""
        entry = self.entries.get(key)
        return "" if entry is None else self._own(entry) or entry.english

    def has(self, key: str) -> bool:
        """Whether the key is translated, or needs no translation because the language is English."""
        return self.language == ENGLISH or self._own(self.entries[key]) is not None

    def _own(self, entry: Entry) -> str | None:
        return self.catalogue.translated(entry.english, entry.context)


def of(definition: Definition, language: str, *, folder: Path = LOCALE) -> Texts:
    """The texts of a definition; an unknown language is all English."""
    return Texts(language, entries(definition), gettexts.catalogue(folder, DOMAIN, language))


@lru_cache(maxsize=256)
def languages(definition: Definition, *, folder: Path = LOCALE) -> tuple[str, ...]:
    """English, and every language in which everything that is printed has a translation."""
    found = [one for one in gettexts.languages(folder, DOMAIN) if not missing(definition, one, True, folder=folder)]
    return (ENGLISH, *found)


def message(language: str, key: str, **fields: object) -> str:
    """One of the engine's own sentences; English where the language lacks it.

    :raises KeyError: there is no such sentence, which is a mistake in the code.
    """
    english = _english()[key]
    return (gettexts.catalogue(LOCALE, DOMAIN, language).translated(english, f"messages/{key}") or english).format(
        **fields
    )


def has_message(language: str, key: str) -> bool:
    """Whether one of the engine's own sentences stands in a language."""
    own = gettexts.catalogue(LOCALE, DOMAIN, language)
    return language == ENGLISH or own.translated(_english()[key], f"messages/{key}") is not None


def messages(language: str) -> dict[str, str]:
    """All of the engine's sentences in one language, those that it lacks in English."""
    own = gettexts.catalogue(LOCALE, DOMAIN, language)
    return {key: own.translated(english, f"messages/{key}") or english for key, english in _english().items()}


@cache
def _english() -> dict[str, str]:
    texts: dict[str, str] = read(ROOM / "messages.yaml").value
    return texts


def missing(definition: Definition, language: str, printed_only: bool, *, folder: Path = LOCALE) -> list[str]:
    """Keys that the language lacks: all of them, or only those that stand on the printed request."""
    texts = of(definition, language, folder=folder)
    wanted = [entry for entry in texts.entries.values() if entry.english and (entry.printed or not printed_only)]
    return [entry.key for entry in wanted if not texts.has(entry.key)]


@lru_cache(maxsize=64)
def entries(definition: Definition) -> dict[str, Entry]:
    """Every text of a definition by key, in the order of the form and the procedure."""
    return {entry.key: entry for entry in _walk(definition)}


def _walk(definition: Definition) -> Iterator[Entry]:
    for key, english, printed in _own(definition):
        yield Entry(key, english, printed, f"{definition.id}/{key}")
    for act in definition.acts:
        yield from _act(act, definition)
    for section in definition.sections:
        for field in section.fields:
            yield from _field(
                field, f"form.{section.id}.{field.id}", f"{definition.id}/form.{section.id}.{field.id}", True
            )


def _own(definition: Definition) -> Iterator[tuple[str, str, bool]]:
    """Key, English and whether it is printed, of all but fields."""
    yield "title", definition.title, True
    yield "says", definition.says, False
    for party in definition.parties:
        yield f"parties.{party.id}.title", party.title, True
        yield f"parties.{party.id}.says", party.says, False
    for section in definition.sections:
        yield f"form.{section.id}.title", section.title, True
        yield f"form.{section.id}.help", section.help, False
    for stage in definition.stages:
        yield f"stages.{stage.id}.title", stage.title, False
        yield f"stages.{stage.id}.says", stage.says, False
    for act in definition.acts:
        yield f"acts.{act.id}.title", act.title, False
        yield f"acts.{act.id}.says", act.says, False
    for ground in definition.grounds:
        yield f"grounds.{ground.code}", ground.says, False
    for deadline in definition.deadlines:
        yield f"deadlines.{deadline.id}.title", deadline.title, False
    for rule in definition.rules:
        yield f"rules.{rule.id}.says", rule.says, False
        yield f"rules.{rule.id}.remedy", rule.remedy, False
    for index, note in enumerate(definition.notes):
        yield f"notes.{index}.says", note["says"], False


def _field(field: Field, key: str, context: str, printed: bool) -> Iterator[Entry]:
    """A field's label, help, options and fields; inside a composite the context is its place there."""

    def entry(below: str, english: str, shown: bool) -> Entry:
        return Entry(f"{key}.{below}", english, shown, f"{context}.{below}")

    yield entry("label", field.label, printed)
    yield entry("help", field.help, False)
    for option in field.options:
        yield entry(f"options.{option.value}", option.label, printed)
    above = context if field.type == "group" else f"composites/{field.type}"
    for inner in field.fields:
        yield from _field(inner, f"{key}.{inner.id}", f"{above}.{inner.id}", printed)


def _act(act: ActType, definition: Definition) -> Iterator[Entry]:
    declared = {field.id for field in act.form}
    for field in act.form:
        key = f"acts.{act.id}.{field.id}"
        yield from _field(field, key, f"{definition.id}/{key}", False)
    for name in needs.needed(act.effect, act.grounds is not None):
        if name not in declared:
            for part in ("label", "help"):
                shared = f"content.{name}.{part}"
                yield Entry(f"acts.{act.id}.{name}.{part}", _english()[shared], False, f"messages/{shared}")
