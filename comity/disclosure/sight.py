"""Who may see which window: every row that a user gets is found here. A stranger is told "not found"."""

from datetime import datetime

from django.db.models import QuerySet

from comity.access import queries as people
from comity.access import rules
from comity.access.queries import User
from comity.access.rules import Decision, Thing
from comity.disclosure.models import Window
from comity.disclosure.values import CLOSED, COMING, DECLINED, ENDED, OPEN, PROPOSED
from comity.lib.errors import ComityError


class NotFound(ComityError):
    code = "disclosure.not-found"
    says = "There is no window {id} here."
    next_step = "Check its name, or ask the lead of the case."


class WrongState(ComityError):
    code = "disclosure.wrong-state"
    says = "The window {id} is {state}."
    next_step = "Look at it again: somebody may have decided meanwhile."


def windows(user: User, at: datetime, verb: str = "read") -> QuerySet[Window]:
    found = Window.objects.filter(people.material(user, kind="window", verb=verb, at=at))
    return found.select_related("compartment__unit", "proposed_by", "decided_by", "ended_by")


def window(user: User, id: str, at: datetime, *verbs: str) -> tuple[Window, str]:
    """The window, and the first of these verbs that this user may do with it.

    :raises NotFound: there is none, or not for this user.
    """
    for verb in verbs or ("read",):
        found = windows(user, at, verb).filter(pk=id).first()
        if found is not None:
            return found, verb
    raise NotFound(id=id)


def thing(row: Window) -> Thing:
    return people.thing("window", row.pk, row.compartment, level=row.level, drafted_by=[row.proposed_by.username])


def allowed(user: User, verb: str, row: Window, at: datetime) -> Decision:
    return rules.can(people.actor(user, at), verb, thing(row))


def demanded(by: User, id: str, verb: str, at: datetime) -> Window:
    """The window, locked, once the rules allow this verb.

    :raises NotFound: there is none, or not for this user.
    :raises NotAllowed: the user may see it, but not do this.
    """
    seen, _ = window(by, id, at, "read", "approve", "audit")
    rules.demand(people.actor(by, at), verb, thing(seen))
    locked = Window.objects.select_for_update(of=("self",))
    return locked.select_related("compartment__unit", "proposed_by", "decided_by", "ended_by").get(pk=id)


def state(row: Window, at: datetime) -> str:
    """Where a window stands at a moment."""
    if row.approved is None:
        return PROPOSED
    if not row.approved:
        return DECLINED
    if row.ended_at is not None and row.ended_at <= at:
        return ENDED
    if at < row.opens_at:
        return COMING
    return OPEN if at < row.closes_at else CLOSED
