"""What a form asks, and what is wrong with the answers: exact pointers, the article, a sentence and a remedy."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from comity.instruments import fieldtypes, texts
from comity.instruments.conditions import visible
from comity.instruments.faults import escape
from comity.instruments.fieldtypes import TYPES
from comity.instruments.model import Cite, Definition, Field, Finding, Section, Severity
from comity.instruments.schemas import definition_schema, schema
from comity.instruments.texts import Texts, message

__all__ = ["TYPES", "check", "definition_schema", "prune", "schema", "visible"]

Values = dict[str, Any]
KEYS = ("instrument", "issuing", "executing", "language", "form", "facts")
NO_CITE = Cite("", "", "memory")


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


@dataclass(frozen=True)
class Walk:
    """What a check of one form carries along: the texts, and the form that conditions look at."""

    texts: Texts
    form: Mapping[str, Any]

    def finding(
        self,
        pointer: str,
        code: str,
        label: str,
        cite: Cite | None,
        severity: Severity = "stop",
        **fields: object,
    ) -> Finding:
        """A finding whose rule is the code's first word: ``form.malformed``."""
        given = cite or NO_CITE
        language = self.texts.language
        return Finding(
            pointer=pointer,
            severity=severity,
            rule=f"form.{code.removesuffix('_near').partition('.')[0].replace('_', '-')}",
            article=given.article,
            says=message(language, f"{code}.says", label=label, **fields),
            remedy=message(language, f"{code}.remedy", label=label, **fields),
            confidence=given.confidence,
        )

    def own(self, key: str) -> str:
        """The name of a part of every request, in the language of the sentences."""
        return self.own_text(f"request.{key}")

    def own_text(self, key: str) -> str:
        return message(self.texts.language, key)

    def fields(
        self, fields: tuple[Field, ...], values: Any, pointer: str, key: str, cite: Cite | None
    ) -> Iterator[Finding]:
        """Check the answers of one section, group or act against its fields.

        ``key`` is the dotted key of their texts and ``cite`` what a field without an article falls back on.
        """
        for name in values:
            if name not in {field.id for field in fields}:
                yield self.unknown(f"{pointer}/{escape(name)}", name, [field.id for field in fields], cite)
        for field in fields:
            yield from self._field(field, values, pointer, f"{key}.{field.id}", field.cite or cite)

    def unknown(self, pointer: str, name: object, known: Iterable[str], cite: Cite | None) -> Finding:
        close = difflib.get_close_matches(str(name), known, n=1)
        code = "unknown_near" if close else "unknown"
        return self.finding(pointer, code, "", cite, name=repr(str(name)[:60]), near=repr("".join(close)))

    def _field(
        self, field: Field, values: Values, pointer: str, key: str, cite: Cite | None
    ) -> Iterator[Finding]:
        here = f"{pointer}/{field.id}"
        label = self.texts.t(f"{key}.label") or field.label
        if not visible(field, self.form, values):
            if field.id in values:
                yield self.finding(here, "not_asked", label, cite)
        elif field.id not in values:
            if field.required:
                yield self.finding(here, "missing", label, cite)
        elif field.repeated:
            yield from self._rows(field, values[field.id], here, key, label, cite)
        else:
            yield from self.value(field, values[field.id], here, key, label, cite)

    def _rows(
        self, field: Field, rows: Any, pointer: str, key: str, label: str, cite: Cite | None
    ) -> Iterator[Finding]:
        least = max(1, field.at_least)
        if not isinstance(rows, list):
            yield self.finding(pointer, "malformed.list", label, cite)
        elif len(rows) < least:
            yield self.finding(pointer, "too_few", label, cite, least=least)
        elif len(rows) > fieldtypes.MOST_ROWS:
            yield self.finding(pointer, "too_many", label, cite, most=fieldtypes.MOST_ROWS, count=len(rows))
        else:
            for index, row in enumerate(rows):
                yield from self.value(field, row, f"{pointer}/{index}", key, label, cite)

    def value(
        self, field: Field, value: Any, pointer: str, key: str, label: str, cite: Cite | None
    ) -> Iterator[Finding]:
        """Check one answer; a group's answers are checked in turn."""
        wrong = fieldtypes.of(field).check(field, value)
        if wrong:
            kind = field.type if field.type in TYPES else "group"
            code = f"malformed.{kind}" if wrong == "malformed" else wrong
            yield self.finding(pointer, code, label, cite, **self._facts(field, value, key, wrong))
        elif field.fields:
            yield from self.fields(field.fields, value, pointer, key, cite)
        elif field.type == "period" and value["from"] > value["to"]:
            yield self.finding(pointer, "order", label, cite, "mend")

    def _facts(self, field: Field, value: Any, key: str, wrong: str) -> dict[str, object]:
        if wrong == "option":
            shown = [self.texts.t(f"{key}.options.{one.value}") or one.label for one in field.options]
            return {"options": "; ".join(shown)}
        return {"most": fieldtypes.longest(field), "count": len(value)} if wrong == "too_long" else {}


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


def _plain(
    walk: Walk, values: Values, name: str, kind: str, cite: Cite | None, pointer: str = ""
) -> Iterator[Finding]:
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


def prune(definition: Definition, form: Mapping[str, Any]) -> Values:
    """The form without answers to questions that are not asked, as often as one answer hides another."""
    before: Values = dict(form)
    while True:
        after = {
            section.id: _pruned(section.fields, before[section.id], before)
            for section in definition.sections
            if isinstance(before.get(section.id), dict)
        }
        # What is no section, or is malformed, stays for the check to name.
        after = {**{name: value for name, value in before.items() if name not in after}, **after}
        if after == before:
            return after
        before = after


def _pruned(fields: tuple[Field, ...], values: Values, form: Mapping[str, Any]) -> Values:
    kept = dict(values)
    for field in fields:
        if field.id not in kept:
            continue
        value = kept[field.id]
        if not visible(field, form, values):
            del kept[field.id]
        elif field.repeated and isinstance(value, list):
            kept[field.id] = [
                _pruned(field.fields, row, form) if isinstance(row, dict) and field.fields else row
                for row in value
            ]
        elif field.fields and isinstance(value, dict):
            kept[field.id] = _pruned(field.fields, value, form)
    return kept
