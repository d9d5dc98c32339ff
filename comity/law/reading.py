"""Reading the room's own data strictly: every fault at once, with its line and what was expected."""

import csv
import re
import types
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from comity.lib import strict_yaml
from comity.lib.errors import BadInput
from comity.lib.faults import Fault as PlacedFault

DATA = Path(__file__).parent / "data"

Confidence = Literal["verified", "memory"]
A_DAY = re.compile(r"datetime\.date\((\d+), (\d+), (\d+)\)")


class Fault(PlacedFault):
    """One thing wrong with a file of this room, spelled for its one long sentence."""

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.says}.{self.known}"


class LawFaults(BadInput):
    """``faults`` holds every one of them; the sentence lists them all."""

    code = "law.bad-data"
    says = "The law data cannot be used: {list}"
    next_step = "Mend each line named; docs/rooms/law.md explains the files."

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(list=" ".join(str(fault) for fault in self.faults))


class Strict(BaseModel):
    """A part of a file: unknown keys and wrong types are faults."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Source(Strict):
    """Where a fact was found; ``read`` says how much of it."""

    title: str
    url: str | None = None
    official_url: str | None = None
    read: str | None = None
    note: str | None = None


def _day(value: Any) -> Any:
    """A day may be written with or without quotes; anything else is left for the model to refuse."""
    if not isinstance(value, str):
        return value
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError(f"{value!r} is not a day such as 2026-11-23") from None


Day = Annotated[date, BeforeValidator(_day)]

M = TypeVar("M", bound=BaseModel)


def under(key: str) -> Any:
    """A field whose key in the file is not a name in Python."""
    return Field(alias=key)


def document(path: Path, model: type[M]) -> tuple[M, strict_yaml.Document]:
    """Read one YAML file into a model.

    :raises LawFaults: with every fault of the file.
    :raises strict_yaml.BadYaml: not YAML at all.
    """
    read = strict_yaml.read(path)
    try:
        return model.model_validate(read.value), read
    except ValidationError as error:
        raise LawFaults([_fault(read, model, found) for found in error.errors()]) from None


Check = Callable[[M, strict_yaml.Document], Iterable[tuple[str, str]]]


def checked(path: Path, model: type[M], check: Check[M]) -> M:
    """Read one YAML file into a model, and ask ``check`` for (pointer, sentence) pairs of what the model cannot see.

    Rows with a fault of shape are left out for the second question, so that all faults come in one refusal.

    :raises LawFaults: with every fault of the file, of both kinds.
    :raises strict_yaml.BadYaml: not YAML at all.
    """
    read = strict_yaml.read(path)
    try:
        told = model.model_validate(read.value)
    except ValidationError as error:
        found = error.errors()
        faults = [_fault(read, model, one) for one in found]
        rest = _without_bad_rows(read.value, found)
        if rest:
            with suppress(ValidationError, ArithmeticError, LookupError, TypeError, ValueError):  # too little is left
                partly = check(model.model_validate(rest.value), read)
                faults += [Fault(read.file, read.line(at), at, says) for at, says in map(rest.placed, partly)]
        raise LawFaults(sorted(dict.fromkeys(faults), key=lambda fault: fault.line)) from None
    refuse(read, check(told, read))
    return told


@dataclass(frozen=True)
class _Rest:
    """A file without its bad rows; ``kept`` has for each list at the top the numbers that its rows had."""

    value: dict[str, Any]
    kept: dict[str, list[int]]

    def placed(self, pair: tuple[str, str]) -> tuple[str, str]:
        """A pointer and its sentence, with the number that the row has in the file."""
        pointer, says = pair
        parts = pointer.split("/")
        if len(parts) > 2 and parts[1] in self.kept and parts[2].isdigit():
            parts[2] = str(self.kept[parts[1]][int(parts[2])])
        return "/".join(parts), says


def _without_bad_rows(value: Any, found: Sequence[Any]) -> _Rest | None:
    """The file without the rows at its top that have a fault; None where a fault lies higher."""
    bad: dict[str, set[Any]] = {}
    for one in found:
        loc = one["loc"]
        if not isinstance(value, dict) or len(loc) < 2 or loc[0] not in value:
            return None
        bad.setdefault(loc[0], set()).add(loc[1])
    made, kept = dict(value), {}
    for key, rows in bad.items():
        if isinstance(value[key], list):
            kept[key] = [number for number in range(len(value[key])) if number not in rows]
            made[key] = [value[key][number] for number in kept[key]]
        elif isinstance(value[key], dict):
            made[key] = {name: row for name, row in value[key].items() if name not in rows}
        else:
            return None
    return _Rest(made, kept)


def table(path: Path, model: type[M]) -> tuple[tuple[int, M], ...]:
    """Read a CSV file into (line, row) pairs. Empty cells are absent values.

    :raises LawFaults: a heading that is missing or unknown, or any bad row.
    """
    rows, faults = readable(path, model)
    if faults:
        raise LawFaults(faults)
    return rows


def readable(path: Path, model: type[M]) -> tuple[tuple[tuple[int, M], ...], list[Fault]]:
    """The (line, row) pairs of a CSV file that can be read, and a fault for everything else in it.

    :raises LawFaults: a heading that is missing or unknown.
    """
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream, strict=True)
        headings = tuple(reader.fieldnames or ())
        expected = tuple(model.model_fields)
        if set(headings) != set(expected) or len(headings) != len(expected):
            says = f"the headings are {', '.join(headings) or 'missing'}"
            raise LawFaults([Fault(path.name, 1, "", says, expected)])
        rows, faults = [], []
        for cells in reader:
            line = reader.line_num
            try:
                rows.append((line, model.model_validate({key: cell for key, cell in cells.items() if cell})))
            except ValidationError as error:
                faults += [
                    Fault(path.name, line, "/".join(map(str, found["loc"])), _says(found)) for found in error.errors()
                ]
    return tuple(rows), faults


def refuse(read: strict_yaml.Document, found: Iterable[tuple[str, str]]) -> None:
    """Turn (pointer, sentence) pairs into one refusal of the file, if there are any.

    :raises LawFaults: there are some.
    """
    faults = [Fault(read.file, read.line(pointer), pointer, says) for pointer, says in found]
    if faults:
        raise LawFaults(faults)


def _fault(read: strict_yaml.Document, model: type[BaseModel], found: Any) -> Fault:
    parts = _loc(found)
    pointer = "".join(f"/{part}" for part in parts)
    allowed = _allowed(model, parts[:-1]) if found["type"] == "extra_forbidden" else ()
    return Fault(read.file, read.line(pointer), pointer, _says(found), allowed)


def _loc(found: Any) -> tuple[Any, ...]:
    """Where pydantic found a fault, in the words of the file: it prints days as Python and marks keys."""
    parts = (part for part in found["loc"] if part != "[key]")
    return tuple(
        date(*map(int, told.groups())).isoformat() if (told := A_DAY.fullmatch(str(part))) else part for part in parts
    )


def _says(found: Any) -> str:
    parts = _loc(found)
    key = str(parts[-1]) if parts else ""
    if found["type"] == "extra_forbidden":
        return f"{key!r} is not a key that is known here"
    if found["type"] == "missing":
        return f"{key!r} is missing"
    what = found["msg"].removeprefix("Value error, ")
    return f"{key!r}: {what}" if key else what


def _allowed(model: Any, loc: Sequence[Any]) -> tuple[str, ...]:
    """The keys of the part of the model that a location leads to."""
    here = model
    for part in loc:
        here = _part(here, part)
    return tuple(field.alias or name for name, field in here.model_fields.items())


def _part(here: Any, part: Any) -> Any:
    """The type that stands under one step of a location."""
    if isinstance(here, type) and issubclass(here, BaseModel):
        named = {field.alias or name: field.annotation for name, field in here.model_fields.items()}
        inner: Any = named[part]
    else:
        inner = get_args(here)[-1]  # the values of a dict, the items of a list
    while get_origin(inner) in (Union, types.UnionType):
        inner = next(kind for kind in get_args(inner) if kind is not type(None))
    return inner
