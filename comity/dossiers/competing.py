"""Several requests for one person, side by side: dossiers here, and requests that we were told of.

The comparison is `law.competing`'s and chooses nobody. What is stated of a request, and what is decided, only grows.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Q, QuerySet

from comity.access.queries import User
from comity.access.rules import Thing
from comity.dossiers import assured, folding, sight
from comity.dossiers.models import Act, Competing, Competition, Decided, Dossier, Stated
from comity.instruments import lawful
from comity.law import competing as law
from comity.law.competing import Comparison, Request
from comity.lib.errors import BadInput

MONTHS = 12
LIFE = 99  # years, as the form of an offence tells imprisonment for life


class NoCompetition(sight.NotFound):
    code = "dossiers.competition-not-found"
    says = "There are no competing requests with the number {id} here."
    next_step = "Open competing requests from the menu."


class NoPerson(BadInput):
    code = "dossiers.no-person"
    says = "It is not said who is wanted."
    next_step = "Write the name of the person whom the requests concern."


class NoDossier(BadInput):
    code = "dossiers.no-dossier"
    says = "No dossier was chosen."
    next_step = "Choose at least one dossier in which the person is wanted."


class LastDossier(BadInput):
    code = "dossiers.last-dossier"
    says = "This is the only dossier left here; who may see the page follows from it."
    next_step = "Add another dossier first."


class NoReasons(BadInput):
    code = "dossiers.decision-without-reasons"
    says = "A decision on competing requests is recorded with its reasons."
    next_step = "Write them so that the requesting States, or a court, could read them."


class Superseded(BadInput):
    code = "dossiers.decided-meanwhile"
    says = "{name} recorded a decision meanwhile."
    next_step = "Read it below; yours was not recorded. If it still stands, record it again."


@dataclass(frozen=True)
class Beside:
    """One request with the last that was stated of it, and everything stated before."""

    row: Competing
    request: Request
    told: dict[str, Any]
    statements: tuple[Stated, ...]

    @property
    def id(self) -> str:
        return self.request.id


@dataclass(frozen=True)
class CompetitionView:
    """Competing requests as one user may see them. ``comparison`` is None while there is only one request."""

    competition: Competition
    requests: tuple[Beside, ...]
    removed: tuple[Beside, ...]
    comparison: Comparison | None
    decisions: tuple[Decided, ...]  # newest first
    may_change: bool
    may_decide: bool


@dataclass(frozen=True)
class Candidate:
    """A dossier that may concern the same person. ``likely`` when its subject shares a name."""

    dossier: Dossier
    likely: bool


def competitions(user: User) -> list[Competition]:
    """Those in which the user may see every dossier, the newest first."""
    return list(_visible(user).prefetch_related("requests").order_by("-opened_at", "-id"))


def of_dossier(user: User, dossier: Dossier) -> list[Competition]:
    """Those that a dossier is part of, and that the user may see."""
    return list(_visible(user).filter(requests__dossier=dossier).order_by("-opened_at", "-id"))


def candidates(user: User, dossier: Dossier | None = None) -> list[Candidate]:
    """Dossiers in which we are asked for a person or for help, open ones first; the dossier itself is left out.

    With a dossier those come first whose subject shares a name with its own.
    """
    others = sight.dossiers(user).filter(instrument__in=instruments(), role="executing").order_by(
        "final", "-opened_at", "id"
    )  # fmt: skip
    words = names(dossier.subject) if dossier else frozenset()
    found = [Candidate(one, bool(words & names(one.subject))) for one in others if one != dossier]
    return sorted(found, key=lambda one: not one.likely)


def competes(dossier: Dossier) -> bool:
    """Whether its request can compete with another one here: we are asked, and some text speaks of it."""
    return dossier.role == "executing" and dossier.instrument in instruments()


def names(subject: str) -> frozenset[str]:
    """The words of a subject that can be compared: three letters or more."""
    return frozenset(word for word in subject.casefold().replace(",", " ").replace(";", " ").split() if len(word) > 2)


def instruments() -> tuple[str, ...]:
    """The instruments under which requests can compete by some text."""
    return law.instruments()


def competition(user: User, number: int, at: datetime, language: str = "en") -> CompetitionView:
    """The requests side by side as they stand. The look is recorded for each dossier.

    :raises NoCompetition: there is none, or not for this user.
    """
    found = _one(user, number)
    dossiers = _dossiers(found)
    for dossier in dossiers:
        sight.saw(user, Thing("dossier", f"{dossier.pk} competing", dossier.unit.code), at)
    requests, removed = _beside(found, gone=False), _beside(found, gone=True)
    return CompetitionView(
        competition=found,
        requests=requests,
        removed=removed,
        comparison=_compare(found, requests, at, language),
        decisions=tuple(found.decisions.select_related("by", "first").order_by("-at", "-id")),
        may_change=_may(user, "draft", dossiers),
        may_decide=_may(user, "send", dossiers),
    )


def _compare(found: Competition, requests: Sequence[Beside], at: datetime, language: str) -> Comparison | None:
    if len(requests) < 2:
        return None
    return law.compare(
        [one.request for one in requests],
        requested=settings.COMITY.country,
        nationality=found.nationality,
        on=assured.day_of(at),
        language=language,
    )


@transaction.atomic
def open_competition(
    dossiers: Iterable[str], *, person: str, nationality: Sequence[str] = (), by: User, at: datetime
) -> Competition:
    """Lay requests side by side: one or more dossiers, to which others are added.

    :raises NoPerson, NoDossier, NotFound, NotAllowed.
    """
    rows = [sight.dossier(by, id) for id in dict.fromkeys(dossiers)]
    if not rows:
        raise NoDossier
    for row in rows:
        sight.demand(by, "draft", sight.of_dossier(row))
    if not person.strip():
        raise NoPerson
    made = Competition.objects.create(
        person=person.strip()[:200], nationality=list(nationality), opened_by=by, opened_at=at
    )
    for row in rows:
        _add(made, told_by(row), row, by, at)
    return made


@transaction.atomic
def add_dossier(number: int, dossier: str, *, by: User, at: datetime) -> Competing:
    """Add a dossier; one that was taken out comes back with what was stated of it.

    :raises NoCompetition, NotFound, NotAllowed.
    """
    found = _changeable(by, number)
    row = sight.dossier(by, dossier)
    sight.demand(by, "draft", sight.of_dossier(row))
    there = found.requests.filter(dossier=row).first()
    if there is None:
        return _add(found, told_by(row), row, by, at)
    if there.removed_at is not None:
        there.removed_at = None
        there.save(update_fields=["removed_at"])
    return there


@transaction.atomic
def add_request(number: int, told: Mapping[str, Any], *, by: User, at: datetime) -> Competing:
    """Add a request that we were told of.

    :raises law.BadRequest: with everything wrong in what was told. NoCompetition, NotAllowed.
    """
    found = _changeable(by, number)
    law.request({**told, "id": "0"})
    return _add(found, dict(told), None, by, at)


@transaction.atomic
def state_request(number: int, request: int, told: Mapping[str, Any], *, by: User, at: datetime) -> Stated | None:
    """State what is known of a request; the earlier statement stays. The same again adds nothing.

    :raises law.BadRequest, NoCompetition, NotAllowed.
    """
    row = _request(_changeable(by, number), request)
    law.request({**told, "id": "0"})
    last = row.statements.order_by("-at", "-id").first()
    if last is not None and last.told == dict(told):
        return None
    return Stated.objects.create(request=row, told=dict(told), by=by, at=at)


@transaction.atomic
def remove_request(number: int, request: int, *, by: User, at: datetime) -> Competing:
    """Take a request out of the comparison; `restore_request` brings it back.

    :raises LastDossier, NoCompetition, NotAllowed.
    """
    found = _changeable(by, number)
    row = _request(found, request)
    others = found.requests.filter(dossier__isnull=False, removed_at__isnull=True).exclude(pk=row.pk)
    if row.dossier_id and not others.exists():
        raise LastDossier
    row.removed_at = at
    row.save(update_fields=["removed_at"])
    return row


@transaction.atomic
def restore_request(number: int, request: int, *, by: User, at: datetime) -> Competing:
    """Undo `remove_request`."""
    row = _request(_changeable(by, number), request)
    row.removed_at = None
    row.save(update_fields=["removed_at"])
    return row


@transaction.atomic
def decide(
    number: int,
    *,
    first: int | None,
    reasons: str,
    after: int | None,
    by: User,
    at: datetime,
    language: str = "en",
) -> Decided:
    """Record which request goes first, or that none does yet, with what was known when it was decided.

    :param first: the number of the request; None for none yet.
    :param after: the decision that the page showed as the last one.
    :raises NoReasons, Superseded, NoCompetition, NotAllowed. law.NothingCompetes: there is one request only.
    """
    found = _locked(by, number)
    dossiers = _dossiers(found)
    for dossier in dossiers:
        sight.demand(by, "send", Thing("act", dossier.pk, dossier.unit.code))
    if not reasons.strip():
        raise NoReasons
    last = found.decisions.select_related("by").order_by("-at", "-id").first()
    if last is not None and last.pk != after:
        raise Superseded(name=last.by.full_name)
    requests = _beside(found, gone=False)
    comparison = _compare(found, requests, at, language)
    if comparison is None:
        raise law.NothingCompetes(count=len(requests))
    chosen = None if first is None else _request(found, first, gone=False)
    return Decided.objects.create(
        competition=found,
        first=chosen,
        reasons=reasons.strip(),
        basis={
            "first": next((one.id for one in requests if one.row == chosen), ""),
            "requests": [{**one.told, "id": one.id} for one in requests],
            "comparison": comparison.as_json(),
        },
        replaces=last,
        by=by,
        at=at,
    )


def told_by(dossier: Dossier) -> dict[str, Any]:
    """What a dossier itself says of its request; the rest is stated by people."""
    result = folding.fold(dossier)
    form, issuing = result.state.form, dossier.parties.get("issuing", {})
    opening = Act.objects.filter(dossier=dossier, type=result.definition.opening.id).order_by("at", "id").first()
    offences = [row for _, field, row in lawful.composites(result.definition, form) if field.type == "offence"]
    years = [row["maximum_penalty_years"] for row in offences if isinstance(row.get("maximum_penalty_years"), int)]
    issued = lawful.dated(result.definition, form) or (assured.day_of(opening.at) if opening else None)
    told: dict[str, Any] = {
        "by": issuing.get("country", ""),
        "instrument": dossier.instrument,
        "offence": "; ".join(filter(None, (assured.text(row.get("title")) for row in offences)))[:500],
    }
    if issued:
        told["issued_on"] = issued.isoformat()
    if opening:
        told["received_on"] = assured.day_of(opening.arrived_at).isoformat()
    if years:
        told["maximum_months"] = max(min(max(years), LIFE) * MONTHS, 0)
    return told


def _add(found: Competition, told: dict[str, Any], dossier: Dossier | None, by: User, at: datetime) -> Competing:
    last = found.requests.aggregate(last=Max("number"))["last"] or 0
    row = Competing.objects.create(competition=found, number=last + 1, dossier=dossier)
    Stated.objects.create(request=row, told=told, by=by, at=at)
    return row


def _beside(found: Competition, *, gone: bool) -> tuple[Beside, ...]:
    rows = found.requests.filter(removed_at__isnull=not gone).order_by("number")
    made = []
    for row in rows.prefetch_related("statements__by").select_related("dossier"):
        statements = tuple(sorted(row.statements.all(), key=lambda one: (one.at, one.pk)))
        told = statements[-1].told
        id = row.dossier_id or f"{told['by']}-{row.number}"
        made.append(Beside(row, law.request({**told, "id": id}), told, statements))
    return tuple(made)


def _visible(user: User) -> QuerySet[Competition]:
    """Where every dossier, also one that was taken out, is the user's to see."""
    hidden = Competing.objects.filter(dossier__isnull=False).exclude(dossier__in=sight.dossiers(user))
    mine = Competing.objects.filter(dossier__in=sight.dossiers(user))
    return Competition.objects.filter(
        Q(pk__in=mine.values("competition")), ~Q(pk__in=hidden.values("competition"))
    ).select_related("opened_by")


def _one(user: User, number: int) -> Competition:
    found = _visible(user).filter(pk=number).first()
    if found is None:
        raise NoCompetition(id=number)
    return found


def _locked(user: User, number: int) -> Competition:
    found = _one(user, number)
    Competition.objects.select_for_update().values_list("pk").get(pk=found.pk)
    return found


def _changeable(user: User, number: int) -> Competition:
    found = _locked(user, number)
    for dossier in _dossiers(found):
        sight.demand(user, "draft", sight.of_dossier(dossier))
    return found


def _dossiers(found: Competition) -> list[Dossier]:
    rows = Dossier.objects.filter(pk__in=found.requests.filter(dossier__isnull=False).values("dossier"))
    return list(rows.select_related("unit").order_by("pk"))


def _may(user: User, verb: str, dossiers: Iterable[Dossier]) -> bool:
    kind = "act" if verb == "send" else "dossier"
    return all(sight.may(user, verb, Thing(kind, one.pk, one.unit.code)).allowed for one in dossiers)


def _request(found: Competition, number: int, *, gone: bool | None = None) -> Competing:
    rows = found.requests.filter(number=number)
    if gone is not None:
        rows = rows.filter(removed_at__isnull=not gone)
    row = rows.first()
    if row is None:
        raise NoCompetition(id=f"{found.pk}/{number}")
    return row
