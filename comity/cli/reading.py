"""Reads what people give a command: files, moments, days."""

import json
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO

from comity.lib import clock
from comity.lib.errors import BadInput


class NoFile(BadInput):
    code = "cli.no-file"
    says = "{file} cannot be read: {why}."
    next_step = "Check the name and who may read it."


class CannotWrite(BadInput):
    code = "cli.cannot-write"
    says = "{file} cannot be written: {why}."
    next_step = "Choose a place that you may write to."


class BadJson(BadInput):
    code = "cli.bad-json"
    says = "{file}, line {line}, column {column}: {why}."
    next_step = "Mend the file there; 'comity instrument example ID --json' shows a request that is right."


class NotADay(BadInput):
    code = "cli.not-a-day"
    says = "{text!r} is not a day."
    next_step = "Write it as 2026-11-23."


class WrongShape(BadInput):
    code = "cli.wrong-shape"
    says = "{file}, at {pointer}: expected {expected}, found {found}."
    next_step = "'comity instrument example ID --json' shows a request that is right."


def content(name: str) -> bytes:
    """The bytes of a file, or of standard input for ``-``.

    :raises NoFile: it cannot be read.
    """
    try:
        return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise NoFile(file=name, why=(error.strerror or str(error)).lower()) from None


def stream(name: str) -> BinaryIO:
    """A file to read in pieces.

    :raises NoFile: it cannot be read.
    """
    try:
        return Path(name).open("rb")
    except OSError as error:
        raise NoFile(file=name, why=(error.strerror or str(error)).lower()) from None


def write(name: str, raw: bytes) -> None:
    """Put bytes into a file.

    :raises CannotWrite: it cannot be written.
    """
    try:
        Path(name).write_bytes(raw)
    except OSError as error:
        raise CannotWrite(file=name, why=(error.strerror or str(error)).lower()) from None


def json_file(name: str) -> Any:
    """The JSON value in a file, or on standard input for ``-``. A key given twice is refused.

    :raises NoFile: it cannot be read.
    :raises BadJson: it is not JSON; names the line.
    """
    raw = content(name)
    try:
        return json.loads(raw.decode("utf-8"), object_pairs_hook=_without_twins, parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise BadJson(file=name, line=line, column=1, why="the file is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise BadJson(file=name, line=error.lineno, column=error.colno, why=error.msg) from None
    except (_Odd, RecursionError) as error:
        raise BadJson(file=name, line=_line_of(raw, error), column=1, why=str(error)) from None


class _Odd(ValueError):
    """Something that ``json`` lets pass and we do not; ``key`` is the text to look for in the file."""

    def __init__(self, why: str, key: str) -> None:
        super().__init__(why)
        self.key = key


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) != len(pairs):
        names = [name for name, _ in pairs]
        twin = next(name for name in names if names.count(name) > 1)
        raise _Odd(f"the key {twin!r} stands twice in one object", json.dumps(twin, ensure_ascii=False))
    return read


def _no_constant(name: str) -> Any:
    raise _Odd(f"{name} is not a number that JSON has", name)


def _line_of(raw: bytes, error: Exception) -> int:
    """The last line with the offending text: the second of two twins, mostly."""
    if not isinstance(error, _Odd):
        return 1
    lines = raw.decode("utf-8").splitlines()
    return max((number for number, line in enumerate(lines, 1) if error.key in line), default=1)


def request(name: str) -> dict[str, Any]:
    """A request from a file: an object that names its instrument. Everything else is for preflight to judge.

    :raises WrongShape: it is something else; names the JSON pointer.
    """
    told: dict[str, Any] = json_file(name)
    expect(name, "", told, dict, "an object")
    expect(name, "/instrument", told.get("instrument"), str, "the id of an instrument")
    return told


def expect(file: str, pointer: str, value: Any, kind: type, words: str) -> None:
    """:raises WrongShape: the value is not of this kind."""
    if not isinstance(value, kind):
        found = "nothing" if value is None else json.dumps(value, ensure_ascii=False)[:60]
        raise WrongShape(file=file, pointer=pointer or "the top", expected=words, found=found)


def day(text: str) -> date:
    """:raises NotADay: not a day such as 2026-11-23."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotADay(text=text) from None


def moment(text: str | None) -> datetime:
    """The moment told, or now.

    :raises NotAMoment: not a moment with a time zone.
    """
    return clock.now() if text is None else clock.moment(text)
