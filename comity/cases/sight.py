"""Who may see which case and what is in it. Queries and actions find their rows here, so none can forget it.

A stranger is told "not found", as if there were nothing: that a case exists is itself protected.
"""

from datetime import datetime
from typing import TypeVar

from django.db.models import Model, QuerySet

from comity.access import actions as access
from comity.access import queries as people
from comity.access import rules
from comity.access.queries import Compartment, User
from comity.access.rules import Actor, Decision, Thing
from comity.cases.models import Case, Circle, Note, Task
from comity.lib.errors import ComityError

Row = TypeVar("Row", bound=Model)


class NotFound(ComityError):
    code = "cases.not-found"
    says = "There is no {what} {id} here."
    next_step = "Check the number, or ask the unit that handles it."


class CaseClosed(ComityError):
    code = "cases.closed"
    says = "The case {number} is closed."
    next_step = "Reopen it first; whoever leads it may."


def mine(model: type[Row], user: User, at: datetime | None = None) -> QuerySet[Row]:
    """The rows of this table that a user may read."""
    return model._default_manager.filter(people.material(user, kind="case", at=at))


def cases(user: User, at: datetime | None = None) -> QuerySet[Case]:
    """The cases that a user may read."""
    return mine(Case, user, at).select_related("compartment__unit", "opened_by")


def case(user: User, number: str, at: datetime | None = None) -> Case:
    """:raises NotFound: there is none, or not for this user."""
    found = cases(user, at).filter(pk=number).first()
    if found is None:
        raise NotFound(what="case", id=number)
    return found


def locked(by: User, number: str, verb: str, at: datetime, *, open_only: bool = True) -> Case:
    """The case, locked, once the rules allow this verb.

    :raises NotFound: there is none, or not for this user.
    :raises NotAllowed: the user may read it, but not do this.
    :raises CaseClosed: nothing is added to a closed case.
    """
    case(by, number, at)
    found = Case.objects.select_for_update(of=("self",)).select_related("compartment__unit").get(pk=number)
    demand(by, verb, found.compartment, at)
    if open_only and found.state == "closed":
        raise CaseClosed(number=number)
    return found


def circles(user: User, case: Case, at: datetime | None = None) -> list[Circle]:
    """The circles of a case that a user may see."""
    return list(mine(Circle, user, at).filter(case=case).select_related("compartment__unit"))


def compartment(user: User, case: Case, circle: str, at: datetime) -> Compartment:
    """The compartment of a circle by its name, or the case's own for "".

    :raises NotFound: no such circle, or not for this user.
    """
    if not circle or circle == case.number:
        return case.compartment
    for one in circles(user, case, at):
        if one.compartment.name == circle:
            return one.compartment
    raise NotFound(what="circle", id=circle)


def note(user: User, id: int, at: datetime) -> Note:
    """:raises NotFound: there is none, or not for this user."""
    found = mine(Note, user, at).select_related("case", "compartment__unit", "by").filter(pk=id).first()
    if found is None:
        raise NotFound(what="note", id=id)
    return found


def task(user: User, id: int, at: datetime) -> Task:
    """:raises NotFound: there is none, or not for this user."""
    found = mine(Task, user, at).select_related("case", "compartment__unit", "assigned_to").filter(pk=id).first()
    if found is None:
        raise NotFound(what="task", id=id)
    return found


def thing(compartment: Compartment, id: str = "", level: int | None = None) -> Thing:
    """Something in a compartment as the rules see it: what a case keeps is of the kind "case"."""
    return people.thing("case", id or compartment.name, compartment, level=level)


def may(actor: Actor, verb: str, compartment: Compartment, *, level: int | None = None) -> Decision:
    return rules.can(actor, verb, thing(compartment, level=level))


def demand(by: User, verb: str, compartment: Compartment, at: datetime, *, level: int | None = None) -> None:
    """:raises NotAllowed: the rules say no."""
    rules.demand(people.actor(by, at), verb, thing(compartment, level=level))


def saw(user: User, compartment: Compartment, at: datetime, part: str = "") -> None:
    """Record that somebody looked at a case, or at a part of it (``c-2026-0001 notes``)."""
    access.record_read(people.actor(user, at), thing(compartment, f"{compartment.name} {part}".strip()), at)


def saw_all(user: User, found: list[Case], at: datetime, part: str) -> None:
    """As `saw`, for every case of a list."""
    actor = people.actor(user, at)
    access.record_reads(actor, [thing(one.compartment, f"{one.number} {part}") for one in found], at)
