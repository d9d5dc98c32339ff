"""Preflight: everything that would stop or delay a request, before it leaves.

The receiver runs the same function on arrival, with the same requirements, and finds the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Literal

from comity.instruments import expressions, forms, lawful, parts, requirements, sense, texts
from comity.instruments.expressions import Absent, BadExpression, NotEvaluated
from comity.instruments.model import Cite, Definition, Finding, Report, Rule, Severity
from comity.instruments.requirements import BadRequirement
from comity.instruments.texts import message

MOST_REQUIREMENTS = 200
"""Requirements of one receiver that are evaluated for one request."""


def run(
    definition: Definition,
    request: Any,
    required: Sequence[Any] = (),
    *,
    attachments: Sequence[dict[str, Any]] = (),
    on: date | None = None,
    language: str = "en",
) -> Report:
    """Check a request against its form, the law, the instrument's rules and the receiver's requirements, all together.

    ``required`` are the requirements of the receiver's card (``requirements``); those that name another
    instrument are passed over. ``attachments`` are the items that will travel with the request
    (``{"name", "media_type", "size", ...}``). ``on`` is the day on which the law is asked, when the form itself has
    no day (``Definition.dated``): today for the sender, the day of the act for the receiver; without either the
    findings that depend on a day are left out. ``language`` is the language of the findings.
    """
    found = forms.check(definition, request, language)
    stopped = {one.pointer for one in found if one.severity == "stop"}
    found.extend(one for one in parts.findings(definition, request, language) if one.pointer not in stopped)
    if isinstance(request, dict):
        # What the receiver publishes of its languages goes before what is known of its country.
        spoken = stopped | {
            "/language" for one in required if isinstance(one, dict) and _speaks_of_language(one, definition)
        }
        found.extend(one for one in lawful.findings(definition, request, on, language) if one.pointer not in spoken)
        told = sense.findings(definition, request, on, language)
        found.extend(one for one in told if not _under(one.pointer, stopped))
    context = expressions.context(_variables(definition, request, attachments))
    for rule in _own_rules(definition, language):
        # A rule about a place that is missing or malformed would only say so again; one of our own that cannot be
        # evaluated over a malformed form is no fault of its author.
        if not _under(rule.pointer, stopped):
            found.extend(_evaluated(rule, context, language, blamed=not stopped))
    found.extend(_theirs(definition, required, context, stopped, language))
    return Report(_verdict(found), tuple(found))


def asked(
    definition: Definition, request: Any, required: Sequence[Any], *, attachments: Sequence[dict[str, Any]] = (),
    language: str = "en",
) -> Report:  # fmt: skip
    """What the receiver's requirements alone have to say about a request: as ``run``, without the law and the form."""
    stopped = {one.pointer for one in forms.check(definition, request, language) if one.severity == "stop"}
    context = expressions.context(_variables(definition, request, attachments))
    found = list(_theirs(definition, required, context, stopped, language))
    return Report(_verdict(found), tuple(found))


def _speaks_of_language(requirement: dict[str, Any], definition: Definition) -> bool:
    return requirement.get("pointer") == "/language" and requirement.get("instrument") == definition.id


def _verdict(found: list[Finding]) -> Literal["send", "mend", "stop"]:
    severities = {one.severity for one in found}
    if "stop" in severities:
        return "stop"
    return "mend" if "mend" in severities else "send"


def _variables(definition: Definition, request: Any, attachments: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The variables of a rule. A section without answers is an empty object, so has() works below it."""
    given = request if isinstance(request, dict) else {}
    form = given.get("form")
    sections: dict[str, Any] = {section.id: {} for section in definition.sections}
    return {
        "form": {**sections, **form} if isinstance(form, dict) else sections,
        "facts": given.get("facts", {}),
        "issuing": given.get("issuing", {}),
        "executing": given.get("executing", {}),
        "language": given.get("language", ""),
        "attachments": list(attachments),
    }


def _own_rules(definition: Definition, language: str) -> Iterator[Rule]:
    said = texts.of(definition, language)
    for rule in definition.rules:
        yield Rule(
            id=f"{definition.id}.{rule.id}",
            pointer=rule.pointer,
            severity=rule.severity,
            require=rule.require,
            says=said.t(f"rules.{rule.id}.says"),
            remedy=said.t(f"rules.{rule.id}.remedy"),
            cite=rule.cite,
            when=rule.when,
        )


def _theirs(
    definition: Definition, required: Sequence[Any], context: Any, stopped: set[str], language: str
) -> Iterator[Finding]:
    wanted = [one for one in required if isinstance(one, dict) and one.get("instrument") == definition.id]
    for one in wanted[:MOST_REQUIREMENTS]:
        try:
            rule = requirements.rule(one, language)
        except BadRequirement:
            rule = Rule(str(one.get("id", "")), "", "mend", "", "", "", None)
            yield _not_evaluated(rule, language)
            continue
        if rule.pointer not in stopped:
            yield from _evaluated(rule, context, language)
    if len(wanted) > MOST_REQUIREMENTS:
        says = message(language, "rule.too_many.says", most=MOST_REQUIREMENTS)
        remedy = message(language, "rule.too_many.remedy")
        yield Finding("", "mend", "requirements.too-many", "", says, remedy)


def _under(pointer: str, stopped: set[str]) -> bool:
    """Whether a place, or one that holds it, has already stopped the request."""
    return any(pointer == one or pointer.startswith(f"{one}/") for one in stopped if one)


def _evaluated(rule: Rule, context: Any, language: str, *, blamed: bool = True) -> Iterator[Finding]:
    """The finding of one rule, if it has one.

    An absent value outside of has() means that ``when`` does not hold, and that ``require`` does not either.
    ``blamed`` False: a rule that cannot be evaluated is passed over.
    """
    try:
        if rule.when is not None and not _holds(rule.when, context):
            return
        if not _holds(rule.require, context):
            yield _finding(rule, rule.severity, rule.says, rule.remedy)
    except (NotEvaluated, BadExpression):
        if blamed:
            yield _not_evaluated(rule, language)


def _not_evaluated(rule: Rule, language: str) -> Finding:
    """Never "stop": a rule that its author got wrong must not keep a request from leaving."""
    severity: Severity = "note" if rule.severity == "note" else "mend"
    says = message(language, "rule.not_evaluated.says", rule=rule.id)
    return _finding(rule, severity, f"{says} {rule.says}".strip(), message(language, "rule.not_evaluated.remedy"))


def _holds(expression: str, context: Any) -> bool:
    try:
        return expressions.holds(expression, context)
    except Absent:
        return False


def _finding(rule: Rule, severity: Severity, says: str, remedy: str) -> Finding:
    cite = rule.cite or Cite("", "", "memory")
    return Finding(rule.pointer, severity, rule.id, cite.article, says, remedy, cite.confidence)
