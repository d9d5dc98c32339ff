"""Who may see which item. Queries and actions find their rows here, so none can forget it.

A stranger is told "not found", as if there were nothing: that an item exists is itself protected.
"""

from datetime import datetime

from django.db.models import Q, QuerySet

from comity.access import actions as access
from comity.access import handling, rules
from comity.access import queries as people
from comity.access.queries import Compartment, User
from comity.access.rules import Thing
from comity.evidence.models import Custody, Item, Measure
from comity.exchange import actions as exchange
from comity.lib.errors import ComityError


class NotFound(ComityError):
    code = "evidence.not-found"
    says = "There is no {what} {id} here."
    next_step = "Check the number, or ask whoever leads the case."


def items(user: User, at: datetime | None = None) -> QuerySet[Item]:
    """The items that a user may read."""
    return Item.objects.filter(people.material(user, kind="item", at=at)).select_related(
        "compartment__unit", "compartment__parent", "added_by"
    )


def item(user: User, ref: str, at: datetime | None = None) -> Item:
    """One item by its name, ``c-2026-0001/7``.

    :raises NotFound: there is none, or not for this user.
    """
    compartment, _, number = ref.rpartition("/")
    found = None
    if number.isdecimal() and len(number) < 10:
        found = items(user, at).filter(compartment__name=compartment, number=int(number)).first()
    if found is None:
        raise NotFound(what="item", id=ref)
    return found


def label(row: Item) -> str:
    """What an item is called within its case: its number, in a circle with the circle's letter: ``a-2``."""
    parent = row.compartment.parent
    circle = row.compartment.name.removeprefix(f"{parent.name}-") if parent else ""
    return f"{circle}-{row.number}" if circle else str(row.number)


def ref_of(case: str, label: str) -> str:
    """The name of an item from its case's number and its label there."""
    circle, _, number = label.rpartition("-")
    return f"{case}-{circle}/{number}" if circle else f"{case}/{number}"


def case_of(compartment: Compartment) -> str:
    """The number of the case to which a compartment belongs."""
    return compartment.parent.name if compartment.parent else compartment.name


def thing(row: Item, *, to: str = "", **hands: object) -> Thing:
    """The item as the rules see it; ``to`` is the authority to which it would go."""
    more = {"handling": handling.read(row.handling), "to": to, **hands}
    return people.thing("item", row.ref, row.compartment, level=row.level, **more)


def demand(by: User, verb: str, what: Thing, at: datetime) -> None:
    """:raises NotFound: the user may not even read it. NotAllowed: they may, but not do this."""
    actor = people.actor(by, at)
    if not rules.can(actor, verb, what).allowed and not rules.can(actor, "read", what).allowed:
        raise NotFound(what=what.kind, id=what.id)
    rules.demand(actor, verb, what)


def may(user: User, verb: str, what: Thing, at: datetime) -> bool:
    return rules.can(people.actor(user, at), verb, what).allowed


def locked(row: Item, verb: str, *, by: User, at: datetime) -> Item:
    """The item as it is now, its row locked, for somebody who may do ``verb``. Inside a transaction.

    The log's lock comes before any other, here as in the rooms below, so that nobody waits in a circle.

    :raises NotFound, NotAllowed: the rules.
    """
    exchange.lock_log()
    Item.objects.select_for_update().values_list("pk").filter(pk=row.pk).first()
    now = items(by, at).filter(pk=row.pk).first()
    if now is None:
        raise NotFound(what="item", id=row.ref)
    demand(by, verb, thing(now), at)
    return now


def saw(user: User, row: Item, at: datetime, part: str = "") -> None:
    """Record that somebody looked at an item, or at a part of it."""
    what = people.thing("item", f"{row.ref} {part}".strip(), row.compartment, level=row.level)
    access.record_read(people.actor(user, at), what, at)


def saw_all(user: User, rows: list[Item], at: datetime, part: str = "") -> None:
    """As `saw`, for everything that one page or file shows."""
    things = [people.thing("item", f"{row.ref} {part}".strip(), row.compartment, level=row.level) for row in rows]
    access.record_reads(people.actor(user, at), things, at)


def chain(row: Item) -> list[Custody]:
    return list(Custody.objects.filter(item=row).select_related("by").order_by("number"))


def measures(user: User, at: datetime | None = None) -> QuerySet[Measure]:
    """Returns and destructions that a user may read about or decide."""
    reach = people.material(user, kind="item", at=at) | people.material(user, kind="item", verb="approve", at=at)
    return Measure.objects.filter(reach).select_related(
        "item__compartment__unit", "item__compartment__parent", "proposed_by", "decided_by"
    )


def measure(user: User, id: int, at: datetime | None = None) -> Measure:
    """:raises NotFound: there is none, or not for this user."""
    found = measures(user, at).filter(pk=id).first()
    if found is None:
        raise NotFound(what="measure", id=id)
    return found


def of_measure(row: Measure) -> Thing:
    """A measure as the rules see it: who proposed it never approves it."""
    return thing(row.item, drafted_by=(row.proposed_by.username,), submitted_by=row.proposed_by.username)


def demand_measure(by: User, verb: str, row: Measure, at: datetime) -> None:
    """:raises NotFound: not theirs to see. NotAllowed: they may see it, but not decide it."""
    rules.demand(people.actor(by, at), verb, of_measure(row))


OPEN = Q(decision="")
