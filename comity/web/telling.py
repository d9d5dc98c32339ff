"""Errors of other rooms in the reader's language."""

from django.utils.translation import gettext as _

from comity.lib.errors import ComityError


def told(error: ComityError) -> dict[str, str]:
    """What happened and what to do next, in the reader's language where the sentence has a translation."""
    return {
        "says": translated(error.says, error.fields),
        "next_step": translated(error.next_step, error.fields),
    }


def translated(sentence: str, fields: dict[str, object]) -> str:
    # Fields may be sentences of a room below themselves (the rule that refuses).
    filled = {name: _(text) if isinstance(text, str) and text else text for name, text in fields.items()}
    return _(sentence).format(**filled) if sentence else ""
