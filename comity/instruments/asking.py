"""The fields of a form that a requirement can be about, and the expression that asks something of one of them.

A field may stand in groups, in groups of which there are several, and behind a condition; the expression says what that
means for a request: a group that repeats is asked row by row, and what the form does not ask is not missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from comity.instruments import catalogue
from comity.instruments.model import Definition, Field, When
from comity.instruments.texts import Texts

_RESERVED = """
    as break const continue else false for function if import in let loop namespace null package return true var void
    while
"""
RESERVED = frozenset(_RESERVED.split())
"""Words that CEL does not take for the name of a field."""

ROWS = "xyz"


@dataclass(frozen=True)
class Place:
    """A field in its groups, from the outermost. ``path`` names it without the numbers of rows."""

    section: str
    fields: tuple[Field, ...]

    @property
    def field(self) -> Field:
        return self.fields[-1]

    @property
    def path(self) -> str:
        return "/".join(("/form", self.section, *(one.id for one in self.fields)))

    @property
    def key(self) -> str:
        """The key of its texts."""
        return ".".join(("form", self.section, *(one.id for one in self.fields)))

    @property
    def pointer(self) -> str:
        """Where a finding about it stands: the field, or the outermost group around it that repeats."""
        inside: list[str] = []
        for one in self.fields:
            inside.append(one.id)
            if one.repeated:
                break
        return "/".join(("/form", self.section, *inside))

    @property
    def in_rows(self) -> bool:
        """Whether there may be several answers, one in each row of a group."""
        return any(one.repeated for one in self.fields[:-1])

    def label(self, said: Texts) -> str:
        """What it is called: its label, after that of the group around it."""
        keys = [f"form.{self.section}"]
        for one in self.fields:
            keys.append(f"{keys[-1]}.{one.id}")
        return " – ".join(said.t(f"{key}.label") for key in keys[1:][-2:])


def places(definition: Definition) -> tuple[Place, ...]:
    """Every field of a form, groups included, in the order of the form."""
    return _places(definition.id, definition.digest)


@lru_cache(maxsize=64)
def _places(id: str, digest: str) -> tuple[Place, ...]:
    # The digest is part of the key only: a definition that changed is walked anew.
    return tuple(
        place
        for section in catalogue.get(id).sections
        for one in section.fields
        for place in _inside(section.id, (one,))
    )


def _inside(section: str, fields: tuple[Field, ...]) -> Iterator[Place]:
    yield Place(section, fields)
    for one in fields[-1].fields:
        yield from _inside(section, (*fields, one))


def asked(place: Place, test: Callable[[Field, str], str], *, needed: bool, once: bool) -> str:
    """An expression that is true when what is asked of a field holds.

    :param test: what must hold of an answer, as an expression over the place where it stands.
    :param needed: there must be an answer, in every row there is.
    :param once: one row for which the test holds is enough; otherwise it must hold for each answer that is there.
    """
    return _step(place.fields, _at("form", place.section), test, needed, once, 0)


def _step(
    fields: tuple[Field, ...], group: str, test: Callable[[Field, str], str], needed: bool, once: bool, rows: int
) -> str:
    one, rest = fields[0], fields[1:]
    has, here = _has(group, one.id), _at(group, one.id)
    strict = needed or once
    if not rest:
        inner = test(one, here)
        holds = has if inner == "true" else f"{has} && {inner}" if strict else f"!{has} || {inner}"
    elif one.repeated:
        row = ROWS[min(rows, len(ROWS) - 1)]
        inner = _step(rest, row, test, needed, once, rows + 1)
        holds = f"{has} && {here}.exists({row}, {inner})" if once else f"!{has} || {here}.all({row}, {inner})"
    else:
        inner = _step(rest, here, test, needed, once, rows)
        holds = f"{has} && ({inner})" if strict else f"!{has} || ({inner})"
    return f"!({_met(one.when, group)}) || ({holds})" if one.when and strict else holds


def _met(when: When, group: str) -> str:
    """The condition under which a field is asked."""
    *groups, last = when.field[1:].split("/") if when.field.startswith("/") else [when.field]
    here, given = ("form" if when.field.startswith("/") else group), []
    for index, part in enumerate(groups):
        if index:  # a section is always there
            given.append(_has(here, part))
        here = _at(here, part)
    given.append(_has(here, last))
    value = _at(here, last)
    if when.answered is not None:
        return " && ".join(given) if when.answered else f"!({' && '.join(given)})"
    if when.includes is not None:
        given.append(f"{_literal(when.includes)} in {value}")
    elif when.one_of:
        given.append(f"{value} in [{', '.join(_literal(one) for one in when.one_of)}]")
    else:
        given.append(f"{value} == {_literal(when.equals)}")
    return " && ".join(given)


def _literal(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    escaped = str(value).replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _has(group: str, name: str) -> str:
    return f"('{name}' in {group})" if name in RESERVED else f"has({group}.{name})"


def _at(group: str, name: str) -> str:
    return f"{group}['{name}']" if name in RESERVED else f"{group}.{name}"
