"""One line that tells a dossier from the next: whom or what its form is about. Pure."""

from collections.abc import Iterable, Iterator
from typing import Any

from comity.instruments.model import Definition, Field

SHOWN = 2
LONGEST = 200


def subject(definition: Definition, form: Any) -> str:
    """The first people and organisations that the form names, or its first short text; "" for an empty form.

    Drafts are half filled and peers may send what they like, so values of any type are passed over.
    """
    names = list(dict.fromkeys(_names(definition, form)))
    if not names:
        names = list(_texts(definition, form))[:1]
    more = f" +{len(names) - SHOWN}" if len(names) > SHOWN else ""
    line = "; ".join(names[:SHOWN])
    room = LONGEST - len(more)
    return (line if len(line) <= room else line[: room - 1] + "…") + more


def _names(definition: Definition, form: Any) -> Iterator[str]:
    for field, value in _walk(definition, form):
        if not isinstance(value, dict):
            continue
        if field.type == "person":
            yield from _joined(value, ("surname", "given_names"))
        elif field.type == "organisation":
            yield from _joined(value, ("name",))


def _texts(definition: Definition, form: Any) -> Iterator[str]:
    for field, value in _walk(definition, form):
        if field.type in ("text", "longtext") and isinstance(value, str) and value.strip():
            yield " ".join(value.split())


def _joined(value: dict[str, Any], parts: tuple[str, ...]) -> Iterator[str]:
    told = [" ".join(part.split()) for part in (value.get(name) for name in parts) if isinstance(part, str)]
    if any(told):
        yield ", ".join(part for part in told if part)


def _walk(definition: Definition, form: Any) -> Iterator[tuple[Field, Any]]:
    """Every field that has a value, outer before inner, in the order of the definition."""
    for section in definition.sections:
        yield from _values(section.fields, form.get(section.id) if isinstance(form, dict) else None)


def _values(fields: Iterable[Field], group: Any) -> Iterator[tuple[Field, Any]]:
    if not isinstance(group, dict):
        return
    for field in fields:
        told = group.get(field.id)
        for value in told if field.repeated and isinstance(told, list) else [told]:
            if value is not None:
                yield field, value
                yield from _values(field.fields, value)
