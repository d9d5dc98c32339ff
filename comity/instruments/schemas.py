"""JSON Schema (2020-12) of a request, exported from the definition.

It says exactly what ``forms.check`` says with the severity ``stop``; the two are compared by a property test.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from comity.instruments import fieldtypes, shapes
from comity.instruments.faults import unescape
from comity.instruments.model import Cite, Definition, Field, Section, When

Schema = dict[str, Any]


@lru_cache(maxsize=64)
def schema(definition: Definition) -> Schema:
    """The schema of a whole request. The value is shared: do not change it."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:comity:instrument:{definition.id}:{definition.version}",
        "title": definition.title,
        "description": definition.says,
        "type": "object",
        "required": ["instrument", "issuing", "executing", "language", "form"],
        "additionalProperties": False,
        "properties": {
            "instrument": {"const": definition.id},
            "issuing": {"$ref": "#/$defs/party"},
            "executing": {"$ref": "#/$defs/party"},
            "language": {"$ref": "#/$defs/language"},
            "form": _form(definition),
            "facts": {"type": "object"},
        },
        "$defs": {**fieldtypes.DEFS, "party": PARTY},
    }


def definition_schema() -> Schema:
    """The schema of a definition file, for editors."""
    return shapes.schema("definition")


PARTY: Schema = {
    "type": "object",
    "required": ["country"],
    "additionalProperties": False,
    "properties": {
        "authority": {"type": "string", "pattern": fieldtypes.AUTHORITY},
        "country": {"$ref": "#/$defs/country"},
    },
}


def _form(definition: Definition) -> Schema:
    conditions: list[Schema] = []
    for section in definition.sections:
        for field in section.fields:
            if field.when:
                # A sibling of a section's field is written from the root, so that it is asked for
                # even where the whole section is absent.
                conditions.append(_hoisted(field.when, (section.id,), field, section=section.id))
            conditions.extend(_from_root(field, (section.id, field.id), rows=field.repeated))
    form: Schema = {
        "type": "object",
        "required": [one.id for one in definition.sections if _must(one.fields)],
        "additionalProperties": False,
        "properties": {section.id: _section(section) for section in definition.sections},
    }
    return {**form, "allOf": conditions} if conditions else form


def _must(fields: Iterable[Field]) -> list[str]:
    return [field.id for field in fields if field.required and field.when is None]


def _section(section: Section) -> Schema:
    return {
        "title": section.title,
        **_cited(section.help, section.cite),
        **_object(section.fields, conditions=False),
    }


def _object(fields: tuple[Field, ...], *, conditions: bool = True) -> Schema:
    found: Schema = {
        "type": "object",
        "required": _must(fields),
        "additionalProperties": False,
        "properties": {field.id: _field(field) for field in fields},
    }
    beside = [
        _conditional(_test((field.when.field,), field.when), {"required": [field.id]}, field.id, field.required)
        for field in fields
        if conditions and field.when and not field.when.field.startswith("/")
    ]
    return {**found, "allOf": beside} if beside else found


def _field(field: Field) -> Schema:
    one = _object(field.fields) if field.fields else fieldtypes.of(field).schema(field)
    if field.repeated:
        one = {
            "type": "array",
            "minItems": max(1, field.at_least),
            "maxItems": fieldtypes.MOST_ROWS,
            "items": one,
        }
    return {"title": field.label, **_cited(field.help, field.cite), **one}


def _cited(says: str, cite: Cite | None) -> Schema:
    return {
        **({"description": says} if says else {}),
        **({"x-article": cite.article, "x-source": cite.source, "x-confidence": cite.confidence} if cite else {}),
    }


def _from_root(field: Field, path: tuple[str, ...], *, rows: bool) -> Iterator[Schema]:
    """Conditions inside groups that look at the root of the form; ``path`` leads to the group, "*" to its rows."""
    inside = (*path, "*") if rows else path
    for inner in field.fields:
        if inner.when and inner.when.field.startswith("/"):
            yield _hoisted(inner.when, inside, inner, section="")
        yield from _from_root(inner, (*inside, inner.id), rows=inner.repeated)


def _hoisted(when: When, group: tuple[str, ...], field: Field, *, section: str) -> Schema:
    target = when.field[1:].split("/") if when.field.startswith("/") else [*group, when.field]
    test = _test(tuple(unescape(part) for part in target), when)
    needs = _below(group, {"required": [field.id]})
    if section:
        needs = {"required": [section], **needs}
    return {
        "if": test,
        **({"then": needs} if field.required else {}),
        "else": _below(group, {"properties": {field.id: False}}),
    }


def _conditional(test: Schema, needs: Schema, name: str, required: bool) -> Schema:
    return {"if": test, **({"then": needs} if required else {}), "else": {"properties": {name: False}}}


def _below(group: tuple[str, ...], schema: Schema) -> Schema:
    for part in reversed(group):
        schema = {"items": schema} if part == "*" else {"properties": {part: schema}}
    return schema


def _test(target: tuple[str, ...], when: When) -> Schema:
    """A schema that a form passes when the condition holds, whatever else is wrong with the form."""
    if when.answered is not None:
        found = _at(target, True)
        return found if when.answered else {"not": found}
    if when.includes is not None:
        return _at(target, {"type": "array", "contains": {"const": when.includes}})
    return _at(target, {"enum": list(when.one_of)} if when.one_of else {"const": when.equals})


def _at(target: tuple[str, ...], value: Schema | bool) -> Schema:
    *above, last = target
    schema: Schema = {"type": "object", "required": [last], "properties": {last: value}}
    for part in reversed(above):
        schema = {"type": "object", "required": [part], "properties": {part: schema}}
    return schema
