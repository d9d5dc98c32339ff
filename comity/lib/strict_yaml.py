"""YAML that remembers where each value stands, and refuses what people get wrong.

Plain scalars are read by the core schema of YAML 1.2 plus days, so that ``no`` stays the country code or the word it
is. Tags, anchors, repeated keys and several documents in a file are refused.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from comity.lib.errors import BadInput

Event = Any  # the types of yaml.events do not say that every event has marks

WORDS: dict[str, object] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
INTEGER = re.compile(r"[-+]?[0-9]+")
FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
STARTS_A_NUMBER = frozenset("0123456789+-.")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class BadYaml(BadInput):
    code = "lib.bad-yaml"
    says = "{file}, line {line}: {why}."
    next_step = "Mend the file at that line."


@dataclass(frozen=True)
class Document:
    """A YAML file: plain values, and the line (from 1) of every JSON pointer in it."""

    file: str
    value: Any
    lines: dict[str, int] = field(repr=False)

    def line(self, pointer: str) -> int:
        """The line of a JSON pointer, or of its nearest parent that stands in the file."""
        while pointer not in self.lines and pointer:
            pointer = pointer.rpartition("/")[0]
        return self.lines.get(pointer, 1)


def read(path: Path, *, days: bool = True) -> Document:
    """Read one YAML file of plain values; without ``days`` a day stays the text that it is.

    :raises BadYaml: naming the file and the line.
    """
    try:
        return parse(path.read_text(encoding="utf-8"), path.name, days=days)
    except UnicodeDecodeError:
        raise BadYaml(file=path.name, line=1, why="the file is not UTF-8") from None


def parse(text: str, name: str, *, days: bool = True) -> Document:
    """Read YAML text; ``name`` is what errors call it.

    :raises BadYaml: naming the place.
    """
    lines: dict[str, int] = {"": 1}
    try:
        return Document(name, _Builder(name, lines, yaml.parse(text, Loader=yaml.CSafeLoader), days).document(), lines)
    except yaml.MarkedYAMLError as error:
        mark: Any = error.problem_mark or error.context_mark
        why = str(error.problem or error.context)
        raise BadYaml(file=name, line=mark.line + 1 if mark else 1, why=why) from None
    except (yaml.YAMLError, RecursionError) as error:
        raise BadYaml(file=name, line=1, why=(str(error) or type(error).__name__).splitlines()[0]) from None


class _Builder:
    """Turns the parser's events into plain values."""

    def __init__(self, name: str, lines: dict[str, int], events: Iterator[Event], days: bool) -> None:
        self.name, self.lines, self.events, self.days = name, lines, events, days

    def document(self) -> Any:
        next(self.events)  # the stream starts
        first = next(self.events)
        if isinstance(first, yaml.StreamEndEvent):
            return None
        value = self.node(next(self.events), "")
        next(self.events)  # the document ends
        more = next(self.events)
        if isinstance(more, yaml.DocumentStartEvent):
            raise self.bad(more, "a second document starts here")
        return value

    def node(self, event: Event, pointer: str) -> Any:
        kind = type(event)
        if kind is yaml.AliasEvent or event.anchor is not None:
            raise self.bad(event, "anchors and aliases are not plain values")
        if event.tag is not None:
            raise self.bad(event, f"the tag {event.tag} is not a plain value")
        if kind is yaml.ScalarEvent:
            return self.scalar(event)
        return self.mapping(pointer) if kind is yaml.MappingStartEvent else self.sequence(pointer)

    def mapping(self, pointer: str) -> dict[Any, Any]:
        plain: dict[Any, Any] = {}
        while type(event := next(self.events)) is not yaml.MappingEndEvent:
            if type(event) is not yaml.ScalarEvent:
                raise self.bad(event, "a key is one plain value")
            key = self.node(event, pointer)
            if key in plain:
                raise self.bad(event, f"the key {key!r} stands here a second time")
            name: str = event.value
            below = f"{pointer}/{name.replace('~', '~0').replace('/', '~1') if '~' in name or '/' in name else name}"
            self.lines[below] = line_of(event)
            plain[key] = self.node(next(self.events), below)
        return plain

    def sequence(self, pointer: str) -> list[Any]:
        plain: list[Any] = []
        while type(event := next(self.events)) is not yaml.SequenceEndEvent:
            below = f"{pointer}/{len(plain)}"
            self.lines[below] = line_of(event)
            plain.append(self.node(event, below))
        return plain

    def scalar(self, event: Event) -> Any:
        text: str = event.value
        if event.style:  # quoted, or a block
            return text
        if text in WORDS:
            return WORDS[text]
        if text[0] not in STARTS_A_NUMBER:
            return text
        if INTEGER.fullmatch(text):
            return int(text)
        if FLOAT.fullmatch(text):
            return float(text)
        if self.days and DAY.fullmatch(text):
            try:
                return date.fromisoformat(text)
            except ValueError:
                raise self.bad(event, f"{text} is not a day of the calendar") from None
        return text

    def bad(self, event: Event, why: str) -> BadYaml:
        return BadYaml(file=self.name, line=line_of(event), why=why)


def line_of(event: Event) -> int:
    """The line of the file, from 1, where a value starts."""
    return int(event.start_mark.line) + 1
