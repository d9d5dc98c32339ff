"""The register of assurances: where each stands today, alarms of breaches, and checks that come due.

The fold is the truth; `Assured` and `Breach` only find the dossiers to look at. Nothing here decides whether an
assurance is kept: that is said by people, in acts that both sides hold.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from django.db import transaction
from django.db.models import QuerySet

from comity.access.queries import User
from comity.access.rules import Thing
from comity.dossiers import assured, folding, listing, sight
from comity.dossiers.models import Acknowledged, Assured, Breach, Dossier
from comity.instruments import procedure
from comity.instruments.model import Undertaking
from comity.law import assurances as law
from comity.lib.errors import BadInput

Owes = Literal["us", "them"]


class NoSuchBreach(sight.NotFound):
    code = "dossiers.breach-not-found"
    says = "There is no breach {id} here."
    next_step = "Open the register of assurances from the menu."


class NoNote(BadInput):
    code = "dossiers.no-note"
    says = "An alarm is acknowledged with a note."
    next_step = "Write in a few words what you do about it."


@dataclass(frozen=True)
class Found:
    """What an act said of an assurance: a check, or a breach with who took notice of it here."""

    act: str
    by: str  # authority
    at: datetime
    kept: bool
    text: str
    seen: Acknowledged | None


@dataclass(frozen=True)
class Entry:
    """One assurance in the register, on one day."""

    id: str  # the act that gave it
    dossier: str
    title: str  # of the instrument
    subject: str
    counterpart: str
    closed: bool  # the dossier is closed, and its instrument has no act for this
    kind: law.Kind
    standing: law.Standing
    owed_by: str
    owed_to: str
    ours: bool
    given_at: datetime
    words: str
    check_how: str
    until: date | None
    found: tuple[Found, ...]
    confirm: str  # the act that says that it is kept; empty when we may not take it now
    report: str  # the act that tells a breach; likewise

    @property
    def alarm(self) -> bool:
        """Whether a breach was told of which nobody here took notice."""
        return any(not one.kept and one.seen is None for one in self.found)


@dataclass(frozen=True)
class Alarm:
    """A breach of which nobody here took notice yet."""

    act: str
    dossier: str
    kind: str  # title
    ours: bool  # we owed it
    by: str
    at: datetime


@dataclass(frozen=True)
class Check:
    """A check that comes due, or is overdue."""

    assurance: str
    dossier: str
    kind: str  # title
    ours: bool
    on: date
    overdue: bool


@dataclass(frozen=True)
class Calls:
    """What calls for somebody: alarms, then checks by their day."""

    alarms: tuple[Alarm, ...]
    checks: tuple[Check, ...]


@dataclass(frozen=True)
class BreachView:
    """One breach, the assurance that it concerns, and whether this user may acknowledge it."""

    entry: Entry
    found: Found
    may_acknowledge: bool


def register(
    user: User,
    *,
    at: datetime,
    owes: Owes | None = None,
    state: law.State | None = None,
    dossier: str = "",
    language: str = "en",
) -> list[Entry]:
    """Every assurance in the dossiers that the user may see, what calls for somebody first. The look is recorded.

    :param owes: only those that we, or they, owe.
    :param state: only those that stand so today.
    :param dossier: only those of one dossier.
    """
    rows = Assured.objects.filter(dossier__in=sight.dossiers(user))
    if owes:
        rows = rows.filter(ours=owes == "us")
    if dossier:
        rows = rows.filter(dossier=dossier)
    wanted = dict.fromkeys(rows.values_list("act", flat=True))
    entries = [
        one
        for one in _entries(user, _dossiers(user, rows), at, language)
        if one.id in wanted and (state is None or one.standing.state == state)
    ]
    for id in sorted({one.dossier for one in entries}):
        looked(user, id, at)
    return sorted(entries, key=_urgency)


def of_dossier(user: User, dossier: Dossier, at: datetime, language: str = "en") -> list[Entry]:
    """The assurances of a dossier that the user has opened; the look was recorded with it."""
    return sorted(_entries(user, [dossier], at, language), key=_urgency)


def calls(user: User, at: datetime, language: str = "en") -> Calls:
    """Alarms and checks for the top of the worklist; an undertaking outlives the dossier in which it was given."""
    mine, today = sight.dossiers(user), assured.day_of(at)
    titles = {one.id: one.title for one in law.kinds(language=language)}
    breaches = list(_unseen(mine))
    told = {
        (row.dossier_id, row.act): row
        for row in Assured.objects.filter(dossier__in={one.dossier_id for one in breaches})
    }
    due = Assured.objects.filter(dossier__in=mine, breached=False, next_check__lte=today + law.NOTICE).order_by(
        "next_check", "id"
    )
    return Calls(
        alarms=tuple(
            Alarm(one.act, one.dossier_id, titles[row.kind], row.ours, one.by, one.at)
            for one in breaches
            if (row := told.get((one.dossier_id, one.assurance)))
        ),
        checks=tuple(
            Check(row.act, row.dossier_id, titles[row.kind], row.ours, row.next_check, row.next_check < today)
            for row in due
            if row.next_check is not None
        ),
    )


def alarms(user: User) -> int:
    """How many breaches nobody has taken notice of, for the menu."""
    return _unseen(sight.dossiers(user)).count()


def _unseen(dossiers: QuerySet[Dossier]) -> QuerySet[Breach]:
    return Breach.objects.filter(dossier__in=dossiers).exclude(act__in=Acknowledged.objects.values("act")).order_by(
        "-at", "-id"
    )  # fmt: skip


def breach(user: User, act: str, at: datetime, language: str = "en") -> BreachView:
    """One breach with the assurance that it concerns. The look is recorded.

    :raises NoSuchBreach: there is none, or not for this user.
    """
    row = _breach(user, act)
    looked(user, row.dossier_id, at)
    entry = next(
        one for one in _entries(user, [sight.dossier(user, row.dossier_id)], at, language) if one.id == row.assurance
    )
    return BreachView(
        entry=entry,
        found=next(one for one in entry.found if one.act == act),
        may_acknowledge=sight.may(user, "draft", sight.of_dossier(row.dossier)).allowed,
    )


@transaction.atomic
def acknowledge(act: str, *, note: str, by: User, at: datetime) -> Acknowledged:
    """End the alarm of a breach here, with a note. Who comes second finds the first note and adds none.

    :raises NoSuchBreach: there is none, or not for this user. NoNote. NotAllowed: the user may only read.
    """
    row = _breach(by, act)
    sight.demand(by, "draft", sight.of_dossier(row.dossier))
    if not note.strip():
        raise NoNote
    kept, _ = Acknowledged.objects.get_or_create(
        act=act, defaults={"dossier": row.dossier, "note": note.strip(), "by": by, "at": at}
    )
    return kept


def looked(user: User, dossier: str, at: datetime) -> None:
    """Record that the user looked at the assurances of a dossier, outside the dossier itself."""
    found = sight.dossier(user, dossier)
    sight.saw(user, Thing("dossier", f"{found.pk} assurances", found.unit.code), at)


def _breach(user: User, act: str) -> Breach:
    found = Breach.objects.filter(act=act, dossier__in=sight.dossiers(user)).select_related("dossier__unit").first()
    if found is None:
        raise NoSuchBreach(id=act)
    return found


def _dossiers(user: User, rows: QuerySet[Assured]) -> list[Dossier]:
    return list(sight.dossiers(user).filter(pk__in=rows.values("dossier")).order_by("pk"))


def _entries(user: User, dossiers: Iterable[Dossier], at: datetime, language: str) -> Iterator[Entry]:
    listed = list(dossiers)
    held = folding.held(one.pk for one in listed)
    seen = {one.act: one for one in Acknowledged.objects.filter(dossier__in=listed).select_related("by")}
    for dossier in listed:
        result = folding.folded(dossier, held.get(dossier.pk, {}))
        if not result.state.assurances:
            continue
        possible = _possible(user, result)
        for given in result.state.assurances:
            yield _entry(result, given, at, language, possible, seen)


def _possible(user: User, result: folding.Folded) -> dict[str, str]:
    """The acts with which we may check or report now, by effect."""
    if not sight.may(user, "draft", sight.of_dossier(result.dossier)).allowed:
        return {}
    allowed = procedure.allowed(result.definition, result.state, result.dossier.role)
    return {one.effect: one.id for one in reversed(allowed) if one.effect in ("check", "breach")}


def _entry(
    result: folding.Folded,
    given: Undertaking,
    at: datetime,
    language: str,
    possible: dict[str, str],
    seen: dict[str, Acknowledged],
) -> Entry:
    known, found = assured.of(given, result.state)
    dossier = result.dossier
    return Entry(
        id=given.id,
        dossier=dossier.pk,
        title=listing.title(dossier.instrument, "title", language),
        subject=dossier.subject,
        counterpart=dossier.counterpart,
        closed=result.state.final and not possible,
        kind=law.kind(known.kind, language=language),
        standing=law.standing(known, found, assured.day_of(at), language=language),
        owed_by=known.owed_by,
        owed_to=known.owed_to,
        ours=given.by == dossier.role,
        given_at=given.given_at,
        words=assured.text(given.terms.get("undertaking")),
        check_how=assured.text(given.terms.get("check_how")),
        until=known.until,
        found=tuple(
            Found(
                one["act"],
                assured.authority(result.state, one["by"]),
                one["at"],
                one["kept"],
                one["text"],
                seen.get(one["act"]),
            )
            for one in given.checks
        ),
        confirm=possible.get("check", ""),
        report=possible.get("breach", ""),
    )


STATES: tuple[law.State, ...] = ("breached", "overdue", "check due", "kept")


def _urgency(entry: Entry) -> tuple[bool, int, date, str]:
    return (
        not entry.alarm,
        STATES.index(entry.standing.state),
        entry.standing.next_check or assured.LAST_DAY,
        entry.id,
    )
