"""What an instrument asks of an offence: both laws or one, the categories without a check, and how grave it must be.

Data: data/thresholds.yaml. A threshold in months is held against the maximum penalties that the national files
record, or against what the request states (``penalty.maximum_months``, ``penalty.sentence_months``).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from comity.law import concordance, reading, roll

RuleKind = Literal["required", "optional", "by-declaration", "by-other-law", "convention-offence", "not-asked"]
Side = Literal["issuing", "executing", "both"]


@dataclass(frozen=True)
class Waiver:
    """When the check is left out for the 32 categories. ``declared``: what a State may declare against it."""

    months: int
    says: str
    cite: str
    declared: str
    declared_cite: str
    source: str
    confidence: reading.Confidence


@dataclass(frozen=True)
class Threshold:
    """How grave an offence must be. Without months the text gives words only.

    ``execution_counts``: a sentence of ``execution_months`` serves ``instead`` of the maximum, or is ``added`` to it.
    """

    says: str
    prosecution_months: int | None
    execution_months: int | None
    execution_counts: Literal["instead", "added"] | None
    measured_in: Side
    unless_convention_offence: bool
    only_when: str
    note: str
    cite: str
    source: str
    confidence: reading.Confidence


@dataclass(frozen=True)
class Rule:
    """What one instrument says of dual criminality. ``treaty`` binds both sides, or the rule is not theirs."""

    instrument: str
    treaty: str | None
    kind: RuleKind
    says: str
    cite: str
    waiver: Waiver | None
    thresholds: tuple[Threshold, ...]
    offences_of: tuple[str, ...]
    source: str
    confidence: reading.Confidence

    def establishes(self, pivot: concordance.Pivot) -> concordance.TreatyDuty | None:
        """The article by which the convention, or a protocol to it, makes this an offence; None where none does."""
        duties = (duty for treaty in self.offences_of if (duty := pivot.duty(treaty)))
        return next((duty for duty in duties if duty.duty in ("mandatory", "optional", "conditional")), None)


class _Waiver(reading.Strict):
    months: int
    declarations: Literal["none", "executing"]
    says: str
    cite: str
    declared: str = ""
    declared_cite: str = ""
    source: str
    confidence: reading.Confidence


class _Threshold(reading.Strict):
    says: str
    prosecution_months: int | None = None
    execution_months: int | None = None
    execution_counts: Literal["instead", "added"] | None = None
    measured_in: Side
    unless_convention_offence: bool = False
    only_when: str = ""
    note: str = ""
    cite: str
    source: str
    confidence: reading.Confidence


class _Rule(reading.Strict):
    treaty: str | None = None
    rule: RuleKind
    says: str
    cite: str
    waiver: _Waiver | None = None
    thresholds: list[_Threshold] = []
    offences_of: list[str] = []
    source: str
    confidence: reading.Confidence


class _File(reading.Strict):
    instruments: dict[str, _Rule]
    sources: dict[str, reading.Source]


@cache
def rules(folder: Path = reading.DATA) -> dict[str, Rule]:
    """Every instrument with a rule, by id.

    :raises reading.LawFaults: the file cannot be used.
    """
    told = reading.checked(
        folder / "thresholds.yaml", _File, lambda told, _read: _faults(told, set(roll.book(folder).treaties))
    )
    return {id: _rule(id, row) for id, row in told.instruments.items()}


def of(instrument: str, *, folder: Path = reading.DATA) -> Rule | None:
    """The rule of an instrument; None where none is recorded."""
    return rules(folder).get(instrument)


def _rule(id: str, told: _Rule) -> Rule:
    waiver: Any = told.waiver.model_dump(exclude={"declarations"}) if told.waiver else None
    return Rule(
        instrument=id,
        treaty=told.treaty,
        kind=told.rule,
        says=told.says,
        cite=told.cite,
        waiver=Waiver(**waiver) if waiver else None,
        thresholds=tuple(Threshold(**row.model_dump()) for row in told.thresholds),
        offences_of=tuple(told.offences_of),
        source=told.source,
        confidence=told.confidence,
    )


def _faults(told: _File, treaties: set[str]) -> Iterator[tuple[str, str]]:
    for id, rule in told.instruments.items():
        here = f"/instruments/{id}"
        parts: list[tuple[str, Any]] = [(here, rule)]
        parts += [(f"{here}/thresholds/{index}", row) for index, row in enumerate(rule.thresholds)]
        if rule.waiver:
            parts.append((f"{here}/waiver", rule.waiver))
            if (rule.waiver.declarations == "executing") != bool(rule.waiver.declared and rule.waiver.declared_cite):
                yield f"{here}/waiver", "declared and declared_cite stand with declarations: executing, and only there"
        for pointer, part in parts:
            if part.source not in told.sources:
                yield f"{pointer}/source", f"no source is called {part.source!r}"
        for treaty in (*filter(None, [rule.treaty]), *rule.offences_of):
            if treaty not in treaties:
                yield here, f"no treaty is called {treaty!r}"
        for index, row in enumerate(rule.thresholds):
            if (row.execution_months is None) != (row.execution_counts is None):
                yield f"{here}/thresholds/{index}", "execution_months and execution_counts stand together"
