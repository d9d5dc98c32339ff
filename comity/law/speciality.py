"""What may be done with what was received: every later use is held against the limits under which it came.

A limit comes from the instrument (``defaults``) or was set by the giver with what it handed over (``from_terms``).
Material and surrendered persons are kept apart: a limit on the one says nothing of the other. The answer shows what
the texts say; a person decides.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal

from comity.law import parties, reading, roll, texts
from comity.law.reasons import Reason, Speaks
from comity.lib.errors import BadInput

About = Literal["material", "person", "both"]
Outcome = Literal["yes", "tell", "consent", "no", "depends"]
Allowed = Literal["yes", "no", "consent", "depends"]
Frees = Literal["stayed", "returned", "renounced", "no_custody"]

STRICTEST: tuple[Allowed, ...] = ("no", "depends", "consent", "yes")


class UnknownUse(BadInput):
    code = "law.unknown-use"
    says = "{use!r} is not a use that is known here."
    next_step = "The uses are: {known}."


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


@dataclass(frozen=True)
class Use:
    """A later use. ``consents`` are the givers who have consented; what nobody has stated is None or empty.

    ``user`` is the State that wants to use it. For a person: ``stayed_days`` after being free to leave, ``returned``
    after leaving, ``renounced`` speciality, ``custody`` whether a loss of liberty may follow.
    """

    use: str
    case: str = ""
    persons: tuple[str, ...] = ()
    offences: tuple[str, ...] = ()
    consents: frozenset[str] = field(default_factory=frozenset)
    user: str = ""
    subject_consents: bool | None = None
    stayed_days: int | None = None
    returned: bool | None = None
    renounced: bool | None = None
    custody: bool | None = None


@dataclass(frozen=True)
class Finding:
    """Whether a use is open. ``consent_from`` names whom to ask, ``tell`` whom to tell before."""

    use: str
    allowed: Allowed
    says: str
    consent_from: tuple[str, ...]
    tell: tuple[str, ...]
    reasons: tuple[Reason, ...]
    language: str

    def as_json(self) -> dict[str, Any]:
        return {
            "use": self.use,
            "allowed": self.allowed,
            "says": self.says,
            "consent_from": list(self.consent_from),
            "tell": list(self.tell),
            "reasons": [reason.as_json() for reason in self.reasons],
            "verified": all(reason.confidence == "verified" for reason in self.reasons),
            "language": self.language,
        }


def uses(*, language: str = texts.ENGLISH) -> dict[str, str]:
    """The uses that can be tested, each in words."""
    to = texts.of(language)
    return {id: to.text(use.says) for id, use in _data().uses.items()}


def terms(*, language: str = texts.ENGLISH) -> dict[str, str]:
    """The limits that a giver can set, each in words."""
    to = texts.of(language)
    return {id: to.text(term.says) for id, term in _data().terms.items()}


def instruments() -> tuple[str, ...]:
    """The instruments whose limits are known."""
    return tuple(_data().instruments)


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
    known = _data().instruments
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
    known = _data().terms
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


def check(limits: Iterable[Limit], use: Use, *, on: date, language: str = texts.ENGLISH) -> Finding:
    """Hold one use against every limit; the strictest answers.

    :raises UnknownUse: no such use.
    """
    known = _data().uses
    if use.use not in known:
        raise UnknownUse(use=use.use, known=", ".join(known))
    to, about = texts.of(language), known[use.use].about
    held = [_Held(limit, use, on, to) for limit in limits if "both" in (about, limit.about) or limit.about == about]
    answers = [one.answer() for one in held]
    allowed: Allowed = min((answer.allowed for answer in answers), key=STRICTEST.index, default="depends")
    reasons = tuple(reason for answer in answers for reason in answer.reasons)
    if not answers:
        says = to.say("No limit is on record for this, so on what terms it came is not known.")
        reasons = (Reason(says, "", "none", "memory", "open"),)
    return Finding(
        use=use.use,
        allowed=allowed,
        says=_says(allowed, to),
        consent_from=_givers(one for one, answer in zip(held, answers, strict=True) if answer.allowed == "consent"),
        tell=_givers(one for one, answer in zip(held, answers, strict=True) if answer.tell),
        reasons=reasons,
        language=to.language,
    )


def source(id: str) -> reading.Source:
    """Where a text named in a finding on speciality was read."""
    return _data().sources[id]


def _says(allowed: Allowed, to: texts.Texts) -> str:
    if allowed == "yes":
        return to.say("By the limits shown, this use is open.")
    if allowed == "no":
        return to.say("By the limits shown, this use is not open.")
    if allowed == "consent":
        return to.say("By the limits shown, this use needs consent first.")
    return to.say("Whether this use is open depends on what is still not known. A person decides.")


def _freed(free: Freeing, to: texts.Texts) -> str:
    if free.when == "stayed":
        return to.say("The person stayed more than {days} days although free to leave.", days=free.days)
    if free.when == "returned":
        return to.say("The person came back after leaving.")
    if free.when == "renounced":
        return to.say("The person renounced the rule of speciality.")
    return to.say("The offence or the proceedings do not lead to a loss of liberty.")


def _givers(held: Iterable["_Held"]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.limit.giver for one in held))


@dataclass(frozen=True)
class _Answer:
    allowed: Allowed
    reasons: tuple[Reason, ...]
    tell: bool = False


@dataclass(frozen=True)
class _Held:
    """One use held against one limit."""

    limit: Limit
    use: Use
    on: date
    to: texts.Texts

    def answer(self) -> _Answer:
        limit = self.limit
        if limit.giver in self.use.consents:
            return self.told("yes", self.to.say("{country} has consented to this use.", country=limit.giver))
        if limit.until is not None and self.on > limit.until:
            says = self.to.say("It could be used until {day} only.", day=self.to.day(limit.until))
            return self.told("consent", says)
        for free in limit.frees:
            freed = self.freed(free)
            if freed is not None:
                return freed
        if limit.subject_may_consent and self.use.subject_consents:
            return self.told("yes", self.to.say("The person whose data it is has consented."))
        return self.by_use()

    def by_use(self) -> _Answer:
        """What the limit says of the use, once persons, offences and proceedings are compared."""
        for named, asked in ((self.limit.persons, self.use.persons), (self.limit.offences, self.use.offences)):
            if named and not asked:
                return self.told("depends", self.to.say("Against whom, or for which offence, is not stated."))
            if not set(asked) <= set(named) and named:
                return self.told("consent", self.to.say("The use goes beyond the persons or offences named."))
        use = self.use.use
        if use == "stated" and self.limit.case and self.use.case and self.use.case != self.limit.case:
            use = "try_person" if self.limit.about == "person" else "other"
        outcome = self.limit.uses.get(use, self.limit.rest)
        if outcome == "tell":
            says = self.to.say("{country} is told before, and consulted if it asks.", country=self.limit.giver)
            return _Answer("yes", (*self.told("yes").reasons, self.reason(says, "open")), tell=True)
        return self.told(outcome, *self.owed(outcome))

    def owed(self, outcome: Allowed) -> tuple[str, ...]:
        return (self.to.text(self.limit.consent_owed),) if outcome == "consent" and self.limit.consent_owed else ()

    def freed(self, free: Freeing) -> _Answer | None:
        """Whether an event has ended the limit; None where it has not happened, or nobody says so."""
        use = self.use
        happened = {
            "stayed": use.stayed_days is not None and use.stayed_days > (free.days or 0),
            "returned": bool(use.returned),
            "renounced": bool(use.renounced),
            "no_custody": use.custody is False,
        }[free.when]
        if not happened:
            return None
        says = _freed(free, self.to)
        if free.treaty and not self.both_bound(free.treaty):
            open_ = self.to.say("Whether both States are bound by the text that allows this is not established.")
            return _Answer(
                "depends", (self.reason(says, "open", free.article), self.reason(open_, "open", free.article))
            )
        return _Answer("yes", (self.reason(says, "for", free.article),))

    def both_bound(self, treaty: str) -> bool:
        pair = (self.limit.giver, self.use.user)
        return all(country and parties.is_party(treaty, country, self.on).answer == "yes" for country in pair)

    def told(self, allowed: Allowed, *more: str) -> _Answer:
        speaks: Speaks = "for" if allowed == "yes" else "open" if allowed == "depends" else "against"
        reasons = [self.reason(says, speaks) for says in (self.limit.says, *more)]
        return _Answer(allowed, tuple(reasons))

    def reason(self, says: str, speaks: Speaks, article: str = "") -> Reason:
        cite = self.to.cite(article) if article else self.limit.article
        return Reason(says, cite, self.limit.source, self.limit.confidence, speaks)


@cache
def _data(folder: Path = reading.DATA) -> _File:
    """Read and check data/speciality.yaml.

    :raises reading.LawFaults: it cannot be used.
    """
    told, read = reading.document(folder / "speciality.yaml", _File)
    reading.refuse(read, _faults(told, folder))
    return told


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
