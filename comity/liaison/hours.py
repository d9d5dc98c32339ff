"""When a desk answers: the hours on a card (docs/spec/card.md, section 1.1), reckoned where it sits. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from comity.law import calendars

ALWAYS = "always"
LOOKED_AHEAD = 21  # days: longer than any row of holidays and weekends
Kind = Literal["always", "reckoned", "words"]


@dataclass(frozen=True)
class Open:
    """Days of the week (1 is Monday) and the minutes of the day between which somebody answers."""

    days: frozenset[int]
    opens: int
    closes: int  # beyond 24 * 60 where it lies on the next day


@dataclass(frozen=True)
class Hours:
    """The hours of one desk. ``words`` are as the card spells them; ``seat`` is the country whose holidays it keeps."""

    kind: Kind
    words: str = ""
    zone: str = ""
    open: tuple[Open, ...] = ()
    holidays: bool = False
    seat: str = ""


@dataclass(frozen=True)
class Now:
    """Whether somebody answers at a moment: ``open`` is None where that is not known.

    ``until`` and ``opens`` are moments in the desk's own zone; ``holiday`` is the reason for a day off;
    ``unsure`` says that the public holidays there are not known.
    """

    open: bool | None
    until: datetime | None = None
    opens: datetime | None = None
    holiday: str = ""
    unsure: bool = False


def read(told: str | Mapping[str, Any], seat: str) -> Hours:
    """The hours as a card gives them; what cannot be reckoned stays words."""
    if told == ALWAYS:
        return Hours("always", seat=seat)
    if isinstance(told, str):
        return Hours("words", words=told, seat=seat)
    zone = str(told["zone"])
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # a directory of the zone files is no zone either
        return Hours("words", words=_in_words(told), seat=seat)
    spans = tuple(_open(one) for one in told["open"])
    return Hours(
        "reckoned", words=_in_words(told), zone=zone, open=spans, holidays=bool(told.get("holidays")), seat=seat
    )


def _open(told: Mapping[str, Any]) -> Open:
    opens, closes = _minutes(told["opens"]), _minutes(told["closes"])
    return Open(frozenset(told["days"]), opens, closes if closes > opens else closes + 24 * 60)


def _minutes(text: str) -> int:
    hours, _, minutes = text.partition(":")
    return int(hours) * 60 + int(minutes)


def _in_words(told: Mapping[str, Any]) -> str:
    """The hours as the card spells them, for a reader who wants to see exactly that."""
    spans = (f"{','.join(str(day) for day in one['days'])} {one['opens']}-{one['closes']}" for one in told["open"])
    return f"{'; '.join(spans)} {told['zone']}"


def at(hours: Hours, moment: datetime, *, language: str = "en") -> Now:
    """Whether somebody answers at a moment, and since or until when."""
    if hours.kind == "always":
        return Now(True)
    if hours.kind == "words":
        return Now(None)
    local = moment.astimezone(ZoneInfo(hours.zone))
    unsure = not _known(hours, local.date())
    found = list(spans(hours, moment - timedelta(days=2), moment + timedelta(days=LOOKED_AHEAD)))
    inside = next((one for one in found if one[0] <= moment < one[1]), None)
    if inside is not None:
        return Now(True, until=_local(inside[1], hours), unsure=unsure)
    after = next((one for one in found if one[0] > moment), None)
    opens = _local(after[0], hours) if after else None
    return Now(False, opens=opens, holiday=_holiday(hours, local.date(), language), unsure=unsure)


def spans(hours: Hours, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The spans in which somebody answers between two moments, in order, those that touch joined; in UTC."""
    if hours.kind == "words":
        return
    if hours.kind == "always":
        yield start.astimezone(UTC), end.astimezone(UTC)
        return
    joined: tuple[datetime, datetime] | None = None
    for opens, closes in sorted(_each(hours, start, end)):
        if joined is not None and opens <= joined[1]:
            joined = (joined[0], max(joined[1], closes))
            continue
        if joined is not None:
            yield joined
        joined = (opens, closes)
    if joined is not None:
        yield joined


def _each(hours: Hours, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    zone = ZoneInfo(hours.zone)
    day, last = start.astimezone(zone).date() - timedelta(days=1), end.astimezone(zone).date()
    while day <= last:
        if hours.holidays or not _is_holiday(hours, day):
            for one in hours.open:
                if day.isoweekday() in one.days:
                    opens, closes = (_moment(day, minutes, zone) for minutes in (one.opens, one.closes))
                    if closes > start and opens < end:
                        yield opens, closes
        day += timedelta(days=1)


def _moment(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    """A time of day at the desk. On the night when clocks change it is what the clock on the wall shows."""
    on, within = day + timedelta(days=minutes // (24 * 60)), minutes % (24 * 60)
    return datetime.combine(on, time(within // 60, within % 60), zone).astimezone(UTC)


def _local(moment: datetime, hours: Hours) -> datetime:
    return moment.astimezone(ZoneInfo(hours.zone))


def _is_holiday(hours: Hours, day: date) -> bool:
    return bool(_holiday(hours, day, "en"))


def _holiday(hours: Hours, day: date, language: str) -> str:
    if hours.holidays:
        return ""
    try:
        return calendars.holiday(day, hours.seat, language=language) or ""
    except (calendars.NoCalendar, calendars.UnknownCountry):
        return ""


def _known(hours: Hours, day: date) -> bool:
    if hours.holidays:
        return True
    try:
        calendars.holidays(hours.seat, day.year)
    except (calendars.NoCalendar, calendars.UnknownCountry):
        return False
    return True
