"""How a period that starts with an event becomes a moment, and which rule said so.

A rule of reckoning is data (data/reckoning.yaml): it performs the steps that stand under it. The order in
which steps are taken is here, because it is the same for every rule.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from comity.law import calendars, reading, texts
from comity.lib.errors import BadInput

Unit = Literal["hours", "days", "weeks", "months", "working_days"]
StepName = Literal[
    "from_the_moment",
    "hour_of_event",
    "day_of_event",
    "days",
    "same_day",
    "moved",
    "two_working_days",
    "working_days",
    "last_hour",
]
UNITS: tuple[Unit, ...] = get_args(Unit)
LONGEST = 10_000


class BadPeriod(BadInput):
    code = "law.bad-period"
    says = "{count} {unit} is not a period that can be reckoned."
    next_step = "Use a whole number from 1 to 10000 and one of hours, days, weeks, months, working_days."


class NoZone(BadInput):
    code = "law.moment-without-zone"
    says = "The event happened at {moment}, but in which time zone?"
    next_step = "Give the moment with its offset, such as 2026-11-23T14:05:00+01:00 or ...Z."


class OutOfTime(BadInput):
    code = "law.out-of-time"
    says = "The calendar does not reach {period} from {moment}."
    next_step = "Check the year: moments from the year 1 to the year 9999 can be reckoned."


class UnknownRule(BadInput):
    code = "law.unknown-rule"
    says = "{rule!r} is not a rule of reckoning that can count {unit}."
    next_step = "Use one of {known}; a new rule is a few lines in law/data/reckoning.yaml."


@dataclass(frozen=True)
class Period:
    """A length of time as a text gives it: ``Period("days", 30)``.

    :raises BadPeriod: not a whole number above zero, or not a unit.
    """

    unit: Unit
    count: int

    def __post_init__(self) -> None:
        if self.unit not in UNITS or not 1 <= self.count <= LONGEST:
            raise BadPeriod(unit=self.unit, count=self.count)

    def __str__(self) -> str:
        return self.words(texts.ENGLISH)

    def words(self, language: str) -> str:
        """The period as the language writes it: "30 days", "30 jours"."""
        form = "one" if self.count == 1 else "other"
        return texts.of(language).say(f"{self.unit}.{form}", count=self.count)


@dataclass(frozen=True)
class Step:
    """One step that a rule took: what was done, and where that stands, in the reader's language."""

    name: StepName
    says: str
    cite: str
    source: str
    confidence: reading.Confidence

    def __str__(self) -> str:
        return f"{self.says} ({self.cite})"


@dataclass(frozen=True)
class Reckoned:
    """The end of a period in UTC, the steps that led there, and what was assumed on the way."""

    at: datetime
    steps: tuple[Step, ...]
    notes: tuple[str, ...]


class _Step(reading.Strict):
    says: str
    cite: str
    source: str
    confidence: reading.Confidence


class Rule(reading.Strict):
    """A rule of reckoning as the data tell it."""

    title: str
    weekend: Literal["union", "country"]
    steps: dict[StepName, _Step]


class _File(reading.Strict):
    rules: dict[str, Rule]
    sources: dict[str, reading.Source]


@cache
def rules(folder: Path = reading.DATA) -> dict[str, Rule]:
    """Every rule of reckoning, by id.

    :raises reading.LawFaults: the file cannot be used.
    """
    told = reading.checked(folder / "reckoning.yaml", _File, lambda told, _read: _unsourced(told))
    return told.rules


def _unsourced(told: _File) -> Iterator[tuple[str, str]]:
    for rule_id, rule in told.rules.items():
        for name, step in rule.steps.items():
            if step.source not in told.sources:
                yield f"/rules/{rule_id}/steps/{name}/source", f"no source is called {step.source!r}"


def counts(rule: Rule, unit: Unit) -> bool:
    """Whether a rule has the steps that a unit needs."""
    if unit == "hours":
        return "hour_of_event" in rule.steps or "from_the_moment" in rule.steps
    needed: set[StepName] = {"day_of_event", "last_hour"}
    needed |= {"working_days"} if unit == "working_days" else {"days"}
    needed |= {"same_day"} if unit in ("weeks", "months") else set()
    return needed <= set(rule.steps)


def reckon(
    period: Period,
    *,
    rule: str,
    started_at: datetime,
    country: str,
    language: str = texts.ENGLISH,
    folder: Path = reading.DATA,
) -> Reckoned:
    """The moment at which a period ends that an event at ``started_at`` set off in ``country``.

    Hours are real hours, across changes of the clocks. Every other period ends with the last second of
    its last day in the country's zone. ``language`` is that of the steps and notes.

    :raises NoZone: ``started_at`` has no time zone.
    :raises OutOfTime: the end, or the event on the country's clock, is not in a year that can be written.
    :raises UnknownRule: no such rule, or it cannot count that unit.
    :raises calendars.UnknownCountry: no such country.
    :raises calendars.NoCalendar: the rule asks for working days that are not known.
    """
    event = local(started_at, country)
    told = rules(folder).get(rule)
    if told is None or not counts(told, period.unit):
        raise UnknownRule(rule=rule, unit=period.unit.replace("_", " "), known=", ".join(rules(folder)))
    run = _Run(told, country, calendars.zone(country), texts.of(language))
    try:
        return run.hours(period, event) if period.unit == "hours" else run.days(period, event.date())
    except (OverflowError, ValueError):
        raise OutOfTime(period=period, moment=started_at.isoformat()) from None


def local(moment: datetime, country: str) -> datetime:
    """A moment on a country's clock.

    :raises NoZone: the moment has no time zone.
    :raises OutOfTime: there it is before the year 1 or after the year 9999.
    :raises calendars.UnknownCountry: no such country.
    """
    if moment.tzinfo is None:
        raise NoZone(moment=moment.isoformat())
    try:
        return moment.astimezone(calendars.zone(country))
    except (OverflowError, ValueError):
        raise OutOfTime(period="the time zone", moment=moment.isoformat()) from None


class _Run:
    """One reckoning: takes the steps of a rule and remembers them."""

    def __init__(self, rule: Rule, country: str, zone: ZoneInfo, to: texts.Texts) -> None:
        self.rule = rule
        self.country = country
        self.zone = zone
        self.to = to
        self.steps: list[Step] = []
        self.calendar_used = False

    def take(self, name: StepName, **fields: str) -> None:
        told = self.rule.steps[name]
        says = self.to.text(told.says).format(**fields)
        self.steps.append(Step(name, says, self.to.cite(told.cite), told.source, told.confidence))

    def hours(self, period: Period, start: datetime) -> Reckoned:
        if "hour_of_event" in self.rule.steps:
            whole = start.replace(minute=0, second=0, microsecond=0).astimezone(UTC)
            start = (whole + timedelta(hours=1)).astimezone(self.zone)
            self.take("hour_of_event", hour=self.to.moment(start))
        else:
            self.take("from_the_moment")
        end = start.astimezone(UTC) + timedelta(hours=period.count)
        changed = start.utcoffset() != end.astimezone(self.zone).utcoffset()
        note = self.to.say("note.clocks", zone=self.zone.key)
        return Reckoned(end, tuple(self.steps), (note,) if changed else ())

    def days(self, period: Period, start: date) -> Reckoned:
        self.take("day_of_event", start=self.named(start))
        end = self.counted(start, period)
        if period.unit != "working_days":
            end = self.moved(end)
            end = self.two_working_days(start, end, period)
        self.take("last_hour", end=self.named(end))
        # fold=1: where the clocks go back at midnight, the last hour is the second one.
        last = datetime.combine(end, time(23, 59, 59, fold=1), self.zone)
        notes = calendars.notes(self.country, language=self.to.language) if self.calendar_used else ()
        return Reckoned(last.astimezone(UTC), tuple(self.steps), notes)

    def counted(self, start: date, period: Period) -> date:
        """The last day before anything is moved."""
        if period.unit == "working_days":
            self.take("working_days")
            return self.next_working_day(start, period.count)
        self.take("days")
        if period.unit == "days":
            return start + timedelta(days=period.count)
        self.take("same_day")
        if period.unit == "weeks":
            return start + timedelta(weeks=period.count)
        return _months_later(start, period.count)

    def moved(self, end: date) -> date:
        if "moved" not in self.rule.steps:
            return end
        reason = self.off(end)
        if reason is None:
            return end
        onward = self.next_working_day(end)
        self.take("moved", day=self.named(end), reason=reason, next=self.named(onward))
        return onward

    def two_working_days(self, start: date, end: date, period: Period) -> date:
        """The last day once the period has its two working days; a period of one day needs none."""
        if "two_working_days" not in self.rule.steps or period == Period("days", 1):
            return end
        days = (start + timedelta(days=passed) for passed in range(1, (end - start).days + 1))
        lacking = 2
        for day in days:
            lacking -= self.off(day) is None
            if not lacking:
                return end
        onward = self.next_working_day(end, lacking)
        self.take("two_working_days", next=self.named(onward))
        return onward

    def off(self, day: date) -> str | None:
        """Why a day is no working day under this rule."""
        self.calendar_used = True
        holiday = calendars.holiday(day, self.country, language=self.to.language)
        if holiday is not None:
            return self.to.say("off.holiday", holiday=holiday)
        union = self.rule.weekend == "union"
        free = day.weekday() >= 5 if union else not calendars.is_working_day(day, self.country)
        return self.to.say("off.weekday", weekday=self.to.weekday(day)) if free else None

    def next_working_day(self, day: date, count: int = 1) -> date:
        while count:
            day += timedelta(days=1)
            count -= self.off(day) is None
        return day

    def named(self, day: date) -> str:
        return self.to.weekday_and_day(day)


def _months_later(day: date, count: int) -> date:
    """The same number of day, or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return min(following - timedelta(days=1), date(year, month + 1, 1) + timedelta(days=day.day - 1))
