"""Who may see and do what in this room. It adds no rule: it asks those of access about dossiers, cases and users."""

from datetime import datetime

from comity.access import queries as people
from comity.access import rules
from comity.access.queries import Unit, User
from comity.access.rules import Thing
from comity.lib.errors import ComityError


class NotFound(ComityError):
    code = "work.not-found"
    says = "There is no {what} {id} here."
    next_step = "Check the number, or ask the unit that handles it."


def units(user: User, verb: str, kind: str, at: datetime | None = None) -> list[Unit]:
    """The units in which a user may do this."""
    reach = rules.visible_units(people.actor(user, at), verb, kind)
    return [unit for unit in people.units() if reach.covers(unit.code)]


def supervises(user: User, unit: Unit, at: datetime | None = None) -> bool:
    """Whether a user leads the work of a unit: approvers do."""
    return rules.can(people.actor(user, at), "oversee", Thing("case", unit=unit.code)).allowed


def supervised(user: User, at: datetime | None = None) -> list[Unit]:
    return units(user, "oversee", "case", at)


def heads(user: User, at: datetime | None = None) -> bool:
    """Whether a user is the head to whom the last step of an escalation goes: an approver of the whole authority."""
    return rules.visible_units(people.actor(user, at), "oversee", "case").everything


def worked(user: User, at: datetime | None = None) -> list[Unit]:
    """The units whose dossiers the user may assign: where they work."""
    return units(user, "assign", "dossier", at)


def demand_assign(user: User, unit: Unit, id: str) -> None:
    """:raises NotFound, NotAllowed: the rules."""
    demand(user, "assign", Thing("dossier", id, unit.code))


def demand(user: User, verb: str, thing: Thing) -> None:
    """:raises NotFound: the user may not even read the thing. NotAllowed: the user may read it, but not do this."""
    actor = people.actor(user)
    if not rules.can(actor, verb, thing).allowed and not rules.can(actor, "read", thing).allowed:
        raise NotFound(what=thing.kind, id=thing.id)
    rules.demand(actor, verb, thing)


def demand_administrator(user: User, unit: str = "") -> None:
    """:raises NotAllowed: the user does not manage units."""
    rules.demand(people.actor(user), "manage", Thing("units", unit))
