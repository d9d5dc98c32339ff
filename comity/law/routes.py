"""Which ways lead from one authority to another for a measure on a day, best first, each with its reasons.

A route is an instrument and the treaties that carry it between the two. Data: data/measures.yaml and
data/routes/*.yaml. The findings show reasons; a person chooses.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from comity.law import calendars, countries, deadlines, offences, parties, reading, roll, texts
from comity.law.reasons import Reason
from comity.law.routing import bases, order
from comity.law.routing.bases import COURT, Asked, Judged
from comity.law.routing.book import Book, Cited, Measure, book
from comity.lib.errors import BadInput

Role = Literal["first", "fall-back", "closed"]


class UnknownMeasure(BadInput):
    code = "law.unknown-measure"
    says = "{measure!r} is not a measure that is known here."
    next_step = "The nearest are: {near}."


class SameSide(BadInput):
    code = "law.same-side"
    says = "{country} cannot ask itself for cooperation."
    next_step = "Name two different sides; within one State its own law applies."


class BadFacts(BadInput):
    code = "law.bad-facts"
    says = "The fact {name!r} cannot be used: {why}."
    next_step = 'Facts are one flat map, such as {{"offences": ["bribery-active"]}}.'


@dataclass(frozen=True)
class Actor:
    """Who acts for one side: the role that the text gives it, and authorities of the country that are known here."""

    says: str
    cite: str
    source: str
    confidence: reading.Confidence
    known: tuple[Mapping[str, Any], ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "says": self.says,
            "cite": self.cite,
            "source": self.source,
            "confidence": self.confidence,
            "known": [dict(fact) for fact in self.known],
        }


@dataclass(frozen=True)
class Languages:
    """In which language the request goes: the rule of the text, and the country's languages where known."""

    says: str
    cite: str
    source: str
    confidence: reading.Confidence
    known: tuple[str, ...]  # empty: not known here

    def as_json(self) -> dict[str, Any]:
        return {
            "says": self.says,
            "cite": self.cite,
            "source": self.source,
            "confidence": self.confidence,
            "known": list(self.known),
        }


@dataclass(frozen=True)
class TimeLimit:
    """A deadline of the instrument in force on the day."""

    law: str
    says: str
    period: str
    event: str
    cite: str
    source: str
    confidence: reading.Confidence

    def as_json(self) -> dict[str, str]:
        return {
            "law": self.law,
            "says": self.says,
            "period": self.period,
            "from": self.event,
            "cite": self.cite,
            "source": self.source,
            "confidence": self.confidence,
        }


@dataclass(frozen=True)
class Route:
    """One way. ``applies`` is None where a ratification, or the law that it rests on, is not known.

    ``legal_basis`` are the treaties that carry it (or would); ``because`` says why it stands at its rank.
    """

    instrument: str
    title: str
    legal_basis: tuple[str, ...]
    applies: bool | None
    rank: int
    role: Role
    authority: Mapping[str, Actor]
    languages: Languages
    time_limits: tuple[TimeLimit, ...]
    reasons: tuple[Reason, ...]
    because: Reason
    tier: str

    def as_json(self) -> dict[str, Any]:
        """What the command line answers for one route."""
        return {
            "instrument": self.instrument,
            "title": self.title,
            "legal_basis": list(self.legal_basis),
            "applies": self.applies,
            "rank": self.rank,
            "role": self.role,
            "tier": self.tier,
            "authority": {side: actor.as_json() for side, actor in self.authority.items()},
            "languages": self.languages.as_json(),
            "time_limits": [limit.as_json() for limit in self.time_limits],
            "because": self.because.as_json(),
            "reasons": [reason.as_json() for reason in self.reasons],
        }


def measures(*, folder: Path = reading.DATA) -> tuple[Measure, ...]:
    """Every measure that may be asked for, in the order of the file.

    :raises reading.LawFaults: the data cannot be used.
    """
    return tuple(book(folder).measures.values())


def measure(name: str, *, folder: Path = reading.DATA) -> Measure:
    """One measure by its id or another name for it.

    :raises UnknownMeasure: naming the nearest.
    """
    data = book(folder)
    told = name.strip().lower().replace("-", "_").replace(" ", "_")
    if told not in data.names:
        near = get_close_matches(told, data.names, n=4, cutoff=0.5) or sorted(data.measures)
        raise UnknownMeasure(measure=name, near=", ".join(dict.fromkeys(data.names[one] for one in near)))
    return data.measures[data.names[told]]


def instruments(*, folder: Path = reading.DATA) -> tuple[str, ...]:
    """The instruments that are routes for some measure, in the order of the files."""
    return tuple(way.instrument for way in book(folder).ways)


def routes(
    issuing: str,
    executing: str,
    measure_name: str,
    on: date,
    *,
    facts: Mapping[str, Any] | None = None,
    language: str = texts.ENGLISH,
    folder: Path = reading.DATA,
) -> tuple[Route, ...]:
    """The routes for a measure between two sides (countries, or ICC for the Court) on a day, best first.

    Of the facts, ``offences`` decides which conventions on certain offences apply. A route that does not apply is
    there too, last, with what speaks against it.

    :raises UnknownMeasure: no such measure.
    :raises calendars.UnknownCountry: no such side.
    :raises SameSide: both sides are one.
    :raises BadFacts: the offences are not a list of names.
    :raises offences.UnknownOffence: no such offence.
    """
    for side in (issuing, executing):
        calendars.known(side)
    if issuing == executing:
        raise SameSide(country=issuing)
    data = book(folder)
    asked = Asked(
        issuing=issuing,
        executing=executing,
        measure=measure(measure_name, folder=folder),
        on=on,
        offences=_offences(facts or {}, folder),
        to=texts.of(language),
        folder=folder,
    )
    judged = [found for way in data.ways if (found := bases.judge(way, asked)) is not None]
    order.replace(judged, data, asked.to)
    row = order.ranked(judged, data)
    return tuple(_route(row, index, asked, data) for index in range(len(row)))


def _offences(facts: Mapping[str, Any], folder: Path) -> tuple[offences.Pivot, ...] | None:
    """The definitions behind the offences stated; None where nobody stated any."""
    told = facts.get("offences")
    if told is None or told == []:
        return None
    if isinstance(told, str):
        told = [told]
    if not isinstance(told, list | tuple) or not all(isinstance(name, str) for name in told):
        raise BadFacts(name="offences", why="it is not a list of names")
    found = (pivot for resolved in offences.resolve_all(told, folder=folder) for pivot in resolved.pivots)
    return tuple({pivot.id: pivot for pivot in found}.values())


def _route(row: list[Judged], index: int, asked: Asked, data: Book) -> Route:
    found = row[index]
    closed = found.applies is False
    return Route(
        instrument=found.way.instrument,
        title=asked.to.text(found.way.title),
        legal_basis=found.treaties,
        applies=found.applies,
        rank=index + 1,
        role="closed" if closed else "first" if index == 0 else "fall-back",
        authority={
            "issuing": _actor(found.way.issuing, asked.issuing, asked),
            "executing": _actor(found.way.executing, asked.executing, asked),
        },
        languages=_languages(found, asked),
        time_limits=() if closed else _time_limits(found.way.instrument, asked.on, asked.to.language, asked.folder),
        reasons=(*found.reasons, *_reservations(found, asked)),
        because=order.because(row, index, data, asked.to),
        tier=found.tier,
    )


def _actor(told: Cited | None, side: str, asked: Asked) -> Actor:
    known = _authorities(side, asked)
    if told is None:
        says = asked.to.text("Which authority acts is not known here.")
        return Actor(says, asked.to.text("not known"), "memory", "memory", known)
    return Actor(asked.to.text(told.says), asked.to.cite(told.cite), told.source, told.confidence, known)


def _authorities(side: str, asked: Asked) -> tuple[Mapping[str, Any], ...]:
    country = countries.of(side, folder=asked.folder) if side != COURT else None
    kind = "extradition" if asked.measure.family == "person" else "mla"
    return tuple(fact.as_json() for fact in country.authorities.get(kind, ())) if country else ()


def _languages(found: Judged, asked: Asked) -> Languages:
    country = countries.of(asked.executing, folder=asked.folder) if asked.executing != COURT else None
    value = country.languages.value if country else ()
    known = tuple(value) if isinstance(value, list | tuple) else ()
    told = found.way.language
    if told is None:
        says = asked.to.text("Which language is needed is not known here.")
        return Languages(says, asked.to.text("not known"), "memory", "memory", known)
    return Languages(asked.to.text(told.says), asked.to.cite(told.cite), told.source, told.confidence, known)


@lru_cache(maxsize=2048)
def _time_limits(instrument: str, on: date, language: str, folder: Path) -> tuple[TimeLimit, ...]:
    """The deadlines of an instrument on a day; none where it has none, or none is recorded."""
    if instrument not in deadlines.instruments(folder=folder):
        return ()
    to = texts.of(language)
    found = []
    for line in deadlines.of(instrument, folder=folder):
        try:
            value = line.on(on)
        except deadlines.NotInForce:
            continue
        period = value.period.words(language) if value.period else to.text(value.words or "")
        found.append(
            TimeLimit(
                line.law,
                to.text(line.says),
                period,
                value.event,
                to.cite(value.cite),
                value.source,
                value.confidence,
            )
        )
    return tuple(found)


def _reservations(found: Judged, asked: Asked) -> Iterable[Reason]:
    """What either side said about the treaties of the route, where it bears on this measure."""
    if found.applies is False:
        return
    treaties = roll.book(asked.folder).treaties
    for treaty in found.treaties:
        for side in (asked.executing, asked.issuing):
            for row in parties.reservations(treaty, side, asked.on, folder=asked.folder):
                if row.topics == ["nationals"] and asked.measure.family != "person":
                    continue
                cite = asked.to.cite(f"{treaties[treaty].short} {row.article}")
                yield Reason(asked.to.text(row.says), cite, row.source, row.confidence, "open")
