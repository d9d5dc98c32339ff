"""The types that a field of a form may have: JSON Schema of a value, and the check that agrees with it.

A check answers the key of a message (``messages.LANG.yaml``), or None when the value is well formed.
``number`` is the one place where the two differ: JSON Schema takes 1.0 for a whole number, and signed
content may hold no fraction in any spelling.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from comity.instruments.codes import COUNTRIES, COURT, CURRENCIES, LANGUAGES
from comity.instruments.model import Field

LARGEST = 2**53 - 1  # whole numbers beyond it have no canonical JSON (RFC 8785)
MOST_ROWS = 500  # of a repeated field; bounds what a receiver's rule may loop over
END = r"(?![\s\S])"  # the end of the text in every dialect; "$" lets a last line break pass in some

_CONTROL = r"\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F\uD800-\uDFFF"
TEXT = rf"^(?=[\s\S]*\S)[^\n\r{_CONTROL}]+{END}"
LONGTEXT = rf"^(?=[\s\S]*\S)[^{_CONTROL}]+{END}"
YEAR = "(?!9999)[1-9][0-9]{3}"  # leaves room for a time zone and a deadline on either side
DATE = rf"^{YEAR}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01]){END}"
MOMENT = (
    rf"^{YEAR}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{{1,6}})?"
    rf"(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9]){END}"
)
AMOUNT = rf"^-?[0-9]{{1,15}}(\.[0-9]{{1,4}})?{END}"
CURRENCY = rf"^({'|'.join(CURRENCIES)}){END}"
EMAIL = rf"^[^@\s{_CONTROL}]{{1,64}}@[^@\s{_CONTROL}]{{1,255}}{END}"
PHONE = rf"^\+?[0-9][0-9 ()./-]{{2,40}}{END}"
AUTHORITY = rf"^[a-z0-9][a-z0-9-]{{2,39}}{END}"

LENGTHS = {"text": 1000, "longtext": 20_000}
"""How long a text may be unless its field says otherwise."""


def whole(pattern: str) -> str:
    """A field's own pattern as one that the whole text must match."""
    return f"^(?:{pattern}){END}"


@dataclass(frozen=True)
class FieldType:
    """One type: ``schema`` gives JSON Schema for a field of it, ``check`` the key of what is wrong with a value."""

    schema: Callable[[Field], dict[str, Any]]
    check: Callable[[Field, Any], str | None]


def _text(field: Field, value: Any) -> str | None:
    shape = TEXT if field.type == "text" else LONGTEXT
    if not isinstance(value, str) or not re.search(shape, value):
        return "malformed"
    if len(value) > longest(field):
        return "too_long"
    return None if field.pattern is None or re.search(whole(field.pattern), value) else "pattern"


def longest(field: Field) -> int:
    return field.max_length or LENGTHS.get(field.type, 0)


def _text_schema(field: Field) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "type": "string",
        "minLength": 1,
        "maxLength": longest(field),
        "pattern": TEXT if field.type == "text" else LONGTEXT,
    }
    return {**schema, "allOf": [{"pattern": whole(field.pattern)}]} if field.pattern else schema


def _shaped(pattern: str) -> Callable[[Field, Any], str | None]:
    def check(field: Field, value: Any) -> str | None:
        return None if isinstance(value, str) and re.search(pattern, value) else "malformed"

    return check


def _ref(name: str) -> Callable[[Field], dict[str, Any]]:
    return lambda field: {"$ref": f"#/$defs/{name}"}


def _yes_no(field: Field, value: Any) -> str | None:
    return None if isinstance(value, bool) else "malformed"


def _number(field: Field, value: Any) -> str | None:
    fits = isinstance(value, int) and not isinstance(value, bool) and abs(value) <= LARGEST
    return None if fits else "malformed"


def is_date(value: Any) -> bool:
    if not isinstance(value, str) or not re.search(DATE, value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def is_moment(value: Any) -> bool:
    if not isinstance(value, str) or not re.search(MOMENT, value):
        return False
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def _date(field: Field, value: Any) -> str | None:
    return None if is_date(value) else "malformed"


def _moment(field: Field, value: Any) -> str | None:
    return None if is_moment(value) else "malformed"


def is_country(value: Any) -> bool:
    """An ISO 3166-1 alpha-2 code, or ``ICC``."""
    return isinstance(value, str) and (value in COUNTRIES or value == COURT)


def _country(field: Field, value: Any) -> str | None:
    return None if is_country(value) else "malformed"


def is_language(value: Any) -> bool:
    return isinstance(value, str) and value in LANGUAGES


def is_authority(value: Any) -> bool:
    """The short name of an authority on the network: ``fr-central``."""
    return isinstance(value, str) and re.search(AUTHORITY, value) is not None


def _language(field: Field, value: Any) -> str | None:
    return None if is_language(value) else "malformed"


def _values(field: Field) -> list[str]:
    return [option.value for option in field.options]


def _choice(field: Field, value: Any) -> str | None:
    return None if isinstance(value, str) and value in _values(field) else "option"


def _choices(field: Field, value: Any) -> str | None:
    if not isinstance(value, list) or not value:
        return "malformed"
    if any(_choice(field, one) for one in value):
        return "option"
    return None if len(set(value)) == len(value) else "malformed"


def _money(field: Field, value: Any) -> str | None:
    if not isinstance(value, dict) or set(value) != {"amount", "currency"}:
        return "malformed"
    fits = _shaped(AMOUNT)(field, value["amount"]) is None and _shaped(CURRENCY)(field, value["currency"]) is None
    return None if fits else "malformed"


def _period(field: Field, value: Any) -> str | None:
    if not isinstance(value, dict) or set(value) != {"from", "to"}:
        return "malformed"
    return None if is_date(value["from"]) and is_date(value["to"]) else "malformed"


def _object(field: Field, value: Any) -> str | None:
    return None if isinstance(value, dict) else "malformed"


TYPES: dict[str, FieldType] = {
    "text": FieldType(_text_schema, _text),
    "longtext": FieldType(_text_schema, _text),
    "yes_no": FieldType(lambda field: {"type": "boolean"}, _yes_no),
    "number": FieldType(lambda field: {"type": "integer", "minimum": -LARGEST, "maximum": LARGEST}, _number),
    "date": FieldType(_ref("date"), _date),
    "moment": FieldType(_ref("moment"), _moment),
    "country": FieldType(_ref("country"), _country),
    "language": FieldType(_ref("language"), _language),
    "choice": FieldType(lambda field: {"enum": _values(field)}, _choice),
    "choices": FieldType(
        lambda field: {
            "type": "array",
            "items": {"enum": _values(field)},
            "minItems": 1,
            "uniqueItems": True,
        },
        _choices,
    ),
    "money": FieldType(_ref("money"), _money),
    "period": FieldType(_ref("period"), _period),
    "email": FieldType(lambda field: {"type": "string", "pattern": EMAIL}, _shaped(EMAIL)),
    "phone": FieldType(lambda field: {"type": "string", "pattern": PHONE}, _shaped(PHONE)),
    "group": FieldType(lambda field: {"type": "object"}, _object),
}
"""Every plain type. A composite is checked and exported as a group."""

PLAIN = tuple(TYPES)

DEFS: dict[str, dict[str, Any]] = {
    "date": {"type": "string", "pattern": DATE, "format": "date"},
    "moment": {"type": "string", "pattern": MOMENT, "format": "date-time"},
    "country": {"enum": [*COUNTRIES, COURT]},
    "language": {"enum": list(LANGUAGES)},
    "money": {
        "type": "object",
        "required": ["amount", "currency"],
        "additionalProperties": False,
        "properties": {
            "amount": {"type": "string", "pattern": AMOUNT},
            "currency": {"type": "string", "pattern": CURRENCY},
        },
    },
    "period": {
        "type": "object",
        "required": ["from", "to"],
        "additionalProperties": False,
        "properties": {"from": {"$ref": "#/$defs/date"}, "to": {"$ref": "#/$defs/date"}},
    },
}
"""Shared parts of the exported JSON Schema."""


def of(field: Field) -> FieldType:
    return TYPES.get(field.type, TYPES["group"])
