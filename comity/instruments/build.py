"""From the plain values of a checked definition to the values of ``model``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from comity.instruments.model import (
    ActType,
    Basis,
    Cite,
    DeadlineRule,
    Definition,
    Field,
    Ground,
    Option,
    Party,
    Rule,
    Section,
    Stage,
    When,
)
from comity.lib import canonical

Raw = dict[str, Any]


def definition(raw: Raw, composites: dict[str, Raw]) -> Definition:
    """Build a definition from values in which the checks found no fault.

    The digest covers the definition and the composites that it uses, but no translation: two sides that
    hold the same digest ask the same questions and fold the same way.
    """
    used: dict[str, Raw] = {}
    _use(raw, composites, used)
    return Definition(
        id=raw["id"],
        version=raw["version"],
        title=raw["title"],
        family=raw["family"],
        says=raw["says"],
        legal_basis=tuple(_basis(row, first=index == 0) for index, row in enumerate(raw["legal_basis"])),
        parties=tuple(_party(row) for row in raw["parties"]),
        sections=tuple(_section(row, composites) for row in raw["form"]),
        stages=tuple(_stage(row) for row in raw["stages"]),
        acts=tuple(_act(row, composites) for row in raw["acts"]),
        grounds=tuple(_grounds(raw.get("grounds", {}))),
        deadlines=tuple(_deadline(row) for row in raw.get("deadlines", [])),
        rules=tuple(_rule(row) for row in raw.get("rules", [])),
        notes=tuple(raw.get("notes", [])),
        sources=raw["sources"],
        dated=raw.get("dated"),
        digest=canonical.digest({"definition": raw, "composites": dict(sorted(used.items()))}),
        raw=raw,
    )


def _basis(row: Raw, *, first: bool) -> Basis:
    needs = row.get("needs", "both" if first else "none")
    return Basis(row["treaty"], row["short"], row["articles"], needs, _when(row), row.get("official_url", ""))


def _party(row: Raw) -> Party:
    only, never = tuple(row.get("only", ())), tuple(row.get("never", ()))
    return Party(row["id"], row["title"], row["says"], cite(row), only, never)


def cite(row: Raw) -> Cite | None:
    return Cite(row["article"], row["source"], row["confidence"]) if "article" in row else None


def field(row: Raw, composites: dict[str, Raw]) -> Field:
    """One field; a composite's type stays, and its fields are filled in."""
    kind = row["type"]
    full: Raw = {"help": "", "fields": [], **composites.get(kind, {}), **row}
    return Field(
        id=row["id"],
        type=kind,
        label=row["label"],
        help=full["help"],
        cite=cite(row),
        required=row.get("required", False),
        when=_when(row),
        options=tuple(Option(one["value"], one["label"], cite(one)) for one in row.get("options", [])),
        fields=tuple(field(one, composites) for one in full["fields"]),
        repeated=row.get("repeated", False),
        at_least=row.get("at_least", 0),
        max_length=row.get("max_length"),
        pattern=row.get("pattern"),
    )


def _use(value: Any, composites: dict[str, Raw], used: dict[str, Raw]) -> None:
    """Collect the composites that a value names as a field's type, and those that these name in turn."""
    if isinstance(value, list):
        for item in value:
            _use(item, composites, used)
    elif isinstance(value, dict):
        kind = value.get("type")
        if isinstance(kind, str) and kind in composites and kind not in used:
            used[kind] = composites[kind]
            _use(composites[kind], composites, used)
        for item in value.values():
            if isinstance(item, dict | list):
                _use(item, composites, used)


def _when(row: Raw) -> When | None:
    test = row.get("when")
    if test is None:
        return None
    return When(
        field=test["field"],
        equals=test.get("equals"),
        one_of=tuple(test.get("one_of", ())),
        includes=test.get("includes"),
        answered=test.get("answered"),
    )


def _section(row: Raw, composites: dict[str, Raw]) -> Section:
    fields = tuple(field(one, composites) for one in row["fields"])
    return Section(row["id"], row["title"], row.get("help", ""), cite(row), fields)


def _stage(row: Raw) -> Stage:
    holder = None if row["holder"] == "none" else row["holder"]
    return Stage(row["id"], row["title"], row["says"], holder, row.get("final", False))


def _act(row: Raw, composites: dict[str, Raw]) -> ActType:
    return ActType(
        id=row["id"],
        title=row["title"],
        says=row.get("says", ""),
        by=tuple(row["by"]),
        cite=cite(row),
        from_stages=tuple(row.get("from", ())),
        to_stage=row.get("to"),
        effect=row.get("effect", "none"),
        event=row.get("event"),
        event_at=row.get("event_at"),
        four_eyes=row.get("four_eyes", True),
        form=tuple(field(one, composites) for one in row.get("form", [])),
        grounds=row.get("grounds"),
    )


def _grounds(raw: Raw) -> Iterable[Ground]:
    for name, found in raw.items():
        for row in found:
            yield Ground(
                row["code"],
                row["kind"],
                row["says"],
                Cite(row["article"], row["source"], row["confidence"]),
                name,
                row.get("test"),
            )


def _deadline(row: Raw) -> DeadlineRule:
    return DeadlineRule(
        id=row["id"],
        title=row["title"],
        owed_by=row["owed_by"],
        starts=row["starts"],
        met_by=tuple(row["met_by"]),
        law=row["law"],
        when=_when(row),
        reckoned_in=row.get("reckoned_in"),
        extended_by=row.get("extended_by"),
    )


def _rule(row: Raw) -> Rule:
    return Rule(
        id=row["id"],
        pointer=row["pointer"],
        severity=row["severity"],
        require=row["require"],
        says=row["says"],
        remedy=row["remedy"],
        cite=cite(row),
        when=row.get("when"),
    )
