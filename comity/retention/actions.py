"""Setting rules, holding things back from them, and erasing what is over. docs/rooms/retention.md lists the doors."""

import logging
from datetime import datetime, timedelta

from django.db import connection, transaction

from comity.access import queries as people
from comity.access import rules
from comity.access.queries import User
from comity.access.rules import Thing
from comity.lib.errors import BadInput, ComityError
from comity.retention import queries
from comity.retention.kinds import Expiring, Kind, kind
from comity.retention.models import Hold, Rule, Run
from comity.search import actions as search

log = logging.getLogger("comity.retention")
AT_ONCE = 200
"""Things of a kind in one round; the next night takes the next."""
ROUND = timedelta(hours=20)
"""The worker makes no two rounds closer together than this."""


class BadRule(BadInput):
    code = "retention.bad-rule"
    says = "{why}."
    next_step = "Say after how many days (at least one), and on which legal basis."


class NoReason(BadInput):
    code = "retention.no-reason"
    says = "Something is kept for a reason in words, and none was given."
    next_step = "Write who wishes it and why."


class AlreadyHeld(ComityError):
    code = "retention.already-held"
    says = "{kind} {ref} is held already."
    next_step = "Nothing to do; end the hold first to state another reason."


def demand(by: User, at: datetime) -> None:
    rules.demand(people.actor(by, at), "manage", Thing("retention"))


@transaction.atomic
def set_rule(id: str, days: int | None, *, basis: str, by: User, at: datetime) -> Rule:
    """Say how long things of a kind are kept after they are over; None keeps them for good.

    :raises UnknownKind, BadRule: as they say.
    """
    demand(by, at)
    if days is not None and days < 1:
        raise BadRule(why="Things are kept for a day at least")
    if not basis.strip():
        raise BadRule(why="The rule has no legal basis")
    return Rule.objects.create(kind=kind(id).id, days=days, basis=basis.strip(), set_by=by, set_at=at)


@transaction.atomic
def hold(id: str, ref: str, *, reason: str, by: User, at: datetime) -> Hold:
    """Keep a thing although its time is over.

    :raises NoReason, AlreadyHeld: as they say.
    """
    demand(by, at)
    if not reason.strip():
        raise NoReason
    if Hold.objects.filter(kind=kind(id).id, ref=ref, ended_at=None).exists():
        raise AlreadyHeld(kind=id, ref=ref)
    return Hold.objects.create(kind=id, ref=ref, reason=reason.strip(), by=by, at=at)


@transaction.atomic
def release(held: Hold, *, by: User, at: datetime) -> Hold:
    """End a hold: the rule of its kind reaches the thing again."""
    demand(by, at)
    held = Hold.objects.select_for_update(of=("self",)).get(pk=held.pk)
    if held.ended_at is None:
        held.ended_by, held.ended_at = by, at
        held.save(update_fields=["ended_by", "ended_at"])
    return held


def run(*, at: datetime, by: User | None = None) -> Run:
    """Erase what is over, each thing in its own transaction: one that cannot be erased holds up no other.

    :param by: who wished it now; None is the worker.
    """
    if by is not None:
        demand(by, at)
    made = Run(at=at, by=by)
    for rule in queries.rules_in_force():
        if rule.days is None:
            continue
        before = at - timedelta(days=rule.days)
        for thing in queries.unheld(kind(rule.kind), before, AT_ONCE):
            _erase(kind(rule.kind), thing, rule, before, made, at)
    if made.erased:
        tidy()
    made.save()
    return made


def _erase(of: Kind, thing: Expiring, rule: Rule, before: datetime, made: Run, at: datetime) -> None:
    words = f"{of.id}: {rule.days} days, {rule.basis}"
    try:
        with transaction.atomic():
            rows = of.erase(thing.ref, words[:300], before, at)
        made.erased.append({"kind": of.id, "ref": thing.ref, "rows": rows})
    except ComityError as error:
        made.failed.append({"kind": of.id, "ref": thing.ref, "code": error.code, "says": error.sentence})
    except Exception as error:  # the edge of a round: kept with the thing, logged, and the others go on
        log.exception("could not erase %s %s", of.id, thing.ref)
        made.failed.append({"kind": of.id, "ref": thing.ref, "code": "retention.fault", "says": type(error).__name__})


def routine(at: datetime) -> None:
    """The worker's round, once a night however many workers there are."""
    last = Run.objects.filter(by=None).order_by("-at").values_list("at", flat=True).first()
    if last is None or at - last >= ROUND:
        run(at=at)


def tidy() -> None:
    """Leave no copy of what was erased in the pages of the database and of the search index."""
    search.scrub()
    if connection.in_atomic_block:  # a test's transaction; nothing was written to the file yet
        return
    with connection.cursor() as cursor:
        cursor.execute({"sqlite": "PRAGMA wal_checkpoint(TRUNCATE)", "postgresql": "VACUUM"}[connection.vendor])
