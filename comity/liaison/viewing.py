"""Conversations as people see them: in lists, one with its messages, and in a case."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery

from comity.access import queries as people
from comity.access.happening import Happening
from comity.access.queries import Compartment, User
from comity.exchange import queries as exchange
from comity.liaison import sight, storing
from comity.liaison.models import Call, Looked, Message, Thread
from comity.liaison.values import Happened, Said, Sent, ThreadRow, ThreadView

SHOWN = 100  # messages of one page of a conversation, the newest
LISTED = 200
EXCERPT = 160
FRESH = timedelta(days=60)  # what nobody looked at for so long is no news


def threads(user: User, at: datetime, *, show: str = "open", dossier: str = "") -> list[ThreadRow]:
    """The conversations that a user may read, the newest words first.

    :param show: ``open``, ``closed``, ``unread`` or ``all``.
    """
    rows = sight.threads(user, at)
    if dossier:
        rows = rows.filter(dossier=dossier)
    if show in ("open", "closed"):
        rows = rows.filter(open=show == "open")
    told = _rows(rows.order_by("-last_at", "id")[: LISTED * (4 if show == "unread" else 1)], user)
    return [row for row in told if row.unread] if show == "unread" else told


def _rows(rows: QuerySet[Thread], user: User) -> list[ThreadRow]:
    # What a node tells of a call by itself is not what people last said.
    last = Message.objects.filter(thread=OuterRef("pk"), body__call__isnull=True).order_by("-number")
    seen = Looked.objects.filter(thread=OuterRef("pk"), user=user)
    rows = rows.annotate(
        count=Count("messages"), seen=Subquery(seen.values("number")[:1]), last_id=Subquery(last.values("pk")[:1])
    )
    found = list(rows)
    messages = Message.objects.defer("raw", "body").in_bulk([row.last_id for row in found])
    unread = _unread([row.pk for row in found], user)
    return [_row(row, messages.get(row.last_id), unread.get(row.pk, 0)) for row in found]


def _unread(ids: Sequence[str], user: User) -> dict[str, int]:
    """How many messages of the other side, or of colleagues, somebody has not seen in each conversation."""
    seen = Looked.objects.filter(thread=OuterRef("thread"), user=user).values("number")[:1]
    rows = Message.objects.filter(thread__in=ids).annotate(seen=Subquery(seen)).filter(_not_seen(user))
    return dict(rows.values_list("thread").annotate(n=Count("pk")))


def _not_seen(user: User) -> Q:
    return (Q(seen__isnull=True) | Q(number__gt=F("seen"))) & (
        Q(author__isnull=True, way=Message.RECEIVED) | (Q(author__isnull=False) & ~Q(author=user))
    )


def _row(row: Thread, last: Message | None, unread: int) -> ThreadRow:
    return ThreadRow(
        id=row.pk, peer=row.peer, subject=row.subject, language=row.language, dossier=row.dossier, pointer=row.pointer,
        unit=row.unit.name, compartment=row.compartment.name if row.compartment else "", level=row.level,
        open=row.open, urgent=row.urgent, count=getattr(row, "count", 0), unread=unread,
        last_at=row.last_at, last_by=last.by if last else "", last_text=excerpt(last.text) if last else "",
        last_language=last.language if last else row.language,
    )  # fmt: skip


def excerpt(text: str) -> str:
    """The beginning of a message, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= EXCERPT else line[:EXCERPT].rsplit(" ", 1)[0] + " …"


def unread(user: User, at: datetime) -> int:
    """How many open conversations hold something that a user has not seen. No look."""
    seen = Looked.objects.filter(thread=OuterRef("pk"), user=user, number__gte=OuterRef("last_number"))
    return sight.threads(user, at).filter(~Exists(seen), open=True, last_at__gt=at - FRESH).count()


def thread(user: User, id: str, at: datetime) -> ThreadView:
    """A conversation with its messages. The look is recorded, and it is no longer new to this user.

    :raises NotFound: there is none, or not for this user.
    """
    found = sight.thread(user, id, at)
    sight.saw(user, found, at)
    looked = Looked.objects.filter(user=user, thread=found).values_list("number", flat=True).first() or 0
    messages = list(found.messages.select_related("author").defer("raw").order_by("-number")[:SHOWN])[::-1]
    row = _rows(Thread.objects.filter(pk=found.pk).select_related("unit", "compartment"), user)[0]
    if messages:
        storing.looked(user, found, messages[-1].number, at)
    may_write = sight.may_write(user, found, at)
    return ThreadView(
        row=row,
        messages=tuple(_messages(messages, looked, user)),
        steps=tuple(
            Happened(one.kind, one.by.full_name if one.by else "", one.at, one.details)
            for one in found.steps.select_related("by").order_by("at", "id")
        ),
        may_write=may_write,
        may_move=_cases(user, at) if may_write and found.compartment is None else (),
        call=Call.objects.filter(thread=found).values_list("pk", flat=True).first(),
        earlier=max(0, row.count - len(messages)),
    )


def _cases(user: User, at: datetime) -> tuple[str, ...]:
    rows = people.compartments(user, verb="write", kind="case", at=at).order_by("-name")
    return tuple(rows.values_list("name", flat=True)[:LISTED])


def _messages(rows: Sequence[Message], looked: int, user: User) -> Iterable[Said]:
    numbers = {row.pk: row.number for row in rows}
    texts = {row.pk: row.text for row in rows}
    known = set(numbers) | set(
        Message.objects.filter(pk__in={parent for row in rows for parent in row.body["parents"]}).values_list(
            "pk", flat=True
        )
    )
    for row in rows:
        told, ours = row.body, row.way == Message.SENT
        answered = told.get("in_reply_to", "")
        yield Said(
            id=row.pk, number=row.number, by=row.by, ours=ours, author=row.author.full_name if row.author else "",
            function=told.get("function", ""), name=told.get("name", ""), text=row.text, language=row.language,
            at=row.at, arrived_at=row.arrived_at, log_index=row.log_index,
            new=row.number > looked and row.author_id != user.pk and (not ours or row.author_id is not None),
            in_reply_to=numbers.get(answered), answers=excerpt(texts.get(answered, "")),
            missing=any(parent not in known for parent in told["parents"]),
            status=told.get("call"), urgent=told.get("urgent"), sent=sent(row.pk) if ours else None,
        )  # fmt: skip


def sent(message: str) -> Sent | None:
    """How a message of ours fares on its way."""
    found = exchange.delivery(message)
    if not found:
        return None
    one = found[0]
    says = one.waiting_on if one.state == "waiting" else one.says
    return Sent(one.state, one.settled_at, says, one.receipt_log_index)


def in_compartment(user: User, compartment: Compartment, at: datetime) -> list[ThreadRow]:
    """The conversations of a case that a user may read, the newest words first."""
    return _rows(sight.threads(user, at).filter(compartment=compartment).order_by("-last_at", "id")[:LISTED], user)


def history(user: User, compartment: Compartment, at: datetime) -> list[Happening]:
    """What was said in the conversations of a case, oldest first: that it was said, not what."""
    rows = Message.objects.filter(thread__in=sight.threads(user, at).filter(compartment=compartment))
    rows = rows.select_related("thread", "author").defer("raw").order_by("arrived_at", "thread", "number")
    return [_happening(row) for row in rows]


def _happening(row: Message) -> Happening:
    by = row.author.full_name if row.author else row.by
    values = {"subject": row.thread.subject, "peer": row.thread.peer}
    if row.body.get("call"):
        says = "An urgent call went on in the conversation “{subject}” with {peer}."
    elif row.number == 1:
        says = "A conversation with {peer} was opened: “{subject}”."
    else:
        says = "A message in the conversation “{subject}” with {peer}."
    return Happening(row.arrived_at, by, "thread", row.thread_id, says, values)


def stored_message(name: str) -> bytes | None:
    """The stored bytes of a message, for ``log verify``; None when there is none."""
    raw = Message.objects.filter(pk=name).values_list("raw", flat=True).first()
    return None if raw is None else bytes(raw)
