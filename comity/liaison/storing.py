"""One message, ours or a peer's: signed or read, logged, kept, indexed. Whoever calls holds the log's lock."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Max

from comity.access.queries import User
from comity.exchange import actions as exchange
from comity.exchange.wire.signed import Signed
from comity.liaison import body as bodies
from comity.liaison.models import Looked, Message, Thread, ThreadStep
from comity.lib import clock
from comity.search import actions as search

LOOKED_BACK = 200  # messages among which the ends of a conversation are found
SIGNED_AS = ("nothing", "function", "name")


class AlreadySaid(bodies.BadMessage):
    code = "liaison.already-said"
    says = "You have just sent the same words."
    next_step = "They are on their way; write something else."


def us() -> str:
    return str(settings.COMITY.authority)


def send(
    thread: Thread, *, text: str, language: str, at: datetime, author: User | None = None, signed_as: str = "function",
    indexed: bool = True, **more: Any,
) -> Message:  # fmt: skip
    """Sign a message, keep it, and queue it to the peer, in the caller's transaction. The thread's row is locked.

    :raises BadMessage: it is not as the specification asks. AlreadySaid: the same words, twice within a second.
    :raises exchange.NotAPeer: the other side is no peer any more.
    """
    told = bodies.build(
        thread=thread.pk, by=us(), at=at, parents=heads(thread), language=language, text=text,
        **who(author, signed_as), **more,
    )  # fmt: skip
    one = exchange.sign(bodies.KIND, told, at=at)
    if Message.objects.filter(pk=one.id).exists():
        raise AlreadySaid
    row = keep(
        one, thread, way=Message.SENT, at=at, log_index=exchange.record("message", one.id, one.raw, at), author=author
    )
    exchange.enqueue(one.raw, act=one.id, to=[thread.peer], at=at)
    if author is not None:
        looked(author, thread, row.number, at)
    if indexed:
        index(thread, [row], at=at)
    return row


def looked(user: User, thread: Thread, number: int, at: datetime) -> None:
    """Keep up to which message somebody has seen a conversation."""
    Looked.objects.update_or_create(user=user, thread=thread, defaults={"number": number, "at": at})


def who(author: User | None, signed_as: str) -> dict[str, str]:
    """What of its author a message shows: nothing, the function, or the name as well.

    :raises BadMessage: none of the three words.
    """
    if signed_as not in SIGNED_AS:
        raise bodies.BadMessage(why=f"{signed_as!r} is not one of {', '.join(SIGNED_AS)}")
    if author is None or signed_as == "nothing":
        return {}
    return {"function": author.function, "name": author.full_name if signed_as == "name" else ""}


def heads(thread: Thread) -> list[str]:
    """The messages that nothing follows yet."""
    rows = list(thread.messages.order_by("-number").values_list("id", "body")[:LOOKED_BACK])
    followed = {parent for _, told in rows for parent in told["parents"]}
    return sorted(id for id, _ in rows if id not in followed)[: bodies.MOST_PARENTS]


def keep(one: Signed, thread: Thread, *, way: str, at: datetime, log_index: int, author: User | None = None) -> Message:
    """The row of a message that stands in the log; its thread moves up in the lists."""
    told: Mapping[str, Any] = one.body
    row = Message.objects.create(
        id=one.id, thread=thread, number=_next(thread), way=way, by=told["by"], author=author,
        at=clock.moment(told["at"]), arrived_at=at, language=told["language"], text=told["text"],
        body=dict(told), raw=one.raw, log_index=log_index,
    )  # fmt: skip
    thread.last_at = at
    if way == Message.RECEIVED or author is not None:  # what the node itself tells is news to nobody here
        thread.last_number = row.number
    thread.save(update_fields=["last_at", "last_number"])
    return row


def _next(thread: Thread) -> int:
    return int(thread.messages.aggregate(last=Max("number"))["last"] or 0) + 1


def reopen(thread: Thread, *, by: User | None, at: datetime) -> None:
    """A conversation that was closed goes on; nothing happens to an open one."""
    if not thread.open:
        thread.open = True
        thread.save(update_fields=["open"])
        ThreadStep.objects.create(thread=thread, kind="reopened", by=by, at=at)


def index(thread: Thread, rows: list[Message], *, at: datetime) -> None:
    """Put messages into the index, under the conversation's own compartment or unit."""
    search.put_all(
        (
            search.Written(
                "thread", thread.pk, thread.subject, row.text, thread.compartment,
                None if thread.compartment else thread.unit, thread.level, str(row.number),
            )
            for row in rows
        ),
        at=at,
    )  # fmt: skip
