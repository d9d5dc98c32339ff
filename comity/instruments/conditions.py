"""Whether a conditional field is asked: the same answer on the page, in the check and in the JSON Schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from comity.instruments.faults import unescape
from comity.instruments.model import Field, When

ABSENT = object()


def visible(field: Field, form: Mapping[str, Any], beside: Mapping[str, Any]) -> bool:
    """Whether a field is asked. ``form`` is the whole form, ``beside`` the values of the field's own group.

    For a field that stands directly in a section, ``beside`` is ``form[section]``.
    """
    return field.when is None or holds(field.when, form, beside)


def holds(when: When, form: Mapping[str, Any], beside: Mapping[str, Any]) -> bool:
    """Whether a condition is met; a value of an unexpected type meets only ``answered``."""
    value = _value(when.field, form, beside)
    if when.answered is not None:
        return (value is not ABSENT) == when.answered
    if when.includes is not None:
        return isinstance(value, list) and any(same(one, when.includes) for one in value)
    if when.one_of:
        return any(same(value, one) for one in when.one_of)
    return same(value, when.equals)


def same(value: Any, other: Any) -> bool:
    """Equal as JSON values: true is not 1."""
    return type(value) is type(other) and bool(value == other)


def _value(target: str, form: Mapping[str, Any], beside: Mapping[str, Any]) -> Any:
    if not target.startswith("/"):
        return beside.get(target, ABSENT)
    here: Any = form
    for part in target[1:].split("/"):
        if not isinstance(here, Mapping):
            return ABSENT
        here = here.get(unescape(part), ABSENT)
    return here
