"""Return and destruction: proposed by who leads the case, decided by a second person; the record stays."""

from datetime import datetime

from django.db import transaction

from comity.access import asking
from comity.access.queries import User
from comity.dossiers import queries as dossiers
from comity.evidence import keeping, sight
from comity.evidence.models import Item, Measure
from comity.exchange import actions as exchange
from comity.exchange import erase
from comity.lib.errors import BadInput, ComityError


class NoReasons(BadInput):
    code = "evidence.no-reasons"
    says = "A return or destruction is proposed with reasons, and with the act, order or rule that asks for it."
    next_step = "Fill in both."


class AlreadyProposed(ComityError):
    code = "evidence.already-proposed"
    says = "For the item {ref} something is proposed already."
    next_step = "Wait for the decision, or withdraw the proposal."


class AlreadyDecided(ComityError):
    code = "evidence.already-decided"
    says = "This proposal was {decision} already."
    next_step = "Look at the item; propose again if it is still needed."


class StillUsed(ComityError):
    code = "evidence.still-used"
    says = "The bytes of {ref} are still used: {where}."
    next_step = "Settle that first: destroy the other item too, or take the document off the draft."


class OnlyThings(BadInput):
    code = "evidence.only-things"
    says = "Bytes are not returned: whoever gave them has them."
    next_step = "Propose their destruction; what is to go back travels with an act."


class UnknownMeasure(BadInput):
    code = "evidence.unknown-measure"
    says = "{kind!r} is neither a return nor a destruction."
    next_step = "Choose one of the two."


@transaction.atomic
def propose(row: Item, *, kind: str, reasons: str, asked_by: str, by: User, at: datetime, to: str = "") -> Measure:
    """Propose that an item is returned to somebody (``to``) or destroyed, as ``asked_by`` asks.

    :raises NoReasons, UnknownMeasure, OnlyThings, NobodyNamed, WrongState, StillUsed, AlreadyProposed.
    :raises NotFound, NotAllowed: only who leads the case proposes.
    """
    now = sight.locked(row, "destroy", by=by, at=at)
    if kind not in Measure.KINDS:
        raise UnknownMeasure(kind=kind)
    if not reasons.strip() or not asked_by.strip():
        raise NoReasons
    keeping.in_state(now, ("held", "lent") if kind == "destroy" else ("held",))
    if kind == "return":
        if not now.physical:
            raise OnlyThings
        keeping.named(to)
    demand_unused(now)
    if Measure.objects.filter(sight.OPEN, item=now).exists():
        raise AlreadyProposed(ref=now.ref)
    return Measure.objects.create(
        item=now,
        compartment=now.compartment,
        level=now.level,
        kind=kind,
        to=to.strip() if kind == "return" else "",
        reasons=reasons.strip(),
        asked_by=asked_by.strip()[:200],
        proposed_by=by,
        proposed_at=at,
    )


def demand_unused(row: Item) -> None:
    """:raises StillUsed: other things here need the same bytes."""
    if not row.blob:
        return
    with asking.as_node():  # it binds whoever asks, also where they do not see what it is
        others = Item.objects.filter(blob=row.blob).exclude(pk=row.pk).exclude(state="destroyed").exists()
        drafts = dossiers.open_drafts_with(row.blob)
    if others:
        raise StillUsed(ref=row.ref, where="another item")
    if drafts:
        raise StillUsed(ref=row.ref, where=f"draft {drafts[0]}")


@transaction.atomic
def approve(measure: Measure, *, by: User, at: datetime, note: str = "") -> Measure:
    """A second person agrees, and it is done: bytes are erased, the record stays.

    The document of the dossier by which the bytes came goes with them: there is no second copy.

    :raises NotAllowed: among others because ``by`` proposed it (rule ``four-eyes``).
    :raises AlreadyDecided, StillUsed, NotFound. exchange.erase.StillUnderWay: it is still being delivered.
    """
    now, item = locked(measure, by, at)
    sight.demand_measure(by, "approve", now, at)
    demand_unused(item)
    if now.kind == "return":
        item.state = "returned"
        keeping.add(item, "returned", by=by, at=at, from_whom=item.holder, to_whom=now.to, why=now.reasons,
                    power=now.asked_by)  # fmt: skip
    else:
        blob, item.state, item.key = item.blob, "destroyed", ""
        keeping.add(item, "destroyed", by=by, at=at, from_whom=item.holder, why=now.reasons, power=now.asked_by,
                    sha256=item.sha256)  # fmt: skip
        if blob:
            erase.erase(rule=f"destruction of {item.ref}, approved by a second person", blob_ids=[blob], at=at)
    return decided(now, "approved", by, at, note)


@transaction.atomic
def reject(measure: Measure, *, note: str, by: User, at: datetime) -> Measure:
    """A second person does not agree, and says why.

    :raises NoReason, AlreadyDecided, NotFound, NotAllowed.
    """
    now, _ = locked(measure, by, at)
    sight.demand_measure(by, "approve", now, at)
    return decided(now, "rejected", by, at, keeping.reason(note))


@transaction.atomic
def withdraw(measure: Measure, *, by: User, at: datetime, note: str = "") -> Measure:
    """Who proposed it, or leads the case now, takes it back.

    :raises AlreadyDecided, NotFound, NotAllowed.
    """
    now, item = locked(measure, by, at)
    sight.demand(by, "destroy", sight.thing(item), at)
    return decided(now, "withdrawn", by, at, note)


def locked(measure: Measure, by: User, at: datetime) -> tuple[Measure, Item]:
    """The proposal and its item as they are now, locked, while it is open."""
    exchange.lock_log()
    sight.measure(by, measure.pk, at)
    with asking.as_node():  # an approver decides about what only its members read
        Item.objects.select_for_update().values_list("pk").filter(pk=measure.item.pk).first()
    now = sight.measure(by, measure.pk, at)
    if now.decision:
        raise AlreadyDecided(decision=now.decision)
    return now, now.item


def decided(row: Measure, decision: str, by: User, at: datetime, note: str) -> Measure:
    row.decision, row.decided_by, row.decided_at, row.note = decision, by, at, note.strip()
    row.save(update_fields=["decision", "decided_by", "decided_at", "note"])
    return row
