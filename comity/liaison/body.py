"""The body of a message (docs/spec/message.md): built here, or read strictly from what arrived. Pure."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from comity.dossiers.body import DossierId
from comity.exchange.refusal import Refused
from comity.exchange.wire.strict import Hex, Label, Malformed, Stamp, Strict, moment
from comity.exchange.wire.strict import body as read_strictly
from comity.lib.clock import stamp
from comity.lib.errors import BadInput

KIND = "comity-message/1"
LONGEST = 20_000
LONGEST_LINE = 200
MOST_PARENTS = 64
MOST_MINUTES = 1440

# With marks that turn the reading direction a sentence can be made to read as its opposite.
ODD = "\\x00-\\x1f\\x7f-\\x9f\\x{2028}\\x{2029}\\x{202a}-\\x{202e}\\x{2066}-\\x{2069}"
ODD_IN_TEXT = ODD.replace("\\x00-\\x1f", "\\x00-\\x09\\x0b-\\x1f")
_ODD = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_ODD_IN_TEXT = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")

ThreadId = Annotated[str, Field(pattern=r"\A[a-z0-9][a-z0-9-]{2,39}-[0-9]{4}-t[0-9]{4,8}\z")]
OneLine = Annotated[str, Field(pattern=rf"\A[^{ODD}]{{1,{LONGEST_LINE}}}\z")]
Text = Annotated[str, Field(pattern=rf"\A[^{ODD_IN_TEXT}]+\z", max_length=LONGEST)]
Language = Annotated[str, Field(pattern=r"\A[a-z]{2,3}\z")]
Pointer = Annotated[str, Field(pattern=r"\A(/[^\x00-\x1f/]{1,80}){1,20}\z")]


class BadMessage(BadInput):
    code = "liaison.bad-message"
    says = "{why}."
    next_step = "Mend the text and send it again; nothing was sent."


class About(Strict):
    """A dossier, or one field of its request."""

    dossier: DossierId
    pointer: Pointer | None = None


class Urgent(Strict):
    answer_within_minutes: Annotated[int, Field(ge=1, le=MOST_MINUTES)]
    about: OneLine


class Status(Strict):
    """How an urgent call fares at the side that was called. No names."""

    of: Hex
    state: Literal["calling", "acknowledged", "unanswered"]
    place: Annotated[int, Field(ge=0, le=100)]
    who: Literal["duty", "supervisor", "nobody"]


class Body(Strict):
    thread: ThreadId
    by: Label
    at: Stamp
    parents: Annotated[list[Hex], Field(max_length=MOST_PARENTS)]
    language: Language
    text: Text
    subject: OneLine | None = None
    about: About | None = None
    function: OneLine | None = None
    name: OneLine | None = None
    in_reply_to: Hex | None = None
    urgent: Urgent | None = None
    call: Status | None = None

    @property
    def opens(self) -> bool:
        return self.subject is not None


OPTIONAL = ("subject", "about", "function", "name", "in_reply_to", "urgent", "call")


def build(
    *, thread: str, by: str, at: datetime, parents: Sequence[str], language: str, text: str, **more: Any
) -> dict[str, Any]:
    """The body to sign: what is empty is left out, parents are sorted, and it reads as the specification asks.

    :raises BadMessage: the first thing that is wrong, in words for the person who wrote it.
    """
    told = {
        "thread": thread,
        "by": by,
        "at": stamp(at),
        "parents": sorted(parents),
        "language": language,
        "text": tidy(text),
        **{name: more[name] for name in OPTIONAL if more.get(name) not in (None, "", {})},
    }
    _demand_plain(told)
    try:
        read_strictly(Body, told, "The message")
    except Malformed as error:
        raise BadMessage(why=error.sentence.rstrip(".")) from None
    return told


def tidy(text: str) -> str:
    """What a browser sends, with the line breaks that a message has, and nothing around it."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ").strip()


def _demand_plain(told: dict[str, Any]) -> None:
    """What a person can do wrong, said so that she can mend it."""
    if not told["text"]:
        raise BadMessage(why="The message is empty")
    if len(told["text"]) > LONGEST:
        raise BadMessage(why=f"The message has {len(told['text'])} characters, and {LONGEST} are allowed")
    if _ODD_IN_TEXT.search(told["text"]):
        raise BadMessage(why="The message holds control characters, or marks that turn the reading direction")
    for name in ("subject", "function", "name"):
        line = told.get(name, "")
        if len(line) > LONGEST_LINE:
            raise BadMessage(why=f"The {name} has {len(line)} characters, and {LONGEST_LINE} are allowed")
        if _ODD.search(line):
            raise BadMessage(why=f"The {name} holds control characters, or marks that turn the reading direction")


def read(value: Any) -> Body:
    """The body of a message that arrived.

    :raises Refused: ``liaison.malformed``, naming the first field that is wrong.
    """
    try:
        told = read_strictly(Body, value, "The message")
        moment(told.at, "The message's time")
    except Malformed as error:
        raise Refused("liaison.malformed", error.sentence) from None
    why = _misplaced(told)
    if why or any(value[name] is None for name in OPTIONAL if name in value):
        raise Refused("liaison.malformed", f"The message is malformed: {why or 'an optional field is null'}.")
    return told


def _misplaced(told: Body) -> str:
    """What stands where it must not, empty when all is well."""
    if sorted(set(told.parents)) != told.parents:
        return "it names its parents twice or out of order"
    if told.opens != (not told.parents):
        return "a subject belongs to the message that opens a conversation, and only that has no parents"
    if not told.opens and (told.about or told.urgent):
        return "what a conversation is about, and its urgency, belong to the message that opens it"
    if told.opens and (told.in_reply_to or told.call):
        return "the message that opens a conversation answers none and tells of no call"
    return ""


def opener(thread: str) -> str:
    """The authority that opens a conversation with this number."""
    return thread.rsplit("-", 2)[0]
