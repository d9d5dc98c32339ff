"""What people do with conversations: open, say, close, reopen, put into a case."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from comity.access import asking, rules
from comity.access import queries as people
from comity.access.queries import Compartment, Unit, User
from comity.access.rules import Thing
from comity.dossiers import queries as dossiers
from comity.exchange import actions as exchange
from comity.exchange import queries as network
from comity.liaison import body as bodies
from comity.liaison import sight, storing
from comity.liaison.body import BadMessage
from comity.liaison.models import Message, Numbering, Thread, ThreadStep
from comity.lib.errors import ComityError

MOST_WRITTEN = 30
WITHIN = timedelta(minutes=10)
REPEATED = timedelta(seconds=30)


class TooMany(ComityError):
    code = "liaison.too-many"
    says = "You have sent {count} messages within {minutes} minutes."
    next_step = "Wait a few minutes; gather what you have to say into one message."


class AlreadyInCase(ComityError):
    code = "liaison.already-in-case"
    says = "The conversation stands in {compartment} already."
    next_step = "Go on there; a conversation does not leave a case."


class NotAParty(BadMessage):
    code = "liaison.peer-is-no-party"
    says = "{peer} is no party of {dossier}."
    next_step = "Write to a party of the dossier, or open a conversation that is about nothing."


@transaction.atomic
def open_thread(
    *,
    to: str,
    subject: str,
    text: str,
    language: str,
    by: User,
    at: datetime,
    unit: Unit | None = None,
    dossier: str = "",
    pointer: str = "",
    compartment: Compartment | None = None,
    level: int = 0,
    signed_as: str = "function",
    urgent: dict[str, Any] | None = None,
) -> Thread:
    """Open a conversation with a peer by its first message; both leave, or neither.

    :param dossier: what it is about; then the dossier's unit talks. ``pointer`` names a field of its request.
    :param unit: in whose name we talk where it is about nothing; may be left out by who talks for one unit only.
    :raises BadMessage: the text, the subject or the choice cannot be used.
    :raises NotAParty: the peer has no part in the dossier.
    :raises NotFound, NotAllowed: the dossier, the unit or the case is not this user's to speak for.
    :raises TooMany: too much was sent. NotAPeer: there is no such peer.
    """
    exchange.lock_log()  # before any row of ours
    network.peer(to)
    subject = " ".join(subject.split())
    if not subject:
        raise BadMessage(why="The conversation has no subject")
    thread = Thread(
        peer=to, subject=subject, language=language, dossier=dossier, pointer=pointer if dossier else "",
        unit=_unit(to, dossier, unit, by), compartment=compartment,
        level=max(level, compartment.level) if compartment else 0, urgent=urgent is not None, opened_at=at, last_at=at,
    )  # fmt: skip
    sight.demand_write(by, thread, at)
    _demand_pause(by, at)
    _demand_fresh(by, text, at, Message.objects.filter(thread__peer=to, thread__subject=subject))
    thread.id = _number(at)
    _demand_fits(subject)
    thread.save(force_insert=True)
    ThreadStep.objects.create(thread=thread, kind="opened", by=by, at=at)
    about = {"dossier": dossier, **({"pointer": pointer} if pointer else {})} if dossier else None
    storing.send(
        thread, text=text, language=language, at=at, author=by, signed_as=signed_as,
        subject=subject, about=about, urgent=urgent,
    )  # fmt: skip
    return thread


def _demand_fits(subject: str) -> None:
    if len(subject) > bodies.LONGEST_LINE:
        raise BadMessage(why=f"The subject has {len(subject)} characters, and {bodies.LONGEST_LINE} are allowed")


def _unit(to: str, dossier: str, unit: Unit | None, by: User) -> Unit:
    if dossier:
        found = dossiers.one(by, dossier)
        if dossiers.unit_of_party(dossier, to) is None:
            raise NotAParty(peer=to, dossier=dossier)
        return found.unit
    mine = sight.units_to_talk(by)
    if unit is None and len(mine) == 1:
        return mine[0]
    if unit is None:
        if not mine:
            rules.demand(people.actor(by), "write", Thing("thread"))
        raise BadMessage(why="Say for which of your units you write")
    return unit


def _number(at: datetime) -> str:
    """The next number of the year. The row is locked: two at once get two numbers."""
    with asking.as_node():
        year = at.year
        Numbering.objects.get_or_create(year=year)
        row = Numbering.objects.select_for_update().get(year=year)
        row.last += 1
        row.save(update_fields=["last"])
        return f"{storing.us()}-{year}-t{row.last:04d}"


def _demand_pause(by: User, at: datetime) -> None:
    """:raises TooMany: this person sent very many messages just now."""
    count = Message.objects.filter(author=by, arrived_at__gt=at - WITHIN).count()
    if count >= MOST_WRITTEN:
        raise TooMany(count=count, minutes=int(WITHIN.total_seconds() // 60))


def _demand_fresh(by: User, text: str, at: datetime, rows: Any) -> None:
    """:raises AlreadySaid: the button was pressed twice."""
    if rows.filter(author=by, text=bodies.tidy(text), arrived_at__gt=at - REPEATED, arrived_at__lte=at).exists():
        raise storing.AlreadySaid


def lock(by: User, id: str, at: datetime) -> Thread:
    """The conversation of this number, its row locked.

    :raises NotFound: there is none, or not for this user.
    """
    found = sight.thread(by, id, at)
    Thread.objects.select_for_update().get(pk=found.pk)
    return found


@transaction.atomic
def say(
    thread_id: str,
    text: str,
    *,
    language: str,
    by: User,
    at: datetime,
    in_reply_to: str = "",
    signed_as: str = "function",
) -> Message:
    """Add a message to a conversation; a closed one opens again.

    :param in_reply_to: the id of the message that it answers.
    :raises NotFound: no such conversation for this user. NotAllowed: the user only reads it.
    :raises BadMessage, AlreadySaid, TooMany, NotAPeer: as ``open_thread``.
    """
    exchange.lock_log()
    thread = lock(by, thread_id, at)
    sight.demand_write(by, thread, at)
    _demand_pause(by, at)
    _demand_fresh(by, text, at, thread.messages.all())
    if in_reply_to and not thread.messages.filter(pk=in_reply_to).exists():
        raise BadMessage(why="The message that you answer is not one of this conversation")
    storing.reopen(thread, by=by, at=at)
    return storing.send(
        thread, text=text, language=language, at=at, author=by, signed_as=signed_as, in_reply_to=in_reply_to
    )


@transaction.atomic
def close(thread_id: str, *, by: User, at: datetime) -> Thread:
    """Put a conversation aside, on our side alone; a message that arrives opens it again.

    :raises NotFound, NotAllowed: as ``say``.
    """
    thread = lock(by, thread_id, at)
    sight.demand_write(by, thread, at)
    if thread.open:
        thread.open = False
        thread.save(update_fields=["open"])
        ThreadStep.objects.create(thread=thread, kind="closed", by=by, at=at)
    return thread


@transaction.atomic
def reopen(thread_id: str, *, by: User, at: datetime) -> Thread:
    """Take a conversation up again. Raises as ``close``."""
    thread = lock(by, thread_id, at)
    sight.demand_write(by, thread, at)
    storing.reopen(thread, by=by, at=at)
    return thread


@transaction.atomic
def put_in_case(thread_id: str, compartment: Compartment, *, by: User, at: datetime) -> Thread:
    """From now on only who needs to know this case reads the conversation; what was indexed moves with it.

    :raises AlreadyInCase: it stands in one. NotFound, NotAllowed: the conversation or the case is not theirs.
    """
    thread = lock(by, thread_id, at)
    sight.demand_write(by, thread, at)
    if thread.compartment is not None:
        raise AlreadyInCase(compartment=thread.compartment.name)
    rules.demand(people.actor(by, at), "write", people.thing("case", compartment.name, compartment))
    thread.compartment, thread.level = compartment, compartment.level
    thread.save(update_fields=["compartment", "level"])
    ThreadStep.objects.create(thread=thread, kind="moved", by=by, at=at, details={"compartment": compartment.name})
    storing.index(thread, [row for row in thread.messages.all() if not row.body.get("call")], at=at)
    return thread
