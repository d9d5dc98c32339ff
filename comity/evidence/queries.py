"""What is known about items. docs/rooms/evidence.md lists the queries with their meaning.

Rows are filtered by access where they are found (`sight`), so no page can forget it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from comity.access import actions as access
from comity.access import asking, rules
from comity.access import queries as people
from comity.access.queries import User
from comity.evidence import chain, sight
from comity.evidence.keeping import NoBytes
from comity.evidence.models import Custody, Item, Measure
from comity.evidence.passports import of as passport
from comity.evidence.sight import NotFound, case_of, label, measure, ref_of
from comity.evidence.sight import item as row
from comity.evidence.telling import history
from comity.evidence.viewing import (
    CustodyView,
    ItemRow,
    ItemView,
    Kin,
    Tree,
    count,
    custody,
    facts,
    facts_of,
    in_compartment,
    item,
    open_bytes,
    tree,
)
from comity.exchange import queries as network
from comity.exchange.wire.strict import unb64


@dataclass(frozen=True)
class MeasureView:
    """A return or destruction as one reader may see it: ``may`` has approve, withdraw."""

    row: Measure
    ref: str
    label: str
    case: str
    title: str
    may: frozenset[str]


def measures(user: User, at: datetime, *, open_only: bool = True, of: str = "") -> list[MeasureView]:
    """Returns and destructions that a user may decide, or may read about (of one item, by its name), newest first.

    Each is recorded as a look at its item.
    """
    rows = sight.measures(user, at)
    rows = rows.filter(sight.OPEN) if open_only else rows
    if of:
        rows = rows.filter(item=sight.item(user, of, at))
    found = [measure_view(user, one, at) for one in rows.order_by("-proposed_at", "-id")]
    saw_measures(user, [one.row for one in found], at)
    return found


def measure_view(user: User, found: Measure, at: datetime) -> MeasureView:
    """One of them with what this user may do; what they may do is asked of the rules."""
    may = set()
    if not found.decision:
        if sight.may(user, "approve", sight.of_measure(found), at):
            may.add("approve")
        if sight.may(user, "destroy", sight.thing(found.item), at):
            may.add("withdraw")
    return MeasureView(
        found, found.item.ref, label(found.item), case_of(found.item.compartment), found.item.title, frozenset(may)
    )


def saw_measures(user: User, rows: list[Measure], at: datetime) -> None:
    """Who decides sees what it is about, by the rule that lets them decide; who reads the item, by that one."""
    actor = people.actor(user, at)
    for one in rows:
        what = sight.of_measure(one)
        verb = "read" if rules.can(actor, "read", what).allowed else "approve"
        decision = rules.can(actor, verb, what)
        rule = decision.rule if decision.allowed else "approver-approves-measures"
        access.record_read(actor, what, at, rule=rule, verb=verb)


def to_approve(user: User, at: datetime) -> int:
    """How many returns and destructions wait for this user's decision."""
    rows = sight.measures(user, at).filter(sight.OPEN)
    return sum(sight.may(user, "approve", sight.of_measure(one), at) for one in rows)


def read_bytes(ref: str) -> Iterator[bytes]:
    """The plaintext of an item, for rooms that have a rule of their own (the defence window); they ask and record.

    :raises NotFound, NoBytes.
    """
    compartment, _, number = ref.rpartition("/")
    with asking.as_node():
        found = Item.objects.filter(compartment__name=compartment, number=int(number)).first()
    if found is None:
        raise NotFound(what="item", id=ref)
    if not found.key:
        raise NoBytes(ref=ref)
    return network.open_blob(found.blob, unb64(found.key, "the key"), sha256=found.sha256)


def stored_custody(name: str) -> bytes | None:
    """The head of a chain after an entry, made of the entry as it is stored now; for `log verify`."""
    ref, _, number = name.rpartition("/")
    compartment, _, item_number = ref.rpartition("/")
    if not number.isdecimal() or not item_number.isdecimal():
        return None
    with asking.as_node():
        raw = (
            Custody.objects.filter(
                item__compartment__name=compartment, item__number=int(item_number), number=int(number)
            )
            .values_list("raw", flat=True)
            .first()
        )
    return None if raw is None else chain.head(ref, int(number), chain.hash_of(bytes(raw)))


__all__ = [
    "Custody", "CustodyView", "Item", "ItemRow", "ItemView", "Kin", "Measure", "MeasureView", "NoBytes", "NotFound",
    "Tree", "case_of", "count", "custody", "facts", "facts_of", "history", "in_compartment", "item", "label",
    "measure", "measure_view", "measures", "open_bytes", "passport", "read_bytes", "ref_of", "row", "saw_measures",
    "stored_custody", "to_approve", "tree",
]  # fmt: skip
