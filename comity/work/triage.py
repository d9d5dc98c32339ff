"""The unit's inbox: what nobody holds, who could take it and why, and the decision."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from comity.access import queries as people
from comity.access.queries import Deputy, Unit, User
from comity.dossiers import actions as dossier_actions
from comity.dossiers import queries as dossiers
from comity.dossiers.queries import Held, Row
from comity.lib.errors import BadInput
from comity.work import sight
from comity.work.models import Profile, Triage

PRIORITIES = (Triage.HIGH, Triage.NORMAL, Triage.LOW)


class BadPriority(BadInput):
    code = "work.bad-priority"
    says = "{priority!r} is not a priority; known are high, normal and low."
    next_step = "Choose one of them."


@dataclass(frozen=True)
class Reason:
    """Why somebody is proposed or not: a key that pages translate, and its values.

    Keys: ``load`` {count} · ``language`` {language} · ``other-language`` {language} · ``absent`` {until} ·
    ``knows-country`` {count}.
    """

    key: str
    values: dict[str, object]
    speaks_for: bool


@dataclass(frozen=True)
class Candidate:
    """A colleague who could take a dossier, with everything that speaks for and against it."""

    user: User
    load: int
    reasons: tuple[Reason, ...]
    absent: bool


@dataclass(frozen=True)
class Waiting:
    """One line of the inbox: the dossier, who could take it (the best first), what was decided before."""

    row: Row
    candidates: tuple[Candidate, ...]
    last: Triage | None
    why: str  # nobody, left or absent

    @property
    def proposed(self) -> Candidate | None:
        """The best of them who is at work."""
        return next((one for one in self.candidates if not one.absent), None)


@dataclass(frozen=True)
class Inbox:
    """A page of it; ``total`` counts no further than 1000."""

    waiting: tuple[Waiting, ...]
    total: int
    page: int
    more: bool


def inbox(user: User, at: datetime, language: str = "en", page: int = 1) -> Inbox:
    """Open dossiers of the user's units that nobody holds, or whose holder left or is away without a deputy."""
    gone = away(user, at)
    rows, more = dossiers.inbox(user, at, language, page, gone)
    by_dossier = proposals(user, rows, at)
    decided = last_of(row.id for row in rows)
    names = {one.username: "left" if not one.is_active else "absent" for one in gone.values()}
    return Inbox(
        waiting=tuple(
            Waiting(row, by_dossier[row.id], decided.get(row.id), names.get(row.assignee, "nobody")) for row in rows
        ),
        total=dossiers.waiting_in_inbox(user, gone),
        page=max(1, page),
        more=more,
    )


def away(user: User, at: datetime) -> dict[int, User]:
    """Colleagues in the user's units who left, or are absent now and nobody stands in for them."""
    absent = {one.absent.pk: one.absent for one in people.absences(at) if one.deputy is None and one.starts_at <= at}
    left = {one.pk: one for one in people.users() if not one.is_active}
    return absent | left if sight.worked(user) else {}


def last_of(ids: Iterable[str]) -> dict[str, Triage]:
    """The last decision on each of some dossiers."""
    rows = Triage.objects.filter(dossier__in=list(ids)).select_related("to", "by").order_by("at", "pk")
    return {row.dossier: row for row in rows}


def proposals(user: User, rows: Collection[Row], at: datetime) -> dict[str, tuple[Candidate, ...]]:
    """For each of some dossiers the colleagues of its unit who could handle it, the best first.

    Best is who is at work, then who works in the language of the request, then who holds least. A person decides.
    """
    units = {unit.name: unit for unit in sight.worked(user)}
    known = Colleagues([units[name] for name in {row.unit for row in rows} if name in units], at)
    return {row.id: known.candidates(units.get(row.unit), row) for row in rows}


class Colleagues:
    """The people of some units with what they hold, read in a fixed number of queries."""

    def __init__(self, units: Collection[Unit], at: datetime) -> None:
        self.at = at
        everybody = people.users(active_only=True) if units else []
        self.members: dict[str, list[User]] = defaultdict(list)
        for one in everybody:
            for grant in people.roles(one):
                if grant.unit and grant.role in HANDLE and one not in self.members[grant.unit]:
                    self.members[grant.unit].append(one)
        self.load: dict[int | None, Held] = {one.user: one for one in dossiers.held([unit.pk for unit in units], at)}
        self.absent: dict[int, Deputy] = {one.absent.pk: one for one in people.absences(at) if one.starts_at <= at}
        self.languages = {one.user_id: one.languages for one in Profile.objects.all()} if units else {}

    def candidates(self, unit: Unit | None, row: Row) -> tuple[Candidate, ...]:
        if unit is None:
            return ()
        found = [self.candidate(one, row) for one in self.members[unit.code]]
        return tuple(sorted(found, key=rank))

    def candidate(self, user: User, row: Row) -> Candidate:
        load = self.load[user.pk].total if user.pk in self.load else 0
        reasons = [Reason("load", {"count": load}, load == 0)]
        if row.language:
            speaks = row.language == user.language or row.language in self.languages.get(user.pk, ())
            reasons.append(Reason("language" if speaks else "other-language", {"language": row.language}, speaks))
        away = self.absent.get(user.pk)
        if away is not None:
            reasons.append(Reason("absent", {"until": away.until}, False))
        return Candidate(user, load, tuple(reasons), away is not None)


HANDLE = ("officer", "liaison", "approver", "clerk")
"""Roles in a unit whose people handle dossiers; those that read all of them and nothing else do not."""


def rank(one: Candidate) -> tuple[bool, bool, int, str]:
    speaks = any(reason.key == "language" for reason in one.reasons)
    return one.absent, not speaks, one.load, one.user.full_name


@transaction.atomic
def triage(dossier: str, *, to: User | None, priority: str, note: str, by: User, at: datetime) -> Triage:
    """Decide on one dossier: who handles it, how urgent it is among the others, and a word for that person.

    :raises NotFound, NotAllowed: the rules. NotAColleague: that person may not read it. BadPriority.
    """
    if priority not in PRIORITIES:
        raise BadPriority(priority=priority)
    found = dossiers.one(by, dossier)
    dossier_actions.assign(found, to=to, by=by, at=at)
    return Triage.objects.create(
        dossier=found.pk, unit=found.unit, to=to, priority=priority, note=note.strip()[:500], by=by, at=at
    )
