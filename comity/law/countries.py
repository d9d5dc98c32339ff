"""What it takes to get help from a country, and two countries side by side.

The national files (national.py) and the lists of parties come together here. It works for every country: what is not
known is said to be so, and what is not recorded is not said to be missing.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal

from comity.law import calendars, concordance, deadlines, national, parties, reading, roll, texts
from comity.law.dual_words import Words
from comity.law.national import Country, Fact, OtherPenalty, Penalty, Provision, known, of

__all__ = ["Country", "Fact", "OtherPenalty", "Penalty", "Profile", "Provision", "compare", "known", "of", "profile"]

About = Literal["assistance", "extradition", "surrender", "electronic", "assets", "transfer", "police", "proceedings"]
RULES: tuple[national.Rule, ...] = (
    "treaty_needed",
    "threshold",
    "dual_criminality",
    "nationals",
    "death_penalty",
    "life_imprisonment",
    "evidence",
)


@dataclass(frozen=True)
class Row:
    """One thing to know. ``known`` is False where nothing is recorded; ``value`` then says so."""

    topic: str
    label: str
    value: str
    note: str
    provision: str
    source: str
    confidence: reading.Confidence
    known: bool = True

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Bound:
    """A treaty and whether the country was bound by it on the day."""

    treaty: str
    short: str
    title: str
    kind: str
    answer: parties.Verdict
    since: date | None
    says: str
    source: str
    confidence: reading.Confidence

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"since": self.since.isoformat() if self.since else None}


@dataclass(frozen=True)
class Channel:
    """A way by which requests travel, opened by a treaty that binds the country."""

    treaty: str
    about: About
    says: str
    cite: str
    source: str
    confidence: reading.Confidence

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Limit:
    """A time limit that binds the country as the requested State on the day."""

    treaty: str
    law: str
    says: str
    period: str
    event: str
    cite: str
    source: str
    confidence: reading.Confidence

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Offence:
    """What the country makes an offence, with its maximum."""

    offence: str
    title: str
    provision: str
    maximum: str
    notes: str
    source: str
    confidence: reading.Confidence

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Profile:
    """A country on a day, as far as it is known here."""

    code: str
    name: str
    on: date
    recorded: bool
    text_read_as_of: str
    rows: tuple[Row, ...]
    channels: tuple[Channel, ...]
    treaties: tuple[Bound, ...]
    not_known: tuple[Bound, ...]
    limits: tuple[Limit, ...]
    reservations: tuple[Row, ...]
    offences: tuple[Offence, ...]
    sources: dict[str, str]
    language: str

    def row(self, topic: str) -> tuple[Row, ...]:
        """The rows of one topic, such as ``nationals``."""
        return tuple(row for row in self.rows if row.topic == topic)

    def as_json(self) -> dict[str, Any]:
        plain = ("code", "name", "recorded", "text_read_as_of", "language", "sources")
        lists = ("rows", "channels", "treaties", "not_known", "limits", "reservations", "offences")
        return (
            {name: getattr(self, name) for name in plain}
            | {"on": self.on.isoformat()}
            | {name: [one.as_json() for one in getattr(self, name)] for name in lists}
        )


@dataclass(frozen=True)
class Side:
    """One topic of two countries. ``same`` is None where one of them is not known."""

    topic: str
    label: str
    left: str
    right: str
    same: bool | None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def profile(code: str, on: date, language: str = texts.ENGLISH, *, folder: Path = reading.DATA) -> Profile:
    """What it takes to get help from a country on a day.

    :raises calendars.UnknownCountry: no such country.
    """
    calendars.known(code)
    file = national.of(code, folder=folder)
    words = Words(language, folder=folder)
    bound = tuple(_bound(code, on, words, folder))
    opened = {row.treaty: row for row in bound if row.answer == "yes"}
    return Profile(
        code=code,
        name=words.country(code),
        on=on,
        recorded=file is not None,
        text_read_as_of=words.to.text(file.text_read_as_of) if file else "",
        rows=tuple(_rows(file, words)),
        channels=tuple(_channel(row, words) for row in _channels(folder) if row.treaty in opened),
        treaties=tuple(opened.values()),
        not_known=tuple(row for row in bound if row.answer == "not known"),
        limits=tuple(_limits(tuple(opened), on, words, folder)),
        reservations=tuple(_reservations(code, tuple(opened), on, words, folder)),
        offences=tuple(_offence(provision, words, folder) for provision in (file.offences if file else ())),
        sources={key: source.title for key, source in file.sources.items()} if file else {},
        language=words.to.language,
    )


def compare(
    left: str, right: str, on: date, language: str = texts.ENGLISH, *, folder: Path = reading.DATA
) -> tuple[Side, ...]:
    """Two countries side by side: conditions, then treaties, then the maximum for each offence.

    :raises calendars.UnknownCountry: no such country.
    """
    one, other = (profile(code, on, language, folder=folder) for code in (left, right))
    return (*_same_rows(one, other), *_same_treaties(one, other, language), *_same_offences(one, other, language))


def _same_rows(one: Profile, other: Profile) -> Iterator[Side]:
    for row in dict.fromkeys(row.topic for row in (*one.rows, *other.rows)):
        mine, theirs = one.row(row), other.row(row)
        sure = all(side.known for side in (*mine, *theirs))
        left, right = _values(mine), _values(theirs)
        yield Side(row, (mine or theirs)[0].label, left, right, left == right if sure else None)


def _values(rows: tuple[Row, ...]) -> str:
    return "; ".join(row.value for row in rows)


def _same_treaties(one: Profile, other: Profile, language: str) -> Iterator[Side]:
    to = texts.of(language)
    answers = [{row.treaty: row for row in (*side.treaties, *side.not_known)} for side in (one, other)]
    words: dict[str, str] = {
        "yes": to.say("bound on that day"),
        "not known": to.say("not known"),
        "no": to.say("not bound"),
    }
    for treaty in dict.fromkeys(id for side in answers for id in side):
        told = [side[treaty].answer if treaty in side else "no" for side in answers]
        short = next(side[treaty].short for side in answers if treaty in side)
        same = None if "not known" in told else told[0] == told[1]
        yield Side(f"treaty.{treaty}", short, words[told[0]], words[told[1]], same)


def _same_offences(one: Profile, other: Profile, language: str) -> Iterator[Side]:
    none = texts.of(language).say("not recorded")
    for offence, title in {row.offence: row.title for row in (*one.offences, *other.offences)}.items():
        sides = [
            "; ".join(f"{row.provision} ({row.maximum})" for row in side.offences if row.offence == offence)
            for side in (one, other)
        ]
        yield Side(f"offence.{offence}", title, sides[0] or none, sides[1] or none, None)


def _rows(file: Country | None, words: Words) -> Iterator[Row]:
    """The conditions of the national file; each that it lacks is there as not known."""
    for kind in ("mla", "extradition"):
        facts = file.authorities.get(kind, ()) if file else ()
        for fact in facts or (None,):
            yield _row(f"authority.{kind}", fact, words)
    yield _row("languages", file.languages if file else None, words)
    yield _row("legal_tradition", file.legal_tradition if file else None, words)
    yield _row("mla.dual_criminality", file.mla.get("dual_criminality") if file else None, words)
    for rule in RULES:
        yield _row(f"extradition.{rule}", file.extradition.get(rule) if file else None, words)


def _row(topic: str, fact: Fact | None, words: Words) -> Row:
    label = _labels(words)[topic]
    if fact is None or fact.value is None:
        return Row(topic, label, words.to.say("not known"), "", "", "", "memory", known=False)
    proper = topic.startswith("authority.")  # a name is not translated
    value = str(fact.value) if proper else _value(fact, words)
    return Row(topic, label, value, words.to.text(fact.note), fact.provision, fact.source, fact.confidence)


def _labels(words: Words) -> dict[str, str]:
    return {
        "authority.mla": words.to.say("Authority for assistance"),
        "authority.extradition": words.to.say("Authority for extradition"),
        "languages": words.to.say("Languages of requests"),
        "legal_tradition": words.to.say("Legal tradition"),
        "mla.dual_criminality": words.to.say("Dual criminality for assistance"),
        "extradition.treaty_needed": words.to.say("Extradition needs a treaty"),
        "extradition.threshold": words.to.say("Threshold of extradition without a treaty"),
        "extradition.dual_criminality": words.to.say("Dual criminality for extradition"),
        "extradition.nationals": words.to.say("Extradition of nationals"),
        "extradition.death_penalty": words.to.say("Extradition and the death penalty"),
        "extradition.life_imprisonment": words.to.say("Extradition and life imprisonment"),
        "extradition.evidence": words.to.say("Evidence that extradition needs"),
    }


def _value(fact: Fact, words: Words) -> str:
    """A value as a reader says it: yes and no, names of languages, a threshold as a sentence."""
    if isinstance(fact.value, bool):
        return words.to.text("yes" if fact.value else "no")
    if isinstance(fact.value, tuple):
        return ", ".join(str(words.to.locale.languages.get(code, code)) for code in fact.value)
    if isinstance(fact.value, dict):
        return _threshold(fact.value, words)
    return words.to.text(str(fact.value))


def _threshold(told: dict[str, Any], words: Words) -> str:
    years, months = told["prosecution_max_years_at_least"], told["execution_months_at_least"]
    law = {
        "requesting law": words.to.say("by the law of the requesting State"),
        "requested law": words.to.say("by the law of the requested State"),
        "both laws": words.to.say("by both laws"),
    }[told["measured_in"]]
    parts = []
    if years is not None:
        parts.append(words.to.say("a maximum of at least {term}, {law}", term=words.months(years * 12), law=law))
    if months is not None:
        parts.append(words.to.say("a sentence of at least {term}", term=words.months(months)))
    return "; ".join(parts) or words.to.say("not known")


def _bound(code: str, on: date, words: Words, folder: Path) -> Iterator[Bound]:
    for treaty in parties.treaties(folder=folder):
        answer = parties.is_party(treaty.id, code, on, language=words.to.language, folder=folder)
        short = words.to.treaty(treaty.id, treaty.short)
        yield Bound(
            treaty.id,
            short,
            treaty.title,
            treaty.kind,
            answer.answer,
            answer.since,
            answer.says,
            answer.source,
            answer.confidence,
        )


class _Channel(reading.Strict):
    treaty: str
    about: About
    says: str
    cite: str
    deadlines: list[str] = []
    source: str
    confidence: reading.Confidence


class _Channels(reading.Strict):
    channels: list[_Channel]
    sources: dict[str, reading.Source]


@cache
def _channels(folder: Path) -> tuple[_Channel, ...]:
    told = reading.checked(folder / "channels.yaml", _Channels, lambda told, _read: _faults(told, folder))
    return tuple(told.channels)


def _faults(told: _Channels, folder: Path) -> Iterator[tuple[str, str]]:
    known_treaties, known_deadlines = roll.book(folder).treaties, deadlines.instruments(folder=folder)
    for index, row in enumerate(told.channels):
        if row.treaty not in known_treaties:
            yield f"/channels/{index}/treaty", f"no treaty is called {row.treaty!r}"
        if row.source not in told.sources:
            yield f"/channels/{index}/source", f"no source is called {row.source!r}"
        for name in row.deadlines:
            if name not in known_deadlines:
                yield f"/channels/{index}/deadlines", f"no deadlines are recorded for {name!r}"


def _channel(row: _Channel, words: Words) -> Channel:
    return Channel(row.treaty, row.about, words.to.text(row.says), words.to.cite(row.cite), row.source, row.confidence)


def _limits(treaties: tuple[str, ...], on: date, words: Words, folder: Path) -> Iterator[Limit]:
    """The deadlines of the instruments that the country is bound by, as they stand on the day."""
    for row in _channels(folder):
        for instrument in row.deadlines if row.treaty in treaties else ():
            for line in deadlines.of(instrument, folder=folder):
                try:
                    value = line.on(on)
                except deadlines.NotInForce:
                    continue
                period = value.period.words(words.to.language) if value.period else words.to.text(value.words or "")
                yield Limit(
                    row.treaty,
                    line.law,
                    words.to.text(line.says),
                    period,
                    words.to.since(value.event),
                    words.to.cite(value.cite),
                    value.source,
                    value.confidence,
                )


def _reservations(code: str, treaties: tuple[str, ...], on: date, words: Words, folder: Path) -> Iterator[Row]:
    for treaty in treaties:
        short = words.treaty(treaty)
        for row in parties.reservations(treaty, code, on, folder=folder):
            cite = words.to.cite(f"{short} {row.article}".strip())
            yield Row(f"{row.kind}.{treaty}", short, words.to.text(row.says), "", cite, row.source, row.confidence)


def _offence(provision: Provision, words: Words, folder: Path) -> Offence:
    pivot = concordance.book(folder).pivots[provision.offence]
    return Offence(
        provision.offence,
        words.offence(pivot),
        provision.provision,
        words.penalty(provision.penalty),
        words.to.text(provision.notes),
        provision.source,
        provision.confidence,
    )
