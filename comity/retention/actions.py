"""Setting rules, holding things back from them, and erasing what is over. docs/rooms/retention.md lists the doors."""

import logging
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from comity.access import queries as people
from comity.access import rules
from comity.access.asking import as_node
from comity.access.queries import User
from comity.access.rules import Thing
from comity.exchange import erase as exchange
from comity.lib.canonical import digest
from comity.lib.errors import BadInput, ComityError
from comity.retention import cleaning, queries
from comity.retention.kinds import Expiring, Kind, kind
from comity.retention.models import Hold, Rule, Run

log = logging.getLogger("comity.retention")
AT_ONCE = 1000
"""Things of a kind in one round; the next night takes the next."""
A_PAGE = 200


class BadRule(BadInput):
    code = "retention.bad-rule"
    says = "{why}."
    next_step = "Say after how many days (at least one), and on which legal basis."


class NoReason(BadInput):
    code = "retention.no-reason"
    says = "Something is kept for a reason in words, and none was given."
    next_step = "Write who wishes it and why."


class NothingToHold(BadInput):
    code = "retention.nothing-to-hold"
    says = "There is no {kind} with the number {ref}."
    next_step = "Check the number: a hold on something that does not exist keeps nothing."


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

    :raises NoReason, NothingToHold, AlreadyHeld: as they say.
    """
    demand(by, at)
    if not reason.strip():
        raise NoReason
    with as_node():  # a case stays a secret of its members: all that is told is that its number exists
        if not kind(id).exists(ref):
            raise NothingToHold(kind=id, ref=ref)
    lock(id)
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


def lock(id: str) -> None:
    """Whoever holds something back and whoever erases it come one after the other."""
    list(Rule.objects.select_for_update().filter(kind=id).values_list("pk", flat=True))


def run(*, at: datetime, by: User | None = None) -> Run:
    """Erase what is over, each thing in its own transaction: one that cannot be erased holds up no other.

    :param by: who wished it now; None is the worker.
    """
    if by is not None:
        demand(by, at)
    return _round(Run.objects.create(at=at, by=by), at)


def routine(at: datetime) -> None:
    """The worker's round, once a night however many workers there are."""
    try:
        with transaction.atomic():
            made, fresh = Run.objects.get_or_create(night=at.date(), defaults={"at": at})
    except IntegrityError:  # another worker was a moment earlier
        return
    if fresh:
        _round(made, at)


def _round(made: Run, at: datetime) -> Run:
    with as_node():  # whoever wished it sees none of the cases
        for rule in queries.rules_in_force():
            if rule.days is not None:
                _erase_all(kind(rule.kind), rule, at - timedelta(days=rule.days), made, at)
        if made.erased:
            made.left = cleaning.clean({label for one in made.erased for label in one["rows"]})
        made.ended = True
        made.save()
    return made


def _erase_all(of: Kind, rule: Rule, before: datetime, made: Run, at: datetime) -> None:
    """Page by page; what could not be erased stays, and is passed over."""
    done, stayed = 0, 0
    while done < AT_ONCE:
        page = of.expiring(before, at, A_PAGE, stayed)
        if not page:
            return
        for thing in page[: AT_ONCE - done]:
            if _erase(of, thing, rule, before, made, at):
                done += 1
            else:
                stayed += 1


def _erase(of: Kind, thing: Expiring, rule: Rule, before: datetime, made: Run, at: datetime) -> bool:
    words = f"{of.id}: {rule.days} days, {rule.basis}"
    try:
        with transaction.atomic():
            lock(of.id)
            if queries.is_held(of.id, thing.ref):
                return False
            rows = of.erase(thing.ref, words[:300], before, at)
            exchange.erase(rule=words[:300], other=[exchange.Thing(of.id, thing.ref, digest(rows))], at=at)
    except ComityError as error:
        made.failed.append({"kind": of.id, "ref": thing.ref, "code": error.code, "says": error.sentence})
        return False
    except Exception as error:  # the edge of a round: kept with the thing, logged, and the others go on
        log.exception("could not erase %s %s", of.id, thing.ref)
        made.failed.append({"kind": of.id, "ref": thing.ref, "code": "retention.fault", "says": type(error).__name__})
        return False
    made.erased.append({"kind": of.id, "ref": thing.ref, "rows": rows})
    return True
