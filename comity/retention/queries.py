"""What is kept how long, what would be erased, and what was. docs/rooms/retention.md says for whom."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from comity.access import queries as people
from comity.access import rules as access
from comity.access.asking import as_node
from comity.access.queries import User
from comity.access.rules import Thing
from comity.exchange import queries as exchange
from comity.exchange.queries import Erasure
from comity.retention.kinds import KINDS, Expiring, Kind, UnknownKind, kind
from comity.retention.models import Hold, Rule, Run

__all__ = ["KINDS", "Erasure", "Expiring", "Hold", "Kind", "Preview", "Rule", "Run", "UnknownKind", "kind"]


@dataclass(frozen=True)
class Preview:
    """What a rule reaches now. ``total`` counts what is held too; ``held`` are those among ``expiring``."""

    kind: Kind
    days: int | None
    expiring: tuple[Expiring, ...]
    held: frozenset[str]
    total: int


def demand(user: User, at: datetime) -> None:
    access.demand(people.actor(user, at), "read", Thing("retention"))


def rules_in_force() -> list[Rule]:
    """The last rule of each kind, in the order of the kinds."""
    last = {rule.kind: rule for rule in Rule.objects.select_related("set_by").order_by("set_at", "id")}
    return [last[id] for id in KINDS if id in last]


def rules(user: User, at: datetime) -> list[tuple[Kind, Rule | None, int]]:
    """Every kind with its rule, and how many things it reaches now."""
    demand(user, at)
    found = {rule.kind: rule for rule in rules_in_force()}
    return [(one, found.get(one.id), _reached(one, found.get(one.id), at)) for one in KINDS.values()]


def _reached(one: Kind, rule: Rule | None, at: datetime) -> int:
    if rule is None or rule.days is None:
        return 0
    with as_node():  # numbers and days of every unit, and nothing that is in them
        return one.total(at - timedelta(days=rule.days), at)


def preview(user: User, id: str, *, at: datetime, days: int | None = None, limit: int = 50, offset: int = 0) -> Preview:
    """What the rule of a kind would erase now, or what it would with another number of days.

    :raises UnknownKind: as it says. NotAllowed: neither administrator nor auditor.
    """
    demand(user, at)
    of = kind(id)
    rule = next((rule for rule in rules_in_force() if rule.kind == id), None)
    days = days if days is not None else rule.days if rule else None
    if days is None:
        return Preview(of, None, (), frozenset(), 0)
    before = at - timedelta(days=days)
    with as_node():
        shown, total = of.expiring(before, at, limit, offset), of.total(before, at)
    return Preview(of, days, tuple(shown), _held(id) & {one.ref for one in shown}, total)


def is_held(id: str, ref: str) -> bool:
    """Whether something is kept although its time is over."""
    return Hold.objects.filter(kind=id, ref=ref, ended_at=None).exists()


def _held(id: str) -> frozenset[str]:
    return frozenset(Hold.objects.filter(kind=id, ended_at=None).values_list("ref", flat=True))


def holds(user: User, at: datetime) -> list[Hold]:
    """What is held back, the newest first."""
    demand(user, at)
    return list(Hold.objects.filter(ended_at=None).select_related("by").order_by("-at", "-id"))


def runs(user: User, at: datetime, *, limit: int = 50) -> list[Run]:
    """The last rounds, the newest first."""
    demand(user, at)
    return list(Run.objects.select_related("by").order_by("-at", "-id")[:limit])


def erasures(user: User, at: datetime, *, limit: int = 100, offset: int = 0) -> list[Erasure]:
    """What was erased, as the log proves it, the newest first."""
    demand(user, at)
    return exchange.erasures(limit=limit, offset=offset)
