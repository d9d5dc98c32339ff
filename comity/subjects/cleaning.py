"""From what somebody wrote to a value of FollowTheMoney, or the sentence that says why not. Pure."""

from dataclasses import dataclass

from followthemoney.property import Property
from followthemoney.types import registry
from followthemoney.util import sanitize_text

from comity.lib.errors import BadInput

EXPECTED = {
    "date": "a day such as 1985-03-27, or its beginning (1985, 1985-03)",
    "country": "a country, by code or name",
    "phone": "a telephone number with its country code, such as +33 1 23 45 67 89",
    "email": "an e-mail address",
    "ip": "an IP address",
    "url": "an address that begins with http:// or https://",
    "gender": "male, female or other",
    "language": "a language, by code",
    "number": "a number",
    "topic": "a topic of FollowTheMoney, such as crime or role.pep",
    "mimetype": "a media type such as text/plain",
    "checksum": "a checksum in hexadecimal digits",
    "entity": "the id of another subject",
    "json": "JSON",
}
"""What a value of each type looks like, for who wrote something else."""


class BadValue(BadInput):
    code = "subjects.bad-value"
    says = "{prop}: expected {expected}, found {found!r}."
    next_step = "Mend the value, or state it as a note."


@dataclass(frozen=True)
class Cleaned:
    """``original`` is what was written, where it differs."""

    value: str
    original: str = ""


def clean(prop: Property, raw: object, *, format: str = "") -> Cleaned:
    """The value as FollowTheMoney keeps it.

    :param format: of days, as ``strptime`` has it; of telephone numbers, the country from which they are dialled.
    :raises BadValue: it is no value of this property.
    """
    written = sanitize_text(raw)
    if written is None:
        raise BadValue(prop=prop.name, expected=expected(prop), found="nothing")
    hint = prop.format or (format or None if prop.type in (registry.date, registry.phone) else None)
    value = prop.type.clean_text(written, format=hint)
    if not value or not _fits(prop, value):
        raise BadValue(prop=prop.name, expected=expected(prop, format), found=written[:80])
    if len(value) > prop.max_length:
        raise BadValue(prop=prop.name, expected=f"at most {prop.max_length} characters", found=f"{len(value)}")
    return Cleaned(value, written if written != value else "")


def _fits(prop: Property, value: str) -> bool:
    """Identifiers and telephone numbers are kept as written when they cannot be checked; the rest must be valid."""
    return bool(prop.type.validate(value)) if prop.type in (registry.date, registry.email, registry.ip) else True


def expected(prop: Property, format: str = "") -> str:
    """What a value of this property looks like."""
    if prop.format:
        return f"a valid {prop.format.upper()}"
    if format and prop.type == registry.date:
        return f"a day written as {format}"
    return EXPECTED.get(prop.type.name, "some text")
