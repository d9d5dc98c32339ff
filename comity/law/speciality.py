"""What may be done with what was received: every later use is held against the limits under which it came.

A limit comes from the instrument (``defaults``) or was set by the giver with what it handed over (``from_terms``).
Material and surrendered persons are kept apart: a limit on the one says nothing of the other. The answer shows what
the texts say; a person decides.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from comity.law import parties, texts
from comity.law.limits import (
    Freeing,
    Limit,
    UnknownInstrument,
    UnknownTerm,
    data,
    defaults,
    from_terms,
    instruments,
    source,
    terms,
    uses,
)
from comity.law.reasons import Reason, Speaks
from comity.lib.errors import BadInput

Allowed = Literal["yes", "no", "consent", "depends"]

__all__ = [
    "Finding",
    "Freeing",
    "Limit",
    "UnknownInstrument",
    "UnknownTerm",
    "UnknownUse",
    "Use",
    "check",
    "defaults",
    "from_terms",
    "instruments",
    "source",
    "terms",
    "uses",
]

STRICTEST: tuple[Allowed, ...] = ("no", "depends", "consent", "yes")


class UnknownUse(BadInput):
    code = "law.unknown-use"
    says = "{use!r} is not a use that is known here."
    next_step = "The uses are: {known}."


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


def check(limits: Iterable[Limit], use: Use, *, on: date, language: str = texts.ENGLISH) -> Finding:
    """Hold one use against every limit; the strictest answers.

    :raises UnknownUse: no such use.
    """
    known = data().uses
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
