"""Urgent calls: people are called one after the other, the other side is told each step, nothing is forgotten.

``came`` and ``heard`` take what arrives, ``call`` and ``acknowledge`` what people do, ``ring`` is the routine. Every
step is a row; where a call stands follows from its last one, and a step is taken under the lock of the call, once.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from comity.access import asking
from comity.access import queries as people
from comity.access.queries import Unit, User
from comity.exchange import actions as exchange
from comity.liaison import body as bodies
from comity.liaison import duty, sight, storing, talking
from comity.liaison.body import Status, Urgent
from comity.liaison.models import Call, CallStep, Message, Thread
from comity.lib.errors import ComityError

DUTY, SUPERVISOR, NOBODY = "duty", "supervisor", "nobody"
ENGLISH = "en"
SAYS = {
    ("calling", DUTY): "The desk is calling person {place} on duty.",
    ("calling", SUPERVISOR): "Nobody on duty has answered yet; the supervisor is being called.",
    ("acknowledged", DUTY): "Acknowledged by the desk (person {place} on duty).",
    ("acknowledged", SUPERVISOR): "Acknowledged by the supervisor.",
    ("unanswered", NOBODY): "Nobody at the desk has answered. Please use the telephone.",
}


class AlreadyTaken(ComityError):
    code = "liaison.already-taken"
    says = "{name} took this call already."
    next_step = "Nothing needs to be done; go on in the conversation."


@transaction.atomic
def call(
    *, to: str, about: str, within: int, language: str, by: User, at: datetime, unit: Unit | None = None,
    dossier: str = "", text: str = "", signed_as: str = "function",
) -> Call:  # fmt: skip
    """Call a peer's desk urgently: opens a conversation whose first message asks for an answer within minutes.

    :param about: what it is about, in one line; ``text`` says more.
    :raises BadMessage, NotFound, NotAllowed, TooMany, NotAPeer: as ``talking.open_thread``.
    """
    about = " ".join(about.split())
    if not 1 <= within <= bodies.MOST_MINUTES:
        raise bodies.BadMessage(why=f"The time for an answer is between 1 and {bodies.MOST_MINUTES} minutes")
    thread = talking.open_thread(
        to=to, subject=about, text=text or about, language=language, by=by, at=at, unit=unit, dossier=dossier,
        signed_as=signed_as, urgent={"answer_within_minutes": within, "about": about},
    )  # fmt: skip
    message = thread.messages.get(number=1)
    return Call.objects.create(message=message, thread=thread, ours=True, about=about, within=within, started_at=at)


def came(message: Message, told: Urgent, at: datetime) -> Call:
    """A peer calls: the first person is called at once."""
    thread = message.thread
    people_now = len(duty.on_duty(thread.unit, at)) + bool(people.approvers(thread.unit))
    made = Call.objects.create(
        message=message, thread=thread, ours=False, about=told.about, within=told.answer_within_minutes,
        each=max(1, told.answer_within_minutes // max(1, people_now)), started_at=at,
    )  # fmt: skip
    _next(made, at)
    return made


def heard(call: Call, status: Status, message: Message, at: datetime) -> None:
    """The side that we called tells how the call fares. What was taken stays taken."""
    call = Call.objects.select_for_update().get(pk=call.pk)
    _step(call, status.state, status.place, status.who, at, told=message)
    if call.state != Call.TAKEN and status.state != call.state:
        call.state = status.state
        call.save(update_fields=["state"])


def ring(at: datetime) -> None:
    """The routine: whoever was called and did not answer in time is followed by the next. Safe to run twice at once."""
    with asking.as_node():
        for pk in (
            Call.objects.filter(ours=False, state=Call.CALLING)
            .order_by("started_at", "id")
            .values_list("pk", flat=True)
        ):
            with transaction.atomic():
                exchange.lock_log()
                found = Call.objects.select_for_update().get(pk=pk)
                if found.state == Call.CALLING and due(found) <= at:
                    _next(found, at)


def due(call: Call) -> datetime:
    """When the one who is called now has had their time."""
    last = call.steps.filter(kind="calling").order_by("number").last()
    return call.started_at if last is None else last.at + timedelta(minutes=call.each)


def _next(call: Call, at: datetime) -> None:
    """Call whoever comes next: the roster as it stands now, then the supervisors, then nobody is left."""
    unit, steps = call.thread.unit, list(call.steps.order_by("number"))
    called = {step.user_id for step in steps if step.who == DUTY}
    waiting = [row for row in duty.on_duty(unit, at) if row.user_id not in called]
    place = max((step.place for step in steps), default=0) + 1
    if waiting:
        _tell(call, "calling", place, DUTY, at, user=waiting[0].user)
        _notify([waiting[0].user], call, at)
    elif not any(step.who == SUPERVISOR for step in steps) and (supervisors := people.approvers(unit)):
        _tell(call, "calling", place, SUPERVISOR, at)
        _notify(supervisors, call, at)
    else:
        _tell(call, "unanswered", place - 1, NOBODY, at)


@transaction.atomic
def acknowledge(call_id: int, *, by: User, at: datetime) -> Call:
    """Take a call, also late; the other side is told that the desk has it, without a name.

    :raises NotFound: no such call for this user. NotAllowed: the user may not speak in its conversation.
    :raises AlreadyTaken: a colleague has it.
    """
    exchange.lock_log()
    found = Call.objects.filter(pk=call_id, ours=False, thread__in=sight.threads(by, at)).first()
    if found is None:
        raise sight.NotFound(what="call", id=call_id)
    found = Call.objects.select_for_update().get(pk=call_id)
    sight.demand_write(by, found.thread, at)
    taken = found.steps.filter(kind="acknowledged").select_related("user").first()
    if taken is not None:
        raise AlreadyTaken(name=taken.user.full_name if taken.user else "A colleague")
    place, who = _as_whom(found, by, at)
    _tell(found, "acknowledged", place, who, at, user=by)
    return found


def _as_whom(call: Call, by: User, at: datetime) -> tuple[int, str]:
    """The place in the order of who takes a call: where they were called, or else where the call is now."""
    own = call.steps.filter(kind="calling", user=by).order_by("number").last()
    if own is not None:
        return own.place, DUTY
    last = call.steps.filter(kind="calling").order_by("number").last()
    supervisor = last is not None and last.who == SUPERVISOR and by in people.approvers(call.thread.unit)
    return (last.place if last else 0), SUPERVISOR if supervisor else DUTY


def _tell(call: Call, kind: str, place: int, who: str, at: datetime, *, user: User | None = None) -> None:
    """Take a step and tell the other side, in the same transaction."""
    thread = Thread.objects.select_for_update().get(pk=call.thread_id)
    says = SAYS[(kind, who)].format(place=place)
    status = {"of": call.message_id, "state": kind, "place": place, "who": who}
    told = storing.send(thread, text=says, language=ENGLISH, at=at, indexed=False, call=status)
    _step(call, kind, place, who, at, user=user, told=told)
    if call.state != kind:
        call.state = kind
        call.save(update_fields=["state"])


def _step(
    call: Call, kind: str, place: int, who: str, at: datetime, *, user: User | None = None, told: Message | None = None
) -> None:
    CallStep.objects.create(
        call=call, number=call.steps.count() + 1, kind=kind, place=place, who=who, user=user, at=at, told=told
    )


def _notify(users: list[User], call: Call, at: datetime) -> None:
    """Tell the people who are called by whatever else the node has, such as mail: (users, call id, at), by name."""
    for path in settings.COMITY_CALLED:
        tell: Callable[[list[User], int, datetime], None] = import_string(path)
        tell(users, call.pk, at)
