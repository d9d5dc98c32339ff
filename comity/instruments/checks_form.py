"""Checks of the fields of a definition: identifiers, types, options, conditions.

They read the raw values, so that a file with several faults shows them all at once; what has the wrong
shape is left to ``shapes`` and passed over here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from comity.instruments import fieldtypes
from comity.instruments.faults import Problem, unescape, unknown

Raw = dict[str, Any]
TESTS = ("equals", "one_of", "includes", "answered")
CHOOSING = ("choice", "choices")
SCALARS = ("text", "longtext", "number", "date", "moment", "country", "language", "email", "phone")


@dataclass(frozen=True)
class Place:
    """A field of the file: its pointer there, its raw value, and the fields beside it."""

    pointer: str
    raw: Raw
    siblings: list[Raw]


@dataclass(frozen=True)
class Form:
    """The fields under check: ``root`` is section id -> fields for a request, field id -> field for an act."""

    root: dict[str, Raw]
    composites: dict[str, Raw]

    def children(self, raw: Raw) -> list[Raw]:
        """The fields of a section, a group or a composite; none for a plain field."""
        own = raw.get("fields")
        if own is None and isinstance(raw.get("type"), str) and raw["type"] in self.composites:
            own = self.composites[raw["type"]].get("fields")
        return [item for item in own if isinstance(item, dict)] if isinstance(own, list) else []

    def find(self, pointer: str, *, through_lists: bool = False) -> Raw | None:
        """The section or field at ``/section/field/...``; numbers step through a repeated field when allowed."""
        here: Raw | None = None
        below: dict[str, Raw] = self.root
        for part in pointer.removeprefix("/").split("/"):
            if here is not None and here.get("repeated") is True:
                if not through_lists:
                    return None
                if part.isdigit():
                    continue
            here = below.get(unescape(part))
            if here is None:
                return None
            below = by_id(self.children(here))
        return here


def rows(raw: Any, key: str) -> list[tuple[int, Raw]]:
    """The well-shaped rows of a list, with their index."""
    found = raw.get(key) if isinstance(raw, dict) else None
    return [(index, row) for index, row in enumerate(found) if isinstance(row, dict)] if isinstance(found, list) else []


def by_id(found: list[Raw]) -> dict[str, Raw]:
    return {row["id"]: row for row in found if isinstance(row.get("id"), str)}


def ids(raw: Any, key: str, name: str = "id") -> list[str]:
    return [row[name] for _, row in rows(raw, key) if isinstance(row.get(name), str)]


def unique(raw: Any, key: str, pointer: str, name: str = "id") -> Iterator[Problem]:
    """A repeated identifier, at its second place."""
    seen: set[str] = set()
    for index, row in rows(raw, key):
        value = row.get(name)
        if isinstance(value, str):
            if value in seen:
                yield Problem(f"{pointer}/{key}/{index}/{name}", f"{value!r} stands here a second time.")
            seen.add(value)


def places(parent: Raw, pointer: str) -> Iterator[Place]:
    """Every field below a section, a group, an act's form or a composite, depth first."""
    siblings = [row for _, row in rows(parent, "fields")]
    for index, row in rows(parent, "fields"):
        here = f"{pointer}/fields/{index}"
        yield Place(here, row, siblings)
        yield from places(row, here)


def problems(parent: Raw, pointer: str, form: Form) -> Iterator[Problem]:
    """Everything wrong with the fields of one section, one act's form or one composite."""
    yield from unique(parent, "fields", pointer)
    for place in places(parent, pointer):
        yield from unique(place.raw, "fields", place.pointer)
        yield from _type(place, form)
        yield from _options(place)
        yield from _limits(place)
        if isinstance(place.raw.get("when"), dict):
            yield from when(place.raw["when"], f"{place.pointer}/when", form, place)


def _type(place: Place, form: Form) -> Iterator[Problem]:
    known = (*fieldtypes.PLAIN, *form.composites)
    kind = place.raw.get("type")
    if not isinstance(kind, str):
        return
    if kind not in known:
        yield Problem(f"{place.pointer}/type", unknown("field type", kind, known), tuple(sorted(known)))
    if kind == "group" and "fields" not in place.raw:
        yield Problem(place.pointer, "A group needs the key 'fields'.")
    if kind != "group" and "fields" in place.raw:
        yield Problem(f"{place.pointer}/fields", f"Only a group has fields; this is of type {kind!r}.")


def _options(place: Place) -> Iterator[Problem]:
    chooses = place.raw.get("type") in CHOOSING
    if chooses and "options" not in place.raw:
        yield Problem(place.pointer, "A choice needs the key 'options'.")
    if not chooses and "options" in place.raw:
        yield Problem(f"{place.pointer}/options", "Only choice and choices have options.", CHOOSING)
    yield from unique(place.raw, "options", place.pointer, "value")


def _limits(place: Place) -> Iterator[Problem]:
    raw = place.raw
    if "at_least" in raw and raw.get("repeated") is not True:
        yield Problem(f"{place.pointer}/at_least", "Only a repeated field has at_least.")
    for key in ("max_length", "pattern"):
        if key in raw and raw.get("type") not in ("text", "longtext"):
            yield Problem(f"{place.pointer}/{key}", f"Only text and longtext have {key}.", ("text", "longtext"))
    if isinstance(raw.get("pattern"), str):
        try:
            re.compile(raw["pattern"])
        except re.error as error:
            yield Problem(f"{place.pointer}/pattern", f"This is not a regular expression: {error}.")


def when(raw: Raw, pointer: str, form: Form, place: Place | None = None) -> Iterator[Problem]:
    """A condition: one test, on a field that exists and whose type fits the test."""
    given = [name for name in TESTS if name in raw]
    if len(given) != 1:
        yield Problem(pointer, f"A condition has exactly one test; this one has {len(given)}.", TESTS)
    target = raw.get("field")
    if not isinstance(target, str):
        return
    beside = by_id(place.siblings) if place else {}
    found = form.find(target) if target.startswith("/") else beside.get(target)
    if found is None or "type" not in found:
        where = "at this pointer of the form, outside repeated parts" if target.startswith("/") else "beside this one"
        yield Problem(f"{pointer}/field", f"There is no field {where}.{_near(target, beside)}", tuple(beside))
    elif place and found is place.raw:
        yield Problem(f"{pointer}/field", "A field cannot depend on itself.")
    else:
        for name in given:
            yield from _fits(name, raw[name], found, f"{pointer}/{name}")


def _near(target: str, beside: dict[str, Raw]) -> str:
    return unknown("", target, beside).partition(".")[2]


def _fits(test: str, value: Any, target: Raw, pointer: str) -> Iterator[Problem]:
    if test == "answered":
        return
    kind, repeated = target.get("type"), target.get("repeated") is True
    if test == "includes":
        if kind != "choices" and not (repeated and kind in (*SCALARS, "choice")):
            yield Problem(pointer, f"'includes' tests a list of choices; the field is of type {kind!r}.")
            return
    elif repeated or kind not in (*SCALARS, "choice", "yes_no"):
        yield Problem(
            pointer,
            f"{test!r} tests one plain value; the field is {'repeated' if repeated else f'of type {kind!r}'}.",
        )
        return
    values = value if test == "one_of" and isinstance(value, list) else [value]
    for one in values:
        yield from _value_fits(one, target, pointer)


def _value_fits(value: Any, target: Raw, pointer: str) -> Iterator[Problem]:
    kind = target.get("type")
    if kind in CHOOSING:
        options = ids(target, "options", "value")
        if value not in options:
            yield Problem(pointer, unknown("option", value, options), tuple(options))
    elif kind == "yes_no" and not isinstance(value, bool):
        yield Problem(pointer, "The field is answered with true or false.", ("true", "false"))
    elif kind == "number" and (isinstance(value, bool) or not isinstance(value, int)):
        yield Problem(pointer, "The field is answered with a whole number.")
    elif kind not in ("yes_no", "number") and not isinstance(value, str):
        yield Problem(pointer, "The field is answered with text.")
