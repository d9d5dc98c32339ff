"""Who is immune before which court, for which acts, and who may waive it; what places may not be entered.

Data: data/immunities.yaml. The verdict is what the texts shown say on the facts told; a person decides.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal

from comity.law import calendars, parties, reading, roll, texts
from comity.law.reasons import Reason, Speaks
from comity.lib.errors import BadInput

Verdict = Literal["immune", "not-immune", "depends"]
Acts = Literal["official", "private", "crime"]
Kind = Literal["personal", "functional", "jurisdiction", "none"]
COURT = "ICC"
ROME_STATUTE = "rome-statute"
UNSTATED = "unstated"


class UnknownOffice(BadInput):
    code = "law.unknown-office"
    says = "{office!r} is not an office that is known here."
    next_step = "The offices are: {known}."


class UnknownActs(BadInput):
    code = "law.unknown-acts"
    says = "{acts!r} does not say what kind of act it was."
    next_step = "Say official, private or crime (an international crime), or leave it out."


class UnknownPlace(BadInput):
    code = "law.unknown-place"
    says = "{place!r} is not a kind of place that is known here."
    next_step = "The places are: {known}."


class _Rule(reading.Strict):
    says: str
    article: str
    source: str
    confidence: reading.Confidence
    speaks: Speaks
    acts: list[Literal["official", "private", "crime", "unstated"]] = []

    def holds_for(self, acts: str) -> bool:
        return not self.acts or acts in self.acts


class _Regime(reading.Strict):
    """What holds for an office at one stage: the verdict for each kind of act, and why."""

    kind: Kind
    verdicts: dict[Literal["official", "private", "crime", "unstated"], Verdict]
    reasons: list[_Rule]


class _Office(_Regime):
    title: str
    waiver_by: str
    treaty: str | None = None
    treaty_cite: str = ""
    text: str = ""  # of an agreement whose parties are not listed here
    of_state: bool = True  # False: of an organisation, so a national's own State has to respect it too
    national: _Regime | None = None
    over: _Regime | None = None
    ended: str | None = None


class _Rules(reading.Strict):
    own_state: _Rule
    own_state_diplomat: _Rule
    waived: _Rule
    icc_official_capacity: _Rule
    icc_third_state: _Rule
    icc_sending_state: _Rule
    icc_party: _Rule


class _Place(reading.Strict):
    title: str
    says: str
    article: str
    source: str
    confidence: reading.Confidence
    treaty: str | None = None
    consent_by: str


class _File(reading.Strict):
    offices: dict[str, _Office]
    rules: _Rules
    places: dict[str, _Place]
    sources: dict[str, reading.Source]


@dataclass(frozen=True)
class Finding:
    """Whether a person is immune. ``verified`` is false as soon as one reason was not read in its text."""

    office: str
    title: str
    forum: str
    verdict: Verdict
    kind: Kind
    says: str
    reasons: tuple[Reason, ...]
    waiver_by: str
    language: str

    @property
    def verified(self) -> bool:
        return all(reason.confidence == "verified" for reason in self.reasons)

    def as_json(self) -> dict[str, Any]:
        return {
            "office": self.office,
            "title": self.title,
            "forum": self.forum,
            "verdict": self.verdict,
            "kind": self.kind,
            "says": self.says,
            "reasons": [reason.as_json() for reason in self.reasons],
            "waiver_by": self.waiver_by,
            "verified": self.verified,
            "language": self.language,
        }


@dataclass(frozen=True)
class Inviolable:
    """A place, archive or ship that may not be entered or searched without consent."""

    place: str
    title: str
    forum: str
    says: str
    consent_by: str
    reasons: tuple[Reason, ...]
    language: str

    def as_json(self) -> dict[str, Any]:
        return {
            "place": self.place,
            "title": self.title,
            "forum": self.forum,
            "says": self.says,
            "consent_by": self.consent_by,
            "reasons": [reason.as_json() for reason in self.reasons],
            "verified": all(reason.confidence == "verified" for reason in self.reasons),
            "language": self.language,
        }


def offices(*, language: str = texts.ENGLISH) -> dict[str, str]:
    """The offices that are known, each with its title."""
    to = texts.of(language)
    return {id: to.text(office.title) for id, office in _data().offices.items()}


def places(*, language: str = texts.ENGLISH) -> dict[str, str]:
    """The kinds of place that are known, each with its title."""
    to = texts.of(language)
    return {id: to.text(place.title) for id, place in _data().places.items()}


def immunity(
    office: str,
    forum: str,
    *,
    state: str | None = None,
    acts: str | None = None,
    national: bool | None = None,
    ended: bool | None = None,
    waived: bool | None = None,
    on: date,
    language: str = texts.ENGLISH,
) -> Finding:
    """Whether the holder of an office is immune before the courts of ``forum`` (a country, or ``ICC``).

    ``state`` is the State that the office serves; ``acts`` what the act was; ``national`` whether the person is a
    national or permanent resident of the forum; ``ended`` whether the functions are over; ``waived`` whether whoever
    may waive has done so.

    :raises UnknownOffice: no such office.
    :raises UnknownActs: ``acts`` is none of the three.
    :raises calendars.UnknownCountry: no such forum or State.
    """
    data = _data()
    if office not in data.offices:
        raise UnknownOffice(office=office, known=", ".join(data.offices))
    if acts not in (None, "official", "private", "crime"):
        raise UnknownActs(acts=acts)
    for country in filter(None, (forum, state)):
        calendars.known(country)
    held = data.offices[office]
    teller = _Teller(office, held, forum, state, acts or UNSTATED, on, texts.of(language))
    if forum == COURT:
        return teller.before_the_court()
    if waived:
        return teller.finding("not-immune", "none", [data.rules.waived])
    if held.of_state and state is not None and state == forum:
        own = data.rules.own_state_diplomat if held.treaty == "vcdr-1961" else data.rules.own_state
        return teller.finding("not-immune", "none", [own])
    regime = _regime(held, national=national, ended=ended)
    reasons = [*regime.reasons]
    return teller.finding(regime.verdicts[teller.key], regime.kind, reasons, bound=True)


def inviolable(place: str, forum: str, *, on: date, language: str = texts.ENGLISH) -> Inviolable:
    """What protects a place, archive or ship in a country, and whose consent opens it.

    :raises UnknownPlace: no such kind of place.
    :raises calendars.UnknownCountry: no such country.
    """
    known = _data().places
    if place not in known:
        raise UnknownPlace(place=place, known=", ".join(known))
    calendars.known(forum)
    found, to = known[place], texts.of(language)
    reasons = [Reason(to.text(found.says), to.cite(found.article), found.source, found.confidence, "for")]
    if found.treaty and forum != COURT:
        reasons.append(_bound(found.treaty, forum, on, to))
    return Inviolable(
        place=place,
        title=to.text(found.title),
        forum=forum,
        says=to.say("Ask for consent before any measure: {consent_by}.", consent_by=to.text(found.consent_by)),
        consent_by=to.text(found.consent_by),
        reasons=tuple(reasons),
        language=to.language,
    )


def source(id: str) -> reading.Source:
    """Where a text named in a finding on immunity was read."""
    return _data().sources[id]


def _regime(held: _Office, *, national: bool | None, ended: bool | None) -> _Regime:
    """What holds now: an office that is over falls back, a national of the forum has less."""
    if ended and held.ended:
        return _data().offices[held.ended]
    if ended and held.over:
        return held.over
    return held.national if national and held.national else held


def _says(verdict: Verdict, to: texts.Texts) -> str:
    if verdict == "immune":
        return to.say("By the texts shown, the person is immune unless immunity is waived. A person decides.")
    if verdict == "not-immune":
        return to.say("By the texts shown, no immunity stands in the way. A person decides.")
    return to.say("Whether the person is immune depends on what is still open. A person decides.")


@dataclass(frozen=True)
class _Teller:
    """Composes a finding for one office before one forum."""

    office: str
    held: _Office
    forum: str
    state: str | None
    key: Any
    on: date
    to: texts.Texts

    def finding(
        self, verdict: Verdict, kind: Kind, rules: list[_Rule], *, bound: bool = False, more: tuple[Reason, ...] = ()
    ) -> Finding:
        reasons = tuple(self.reason(rule) for rule in rules if rule.holds_for(self.key))
        reasons += tuple(self.bound()) if bound else ()
        return Finding(
            office=self.office,
            title=self.to.text(self.held.title),
            forum=self.forum,
            verdict=verdict,
            kind=kind,
            says=_says(verdict, self.to),
            reasons=reasons + more,
            waiver_by=self.to.text(self.held.waiver_by),
            language=self.to.language,
        )

    def reason(self, rule: _Rule) -> Reason:
        return Reason(self.to.text(rule.says), self.to.cite(rule.article), rule.source, rule.confidence, rule.speaks)

    def bound(self) -> Iterator[Reason]:
        """Whether the two States are bound by the text that gives the immunity."""
        if self.held.treaty:
            for country in filter(None, (self.forum, self.state)):
                yield _bound(self.held.treaty, country, self.on, self.to)
        if self.held.text:
            says = self.to.say("Whether the States are bound by this text is not known here.")
            yield Reason(says, self.to.cite(self.held.text), "none", "memory", "open")

    def before_the_court(self) -> Finding:
        """Articles 27 and 98 of the Rome Statute."""
        rules = _data().rules
        reasons = [rules.icc_official_capacity]
        more: tuple[Reason, ...] = ()
        if self.state is None:
            reasons.append(rules.icc_third_state)
        else:
            answer = parties.is_party(ROME_STATUTE, self.state, self.on, language=self.to.language)
            speaks: Speaks = "against" if answer.answer == "yes" else "open"
            more = (Reason(answer.says, "Rome Statute", answer.source, answer.confidence, speaks),)
            reasons.append(rules.icc_party if answer.answer == "yes" else rules.icc_third_state)
        if self.office == "visiting-forces":
            reasons.append(rules.icc_sending_state)
        return self.finding("not-immune", "none", reasons, more=more)


def _bound(treaty: str, country: str, on: date, to: texts.Texts) -> Reason:
    """Whether a country is bound by the treaty on the day, as a reason. Where it is not, custom must be looked at."""
    answer = parties.is_party(treaty, country, on, language=to.language)
    speaks: Speaks = "for" if answer.answer == "yes" else "open"
    return Reason(answer.says, parties.treaty(treaty).short, answer.source, answer.confidence, speaks)


@cache
def _data(folder: Path = reading.DATA) -> _File:
    """Read and check data/immunities.yaml.

    :raises reading.LawFaults: it cannot be used.
    """
    return reading.checked(folder / "immunities.yaml", _File, lambda told, _read: _faults(told, folder))


def _faults(told: _File, folder: Path) -> Iterator[tuple[str, str]]:
    """What the model cannot see: sources and treaties that lead nowhere, kinds of act without a verdict."""
    treaties = roll.book(folder).treaties
    for id, office in told.offices.items():
        at = f"/offices/{id}"
        if office.treaty and office.treaty not in treaties:
            yield f"{at}/treaty", f"no treaty is called {office.treaty!r}"
        if office.ended and office.ended not in told.offices:
            yield f"{at}/ended", f"no office is called {office.ended!r}"
        for part, regime in (("", office), ("/national", office.national), ("/over", office.over)):
            if regime is not None:
                yield from _regime_faults(at + part, regime, told)
    for id, place in told.places.items():
        if place.source not in told.sources:
            yield f"/places/{id}/source", f"{place.source!r} is not among the sources of the file"
        if place.treaty and place.treaty not in treaties:
            yield f"/places/{id}/treaty", f"no treaty is called {place.treaty!r}"


def _regime_faults(at: str, regime: _Regime, told: _File) -> Iterator[tuple[str, str]]:
    for acts in ("official", "private", "crime", UNSTATED):
        if acts not in regime.verdicts:
            yield f"{at}/verdicts", f"there is no verdict for {acts!r}"
        elif not any(rule.holds_for(acts) for rule in regime.reasons):
            yield f"{at}/reasons", f"no reason holds for {acts!r}"
    for number, rule in enumerate(regime.reasons):
        if rule.source not in told.sources:
            yield f"{at}/reasons/{number}/source", f"{rule.source!r} is not among the sources of the file"
