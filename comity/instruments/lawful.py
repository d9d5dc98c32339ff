"""What the law room has to say about a request.

Who is bound on the day, which language the other side takes, whether a person is immune, on what terms earlier
material came, whether a ground of refusal applies on the facts stated. It shows reasons; a person decides.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from comity.instruments import conditions, texts
from comity.instruments import parts as parts_of
from comity.instruments.codes import COUNTRIES, COURT
from comity.instruments.model import Basis, Confidence, Definition, Field, Finding, Severity
from comity.instruments.texts import message
from comity.law import countries, grounds, immunity, parties
from comity.law.grounds.rule import Effect, Rule

ROLES = {"both": ("issuing", "executing"), "issuing": ("issuing",), "executing": ("executing",), "none": ()}


def findings(definition: Definition, request: dict[str, Any], on: date | None, language: str) -> Iterator[Finding]:
    """Everything that the law room finds; nothing that depends on a day unless one is known."""
    form = request.get("form")
    given = form if isinstance(form, dict) else {}
    day = dated(definition, given) or on
    parts = list(composites(definition, given))
    issuing, executing = (_country(request, role) for role in ("issuing", "executing"))
    yield from _prior(parts, language)
    yield from _accepted(definition, request, executing, language)
    if day is not None:
        yield from _bound(definition, request, given, day, language)
        yield from _committed(parts, day, language)
        if issuing and executing:
            yield from _immune(parts, COURT if issuing == COURT else executing, day, language)
            yield from _grounds(definition, request, (issuing, executing), day, language)


def _country(request: dict[str, Any], role: str) -> str | None:
    given = request.get(role)
    country = given.get("country") if isinstance(given, dict) else None
    return country if isinstance(country, str) and (country == COURT or country in COUNTRIES) else None


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
            country = _country(request, role)
            if country and country != COURT:
                yield from _of_country(basis, role, country, on, language)


def _of_country(basis: Basis, role: str, country: str, on: date, language: str) -> Iterator[Finding]:
    try:
        answer = parties.is_party(basis.treaty, country, on, language=language)
    except parties.UnknownTreaty:
        return
    if answer.answer == "yes":
        return
    # Where a State left, what began before mostly goes on (Rome Statute art 127(2), Vienna Convention art 70(1)(b)).
    gone = parties.treaty(basis.treaty).applies_until
    left = answer.until is not None and on >= answer.until and answer.until != gone
    sure = answer.answer == "no" and answer.confidence == "verified" and not left
    yield Finding(
        pointer=f"/{role}/country",
        severity="stop" if sure else "mend" if answer.answer == "no" else "note",
        rule="law.not-bound" if answer.answer == "no" else "law.not-known",
        article=f"{basis.short}, {basis.articles}",
        says=answer.says,
        remedy=message(
            language,
            "law.left.remedy" if left else "law.not_bound.remedy" if answer.answer == "no" else "law.not_known.remedy",
        ),
        confidence=answer.confidence,
    )


Parts = list[tuple[str, Field, dict[str, Any]]]


def _prior(parts: Parts, language: str) -> Iterator[Finding]:
    """Material that another State gave on terms which this use goes beyond."""
    for pointer, field, value in parts:
        if field.type == "prior_material" and value.get("consent") is False and value.get("terms") != "no_limit":
            yield _finding(f"{pointer}/consent", "stop", "law.speciality", language)


def _committed(parts: Parts, on: date, language: str) -> Iterator[Finding]:
    """An offence that would be committed after the request."""
    for pointer, field, value in parts:
        committed = value.get("committed")
        begins = committed.get("from") if field.type == "offence" and isinstance(committed, dict) else None
        if isinstance(begins, str) and begins > on.isoformat():
            yield _finding(f"{pointer}/committed", "mend", "law.not-yet-committed", language)


OTHER_LANGUAGES = frozenset({"information", "jit"})
"""Families whose messages go between services that agree on a language of their own."""


def _accepted(
    definition: Definition, request: dict[str, Any], executing: str | None, language: str
) -> Iterator[Finding]:
    """A language that the executing State is not known to take for judicial requests."""
    if definition.family in OTHER_LANGUAGES:
        return
    known = countries.of(executing) if executing else None
    written = request.get("language")
    if known is None or not isinstance(written, str) or written in known.languages.value:
        return
    names = ", ".join(parts_of.language_named(one, language) for one in known.languages.value)
    yield _finding(
        "/language",
        "mend",
        "law.language",
        language,
        confidence=known.languages.confidence,
        country=parts_of.named(executing or "", language),
        languages=names,
    )


def _immune(parts: Parts, forum: str, on: date, language: str) -> Iterator[Finding]:
    """Persons whose office may make them immune where the request is carried out."""
    for pointer, field, value in parts:
        office, state = value.get("office"), value.get("office_state")
        if field.type != "person" or office not in immunity.offices() or state not in COUNTRIES:
            continue
        found = immunity.immunity(str(office), forum, state=state, on=on, language=language)
        if found.verdict == "not-immune":
            continue
        reasons = " ".join(one.says for one in found.reasons[:2])
        yield Finding(
            pointer=f"{pointer}/office",
            severity="mend",
            rule="law.immunity",
            article="; ".join(dict.fromkeys(one.cite for one in found.reasons[:2])),
            says=f"{found.says} {reasons}",
            remedy=message(language, "law.immunity.remedy", who=found.waiver_by or "?"),
            confidence="verified" if found.verified else "memory",
        )


def weigh(
    definition: Definition, facts: dict[str, Any], between: tuple[str, str], on: date, language: str
) -> tuple[grounds.Finding, ...]:
    """Every ground of the definition that has a test, weighed on the facts; ``between`` is issuing and executing.

    :raises BadFact: a fact is of another kind than its question asks for.
    """
    said = texts.of(definition, language)
    rules = [
        Rule(
            definition.id, one.code, one.test, one.kind, effect, one.says, one.cite.article, one.cite.source,
            one.cite.confidence, grounds.settings(definition.id, one.code, one.test),
        )
        for one in definition.grounds
        if one.test and (effect := EFFECTS.get(one.list))
    ]  # fmt: skip
    stated = {name: value for name, value in facts.items() if name in grounds.facts()}
    found = grounds.judge(rules, stated, issuing=between[0], executing=between[1], on=on, language=language)
    # The law room has no translations of what a definition says in its own words.
    return tuple(replace(one, ground=said.t(f"grounds.{one.code}")) for one in found)


def _grounds(
    definition: Definition, request: dict[str, Any], between: tuple[str, str], on: date, language: str
) -> Iterator[Finding]:
    """Grounds that apply on the facts which the request itself states; nothing is asked here that nobody stated."""
    facts = request.get("facts")
    if not isinstance(facts, dict) or not any(name in grounds.facts() for name in facts):
        return
    try:
        grounds.check({name: value for name, value in facts.items() if name in grounds.facts()})
        found = weigh(definition, facts, between, on, language)
    except grounds.BadFact:
        yield _finding("/facts", "mend", "law.bad-fact", language)
        return
    for one in found:
        if one.applies == "yes":
            yield Finding(
                pointer="/facts",
                severity="mend" if one.effect == "refuse" else "note",
                rule=f"law.ground.{one.code}",
                article=one.article,
                says=one.says,
                remedy=message(language, f"law.ground.{one.effect}.remedy"),
                confidence=one.confidence,
            )


EFFECTS: dict[str, Effect] = {"refusal": "refuse", "postponement": "postpone"}


def _finding(
    pointer: str, severity: Severity, rule: str, language: str, *, confidence: Confidence = "verified", **fields: object
) -> Finding:
    key = rule.replace("-", "_")
    says, remedy = (message(language, f"{key}.{part}", **fields) for part in ("says", "remedy"))
    return Finding(pointer, severity, rule, "", says, remedy, confidence)
