"""When a box is shown: what its condition looks at, for the script, and in words for pages without it."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from comity.instruments.faults import unescape
from comity.instruments.model import Field, When


def target(when: When, parent: str, root: str) -> str:
    """The pointer that a condition looks at: from the root of the form, or beside the field."""
    return f"{root}{when.field}" if when.field.startswith("/") else f"{parent}/{when.field}"


def at(value: Any, pointer: str) -> Any:
    """What stands at a JSON pointer, or None."""
    for part in pointer.split("/")[1:]:
        if isinstance(value, list):
            value = value[int(part)] if part.isdigit() and int(part) < len(value) else None
        elif isinstance(value, Mapping):
            value = value.get(unescape(part))
        else:
            return None
    return value


def wanted(when: When) -> tuple[str, tuple[Any, ...]]:
    """The test and its values as the posted form spells them."""
    if when.answered is not None:
        return "answered", (when.answered,)
    return "one-of", tuple(spelled(value) for value in values(when))


def values(when: When) -> tuple[Any, ...]:
    return when.one_of or ((when.includes,) if when.includes is not None else (when.equals,))


def spelled(value: Any) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def in_words(when: When, on: Field | None) -> str:
    """The condition as a person reads it. ``on`` is the field it looks at."""
    if on is None:
        return ""
    if when.answered is not None:
        says = _("Only if you answered “%(label)s”") if when.answered else _("Only without “%(label)s”")
        return says % {"label": on.label}
    named = _(" or ").join(named_value(on, value) for value in values(when))
    return _("Only if “%(label)s” is: %(value)s") % {"label": on.label, "value": named}


def named_value(on: Field, value: Any) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return next((option.label for option in on.options if option.value == value), str(value))
