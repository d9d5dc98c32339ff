"""The content of an act in the reader's words: labels and values from the texts of its instrument. Pure.

What a peer sent need not fit its form (an act out of place, a value of another type): such values are
shown as they are.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime
from babel.numbers import format_currency

from comity.dossiers.pointers import BadPointer, parts
from comity.dossiers.values import Line
from comity.instruments import contents, texts
from comity.instruments.model import ActType, Definition, Field, State
from comity.lib.clock import NotAMoment, moment

# As on every page: day before month and twenty-four hours, in the time zone of the node.
DAY, MOMENT = "d MMMM y", "d MMMM y, HH:mm"


@dataclass(frozen=True)
class Reader:
    """For whom the words are: texts of one instrument in one language, and the time zone of the node."""

    definition: Definition
    texts: texts.Texts
    zone: ZoneInfo

    def t(self, key: str, otherwise: str = "") -> str:
        return self.texts.t(key) or otherwise

    def says(self, key: str) -> str:
        return texts.message(self.texts.language, key)

    @property
    def locale(self) -> Locale:
        return locale(self.texts.language)


@lru_cache(maxsize=32)
def locale(language: str) -> Locale:
    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en")


def reader(definition: Definition, language: str, time_zone: str) -> Reader:
    return Reader(definition, texts.of(definition, language), ZoneInfo(time_zone))


def request_lines(to: Reader, form: Any) -> tuple[Line, ...]:
    """A request: a heading for each section that was answered, then its answers."""
    found: list[Line] = []
    for section in to.definition.sections:
        values = form.get(section.id) if isinstance(form, dict) else None
        pointer, key = f"/form/{section.id}", f"form.{section.id}"
        below = list(_group(to, section.fields, values, pointer, key, 1))
        if below:
            found += [Line(pointer, to.t(f"{key}.title", section.title), "", 0), *below]
    return tuple(found)


def act_lines(
    to: Reader, act: ActType | None, content: Mapping[str, Any], asked: Mapping[str, str]
) -> tuple[Line, ...]:
    """The content of any other act. ``asked`` maps acts that are spoken of to their questions and undertakings."""
    fields = {field.id: field for field in contents.fields(to.definition, act)} if act else {}
    key = f"acts.{act.id}" if act else ""
    found: list[Line] = []
    for name in _order(fields, content):
        label = to.t(f"{key}.{name}.label", fields[name].label if name in fields else name)
        if name == "amends":
            found += _amended(to, content[name])
        elif name in ("pointer", "clock", "question", "ground") or is_reference(name, content[name]):
            found.append(Line(f"/{name}", label, _named(to, name, content[name], asked)))
        elif name in fields:
            found += _answer(to, fields[name], content[name], f"/{name}", f"{key}.{name}", 1)
        else:
            found.append(Line(f"/{name}", label, plain(content[name])))
    return tuple(found)


def spoken_of(state: State) -> dict[str, str]:
    """What acts that others speak of said: the questions, and the words of the assurances."""
    undertakings = {one.id: one.terms.get("undertaking") for one in state.assurances}
    asked = {question.id: question.asks for question in state.questions}
    return {**asked, **{id: words for id, words in undertakings.items() if isinstance(words, str)}}


def is_reference(name: str, value: Any) -> bool:
    """Whether an act speaks of an assurance by the act that gave it, instead of giving one."""
    return name == "assurance" and isinstance(value, str)


def _order(fields: Iterable[str], content: Mapping[str, Any]) -> list[str]:
    """The fields that the content has in the order in which a page asks, then what it has besides."""
    known = [*fields, "amends"]
    return [name for name in known if name in content] + sorted(set(content) - {*known, "items"})


def _named(to: Reader, name: str, value: Any, asked: Mapping[str, str]) -> str:
    """What an identifier in the content stands for."""
    if not isinstance(value, str):
        return plain(value)
    if name == "pointer":
        return field_label(to, value)
    if name in ("question", "assurance"):
        return asked.get(value, value)
    return to.t(f"deadlines.{value}.title" if name == "clock" else f"grounds.{value}", value)


def _amended(to: Reader, amends: Any) -> Iterator[Line]:
    for pointer, value in amends.items() if isinstance(amends, dict) else ():
        found = field_at(to.definition, pointer)
        if found is None:
            yield Line(pointer, pointer, plain(value))
        else:
            field, key = found
            yield Line(pointer, field_label(to, pointer), shown(to, field, value, key))


def _group(to: Reader, fields: Iterable[Field], values: Any, pointer: str, key: str, depth: int) -> Iterator[Line]:
    for field in fields:
        if isinstance(values, dict) and field.id in values:
            yield from _answer(to, field, values[field.id], f"{pointer}/{field.id}", f"{key}.{field.id}", depth)


def _answer(to: Reader, field: Field, value: Any, pointer: str, key: str, depth: int) -> Iterator[Line]:
    label = to.t(f"{key}.label", field.label)
    rows = value if field.repeated and isinstance(value, list) else None
    if not field.fields:
        yield Line(pointer, label, shown(to, field, value, key), depth)
    elif rows is None:
        yield Line(pointer, label, "" if isinstance(value, dict) else plain(value), depth)
        yield from _group(to, field.fields, value, pointer, key, depth + 1)
    else:
        for index, row in enumerate(rows):
            yield Line(
                f"{pointer}/{index}",
                f"{label} ({index + 1})",
                "" if isinstance(row, dict) else plain(row),
                depth,
            )
            yield from _group(to, field.fields, row, f"{pointer}/{index}", key, depth + 1)


def shown(to: Reader, field: Field, value: Any, key: str) -> str:
    """One answer in words; several answers of a list are joined."""
    if isinstance(value, list):
        return "; ".join(shown(to, field, one, key) for one in value)
    if isinstance(value, bool):
        return to.says("print.yes" if value else "print.no")
    if field.type in ("choice", "choices") and isinstance(value, str):
        return to.t(f"{key}.options.{value}", value)
    if field.type in FORMATS:
        try:
            return FORMATS[field.type](to, value)
        except (ValueError, TypeError, KeyError, NotAMoment):
            return plain(value)
    return plain(value)


def _date(to: Reader, value: Any) -> str:
    return str(format_date(date.fromisoformat(value), DAY, locale=to.locale))


def _moment(to: Reader, value: Any) -> str:
    return str(format_datetime(moment(value), MOMENT, tzinfo=to.zone, locale=to.locale))


def _money(to: Reader, value: Any) -> str:
    return str(format_currency(value["amount"], value["currency"], locale=to.locale, decimal_quantization=False))


FORMATS: dict[str, Callable[[Reader, Any], str]] = {
    "date": _date,
    "moment": _moment,
    "money": _money,
    "period": lambda to, value: f"{_date(to, value['from'])} – {_date(to, value['to'])}",
    "country": lambda to, value: str(to.locale.territories.get(value, value)),
    "language": lambda to, value: str(to.locale.languages.get(value, value)),
}


def plain(value: Any) -> str:
    """A value without a form: text as it is, anything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def field_at(definition: Definition, pointer: str) -> tuple[Field, str] | None:
    """The field that a pointer into the request leads to, and the key of its texts; None if there is none."""
    try:
        way = parts(pointer)
    except BadPointer:
        return None
    if len(way) < 3 or way[0] != "form":
        return None
    section = next((section for section in definition.sections if section.id == way[1]), None)
    fields, found, key = (section.fields if section else ()), None, f"form.{way[1]}"
    for part in way[2:]:
        if part.isdigit() and found is not None and found.repeated:
            continue
        found = next((field for field in fields if field.id == part), None)
        if found is None:
            return None
        fields, key = found.fields, f"{key}.{found.id}"
    return (found, key) if found else None


def field_label(to: Reader, pointer: str) -> str:
    """The words above a field, with those of its section; the pointer itself when it leads nowhere."""
    found = field_at(to.definition, pointer)
    way = pointer.split("/")
    section = next((section for section in to.definition.sections if len(way) > 2 and section.id == way[2]), None)
    heading = to.t(f"form.{section.id}.title", section.title) if section else ""
    if found is None:
        return heading if heading and len(way) == 3 else pointer
    field, key = found
    return f"{heading}: {to.t(f'{key}.label', field.label)}"
