"""Working days, public holidays and time zones by country.

Holidays come from the `holidays` library (national public holidays, its version pinned); what it lacks, the
zones of countries with several, and the calendars that are assumed stand in data/calendars.yaml.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from importlib import resources
from types import MappingProxyType
from zoneinfo import ZoneInfo

import holidays as library

from comity.law import reading, texts
from comity.lib.errors import BadInput

OTHER_NAMES = {
    "UK": "GB",
    "EL": "GR",
}  # as the Union writes them


class UnknownCountry(BadInput):
    code = "law.unknown-country"
    says = "{country!r} is not a country that the calendars know."
    next_step = "Use the two-letter code of ISO 3166-1, such as NL, or ICC for the Court.{hint}"

    def __init__(self, country: str) -> None:
        other = OTHER_NAMES.get(country.upper(), country.upper())
        hint = f" Did you mean {other}?" if other != country and other in countries() else ""
        super().__init__(country=country, hint=hint)


class NoCalendar(BadInput):
    code = "law.no-calendar"
    says = "The public holidays of {country} in {year} are not known."
    next_step = "Check the date; otherwise reckon the day by hand and enter it as an agreed date."


class _Zone(reading.Strict):
    zone: str
    note: str


class _Calendar(reading.Strict):
    follows: str
    note: str


class _Added(reading.Strict):
    since: reading.Day = reading.under("from")
    month: int
    day: int
    name: str
    cite: str
    source: str
    confidence: reading.Confidence


class _File(reading.Strict):
    zones: dict[str, _Zone]
    calendars: dict[str, _Calendar]
    added: dict[str, list[_Added]]


@cache
def _data() -> _File:
    return reading.document(reading.DATA / "calendars.yaml", _File)[0]


@cache
def _zones() -> dict[str, tuple[str, str]]:
    """Country to (zone, note): the IANA zone table where it has one zone, our own data for the rest."""
    found: dict[str, list[str]] = {}
    for line in resources.files("tzdata.zoneinfo").joinpath("zone.tab").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            country, _, name = line.split("\t")[:3]
            found.setdefault(country, []).append(name)
    one = {country: (names[0], "") for country, names in found.items() if len(names) == 1}
    return one | {country: (told.zone, told.note) for country, told in _data().zones.items()}


@cache
def countries() -> frozenset[str]:
    """Every code that has a zone: ISO 3166-1 alpha-2, XK, EU and ICC."""
    return frozenset(_zones())


def known(country: str) -> str:
    """The same code, if it is one.

    :raises UnknownCountry: it is not.
    """
    if country not in _zones():
        raise UnknownCountry(country)
    return country


def zone(country: str) -> ZoneInfo:
    """The time zone in which a country's authorities reckon: that of the central authorities' seat.

    :raises UnknownCountry: no such country.
    """
    return ZoneInfo(_zones()[known(country)][0])


def notes(country: str, *, language: str = texts.ENGLISH) -> tuple[str, ...]:
    """What is assumed about a country's calendar, to be shown wherever it was used."""
    told = _data().calendars.get(known(country))
    return (texts.of(language).text(told.note),) if told else ()


@cache
def holidays(country: str, year: int) -> Mapping[date, str]:
    """The national public holidays of a year in order, with their names (English where there are).

    :raises UnknownCountry: no such country.
    :raises NoCalendar: the library has none for it, or not for that year.
    """
    calendar = _library(country, year)
    found = {day: calendar.get(day) for day in calendar}
    for told in _data().added.get(_followed(country), ()):
        day = date(year, told.month, told.day)
        if day >= told.since:
            found.setdefault(day, told.name)
    return MappingProxyType(dict(sorted(found.items())))


def holiday(day: date, country: str, *, language: str = texts.ENGLISH) -> str | None:
    """The name of the public holiday that a day is: ours in the language, else that of the country's calendar.

    :raises UnknownCountry: no such country.
    :raises NoCalendar: its holidays are not known.
    """
    english = holidays(country, day.year).get(day)
    if english is None:
        return None
    to = texts.of(language)
    calendar = _library(country, day.year, to.language)
    return to.holiday(english, calendar.get(day) if _spoken(calendar, to.language) else None)


def day_off(day: date, country: str, *, language: str = texts.ENGLISH) -> str | None:
    """Why a day is not a working day: the holiday's name or the day of the week. None on a working day.

    A Saturday or Sunday that a country declares a working day counts as one.

    :raises UnknownCountry: no such country.
    :raises NoCalendar: its holidays are not known.
    """
    name = holiday(day, country, language=language)
    if name is not None:
        return name
    calendar = _library(country, day.year)
    if calendar.is_weekend(day) and day not in calendar.weekend_workdays:
        return texts.of(language).weekday(day)
    return None


def is_working_day(day: date, country: str) -> bool:
    """Whether authorities of the country work on that day.

    :raises UnknownCountry: no such country.
    :raises NoCalendar: its holidays are not known.
    """
    return day_off(day, country) is None


def add_working_days(day: date, count: int, country: str) -> date:
    """The ``count``-th working day after a day (before it, if negative); with 0 the day itself.

    :raises UnknownCountry: no such country.
    :raises NoCalendar: its holidays are not known.
    """
    step = timedelta(days=1 if count > 0 else -1)
    left = abs(count)
    while left:
        day += step
        left -= is_working_day(day, country)
    return day


def _followed(country: str) -> str:
    """The country whose calendar is used: its own, or the one that is assumed for it."""
    told = _data().calendars.get(known(country))
    return told.follows if told else country


@cache
def _library(country: str, year: int, language: str = texts.ENGLISH) -> library.HolidayBase:
    followed = _followed(country)
    try:
        bare = library.country_holidays(followed)
    except NotImplementedError:
        raise NoCalendar(country=country, year=year) from None
    if not bare.start_year <= year <= bare.end_year:
        raise NoCalendar(country=country, year=year)
    spoken = _spoken(bare, language)
    return library.country_holidays(followed, years=year, expand=False, language=spoken)


def _spoken(calendar: library.HolidayBase, language: str) -> str | None:
    """The library's code for a language, if it has the country's holidays in it: ``en_US``, ``fr_SN``."""
    codes = (code for code in calendar.supported_languages if code.partition("_")[0] == language)
    return max(codes, default=None)  # of two kinds of English the one that most countries have
