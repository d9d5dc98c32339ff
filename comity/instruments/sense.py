"""What cannot be so, whatever the instrument: answers of one request that contradict one another.

Nothing here is a rule of law. Each finding names a place where the drafter has most likely slipped; a person mends it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from comity.instruments.faults import escape
from comity.instruments.lawful import composites, dated
from comity.instruments.model import Definition, Field, Finding
from comity.instruments.texts import message

FAR = timedelta(days=366)
"""A request dated further ahead than this bears a slip of the pen."""

YOUNG = 14
"""The age below which the Committee on the Rights of the Child would have nobody held responsible."""

SOUGHT = frozenset({"surrender", "extradition"})
"""Families in which the person of the field ``sought`` is to be arrested for the offences of the form."""

ACCUSED = frozenset({"suspect", "accused", "convicted", "against", "sought"})
VICTIM = frozenset({"victim"})

TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Invisible marks that turn the order of letters (Unicode annex 9): a name may then read as another one."""

Parts = list[tuple[str, Field, dict[str, Any]]]


def findings(definition: Definition, request: dict[str, Any], on: date | None, language: str) -> Iterator[Finding]:
    """Every contradiction; nothing that depends on a day unless one is known."""
    form = request.get("form")
    if not isinstance(form, dict):
        return
    parts = list(composites(definition, form))
    day = dated(definition, form)
    if day and on and day - on > FAR:
        yield _finding(f"/form{definition.dated}", "sense.dated-ahead", language)
    for pointer, field, value in parts:
        if field.type == "person":
            yield from _person(pointer, value, day or on, language)
        elif field.type == "identity_document":
            yield from _order(value, "issued_on", "expires_on", pointer, language)
        elif field.type == "judgment":
            yield from _order(value, "given_on", "final_on", pointer, language)
        elif field.type == "sentence":
            yield from _served(pointer, value, language)
    if definition.family in SOUGHT:
        yield from _young(parts, language)
    yield from _rows(parts, language)
    yield from _turned(form, "/form", language)


def _turned(value: Any, pointer: str, language: str) -> Iterator[Finding]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _turned(inner, f"{pointer}/{escape(key)}", language)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _turned(inner, f"{pointer}/{number}", language)
    elif isinstance(value, str) and TURNING.search(value):
        yield _finding(pointer, "sense.turned", language)


def _person(pointer: str, value: dict[str, Any], day: date | None, language: str) -> Iterator[Finding]:
    born = _day(value.get("date_of_birth"))
    if born and day and born > day:
        yield _finding(f"{pointer}/date_of_birth", "sense.not-born", language)


def _order(value: dict[str, Any], first: str, second: str, pointer: str, language: str) -> Iterator[Finding]:
    before, after = _day(value.get(first)), _day(value.get(second))
    if before and after and after < before:
        yield _finding(f"{pointer}/{second}", "sense.order", language)


def _served(pointer: str, value: dict[str, Any], language: str) -> Iterator[Finding]:
    """More days served than the whole sentence lasts, counted with a remand of two years before it began."""
    starts, ends, served = _day(value.get("starts_on")), _day(value.get("ends_on")), value.get("served_days")
    if starts and ends and isinstance(served, int) and served > max((ends - starts).days, 0) + 731:
        yield _finding(f"{pointer}/served_days", "sense.served", language)


def _young(parts: Parts, language: str) -> Iterator[Finding]:
    ended = [
        day
        for _, field, value in parts
        if field.type == "offence" and isinstance(value.get("committed"), dict)
        if (day := _day(value["committed"].get("to")))
    ]
    for pointer, field, value in parts:
        born = _day(value.get("date_of_birth")) if field.type == "person" and field.id == "sought" else None
        if born and any(born <= day and _age(born, day) < YOUNG for day in ended):
            yield _finding(f"{pointer}/date_of_birth", "sense.young", language)


def _age(born: date, day: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def _rows(parts: Parts, language: str) -> Iterator[Finding]:
    """Rows of one list that say the same, and a person who stands in one list as accused and as victim."""
    seen: dict[tuple[str, str], str] = {}
    positions: dict[tuple[str, str], set[str]] = {}
    for pointer, field, value in parts:
        if not field.repeated:
            continue
        listed = pointer.rpartition("/")[0]
        same = (listed, json.dumps(value, sort_keys=True, default=str))
        if same in seen:
            yield _finding(pointer, "sense.twice", language)
            continue
        seen[same] = pointer
        person = value.get("natural")
        if isinstance(person, dict) and isinstance(value.get("position"), str):
            held = positions.setdefault((listed, _who(person)), set())
            held.add(value["position"])
            if held & ACCUSED and held & VICTIM:
                yield _finding(f"{pointer}/position", "sense.both-sides", language)


def _who(person: dict[str, Any]) -> str:
    told = [person.get(key) for key in ("surname", "given_names", "date_of_birth")]
    return json.dumps(told, sort_keys=True, default=str).casefold()


def _day(told: Any) -> date | None:
    try:
        return date.fromisoformat(told) if isinstance(told, str) else None
    except ValueError:
        return None


def _finding(pointer: str, rule: str, language: str) -> Finding:
    key = rule.replace("-", "_")
    says, remedy = (message(language, f"{key}.{part}") for part in ("says", "remedy"))
    return Finding(pointer, "mend", rule, "", says, remedy)
