"""What a form asks, and what is wrong with the answers: the doors of this room for pages, dossiers and commands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from comity.instruments.conditions import visible
from comity.instruments.contents import check_content
from comity.instruments.contents import fields as content_fields
from comity.instruments.fieldtypes import TYPES
from comity.instruments.model import Definition, Field
from comity.instruments.requests import check
from comity.instruments.schemas import definition_schema, schema
from comity.instruments.walk import Values

__all__ = [
    "TYPES",
    "check",
    "check_content",
    "content_fields",
    "definition_schema",
    "prune",
    "schema",
    "visible",
]


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
                _pruned(field.fields, row, form) if isinstance(row, dict) and field.fields else row for row in value
            ]
        elif field.fields and isinstance(value, dict):
            kept[field.id] = _pruned(field.fields, value, form)
    return kept
