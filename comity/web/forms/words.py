"""What a form says, in the reader's language: blocks of rows for review and for reading."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from comity.instruments import texts
from comity.instruments.model import ActType, Cite, Definition, Field
from comity.lib import clock
from comity.web.forms import boxes, choices

# Day before month and twenty-four hours in every language of ours: nobody abroad takes 3/4 for the wrong month.
DAY, MOMENT = "j F Y", "j F Y, H:i"
NAME = 4  # a line of more words than this is prose: names, numbers and references need no translation


@dataclass(frozen=True)
class Row:
    """One answer: the pointer of its box, its label and its value in words."""

    pointer: str
    label: str
    value: str
    cite: Cite | None = None
    own_words: bool = False  # free text: it stands in the language of the request, whoever reads

    @property
    def id(self) -> str:
        return boxes.anchor(self.pointer)


@dataclass(frozen=True)
class Block:
    """Rows under one heading; a group of a form is a block of its own."""

    title: str
    pointer: str
    depth: int
    rows: list[Row] = field(default_factory=list)


@dataclass(frozen=True)
class Reader:
    """Who reads: language and time zone."""

    language: str
    zone: str

    def blocks(self, fields: Iterable[Field], value: Any, pointer: str, title: str = "", depth: int = 0) -> list[Block]:
        """The answers given to these fields, in their order. What was not answered is left out."""
        found = value if isinstance(value, dict) else {}
        made = [Block(title, pointer, depth)]
        for one in fields:
            given = found.get(one.id)
            if given in (None, "", [], {}):
                continue
            below = f"{pointer}/{one.id}"
            if one.fields:
                made.extend(self._groups(one, given, below, depth + 1))
                made.append(Block("", pointer, depth))
            else:
                made[-1].rows.append(Row(below, one.label, self.say(one, given), one.cite, is_prose(one, given)))
        return [block for block in made if block.rows or block.title]

    def _groups(self, one: Field, given: Any, pointer: str, depth: int) -> Iterator[Block]:
        if not one.repeated:
            yield from self.blocks(one.fields, given, pointer, one.label, depth)
            return
        for index, row in enumerate(given if isinstance(given, list) else []):
            title = texts.message(self.language, "read.number", label=one.label, number=index + 1)
            yield from self.blocks(one.fields, row, f"{pointer}/{index}", title, depth)

    def say(self, one: Field, given: Any) -> str:
        """One answer in words; what cannot be read is shown as it was typed."""
        if isinstance(given, list):
            return "\n".join(self._one(one, item) for item in given)
        return self._one(one, given)

    def _one(self, one: Field, given: Any) -> str:
        if isinstance(given, bool):
            return texts.message(self.language, "print.yes" if given else "print.no")
        if isinstance(given, dict):
            return self._parts(given)
        text = str(given)
        if one.options:
            return next((option.label for option in one.options if option.value == text), text)
        if one.type == "country":
            return choices.country_name(text, self.language)
        if one.type == "language":
            return choices.language_name(text, self.language)
        if one.type in ("date", "moment"):
            return self.when(text)
        return text

    def _parts(self, given: dict[str, Any]) -> str:
        if "amount" in given:
            return f"{given['amount']} {given.get('currency', '')}".strip()
        if "from" in given or "to" in given:
            first, last = self.when(given.get("from", "…")), self.when(given.get("to", "…"))
            return texts.message(self.language, "read.period", first=first, last=last)
        return ", ".join(str(item) for item in given.values())

    def when(self, text: str) -> str:
        """A day or a moment in words, the moment in the reader's time zone."""
        try:
            if len(text) == 10:
                return date_format(date.fromisoformat(text), DAY)
            return date_format(clock.moment(text).astimezone(ZoneInfo(self.zone)), MOMENT)
        except (ValueError, clock.NotAMoment):
            return text


def is_prose(one: Field, given: Any) -> bool:
    """Whether an answer is text in its author's own words."""
    lines = given if isinstance(given, list) else [given]
    return one.type == "longtext" or (one.type == "text" and any(len(str(line).split()) > NAME for line in lines))


def field_at(fields: Iterable[Field], path: Iterable[str]) -> Field | None:
    """The field at a path of ids; numbers of a list are stepped over, and parts of a box lead to the box."""
    found: Field | None = None
    below = tuple(fields)
    for part in path:
        if part.isdigit():
            continue
        step = boxes.find(below, part)
        if step is None:
            return found
        found, below = step, step.fields
    return found


def act_where(act_type: ActType, pointer: str) -> str:
    """What a pointer of an act's content is called: its field, or the act."""
    found = field_at(act_type.form, pointer.split("/")[1:])
    return found.label if found else act_type.title


def field_of(definition: Definition, pointer: str) -> Field | None:
    """The field of a request at a pointer such as ``/form/measures/kinds``; None for a section or the language."""
    parts = pointer.split("/")[1:]
    section = next((one for one in definition.sections if parts[:2] == ["form", one.id]), None)
    return field_at(section.fields, parts[2:]) if section else None


def where(definition: Definition, pointer: str) -> str:
    """What a pointer of a request is called on its pages: section and field."""
    if pointer == "/language":
        return _("Language")
    parts = pointer.split("/")[1:]
    if parts[:1] == ["form"]:
        parts = parts[1:]
    section = next((one for one in definition.sections if parts and one.id == parts[0]), None)
    if section is None:
        return pointer or _("The whole request")
    found = field_at(section.fields, parts[1:])
    return f"{section.title}: {found.label}" if found else section.title
