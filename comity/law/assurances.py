"""Assurances: what is undertaken, who owes it, when it is checked, and where it stands on a day.

Data: data/assurances.yaml. The texts name no intervals; those of the file are conventions of Comity, and what the
undertaking itself says goes before them. A breach is what a person recorded; the machine only keeps the calendar.
"""

from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Literal

from comity.law import reading, texts
from comity.law.reasons import Reason
from comity.lib.errors import BadInput

State = Literal["kept", "check due", "overdue", "breached"]
NOTICE = timedelta(days=14)  # a check is announced this long before its day


class UnknownAssurance(BadInput):
    code = "law.unknown-assurance"
    says = "{kind!r} is not a kind of assurance that is known here."
    next_step = "The kinds are: {known}."


class CheckBeforeAssurance(BadInput):
    code = "law.check-before-assurance"
    says = "A check of {on} lies before the assurance of {given_on}."
    next_step = "Correct the day of the check."


class _Basis(reading.Strict):
    instrument: str
    article: str
    source: str
    confidence: reading.Confidence


class _Kind(reading.Strict):
    title: str
    owed_by: Literal["receiving", "giving"]
    undertakes: str
    check: str
    first_after_days: int
    every_days: int | None = None
    breach: str
    basis: list[_Basis]


class _File(reading.Strict):
    kinds: dict[str, _Kind]
    sources: dict[str, reading.Source]


@dataclass(frozen=True)
class Kind:
    """A kind of assurance in the reader's language, with the texts that provide for it."""

    id: str
    title: str
    owed_by: Literal["receiving", "giving"]
    undertakes: str
    check: str
    first_after_days: int
    every_days: int | None
    breach: str
    basis: tuple[Reason, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "title": self.title,
            "owed_by": self.owed_by,
            "undertakes": self.undertakes,
            "check": self.check,
            "first_after_days": self.first_after_days,
            "every_days": self.every_days,
            "breach": self.breach,
            "basis": [basis.as_json() for basis in self.basis],
        }


@dataclass(frozen=True)
class Assurance:
    """An undertaking on record. ``owed_by`` and ``owed_to`` name authorities or countries.

    ``first_check``, ``every_months`` and ``until`` are what the undertaking itself says, where it does.
    """

    id: str
    kind: str
    owed_by: str
    owed_to: str
    given_on: date
    first_check: date | None = None
    every_months: int | None = None
    until: date | None = None


@dataclass(frozen=True)
class Check:
    """What a person found on a day: kept, or a breach."""

    on: date
    kept: bool
    by: str = ""
    text: str = ""


@dataclass(frozen=True)
class Standing:
    """Where an assurance stands. ``alarm`` names whom to tell now: both sides of a breach, or of a check overdue."""

    assurance: str
    state: State
    ended: bool
    next_check: date | None
    last_check: date | None
    says: str
    alarm: tuple[str, ...]
    reasons: tuple[Reason, ...]
    language: str

    def as_json(self) -> dict[str, Any]:
        return {
            "assurance": self.assurance,
            "state": self.state,
            "ended": self.ended,
            "next_check": self.next_check and self.next_check.isoformat(),
            "last_check": self.last_check and self.last_check.isoformat(),
            "says": self.says,
            "alarm": list(self.alarm),
            "reasons": [reason.as_json() for reason in self.reasons],
            "language": self.language,
        }


def kinds(*, language: str = texts.ENGLISH) -> tuple[Kind, ...]:
    """Every kind of assurance."""
    return tuple(kind(id, language=language) for id in _data().kinds)


def kind(id: str, *, language: str = texts.ENGLISH) -> Kind:
    """One kind of assurance.

    :raises UnknownAssurance: no such kind.
    """
    known = _data().kinds
    if id not in known:
        raise UnknownAssurance(kind=id, known=", ".join(known))
    told, to = known[id], texts.of(language)
    return Kind(
        id=id,
        title=to.text(told.title),
        owed_by=told.owed_by,
        undertakes=to.text(told.undertakes),
        check=to.text(told.check),
        first_after_days=told.first_after_days,
        every_days=told.every_days,
        breach=to.text(told.breach),
        basis=tuple(
            Reason(to.text(told.undertakes), to.cite(basis.article), basis.source, basis.confidence, "for")
            for basis in told.basis
        ),
    )


def next_check(assurance: Assurance, checks: Iterable[Check]) -> date | None:
    """The day of the next check: the first one, then the interval after the last; None when none is left.

    :raises UnknownAssurance: no such kind.
    """
    known = kind(assurance.kind)
    done = [check.on for check in checks]
    if not done:
        due: date | None = assurance.first_check or assurance.given_on + timedelta(days=known.first_after_days)
    elif assurance.every_months:
        due = _months_later(max(done), assurance.every_months)
    else:
        due = max(done) + timedelta(days=known.every_days) if known.every_days else None
    if due and assurance.until and due > assurance.until:
        # The last check falls on the last day that the assurance binds, unless one was made then.
        return assurance.until if not done or max(done) < assurance.until else None
    return due


def _months_later(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def standing(assurance: Assurance, checks: Iterable[Check], on: date, *, language: str = texts.ENGLISH) -> Standing:
    """Where an assurance stands on a day. Checks of later days are left out.

    A breach stands until a check of a later day finds the assurance kept again.

    :raises UnknownAssurance: no such kind.
    :raises CheckBeforeAssurance: a check lies before the assurance.
    """
    made = sorted((check for check in checks if check.on <= on), key=lambda check: (check.on, not check.kept))
    for check in made:
        if check.on < assurance.given_on:
            raise CheckBeforeAssurance(on=check.on, given_on=assurance.given_on)
    return _Judge(assurance, tuple(made), on, kind(assurance.kind, language=language), texts.of(language)).standing()


@dataclass(frozen=True)
class _Judge:
    """Places one assurance on one day."""

    assurance: Assurance
    checks: tuple[Check, ...]
    on: date
    kind: Kind
    to: texts.Texts

    @property
    def last(self) -> Check | None:
        return self.checks[-1] if self.checks else None

    @property
    def broken(self) -> Check | None:
        """The first finding of the breach that stands."""
        found = None
        for check in self.checks:
            found = None if check.kept else found or check
        return found

    def standing(self) -> Standing:
        ended = self.assurance.until is not None and self.on > self.assurance.until
        due = next_check(self.assurance, self.checks)
        both = (self.assurance.owed_by, self.assurance.owed_to)
        if self.broken:
            says = self.to.say(
                "A breach was found on {day}: {breach}", day=self.day(self.broken.on), breach=self.kind.breach
            )
            return self.told("breached", says, ended, due, both)
        if due is None:
            says = self.to.say("It ended without a breach on record.") if ended else self.to.say("No check is left.")
            return self.told("kept", says, ended, None)
        if self.on > due:
            says = self.to.say("The check of {day} has not been made.", day=self.day(due))
            return self.told("overdue", says, ended, due, both)
        if self.on >= due - NOTICE:
            says = self.to.say("It is to be checked by {day}.", day=self.day(due))
            return self.told("check due", says, ended, due, (self.assurance.owed_to,))
        says = self.to.say("Nothing speaks against it; the next check is on {day}.", day=self.day(due))
        return self.told("kept", says, ended, due)

    def told(self, state: State, says: str, ended: bool, due: date | None, alarm: tuple[str, ...] = ()) -> Standing:
        return Standing(
            assurance=self.assurance.id,
            state=state,
            ended=ended,
            next_check=due,
            last_check=self.last.on if self.last else None,
            says=says,
            alarm=tuple(dict.fromkeys(alarm)),
            reasons=tuple(self.reasons()),
            language=self.to.language,
        )

    def reasons(self) -> Iterator[Reason]:
        """The texts behind the assurance, and what each check found."""
        yield from self.kind.basis
        for check in self.checks:
            day = self.day(check.on)
            kept, broken = (
                self.to.say("Checked on {day}: kept.", day=day),
                self.to.say("Checked on {day}: a breach.", day=day),
            )
            says = kept if check.kept else broken
            yield Reason(says, "", "register", "verified", "for" if check.kept else "against")

    def day(self, day: date) -> str:
        return self.to.day(day)


@cache
def _data(folder: Path = reading.DATA) -> _File:
    """Read and check data/assurances.yaml.

    :raises reading.LawFaults: it cannot be used.
    """
    return reading.checked(folder / "assurances.yaml", _File, lambda told, _read: _faults(told))


def source(id: str) -> reading.Source:
    """Where a text behind an assurance was read."""
    return _data().sources[id]


def _faults(told: _File) -> Iterator[tuple[str, str]]:
    for id, kind_ in told.kinds.items():
        for number, basis in enumerate(kind_.basis):
            if basis.source not in told.sources:
                yield f"/kinds/{id}/basis/{number}/source", f"{basis.source!r} is not among the sources of the file"
        for name in ("first_after_days", "every_days"):
            days = getattr(kind_, name)
            if days is not None and days < 1:
                yield f"/kinds/{id}/{name}", f"{days} is no number of days"
