"""Who sees which conversation. Queries and actions find their rows here, so none can forget it.

A conversation about a dossier is seen by who may see the dossier; one about nothing by its unit; one that stands in a
case by who needs to know the case, and by nobody else.
"""

from datetime import datetime

from django.db.models import Q, QuerySet

from comity.access import actions as access
from comity.access import queries as people
from comity.access import rules
from comity.access.queries import Unit, User
from comity.access.rules import Actor, Thing
from comity.liaison.models import Thread
from comity.lib.errors import ComityError

ABOUT_A_DOSSIER = ~Q(dossier="") & Q(awaits=False)


class NotFound(ComityError):
    code = "liaison.not-found"
    says = "There is no {what} {id} here."
    next_step = "Check the number, or ask the unit that handles it."


def threads(user: User, at: datetime | None = None) -> QuerySet[Thread]:
    """The conversations that a user may read."""
    actor = people.actor(user, at)
    about = ABOUT_A_DOSSIER & in_reach(actor, "dossier")
    free = ~ABOUT_A_DOSSIER & in_reach(actor, "thread")
    # The rule that lets a unit talk reaches by unit: in a case it is the need to know the case that counts.
    cases = people.material(user, kind="thread", at=at) & people.material(user, kind="case", at=at)
    return Thread.objects.filter(Q(compartment__isnull=True) & (about | free) | cases).select_related(
        "unit", "compartment"
    )


def in_reach(actor: Actor, kind: str) -> Q:
    """The rows whose unit the actor reaches."""
    reach = rules.visible_units(actor, "read", kind)
    return Q() if reach.everything else Q(unit__code__in=reach.units)


def thread(user: User, id: str, at: datetime | None = None) -> Thread:
    """:raises NotFound: there is none, or not for this user."""
    found = threads(user, at).filter(pk=id).first()
    if found is None:
        raise NotFound(what="conversation", id=id)
    return found


def things(thread: Thread) -> tuple[Thing, ...]:
    """What the rules are asked about: all of them must allow it."""
    if thread.compartment is not None:
        return tuple(
            people.thing(kind, thread.pk, thread.compartment, level=thread.level) for kind in ("thread", "case")
        )
    if thread.dossier and not thread.awaits:
        return (Thing("dossier", thread.dossier, thread.unit.code),)
    return (Thing("thread", thread.pk, thread.unit.code),)


def may_write(user: User, thread: Thread, at: datetime) -> bool:
    actor = people.actor(user, at)
    return all(rules.can(actor, _verb(one), one).allowed for one in things(thread))


def demand_write(user: User, thread: Thread, at: datetime) -> None:
    """:raises NotAllowed: the user may read it, but not speak in it."""
    actor = people.actor(user, at)
    for one in things(thread):
        rules.demand(actor, _verb(one), one)


def _verb(thing: Thing) -> str:
    # Speaking about a dossier is for those who may send acts of it that need no second person.
    return "send" if thing.kind == "dossier" else "write"


def saw(user: User, thread: Thread, at: datetime) -> None:
    """Record that the user looked at a conversation, with the rule that allowed it."""
    actor = people.actor(user, at)
    rule = rules.demand(actor, "read", things(thread)[-1]).rule
    access.record_read(actor, Thing("thread", thread.pk, thread.unit.code), at, rule=rule)


def units_to_talk(user: User) -> list[Unit]:
    """The units in whose name a user may open a conversation about nothing."""
    reach = rules.visible_units(people.actor(user), "write", "thread")
    return [unit for unit in people.units() if reach.covers(unit.code)]
