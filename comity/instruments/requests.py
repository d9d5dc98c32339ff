"""The check of a whole request, and of its form alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from comity.instruments import fieldtypes, texts
from comity.instruments.faults import escape
from comity.instruments.model import Cite, Definition, Field, Finding, Section
from comity.instruments.walk import Values, Walk

KEYS = ("instrument", "issuing", "executing", "language", "form", "facts")


def check(definition: Definition, request: Any, language: str = "en") -> list[Finding]:
    """Everything that is missing, malformed or not asked for in a request, in the order of the form.

    Answers findings of severity ``stop``, and ``mend`` for a period that ends before it begins.
    ``language`` is the language of the sentences.
    """
    walk = Walk(texts.of(definition, language), _form_of(request))
    return list(_request(walk, definition, request))


def _form_of(request: Any) -> Values:
    form = request.get("form") if isinstance(request, dict) else None
    return form if isinstance(form, dict) else {}


def _request(walk: Walk, definition: Definition, request: Any) -> Iterator[Finding]:
    if not isinstance(request, dict):
        yield walk.finding("", "malformed.group", walk.own("label"), None)
        return
    for name in request:
        if name not in KEYS:
            yield walk.unknown(f"/{escape(name)}", name, KEYS, None)
    if "instrument" not in request:
        yield walk.finding("/instrument", "missing", walk.own("instrument"), None)
    elif request["instrument"] != definition.id:
        yield walk.finding("/instrument", "malformed.instrument", "", None, expected=definition.id)
    for party in definition.parties[:2]:
        label = walk.texts.t(f"parties.{party.id}.title")
        yield from _party(walk, request, party.id, label, party.cite)
    yield from _plain(walk, request, "language", "language", None)
    if not isinstance(request.get("facts", {}), dict):
        yield walk.finding("/facts", "malformed.group", walk.own("facts"), None)
    yield from _form(walk, definition, request)


def _party(walk: Walk, request: Values, role: str, label: str, cite: Cite | None) -> Iterator[Finding]:
    value = request.get(role)
    if role not in request:
        yield walk.finding(f"/{role}", "missing", label, cite)
    elif not isinstance(value, dict):
        yield walk.finding(f"/{role}", "malformed.group", label, cite)
    else:
        for name in value:
            if name not in ("authority", "country"):
                yield walk.unknown(f"/{role}/{escape(name)}", name, ["authority", "country"], cite)
        yield from _plain(walk, value, "country", "country", cite, f"/{role}")
        if "authority" in value and not fieldtypes.is_authority(value["authority"]):
            yield walk.finding(f"/{role}/authority", "malformed.authority", walk.own("authority"), cite)


def _plain(walk: Walk, values: Values, name: str, kind: str, cite: Cite | None, pointer: str = "") -> Iterator[Finding]:
    field = Field(name, kind, walk.own(name), "", None)
    if name not in values:
        yield walk.finding(f"{pointer}/{name}", "missing", field.label, cite)
    else:
        yield from walk.value(field, values[name], f"{pointer}/{name}", "", field.label, cite)


def _form(walk: Walk, definition: Definition, request: Values) -> Iterator[Finding]:
    form = request.get("form", {})
    if not isinstance(form, dict):
        yield walk.finding("/form", "malformed.group", walk.own("form"), None)
        return
    if "form" not in request:
        yield walk.finding("/form", "missing", walk.own("form"), None)
    yield from form_findings(walk, definition, form)


def form_findings(walk: Walk, definition: Definition, form: Values) -> Iterator[Finding]:
    """Check every section of a form; a section that is absent has no answers."""
    known = [section.id for section in definition.sections]
    for name in form:
        if name not in known:
            yield walk.unknown(f"/form/{escape(name)}", name, known, None)
    for section in definition.sections:
        yield from _section(walk, section, form.get(section.id, {}))


def _section(walk: Walk, section: Section, values: Any) -> Iterator[Finding]:
    pointer, key = f"/form/{section.id}", f"form.{section.id}"
    if not isinstance(values, dict):
        yield walk.finding(pointer, "malformed.group", walk.texts.t(f"{key}.title"), section.cite)
    else:
        yield from walk.fields(section.fields, values, pointer, key, section.cite)
