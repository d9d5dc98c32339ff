"""The limits under which things are received: by the instrument, or as the giver set them (data/speciality.yaml)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

from comity.law import reading, roll, texts
from comity.lib.errors import BadInput

About = Literal["material", "person", "both"]
Outcome = Literal["yes", "tell", "consent", "no", "depends"]
Frees = Literal["stayed", "returned", "renounced", "no_custody"]


class UnknownTerm(BadInput):
    code = "law.unknown-term"
    says = "{term!r} is not a limit that is known here."
    next_step = "The limits are: {known}."


class UnknownInstrument(BadInput):
    code = "law.no-limits"
    says = "The limits of use under {instrument!r} are not known here."
    next_step = "They are known for: {known}."


class _Freeing(reading.Strict):
    when: Frees
    days: int | None = None
    article: str
    treaty: str | None = None


class _Use(reading.Strict):
    about: About
    says: str


class _Limit(reading.Strict):
    about: About
    says: str
    article: str
    source: str
    confidence: reading.Confidence
    uses: dict[str, Outcome]
    rest: Outcome
    consent_owed: str = ""
    subject_may_consent: bool = False
    frees: list[_Freeing] = []


class _Term(reading.Strict):
    about: About
    says: str
    uses: dict[str, Outcome]
    rest: Outcome


class _File(reading.Strict):
    uses: dict[str, _Use]
    instruments: dict[str, list[_Limit]]
    terms: dict[str, _Term]
    sources: dict[str, reading.Source]


@dataclass(frozen=True)
class Freeing:
    """An event that ends a limit; with ``treaty`` only between States bound by it."""

    when: Frees
    days: int | None
    article: str
    treaty: str | None


@dataclass(frozen=True)
class Limit:
    """One limit under which something came.

    ``giver`` is the country (or ICC) whose consent lifts it, ``case`` the proceedings that the request stated.
    ``persons`` and ``offences`` name against whom and for what it may be used; empty means no such limit. ``until`` is
    the last day of use.
    """

    says: str
    article: str
    source: str
    confidence: reading.Confidence
    giver: str
    about: About
    uses: Mapping[str, Outcome]
    rest: Outcome
    instrument: str = ""
    term: str = ""
    case: str = ""
    persons: tuple[str, ...] = ()
    offences: tuple[str, ...] = ()
    until: date | None = None
    consent_owed: str = ""
    subject_may_consent: bool = False
    frees: tuple[Freeing, ...] = ()


def uses(*, about: About | None = None, language: str = texts.ENGLISH) -> dict[str, str]:
    """The uses that can be tested, each in words; with ``about`` only those of material, or of a person."""
    to = texts.of(language)
    return {id: to.text(use.says) for id, use in data().uses.items() if about is None or use.about in (about, "both")}


def terms(*, language: str = texts.ENGLISH) -> dict[str, str]:
    """The limits that a giver can set, each in words."""
    to = texts.of(language)
    return {id: to.text(term.says) for id, term in data().terms.items()}


def instruments() -> tuple[str, ...]:
    """The instruments whose limits are known."""
    return tuple(data().instruments)


def defaults(
    instrument: str,
    *,
    giver: str,
    case: str = "",
    persons: Sequence[str] = (),
    offences: Sequence[str] = (),
    language: str = texts.ENGLISH,
) -> tuple[Limit, ...]:
    """The limits that come with everything received under an instrument.

    :raises UnknownInstrument: its limits are not known here.
    """
    known = data().instruments
    if instrument not in known:
        raise UnknownInstrument(instrument=instrument, known=", ".join(known))
    to = texts.of(language)
    return tuple(
        Limit(
            says=to.text(limit.says),
            article=to.cite(limit.article),
            source=limit.source,
            confidence=limit.confidence,
            giver=giver,
            about=limit.about,
            uses=limit.uses,
            rest=limit.rest,
            instrument=instrument,
            case=case,
            persons=tuple(persons),
            offences=tuple(offences),
            consent_owed=limit.consent_owed,
            subject_may_consent=limit.subject_may_consent,
            frees=tuple(Freeing(free.when, free.days, free.article, free.treaty) for free in limit.frees),
        )
        for limit in known[instrument]
    )


def from_terms(
    term: str,
    *,
    giver: str,
    case: str = "",
    persons: Sequence[str] = (),
    offences: Sequence[str] = (),
    until: date | None = None,
    language: str = texts.ENGLISH,
) -> Limit:
    """A limit that the giver set itself, as a transfer or a request tells it.

    :raises UnknownTerm: no such limit.
    """
    known = data().terms
    if term not in known:
        raise UnknownTerm(term=term, known=", ".join(known))
    told, to = known[term], texts.of(language)
    return Limit(
        says=to.text(told.says),
        article=to.say("Set by the giver"),
        source="giver",
        confidence="verified",
        giver=giver,
        about=told.about,
        uses=told.uses,
        rest=told.rest,
        term=term,
        case=case,
        persons=tuple(persons) if term == "named_persons" else (),
        offences=tuple(offences) if term == "named_offences" else (),
        until=until,
    )


def source(id: str) -> reading.Source:
    """Where a text named in a finding on speciality was read."""
    return data().sources[id]


@cache
def data(folder: Path = reading.DATA) -> _File:
    """Read and check data/speciality.yaml.

    :raises reading.LawFaults: it cannot be used.
    """
    return reading.checked(folder / "speciality.yaml", _File, lambda told, _read: _faults(told, folder))


def _faults(told: _File, folder: Path) -> Iterator[tuple[str, str]]:
    """What the model cannot see: uses, sources and treaties that lead nowhere."""
    treaties = roll.book(folder).treaties
    for id, limits in told.instruments.items():
        for number, limit in enumerate(limits):
            at = f"/instruments/{id}/{number}"
            if limit.source not in told.sources:
                yield f"{at}/source", f"{limit.source!r} is not among the sources of the file"
            for use in limit.uses:
                if use not in told.uses:
                    yield f"{at}/uses/{use}", f"no use is called {use!r}"
            for free in limit.frees:
                if free.treaty and free.treaty not in treaties:
                    yield f"{at}/frees", f"no treaty is called {free.treaty!r}"
                if (free.when == "stayed") != (free.days is not None):
                    yield f"{at}/frees", "'days' goes with stayed, and only with it"
    for id, term in told.terms.items():
        for use in term.uses:
            if use not in told.uses:
                yield f"/terms/{id}/uses/{use}", f"no use is called {use!r}"
