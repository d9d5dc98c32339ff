"""`comity texts`: what a translator needs. English texts are collected from code and data, by room and language."""

import argparse
import ast
import csv
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import Any

from comity.cli.answer import FINDING, OK, Answer, table
from comity.cli.usage import Commands
from comity.instruments.texts import FORMS
from comity.lib import strict_yaml
from comity.lib.errors import BadInput

Where = dict[str, list[str]]  # English text -> the places where it stands


class BadTranslations(BadInput):
    code = "cli.bad-translations"
    says = "{file}: {why}."
    next_step = (
        "A JSON object of English texts and their translations is expected, as 'comity texts pending' writes it."
    )


def add(commands: Commands) -> None:
    group = commands.group("texts", "Translations: what is missing, and the catalogues.")
    group.add("status", status, "How much of each room is translated into each language.")
    group.add("update", update, "Bring the .po files up to the English texts, and compile them.")
    parser = group.add("terms", terms, "Where a language does not use its term list.")
    parser.add_argument("language", metavar="LANG", choices=FORMS)
    parser = group.add("pending", pending, "The texts that a language lacks, as JSON to fill in.")
    parser.add_argument("room", choices=sorted(ROOMS))
    parser.add_argument("language", metavar="LANG", choices=FORMS)
    parser.add_argument("--out", metavar="FILE", type=Path, help="write it there")
    parser = group.add("fill", fill, "Take translations from a JSON file into the catalogue.")
    parser.add_argument("room", choices=sorted(ROOMS))
    parser.add_argument("language", metavar="LANG", choices=FORMS)
    parser.add_argument("file", metavar="FILE", type=Path)


def of_instruments() -> Where:
    """Every English text of definitions, composites and the engine."""
    from comity.instruments import catalogue, texts

    found: Where = {}
    for definition in catalogue.all():
        for entry in texts.entries(definition).values():
            if entry.english:
                found.setdefault(entry.english, []).append(entry.context)
    for key, english in texts.messages(texts.ENGLISH).items():
        found.setdefault(english, []).append(f"messages/{key}")
    return found


TEXT_KEYS = frozenset(
    {"says", "words", "note", "title", "label", "question", "remedy", "plain", "undertakes", "breach"}
    | {"yes", "no", "check", "consent_owed", "waiver_by", "consent_by"}
)
"""Keys of law data under which a text for readers stands."""


def of_law() -> Where:
    """Every English text of the law room: sentences of the code and texts of the data."""
    from comity.law import parties, reading, texts

    found: Where = {}
    for key, english in texts.of(texts.ENGLISH).sentences.items():
        found.setdefault(english, []).append(f"sentences/{key}")
    for english in (*_events(), *_holidays(), *_vocabulary(), *(treaty.short for treaty in parties.treaties())):
        found.setdefault(english, []).append("names")
    room = Path(texts.__file__).parent
    for path in sorted(room.rglob("*.py")):
        for english in _said(path):
            found.setdefault(english, []).append(path.name)
    for path in sorted(reading.DATA.rglob("*.yaml")):
        if path.parent.name != "texts":
            for english in _texts(strict_yaml.read(path).value):
                found.setdefault(texts.A_DAY.sub("{day}", english), []).append(path.name)
    for name in ("parties.csv", "non_parties.csv"):
        with (reading.DATA / name).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if row.get("note"):
                    found.setdefault(texts.A_DAY.sub("{day}", row["note"]), []).append(name)
    return found


def _events() -> Iterator[str]:
    from comity.law import deadlines

    yield "from the event"
    for instrument in deadlines.instruments():
        yield from (f"from {event.replace('_', ' ')}" for event in deadlines.events(instrument))


def _holidays() -> Iterator[str]:
    """Public holidays of the countries whose calendars are read most; others keep their own names."""
    from comity.law import calendars

    for country in ("NL", "FR", "BR", "BE", "DE", "LU", "ES", "PT", "ICC"):
        for year in range(2017, 2045):
            for name in calendars.holidays(country, year).values():
                yield from name.split("; ")


def _vocabulary() -> Iterator[str]:
    """Texts of data that stand under keys of their own: elements, families, sections, conditions of national laws."""
    from comity.law import harmonisation, national, offences, reading
    from comity.law.routing.book import book

    yield from harmonisation.ARTICLES.values()
    yield from (one.says for one in offences.tokens())
    yield from book(reading.DATA).families.values()
    yield from (one.title for one in offences.iccs() if one.level == 1)
    yield from ("yes", "no")
    for law in filter(None, map(national.of, national.known())):
        facts = (law.legal_tradition, *law.mla.values(), *law.extradition.values())
        yield from (fact.value for fact in facts if isinstance(fact.value, str))
        yield law.text_read_as_of


def _said(path: Path) -> Iterator[str]:
    """The literal sentences that a module composes with ``.say("...")`` or translates with ``.text("...")``."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        called = getattr(node, "func", None)
        name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
        if isinstance(node, ast.Call) and name in ("say", "text"):
            first = node.args[0] if node.args else None
            if isinstance(first, ast.Constant) and isinstance(first.value, str) and " " in first.value:
                yield first.value


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            if key in TEXT_KEYS and isinstance(item, str):
                yield item
            elif key != "sources":
                yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


ROOMS = {"instruments": of_instruments, "law": of_law}


def _po(room: str, language: str) -> Path:
    from comity import instruments

    return Path(str(instruments.__file__)).parent.parent / room / "locale" / language / "LC_MESSAGES" / f"{room}.po"


def _read(path: Path, language: str) -> Any:
    from babel.messages.catalog import Catalog
    from babel.messages.pofile import read_po

    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def _write(path: Path, language: str, kept: dict[tuple[str | None, str], str], where: Where) -> None:
    """Write .po and .mo; a text that nobody has translated yet stands there empty."""
    from babel.messages.catalog import Catalog
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import write_po

    made = Catalog(locale=language, project="Comity", charset="utf-8", fuzzy=False)
    for (context, english), own in kept.items():
        places = [context] if context else sorted(set(where.get(english, ())))[:3]
        made.add(english, own, context=context, locations=[(place, 1) for place in places])
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, made, width=120, sort_output=True, omit_header=False, include_lineno=False)
    with path.with_suffix(".mo").open("wb") as file:
        write_mo(file, made)


def _kept(room: str, language: str, where: Where) -> dict[tuple[str | None, str], str]:
    """What the catalogue has, without what no text asks for any more, and an empty line for what it lacks."""
    found: dict[tuple[str | None, str], str] = {(None, english): "" for english in where}
    for message in _read(_po(room, language), language):
        if not message.id or not isinstance(message.id, str):
            continue
        plain, in_place = (None, message.id), message.context is not None
        if plain in found and not in_place:
            found[plain] = str(message.string or "")
        elif in_place and _still(message, where):
            found[(message.context, message.id)] = str(message.string or "")
    return found


def _still(message: Any, where: Where) -> bool:
    places = where.get(message.id, [])
    return message.context in places or f"sentences/{message.context}" in places


def update(told: argparse.Namespace) -> Answer:
    for room, collect in ROOMS.items():
        where = collect()
        for language in FORMS:
            _write(_po(room, language), language, _kept(room, language, where), where)
    return status(told)


def status(_told: argparse.Namespace) -> Answer:
    rows: list[dict[str, Any]] = []
    for room, collect in ROOMS.items():
        where = collect()
        for language in FORMS:
            lacking = _lacking(room, language, where)
            rows.append({"room": room, "language": language, "texts": len(where), "missing": len(lacking)})
    text = table(
        ("room", "language", "texts", "missing"),
        [(row["room"], row["language"], str(row["texts"]), str(row["missing"])) for row in rows],
        empty="No language.",
    )
    return Answer({"catalogues": rows}, text)


def _lacking(room: str, language: str, where: Where) -> list[str]:
    """English texts without a translation for every place where they stand; the most used first."""
    kept = _kept(room, language, where)
    in_place = Counter(english for (context, english), own in kept.items() if context and own)
    lacking = [
        english
        for english, places in where.items()
        if not kept[(None, english)] and in_place[english] < len(set(places))
    ]
    return sorted(lacking, key=lambda english: -len(where[english]))


def pending(told: argparse.Namespace) -> Answer:
    where = ROOMS[told.room]()
    lacking = dict.fromkeys(_lacking(told.room, told.language, where), "")
    text = json.dumps(lacking, ensure_ascii=False, indent=1)
    if told.out:
        told.out.write_text(text + "\n", encoding="utf-8")
        text = f"{len(lacking)} texts to translate into {told.language} are in {told.out}."
    return Answer({"room": told.room, "language": told.language, "pending": lacking}, text)


def fill(told: argparse.Namespace) -> Answer:
    try:
        given = json.loads(told.file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadTranslations(file=told.file, why=str(error)) from None
    if not isinstance(given, dict):
        raise BadTranslations(file=told.file, why="it is not an object")
    where = ROOMS[told.room]()
    kept, rejected = _kept(told.room, told.language, where), []
    for english, own in given.items():
        why = _wrong(english, own, where)
        if why:
            rejected.append({"where": english, "says": why})
        elif own:
            kept[(None, english)] = own
    _write(_po(told.room, told.language), told.language, kept, where)
    taken = sum(bool(own) for own in given.values()) - sum(bool(given[row["where"]]) for row in rejected)
    text = "\n".join([f"{taken} translations taken.", *(f"{row['where'][:80]!r}: {row['says']}" for row in rejected)])
    return Answer({"taken": taken, "rejected": rejected}, text, FINDING if rejected else OK)


def _wrong(english: str, own: Any, where: Where) -> str | None:
    if english not in where:
        return "no text reads like this."
    if not isinstance(own, str):
        return "the translation is not text."
    if own and places(own) != places(english):
        return f"the places in braces differ: {sorted(places(english))} in English, {sorted(places(own))} here."
    return None


def places(text: str) -> set[str]:
    """The named places of a text; of one whose braces do not match, the text itself."""
    try:
        return {name for _, name, _, _ in Formatter().parse(text) if name is not None}
    except ValueError:
        return {text}


def terms(told: argparse.Namespace) -> Answer:
    """Texts in which a legal term is not rendered by one of its forms."""
    found = list(_deviations(told.language))
    lines = [f"{row['term']!r} in {row['english'][:90]!r}: {row['own'][:90]!r}" for row in found]
    lines.append(f"{len(found)} texts do not use the term list.")
    return Answer({"language": told.language, "deviations": found}, "\n".join(lines), FINDING if found else OK)


def _deviations(language: str) -> Iterator[dict[str, str]]:
    from comity.instruments import terms as held

    for room, collect in ROOMS.items():
        for (_context, english), own in _kept(room, language, collect()).items():
            if own:
                for term in held.missing(english, own, language):
                    yield {"term": term, "english": english, "own": own, "room": room}
