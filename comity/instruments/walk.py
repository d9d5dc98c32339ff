"""The walk over the answers of a form: what is missing, malformed, unknown or not asked for."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from comity.instruments import fieldtypes
from comity.instruments.conditions import visible
from comity.instruments.faults import escape
from comity.instruments.fieldtypes import TYPES
from comity.instruments.model import Cite, Field, Finding, Severity
from comity.instruments.texts import Texts, message

Values = dict[str, Any]
NO_CITE = Cite("", "", "memory")
ENDINGS = ("?", ".", ":", "!")


def says(language: str, code: str, label: str, **fields: Any) -> str:
    """The sentence of a finding. A label that ends a sentence by itself stands in it quoted."""
    if not label.endswith(ENDINGS):
        return message(language, f"{code}.says", label=label, **fields)
    if code == "missing":
        return message(language, "missing.quoted", label=label)
    return message(language, f"{code}.says", label=message(language, "quoted", label=label), **fields)


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
        *,
        severity: Severity = "stop",
        **fields: Any,
    ) -> Finding:
        """A finding whose rule is the code's first word: ``form.malformed``."""
        given = cite or NO_CITE
        language = self.texts.language
        return Finding(
            pointer=pointer,
            severity=severity,
            rule=f"form.{code.removesuffix('_near').partition('.')[0].replace('_', '-')}",
            article=given.article,
            says=says(language, code, label, **fields),
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

    def _field(self, field: Field, values: Values, pointer: str, key: str, cite: Cite | None) -> Iterator[Finding]:
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
            yield self.finding(pointer, "order", label, cite, severity="mend")

    def _facts(self, field: Field, value: Any, key: str, wrong: str) -> dict[str, Any]:
        if wrong == "option":
            shown = [self.texts.t(f"{key}.options.{one.value}") or one.label for one in field.options]
            return {"options": "; ".join(shown)}
        return {"most": fieldtypes.longest(field), "count": len(value)} if wrong == "too_long" else {}
