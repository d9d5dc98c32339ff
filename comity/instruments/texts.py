"""The fixed text of an instrument in the languages it is translated into.

Every text has a dotted key (docs/rooms/instruments.md). English stands in the definition; other languages
in ``translations/ID.LANG.yaml``, the fields of composites in ``composites.LANG.yaml``, and the engine's own
sentences in ``messages.LANG.yaml``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from comity.instruments import needs, shapes
from comity.instruments.faults import DefinitionFaults, Problem, escape, near, placed, read
from comity.instruments.model import ActType, Definition, Field

TRANSLATIONS = Path(__file__).resolve().parent / "translations"
ENGLISH = "en"
COMPOSITES = "composites"
MESSAGES = "messages"


@dataclass(frozen=True)
class Entry:
    """One text of a definition. ``shared`` is the file and key under which others translate it."""

    key: str
    english: str
    printed: bool
    shared: tuple[str, str] | None = None


@dataclass(frozen=True)
class Texts:
    """The texts of one definition in one language; what has no translation stays English."""

    language: str
    entries: dict[str, Entry]
    own: dict[str, str]
    folder: Path

    def t(self, key: str) -> str:
        """The text of a dotted key; empty when the definition has none there."""
        if key in self.own:
            return self.own[key]
        entry = self.entries.get(key)
        if entry is None:
            return ""
        if entry.shared:
            file, shared = entry.shared
            return _file(self.folder, file, self.language).get(shared, entry.english)
        return entry.english

    def has(self, key: str) -> bool:
        """Whether the key is translated, or needs no translation because the language is English."""
        entry = self.entries[key]
        if self.language == ENGLISH or key in self.own:
            return True
        return entry.shared is not None and entry.shared[1] in _file(self.folder, entry.shared[0], self.language)


def of(definition: Definition, language: str, *, folder: Path = TRANSLATIONS) -> Texts:
    """The texts of a definition; an unknown language is all English."""
    return Texts(language, entries(definition), _file(folder, definition.id, language), folder)


def languages(definition: Definition, *, folder: Path = TRANSLATIONS) -> tuple[str, ...]:
    """English, and every language that has a file for this definition."""
    found = sorted(path.name.split(".")[1] for path in folder.glob(f"{definition.id}.??.yaml"))
    return (ENGLISH, *found)


def message(language: str, key: str, **fields: object) -> str:
    """One of the engine's own sentences; English where the language lacks it.

    :raises KeyError: there is no such sentence, which is a mistake in the code.
    """
    english = _file(TRANSLATIONS, MESSAGES, ENGLISH)
    return _file(TRANSLATIONS, MESSAGES, language).get(key, english[key]).format(**fields)


def messages(language: str) -> dict[str, str]:
    """All of the engine's sentences in one language, those that it lacks in English."""
    return {**_file(TRANSLATIONS, MESSAGES, ENGLISH), **_file(TRANSLATIONS, MESSAGES, language)}


def missing(definition: Definition, language: str, printed_only: bool, *, folder: Path = TRANSLATIONS) -> list[str]:
    """Keys that the language lacks: all of them, or only those that stand on the printed request."""
    texts = of(definition, language, folder=folder)
    wanted = [entry for entry in texts.entries.values() if entry.english and (entry.printed or not printed_only)]
    return [entry.key for entry in wanted if not texts.has(entry.key)]


@cache
def _file(folder: Path, name: str, language: str) -> dict[str, str]:
    path = folder / f"{name}.{language}.yaml"
    if (language == ENGLISH and name != MESSAGES) or not path.exists():
        return {}
    return load(path)


def load(path: Path, *, known: set[str] | None = None, version: int | None = None) -> dict[str, str]:
    """Read one translation file; ``known`` are the keys it may hold and ``version`` the one it translates.

    :raises DefinitionFaults: with everything that is wrong in it.
    """
    document = read(path)
    found = list(shapes.problems(document.value, shapes.Thing("translation")))
    if not found:
        found = list(_problems(document.value, path, known, version))
    if found:
        raise DefinitionFaults(placed(found, document))
    texts: dict[str, str] = document.value["texts"]
    return texts


def _problems(raw: dict[str, Any], path: Path, known: set[str] | None, version: int | None) -> Iterator[Problem]:
    name, language = path.name.split(".")[:2]
    if raw["of"] != name:
        yield Problem("/of", f"The file is named after {name!r}.", (name,))
    if raw["language"] != language:
        yield Problem("/language", f"The file is named after the language {language!r}.", (language,))
    if version is not None and raw["version"] != version:
        yield Problem("/version", f"The definition has version {version}; look what changed and translate that.")
    if known is not None:
        for key in raw["texts"]:
            if key not in known:
                yield Problem(f"/texts/{escape(key)}", f"There is no text {key!r} to translate.{near(key, known)}")


@lru_cache(maxsize=64)
def entries(definition: Definition) -> dict[str, Entry]:
    """Every text of a definition by key, in the order of the form and the procedure."""
    return {entry.key: entry for entry in _walk(definition)}


def _walk(definition: Definition) -> Iterator[Entry]:
    yield Entry("title", definition.title, True)
    yield Entry("says", definition.says, False)
    for party in definition.parties:
        yield Entry(f"parties.{party.id}.title", party.title, True)
        yield Entry(f"parties.{party.id}.says", party.says, False)
    for section in definition.sections:
        yield Entry(f"form.{section.id}.title", section.title, True)
        yield Entry(f"form.{section.id}.help", section.help, False)
        for field in section.fields:
            yield from _field(field, f"form.{section.id}.{field.id}", None, True)
    for stage in definition.stages:
        yield Entry(f"stages.{stage.id}.title", stage.title, False)
        yield Entry(f"stages.{stage.id}.says", stage.says, False)
    for act in definition.acts:
        yield from _act(act, definition)
    for ground in definition.grounds:
        yield Entry(f"grounds.{ground.code}", ground.says, False)
    for deadline in definition.deadlines:
        yield Entry(f"deadlines.{deadline.id}.title", deadline.title, False)
    for rule in definition.rules:
        yield Entry(f"rules.{rule.id}.says", rule.says, False)
        yield Entry(f"rules.{rule.id}.remedy", rule.remedy, False)
    for index, note in enumerate(definition.notes):
        yield Entry(f"notes.{index}.says", note["says"], False)


def _field(field: Field, key: str, shared: str | None, printed: bool) -> Iterator[Entry]:
    """A field's label, help, options and, with ``shared`` as their place in the composites, its fields."""

    def entry(below: str, english: str, shown: bool) -> Entry:
        return Entry(f"{key}.{below}", english, shown, (COMPOSITES, f"{shared}.{below}") if shared else None)

    yield entry("label", field.label, printed)
    yield entry("help", field.help, False)
    for option in field.options:
        yield entry(f"options.{option.value}", option.label, printed)
    for inner in field.fields:
        if field.type != "group":
            yield from _field(inner, f"{key}.{inner.id}", f"{field.type}.{inner.id}", printed)
        else:
            yield from _field(inner, f"{key}.{inner.id}", f"{shared}.{inner.id}" if shared else None, printed)


def _act(act: ActType, definition: Definition) -> Iterator[Entry]:
    yield Entry(f"acts.{act.id}.title", act.title, False)
    yield Entry(f"acts.{act.id}.says", act.says, False)
    declared = {field.id for field in act.form}
    for field in act.form:
        yield from _field(field, f"acts.{act.id}.{field.id}", None, False)
    for name in needs.needed(act.effect, act.grounds is not None):
        if name not in declared:
            for part in ("label", "help"):
                says = messages(ENGLISH)[f"content.{name}.{part}"]
                yield Entry(f"acts.{act.id}.{name}.{part}", says, False, (MESSAGES, f"content.{name}.{part}"))


def composite_keys(composites: dict[str, Any]) -> Iterator[str]:
    """The keys that a translation of the composites may hold."""
    for name, composite in composites.items():
        yield f"{name}.label"
        yield f"{name}.help"
        yield from _raw_keys(composite["fields"], name)


def _raw_keys(fields: list[dict[str, Any]], above: str) -> Iterator[str]:
    for field in fields:
        key = f"{above}.{field['id']}"
        yield from (f"{key}.label", f"{key}.help")
        yield from (f"{key}.options.{option['value']}" for option in field.get("options", []))
        yield from _raw_keys(field.get("fields", []), key)
