"""Messages that arrive, called by the exchange inside its transaction after it verified them (docs/spec/message.md)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from comity.access import asking
from comity.access import queries as people
from comity.access.queries import Unit
from comity.dossiers import queries as dossiers
from comity.dossiers.body import opener as opener_of_dossier
from comity.exchange import actions as exchange
from comity.exchange.refusal import Refused
from comity.exchange.wire.signed import Signed
from comity.liaison import body as bodies
from comity.liaison import calling, duty, storing
from comity.liaison.body import Body
from comity.liaison.models import Call, Message, Thread, ThreadStep

AN_HOUR = timedelta(hours=1)
MOST_MESSAGES = 200
MOST_CALLS = 6
MOST_STATUSES = 40  # of one call


@transaction.atomic
def receive(objects: Sequence[Signed], sender: str, at: datetime) -> list[Refused | None]:
    """Take the messages of one push from ``sender``, who signed them, in their order.

    :returns: for each, None or why it is refused (docs/rooms/liaison.md, "Refusing what arrives").
    """
    exchange.lock_log()
    with asking.as_node():
        return [_take(one, sender, at) for one in objects]


def _take(one: Signed, sender: str, at: datetime) -> Refused | None:
    """Take one message; nothing of what is refused is written. One that came before changes nothing."""
    try:
        told = bodies.read(one.body)
        if told.by != sender:
            raise Refused(
                "liaison.signed-by-another", f"The message names {told.by} as its author, but {sender} signed it."
            )
        if Message.objects.filter(pk=one.id).exists():
            return None
        thread = _opened(told, sender, at) if told.opens else _held(told, sender)
        call = _called(told, thread) if told.call else None
        _demand_no_flood(told, sender, at)
    except Refused as refused:
        return refused
    _keep(one, told, thread, call, at)
    return None


def _keep(one: Signed, told: Body, thread: Thread, call: Call | None, at: datetime) -> None:
    index = exchange.record("message", one.id, one.raw, at)
    if told.opens:
        thread.save(force_insert=True)
        ThreadStep.objects.create(thread=thread, kind="opened", by=None, at=at)
    row = storing.keep(one, thread, way=Message.RECEIVED, at=at, log_index=index)
    if call is not None and told.call is not None:
        calling.heard(call, told.call, row, at)
        return
    storing.reopen(thread, by=None, at=at)
    storing.index(thread, [row], at=at)
    if told.urgent is not None:
        calling.came(row, told.urgent, at)


def _opened(told: Body, sender: str, at: datetime) -> Thread:
    """The conversation that a message opens here; not stored yet.

    :raises Refused: it does not open one with us.
    """
    if bodies.opener(told.thread) != sender:
        raise Refused(
            "liaison.another-opens", f"{sender} cannot open the conversation {told.thread}: its number is another's."
        )
    if Thread.objects.filter(pk=told.thread).exists():
        raise Refused("liaison.thread-taken", f"The number {told.thread} opened another conversation before.")
    dossier = told.about.dossier if told.about else ""
    unit = dossiers.unit_of_party(dossier, sender) if dossier else None
    if dossier and unit is None and opener_of_dossier(dossier) != sender:
        # Not "there is such a dossier, but not for you": a stranger learns nothing about it.
        raise Refused("liaison.not-a-party", f"{sender} has no part in a dossier {dossier} here.")
    return Thread(
        id=told.thread, peer=sender, subject=told.subject or "", language=told.language, dossier=dossier,
        pointer=(told.about.pointer or "") if told.about else "", awaits=bool(dossier) and unit is None,
        unit=unit or _talking(at), urgent=told.urgent is not None, opened_at=at, last_at=at,
    )  # fmt: skip


def _talking(at: datetime) -> Unit:
    """The unit that takes what is about nothing: one with somebody on duty, else the desk, else one that takes all.

    :raises Refused: there is no unit.
    """
    units = people.units()
    on_duty = duty.units_now(at)
    for found in (
        [unit for unit in units if unit.pk in on_duty],
        [unit for unit in units if unit.is_desk],
        [unit for unit in units if "*" in unit.handles],
        units,
    ):
        if found:
            return found[0]
    raise Refused("liaison.nobody-talks", "No unit here could read the conversation.")


def _held(told: Body, sender: str) -> Thread:
    """The conversation that a message goes on with, its row locked.

    :raises Refused: there is none with the sender.
    """
    found = Thread.objects.select_for_update().filter(pk=told.thread, peer=sender).first()
    if found is None:
        raise Refused("liaison.no-thread", f"{sender} has no part in a conversation {told.thread} here.")
    return found


def _called(told: Body, thread: Thread) -> Call:
    """The call of ours of which a message tells.

    :raises Refused: we made none, or hear of it without end.
    """
    status = told.call
    found = Call.objects.filter(message=status.of if status else "", thread=thread, ours=True).first()
    if found is None:
        raise Refused("liaison.no-call", f"We made no such call in the conversation {thread.pk}.")
    if found.steps.count() >= MOST_STATUSES:
        raise Refused("liaison.too-many", f"We have heard of this call {MOST_STATUSES} times.")
    return found


def _demand_no_flood(told: Body, sender: str, at: datetime) -> None:
    """:raises Refused: more within an hour than people can read. What is said of our own calls does not count."""
    if told.call is not None:
        return
    rows = Message.objects.filter(by=sender, way=Message.RECEIVED, arrived_at__gt=at - AN_HOUR)
    if rows.count() >= MOST_MESSAGES:
        raise Refused(
            "liaison.too-many", f"{sender} has sent {MOST_MESSAGES} messages within an hour. Please write again later."
        )
    calls = Call.objects.filter(thread__peer=sender, ours=False, started_at__gt=at - AN_HOUR)
    if told.urgent is not None and calls.count() >= MOST_CALLS:
        raise Refused(
            "liaison.too-many", f"{sender} has called {MOST_CALLS} times within an hour. Please use the telephone."
        )


def settle(at: datetime) -> None:
    """Give conversations that came before their dossier to the unit that handles it by now."""
    with asking.as_node():
        for thread in Thread.objects.filter(awaits=True).order_by("opened_at", "id"):
            unit = dossiers.unit_of_party(thread.dossier, thread.peer)
            if unit is not None:
                _attach(thread.pk, unit, at)


@transaction.atomic
def _attach(id: str, unit: Unit, at: datetime) -> None:
    found = Thread.objects.select_for_update().filter(pk=id, awaits=True).first()
    if found is None:
        return
    found.awaits = False
    if found.compartment_id is None:
        found.unit = unit
    found.save(update_fields=["awaits", "unit"])
    storing.index(found, list(found.messages.all()), at=at)
