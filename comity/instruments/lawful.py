"""What the law room has to say about a request: who is bound on the day, and on what terms earlier material came."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from comity.instruments import conditions
from comity.instruments.codes import COURT
from comity.instruments.model import Basis, Definition, Field, Finding
from comity.instruments.texts import message
from comity.law import parties

ROLES = {"both": ("issuing", "executing"), "issuing": ("issuing",), "executing": ("executing",), "none": ()}


def findings(definition: Definition, request: dict[str, Any], on: date | None, language: str) -> Iterator[Finding]:
    """Everything that the law room finds; nothing that depends on a day unless one is known."""
    form = request.get("form")
    given = form if isinstance(form, dict) else {}
    day = dated(definition, given) or on
    if day is not None:
        yield from _bound(definition, request, given, day, language)
    for pointer, field, value in composites(definition, given):
        if field.type == "prior_material":
            yield from _prior(pointer, value, language)


def dated(definition: Definition, form: dict[str, Any]) -> date | None:
    """The day of the request that its form names."""
    here: Any = form
    for part in (definition.dated or "").split("/")[1:]:
        here = here.get(part) if isinstance(here, dict) else None
    try:
        return date.fromisoformat(here[:10]) if isinstance(here, str) else None
    except ValueError:
        return None


def composites(definition: Definition, form: dict[str, Any]) -> Iterator[tuple[str, Field, dict[str, Any]]]:
    """Every answered composite or group of a form with its place: ``("/form/persons/sought/0", field, answers)``."""
    for section in definition.sections:
        answers = form.get(section.id)
        if isinstance(answers, dict):
            yield from _inside(section.fields, answers, f"/form/{section.id}")


def _inside(
    fields: tuple[Field, ...], answers: dict[str, Any], pointer: str
) -> Iterator[tuple[str, Field, dict[str, Any]]]:
    for field in fields:
        if not field.fields or field.id not in answers:
            continue
        place, value = f"{pointer}/{field.id}", answers[field.id]
        rows = enumerate(value) if isinstance(value, list) else [(None, value)]
        for number, row in rows:
            if isinstance(row, dict):
                here = place if number is None else f"{place}/{number}"
                yield here, field, row
                yield from _inside(field.fields, row, here)


def needed(definition: Definition, form: dict[str, Any]) -> Iterator[tuple[Basis, tuple[str, ...]]]:
    """The bases that this request needs, each with the parts whose countries must be bound."""
    for basis in definition.legal_basis:
        if ROLES[basis.needs] and (basis.when is None or conditions.holds(basis.when, form, {})):
            yield basis, ROLES[basis.needs]


def _bound(
    definition: Definition, request: dict[str, Any], form: dict[str, Any], on: date, language: str
) -> Iterator[Finding]:
    for basis, roles in needed(definition, form):
        for role in roles:
            given = request.get(role)
            country = given.get("country") if isinstance(given, dict) else None
            if isinstance(country, str) and country != COURT:
                yield from _of_country(basis, role, country, on, language)


def _of_country(basis: Basis, role: str, country: str, on: date, language: str) -> Iterator[Finding]:
    try:
        answer = parties.is_party(basis.treaty, country, on, language=language)
    except parties.UnknownTreaty:
        return
    if answer.answer == "yes":
        return
    sure = answer.answer == "no" and answer.confidence == "verified"
    yield Finding(
        pointer=f"/{role}/country",
        severity="stop" if sure else "mend" if answer.answer == "no" else "note",
        rule="law.not-bound" if answer.answer == "no" else "law.not-known",
        article=f"{basis.short}, {basis.articles}",
        says=answer.says,
        remedy=message(language, "law.not_bound.remedy" if answer.answer == "no" else "law.not_known.remedy"),
        confidence=answer.confidence,
    )


def _prior(pointer: str, value: dict[str, Any], language: str) -> Iterator[Finding]:
    """Material that another State gave on terms which this use goes beyond."""
    if value.get("consent") is False and value.get("terms") != "no_limit":
        yield Finding(
            pointer=f"{pointer}/consent",
            severity="stop",
            rule="law.speciality",
            article="",
            says=message(language, "law.speciality.says"),
            remedy=message(language, "law.speciality.remedy"),
            confidence="verified",
        )
