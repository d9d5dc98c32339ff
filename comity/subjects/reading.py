"""Files of subjects as a stream of records, in constant memory: CSV, FollowTheMoney entities and statements.

A record that cannot be read is a record too, with a fault: nothing is skipped in silence.
"""

import csv
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Any

LONGEST = 16 * 1024 * 1024  # bytes of a line; what is longer is set aside
SAMPLES = 200  # rows of the beginning that tell how days are written
KEPT = 20_000  # characters of a line that are kept with a reject
COLUMNS = {"entity_id", "prop", "schema", "value"}
"""What tells a table of FollowTheMoney statements from another one."""
KNOWN = {"id", "schema", "properties", "statements"}
TOLD = {"canonical_id", "entity_id", "prop", "schema", "value", "dataset", "lang", "original_value", "first_seen",
        "origin", "id"}  # fmt: skip


@dataclass(frozen=True)
class Raw:
    """A value as the file has it."""

    prop: str
    text: object
    column: str
    lang: str = ""
    original: str = ""
    format: str = ""
    source: str = ""
    said_on: date | None = None


@dataclass(frozen=True)
class Fault:
    """Why a record cannot be taken."""

    column: str
    expected: str
    found: str


@dataclass
class Record:
    """One row, entity, or run of statements about one entity."""

    line: int
    raw: Any
    id: str = ""
    schema: str = ""
    values: list[Raw] = field(default_factory=list)
    fault: Fault | None = None
    losses: Counter[str] = field(default_factory=Counter)


def records(format: str, pieces: Iterable[bytes], mapping: Mapping[str, Any]) -> Iterator[Record]:
    lines = decoded(lined(pieces), str(mapping.get("encoding") or "utf-8"))
    if format == "csv":
        return rows(lines, mapping)
    if format == "ftm":
        return (entity(number, text, fault) for number, text, fault in lines if text.strip())
    return runs(lines)


def lined(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Bytes as lines without their ends; of one that is too long only the beginning."""
    rest, cut = b"", False
    for piece in pieces:
        *whole, last = (rest + piece).split(b"\n")
        for line in whole:
            yield b"" if cut else line
            cut = False
        rest = last
        if len(rest) > LONGEST:
            yield rest[:LONGEST]
            rest, cut = b"", True
    if rest and not cut:
        yield rest


Line = tuple[int, str, str]
"""Number, text, and what is wrong with it ("" for nothing)."""


def decoded(lines: Iterable[bytes], encoding: str) -> Iterator[Line]:
    for number, line in enumerate(lines, 1):
        line = line.removesuffix(b"\r")
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        try:
            yield number, line.decode(encoding), "" if len(line) < LONGEST else f"at most {LONGEST} bytes in a line"
        except UnicodeDecodeError:
            yield number, line.decode(encoding, errors="replace"), f"text in {encoding.upper()}"


def rows(lines: Iterable[Line], mapping: Mapping[str, Any]) -> Iterator[Record]:
    """The rows of a table below its heading."""
    wrong: dict[int, str] = {}

    def texts() -> Iterator[str]:
        for number, text, fault in lines:
            if fault:
                wrong[number] = fault
            yield text + "\n"

    reader = csv.reader(texts(), delimiter=str(mapping.get("delimiter") or ","))
    started = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Record(started, [], fault=Fault("", "a row of a table", str(error)))
            started = reader.line_num + 1
            continue
        line, started = started, reader.line_num + 1
        if line == 1 or not cells:
            continue
        fault = next((wrong.pop(n) for n in range(line, started) if n in wrong), "")
        yield row(line, cells, mapping, fault)


def row(line: int, cells: list[str], mapping: Mapping[str, Any], fault: str) -> Record:
    made = Record(line, cells, schema=mapping["schema"])
    columns: Sequence[Mapping[str, Any]] = mapping["columns"]
    if fault:
        made.fault = Fault("", fault, "other bytes")
    elif len(cells) != len(columns):
        made.fault = Fault("", counted(len(columns)), counted(len(cells)))
    else:
        for column, cell in zip(columns, cells, strict=True):
            take(made, column, cell)
        if not made.values:
            made.fault = Fault("", "a value in one of the columns that are used", "none")
    return made


def counted(cells: int) -> str:
    return "1 cell" if cells == 1 else f"{cells} cells"


def take(made: Record, column: Mapping[str, Any], cell: str) -> None:
    prop, text = column["prop"], cell.strip()
    if not text:
        return
    if prop == "id":
        made.id = text[:255]
    elif prop:
        parts = text.split(column["split"]) if column["split"] else [text]
        made.values += [
            Raw(prop, part.strip(), column["heading"], format=column["format"]) for part in parts if part.strip()
        ]


def entity(number: int, text: str, fault: str) -> Record:
    """A line with one entity, its values or its statements."""
    told, wrong = parsed(text, fault)
    made = Record(number, text[:KEPT], fault=wrong)
    if wrong:
        return made
    made.id, made.schema = str(told.get("id") or "")[:255], str(told.get("schema") or "")
    made.losses.update(key for key in told if key not in KNOWN)
    if not made.id:
        made.fault = Fault("id", "the id of the entity", "nothing")
    elif isinstance(told.get("statements"), list):
        for one in told["statements"]:
            statement(made, one if isinstance(one, dict) else {})
    elif isinstance(told.get("properties", {}), dict):
        for prop, values in told.get("properties", {}).items():
            made.values += [Raw(prop, value, prop) for value in (values if isinstance(values, list) else [values])]
    else:
        made.fault = Fault("properties", "an object of lists", str(told["properties"])[:80])
    return made


def parsed(text: str, fault: str) -> tuple[dict[str, Any], Fault | None]:
    if fault:
        return {}, Fault("", fault, "other bytes")
    try:
        told = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        column = str(getattr(error, "colno", 1))
        return {}, Fault(column, "a JSON object", str(getattr(error, "msg", error))[:200])
    if not isinstance(told, dict):
        return {}, Fault("1", "a JSON object", text[:80])
    return told, None


def runs(lines: Iterable[Line]) -> Iterator[Record]:
    """Statements one a line, as JSON or CSV: those about one entity that follow each other are one record."""
    for _, run in groupby(told_statements(lines), key=lambda one: (one[3], one[1] is None and one[0])):
        group = list(run)
        number, told, text, id = group[0]
        made = Record(number, text[:KEPT], id=id[:255])
        if told is None:
            made.fault = Fault("", "a statement of FollowTheMoney", text[:80])
            yield made
            continue
        made.schema = str(told.get("schema") or "")
        statement(made, told)
        for _number, more, raw, _id in group[1:]:
            statement(made, more or {})
            made.raw = f"{made.raw}\n{raw}"[:KEPT]
        yield made


Told = tuple[int, dict[str, Any] | None, str, str]
"""Line, statement (None: it cannot be read), text, and the entity that it is about."""


def told_statements(lines: Iterable[Line]) -> Iterator[Told]:
    heading: list[str] = []
    for number, text, fault in lines:
        if not text.strip():
            continue
        if number == 1 and not text.lstrip().startswith("{"):
            heading = next(csv.reader([text]))
            continue
        told: dict[str, Any]
        if heading:
            cells = next(csv.reader([text]), [])
            told, wrong = dict(zip(heading, cells, strict=False)), len(cells) != len(heading) or bool(fault)
        else:
            told, found = parsed(text, fault)
            wrong = found is not None
        id = str(told.get("canonical_id") or told.get("entity_id") or "")
        yield number, None if wrong or not id or not told.get("prop") else told, text, id


def statement(made: Record, told: Mapping[str, Any]) -> None:
    """Put one statement into the record of its entity."""
    made.losses.update(key for key, value in told.items() if key not in TOLD and value not in (None, "", False, "f"))
    prop = str(told.get("prop") or "")
    if prop in ("", "id"):
        return
    source = ", ".join(str(told[key]) for key in ("dataset", "origin") if told.get(key))
    made.values.append(
        Raw(
            prop,
            told.get("value"),
            prop,
            lang=str(told.get("lang") or "")[:12],
            original=str(told.get("original_value") or ""),
            source=source,
            said_on=day(told.get("first_seen")),
        )
    )


def day(told: object) -> date | None:
    try:
        return date.fromisoformat(str(told or "")[:10])
    except ValueError:
        return None


def recognised(head: bytes, name: str) -> str:
    """The format of a file by its beginning; "" when it is none that is known."""
    first = head.split(b"\n", 1)[0].decode("utf-8-sig", errors="replace").strip()
    if first.startswith("{"):
        told, wrong = parsed(first, "")
        if wrong is None:
            return "ftm-statements" if "prop" in told and "entity_id" in told else "ftm" if "schema" in told else ""
        return "ftm" if name.endswith((".json", ".ijson", ".jsonl")) else ""
    if set(next(csv.reader([first]), [])) >= COLUMNS:
        return "ftm-statements"
    return "csv" if first else ""


def table(head: bytes) -> dict[str, Any]:
    """How a table is written: encoding, delimiter, heading."""
    encoding = "utf-8"
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        # The beginning of a file may end in the middle of a letter.
        encoding = "utf-8" if error.start > len(head) - 4 and len(head) > 4 else "cp1252"
    first = head.split(b"\n", 1)[0].decode(encoding, errors="replace").removeprefix("\ufeff").rstrip("\r")
    delimiter = max(",;\t|", key=first.count)
    whole = head.decode(encoding, errors="replace").splitlines()[1:SAMPLES]
    return {
        "samples": [row for row in csv.reader(whole, delimiter=delimiter) if row],
        "encoding": encoding,
        "delimiter": delimiter,
        "heading": [one.strip() for one in next(csv.reader([first], delimiter=delimiter), [])],
    }
