"""Moments and days, in one spelling. Only pages, the API, commands and the demo ask for the time."""

from datetime import UTC, datetime

from comity.lib.errors import BadInput


class NotAMoment(BadInput):
    code = "lib.not-a-moment"
    says = "{text!r} is not a moment in time with a time zone."
    next_step = "Write it as 2026-11-23T14:05:00Z or with an offset such as +01:00."


def now() -> datetime:
    """This moment in UTC, cut to whole seconds, as acts carry it."""
    return datetime.now(UTC).replace(microsecond=0)


def stamp(moment: datetime) -> str:
    """RFC 3339 in UTC with whole seconds: ``2026-11-23T14:05:00Z``.

    :raises ValueError: the moment has no time zone.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment(text: str) -> datetime:
    """Read an RFC 3339 moment; any offset is accepted and turned into UTC.

    :raises NotAMoment: not a moment, or without an offset.
    """
    try:
        read = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        raise NotAMoment(text=text) from None
    if read.tzinfo is None:
        raise NotAMoment(text=text)
    return read.astimezone(UTC)
