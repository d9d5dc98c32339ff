"""What a file of subjects holds, without a case: every record read and cleaned, nothing looked up. Pure."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from followthemoney.types import registry

from comity.subjects import cleaning, kinds, reading
from comity.subjects.reading import Raw, Record


@dataclass
class Checked:
    """Counts of records, what would be set aside (the whole record or one value), and what no table keeps."""

    format: str
    read: int = 0
    accepted: int = 0
    rejected: list[dict[str, str]] = field(default_factory=list)
    losses: Counter[str] = field(default_factory=Counter)

    def as_json(self) -> dict[str, Any]:
        losses = [{"where": name, "says": f"not kept, {count} times"} for name, count in sorted(self.losses.items())]
        return {"format": self.format, "read": self.read, "accepted": self.accepted, "rejected": self.rejected,
                "losses": losses}  # fmt: skip


def check(format: str, opened: Callable[[], Iterator[bytes]], mapping: Mapping[str, Any]) -> Checked:
    """Go through a file twice: what is in it, then whether what is named is there. Only ids are kept in memory."""
    told, known = Checked(format), dict[str, str]()
    for record in reading.records(format, opened(), mapping):
        told.read += 1
        told.losses.update(record.losses)
        if taken(record, format == "csv", told):
            told.accepted += 1
            if record.id:
                known.setdefault(record.id, record.schema)
    if format != "csv":
        for record in reading.records(format, opened(), mapping):
            if record.fault is None and known.get(record.id):
                named(record, known, told)
    return told


def taken(record: Record, strict: bool, told: Checked) -> bool:
    """Whether the record is taken; what is wrong with it is told."""
    fault = record.fault
    if fault is not None:
        aside(told, record, fault.column, fault.expected, fault.found)
        return False
    try:
        kinds.schema(record.schema)
    except kinds.UnknownKind:
        aside(told, record, "schema", "a kind of FollowTheMoney, such as Person", record.schema or "nothing")
        return False
    wrong = [one for raw in record.values if (one := against(record, raw))]
    for column, expected, found in wrong[:1] if strict else wrong:
        aside(told, record, column, expected, found)
    return not (wrong and strict)


def against(record: Record, raw: Raw) -> tuple[str, str, str] | None:
    try:
        prop = kinds.prop(record.schema, raw.prop)
        if prop.type != registry.entity:
            cleaning.clean(prop, raw.text, format=raw.format)
    except kinds.UnknownProperty:
        return raw.column, f"a property of {record.schema}", raw.prop
    except cleaning.BadValue as bad:
        return raw.column, bad.fields["expected"], bad.fields["found"]
    return None


def named(record: Record, known: Mapping[str, str], told: Checked) -> None:
    """What a record names must be in the file; a relation without an end is set aside whole."""
    schema = kinds.schema(record.schema)
    ends = set(kinds.ends(record.schema)) if schema.edge else set()
    missing = [
        raw for raw in record.values
        if (prop := schema.get(raw.prop)) is not None and prop.type == registry.entity and str(raw.text) not in known
    ]  # fmt: skip
    for raw in missing:
        aside(told, record, raw.column, "the id of a subject in the file", str(raw.text)[:80])
    absent = ends - {raw.prop for raw in record.values}
    for name in sorted(absent):
        aside(told, record, name, "the id of a subject in the file", "nothing")
    if absent or any(raw.prop in ends for raw in missing):
        told.accepted -= 1


def aside(told: Checked, record: Record, column: str, expected: str, found: str) -> None:
    where = f"line {record.line}" + (f", {column}" if column else "")
    told.rejected.append({"where": where, "says": f"expected {expected}, found {found}"})
