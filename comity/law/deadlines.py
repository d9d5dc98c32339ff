"""Deadlines as dated law: which period a text gave on a day, and when it ends.

A line of law is named ``INSTRUMENT/LINE``, such as ``eio/acknowledgement``, and stands in
data/deadlines/INSTRUMENT.yaml. A change in the law is a new dated value; the old ones stay.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from comity.law import calendars, reading, reckoning, texts
from comity.law.reckoning import LONGEST, UNITS, Period, Step
from comity.lib import clock
from comity.lib.errors import BadInput


class UnknownLaw(BadInput):
    code = "law.unknown-deadline"
    says = "{law!r} is not a deadline that is known here."
    next_step = "Name it as INSTRUMENT/LINE; the nearest are: {near}."


class UnknownEvent(BadInput):
    code = "law.unknown-event"
    says = "No deadline of {instrument} starts with {event!r}."
    next_step = "Its deadlines start with: {known}."


class NotInForce(BadInput):
    code = "law.not-in-force"
    says = "{law} had no value on {day}: {why}."
    next_step = "Check the date of the event; an older request runs under the instrument that applied then."


@dataclass(frozen=True)
class Value:
    """What the law said from one day on: a period or words, counted from an event."""

    since: date
    period: Period | None
    words: str | None
    event: str
    rule: str
    cite: str
    source: str
    confidence: reading.Confidence
    note: str
    repealed: bool


@dataclass(frozen=True)
class Line:
    """One deadline of an instrument through time, oldest value first."""

    law: str
    instrument: str
    id: str
    says: str
    values: tuple[Value, ...]

    def on(self, day: date) -> Value:
        """The value in force on a day.

        :raises NotInForce: there was none yet, or it had been repealed.
        """
        past = [value for value in self.values if value.since <= day]
        if not past:
            why = f"it applies from {self.values[0].since.isoformat()}"
            raise NotInForce(law=self.law, day=day.isoformat(), why=why)
        if past[-1].repealed:
            why = f"it was repealed on {past[-1].since.isoformat()} ({past[-1].cite})"
            raise NotInForce(law=self.law, day=day.isoformat(), why=why)
        return past[-1]


@dataclass(frozen=True)
class Due:
    """When something is owed, and why then.

    ``at`` is in UTC and None where the text has words instead of a number. ``rule`` is one sentence that a
    lawyer can check; ``steps`` are its parts with their own citations; ``notes`` say what was assumed.
    Everything that people read is in ``language``: the one asked for, or English where there is no other.
    """

    law: str
    id: str
    at: datetime | None
    rule: str
    says: str
    cite: str
    source: str
    confidence: reading.Confidence
    event: str
    started_at: datetime
    country: str
    period: Period | None = None
    words: str | None = None
    steps: tuple[Step, ...] = ()
    notes: tuple[str, ...] = ()
    language: str = texts.ENGLISH

    def as_json(self) -> dict[str, object]:
        """What the command line answers for one deadline."""
        local = self.at and self.at.astimezone(calendars.zone(self.country)).isoformat()
        return {
            "id": self.id,
            "due": self.at and clock.stamp(self.at),
            "due_local": local,
            "says": self.says,
            "period": self.period.words(self.language) if self.period else self.words,
            "from": self.event,
            "rule": self.rule,
            "cite": self.cite,
            "source": self.source,
            "confidence": self.confidence,
            "notes": list(self.notes),
            "language": self.language,
        }


Count = Annotated[int, Field(ge=1, le=LONGEST)]


class _Value(reading.Strict):
    hours: Count | None = None
    days: Count | None = None
    weeks: Count | None = None
    months: Count | None = None
    working_days: Count | None = None
    words: str | None = None
    repealed: Literal[True] | None = None
    event: str = reading.under("from")
    rule: str | None = None
    cite: str
    source: str
    confidence: reading.Confidence
    note: str = ""

    @model_validator(mode="after")
    def one_length(self) -> Self:
        told = [key for key in (*UNITS, "words", "repealed") if getattr(self, key) is not None]
        if len(told) != 1:
            raise ValueError(f"exactly one of {', '.join(UNITS)}, words, repealed is needed, not {len(told)}")
        return self

    @property
    def period(self) -> Period | None:
        return next((Period(unit, told) for unit in UNITS if (told := getattr(self, unit))), None)


class _Line(reading.Strict):
    says: str
    values: Annotated[dict[date, _Value], Field(min_length=1)]


class _File(reading.Strict):
    instrument: str
    title: str
    rule: str
    lines: dict[str, _Line]
    sources: dict[str, reading.Source]


def due(
    law_id: str,
    *,
    started_at: datetime,
    country: str,
    on: date | None = None,
    language: str = texts.ENGLISH,
    folder: Path = reading.DATA,
) -> Due:
    """When the deadline ``INSTRUMENT/LINE`` ends that an event set off in the country that must act.

    The law is that of the day of the event in the country, unless ``on`` names another day. The language
    never changes the moment, only its words.

    :raises UnknownLaw: no such line.
    :raises NotInForce: it had no value on that day.
    :raises reckoning.NoZone: the event has no time zone.
    :raises reckoning.OutOfTime: the end is not in a year that can be written.
    :raises calendars.UnknownCountry: no such country.
    :raises calendars.NoCalendar: working days are needed and not known.
    """
    line = _line(law_id, folder)
    value = line.on(on or reckoning.local(started_at, country).date())
    return _due(line, value, started_at=started_at, country=country, to=texts.of(language), folder=folder)


def due_by_hand(
    period: Period,
    *,
    started_at: datetime,
    country: str,
    event: str = "the event",
    rule: str = "calendar",
    language: str = texts.ENGLISH,
) -> Due:
    """The same for a period that no text gives: one that the authorities agreed, or that a request asks for.

    An ``event`` of one's own is told as it is given, in the words of the reader.

    :raises reckoning.UnknownRule: no such rule of reckoning.
    """
    to = texts.of(language)
    value = Value(date.min, period, None, event, rule, to.say("hand.cite"), "by hand", "verified", "", repealed=False)
    line = Line("", "", "", "", (value,))
    found = _due(line, value, started_at=started_at, country=country, to=to, folder=reading.DATA)
    return replace(found, says=to.say("hand.says"))


def of(instrument: str, *, folder: Path = reading.DATA) -> tuple[Line, ...]:
    """Every deadline of an instrument, in the order of its file.

    :raises UnknownLaw: no deadlines are known for it.
    :raises reading.LawFaults: its file cannot be used.
    """
    if instrument not in instruments(folder=folder):
        raise UnknownLaw(law=instrument, near=", ".join(instruments(folder=folder)))
    return _read(folder, instrument)


def instruments(*, folder: Path = reading.DATA) -> tuple[str, ...]:
    """The instruments that have deadlines here."""
    return tuple(sorted(path.stem for path in (folder / "deadlines").glob("*.yaml")))


def events(instrument: str, *, folder: Path = reading.DATA) -> tuple[str, ...]:
    """The events that set off a deadline of an instrument.

    :raises UnknownLaw: no deadlines are known for it.
    """
    found = (value.event for line in of(instrument, folder=folder) for value in line.values)
    return tuple(dict.fromkeys(found))


def for_event(
    instrument: str,
    events: Mapping[str, datetime],
    country: str,
    *,
    on: date | None = None,
    language: str = texts.ENGLISH,
    folder: Path = reading.DATA,
) -> list[Due]:
    """Every deadline of an instrument that these events set off, in the order of its file.

    :raises UnknownEvent: nothing starts with such an event.
    :raises NotInForce: a deadline of the event had no value on that day.
    """
    lines = of(instrument, folder=folder)
    known = {value.event for line in lines for value in line.values}
    for event in events:
        if event not in known:
            raise UnknownEvent(instrument=instrument, event=event, known=", ".join(sorted(known)))
    return [
        due(line.law, started_at=moment, country=country, on=on, language=language, folder=folder)
        for line in lines
        for event, moment in events.items()
        if any(value.event == event for value in line.values)
    ]


@cache
def _line(law_id: str, folder: Path) -> Line:
    instrument = law_id.partition("/")[0]
    if instrument in instruments(folder=folder):
        for line in _read(folder, instrument):
            if line.law == law_id:
                return line
        near, told = [line.law for line in _read(folder, instrument)], law_id
    else:
        near, told = list(instruments(folder=folder)), instrument
    close = get_close_matches(told, near, n=3, cutoff=0.4) or near
    raise UnknownLaw(law=law_id, near=", ".join(close))


def _due(line: Line, value: Value, *, started_at: datetime, country: str, to: texts.Texts, folder: Path) -> Due:
    told = (to.text(value.note),) if value.note else ()
    since, cite, words = to.since(value.event), to.cite(value.cite), value.words and to.text(value.words)
    found: reckoning.Reckoned | None = None
    if value.period is None:
        rule = to.say("due.words", words=words, since=since, cite=cite)
    else:
        found = reckoning.reckon(
            value.period,
            rule=value.rule,
            started_at=started_at,
            country=country,
            language=to.language,
            folder=_rules(folder),
        )
        rule = to.say(
            "due.period",
            period=value.period.words(to.language),
            since=since,
            cite=cite,
            zone=calendars.zone(country).key,
            because=to.say("due.and").join((*map(str, found.steps), *found.notes)),
        )
    return Due(
        law=line.law,
        id=line.id,
        at=found.at if found else None,
        rule=rule,
        says=to.text(line.says),
        cite=cite,
        source=value.source,
        confidence=value.confidence,
        event=value.event,
        started_at=started_at.astimezone(UTC),
        country=country,
        period=value.period,
        words=words,
        steps=found.steps if found else (),
        notes=(*told, *found.notes) if found else told,
        language=to.language,
    )


def _rules(folder: Path) -> Path:
    """A folder of deadlines may bring its own rules of reckoning; otherwise Comity's apply."""
    return folder if (folder / "reckoning.yaml").exists() else reading.DATA


@cache
def _read(folder: Path, instrument: str) -> tuple[Line, ...]:
    told = reading.checked(
        folder / "deadlines" / f"{instrument}.yaml",
        _File,
        lambda told, _read: _faults(told, instrument, reckoning.rules(_rules(folder))),
    )
    return tuple(
        Line(f"{instrument}/{line_id}", instrument, line_id, line.says, tuple(_values(line, told.rule)))
        for line_id, line in told.lines.items()
    )


def _values(line: _Line, rule: str) -> Iterator[Value]:
    for since, told in sorted(line.values.items()):
        yield Value(
            since=since,
            period=told.period,
            words=told.words,
            event=told.event,
            rule=told.rule or rule,
            cite=told.cite,
            source=told.source,
            confidence=told.confidence,
            note=told.note,
            repealed=bool(told.repealed),
        )


def _faults(told: _File, instrument: str, rules: Mapping[str, reckoning.Rule]) -> Iterator[tuple[str, str]]:
    """What a model cannot see: names that must exist elsewhere."""
    if told.instrument != instrument:
        yield "/instrument", f"the file is named {instrument}, not {told.instrument}"
    if told.rule not in rules:
        yield "/rule", f"no rule of reckoning is called {told.rule!r}; there are {', '.join(rules)}"
    for line_id, line in told.lines.items():
        for since, value in line.values.items():
            here = f"/lines/{line_id}/values/{since}"
            rule = value.rule or told.rule
            if value.source not in told.sources:
                yield f"{here}/source", f"no source is called {value.source!r}"
            if value.rule and value.rule not in rules:
                yield f"{here}/rule", f"no rule of reckoning is called {value.rule!r}"
            elif value.period and rule in rules and not reckoning.counts(rules[rule], value.period.unit):
                yield here, f"the rule {rule} does not say how {value.period.unit} are counted"
