"""What the room answers: desks and reasons, conversations, calls, the roster. Values, no rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from comity.liaison.hours import Hours, Now


@dataclass(frozen=True)
class Desk:
    """One contact on a card. ``competences`` are its own, ``taken`` those of its authority (ids or plain words)."""

    authority: str
    name: str  # of the authority, in the reader's language
    country: str
    number: int  # its place on the card, from 1
    role: str
    languages: tuple[str, ...]
    hours: Hours
    person: str = ""
    phone: str = ""
    email: str = ""
    posted_in: str = ""
    competences: tuple[str, ...] = ()
    taken: tuple[str, ...] = ()
    ours: bool = False

    @property
    def id(self) -> str:
        return f"{self.authority}/{self.number}"


@dataclass(frozen=True)
class Reason:
    """Why a desk stands where it stands: a sentence with fields in braces. ``speaks`` is for, against or open."""

    code: str
    says: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    speaks: str = "for"


@dataclass(frozen=True)
class Asked:
    """A desk that may be asked, at its rank from 1, with the reasons in the order in which they counted."""

    rank: int
    desk: Desk
    now: Now
    opens_here: datetime | None  # the next opening, in the time zone of who asks
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Way:
    """What the law names where no desk is known, or beside it."""

    says: str
    cite: str
    source: str
    confidence: str
    known: tuple[str, ...] = ()  # authorities that are recorded for the country, by name


@dataclass(frozen=True)
class Answer:
    """Whom to ask for something in a country at a moment, best first, and the channel that the law names."""

    what: str
    title: str
    country: str
    at: datetime
    urgent: bool
    instruments: tuple[str, ...]  # those that are routes for it on that day, best first
    asked: tuple[Asked, ...]
    ways: tuple[Way, ...]
    notes: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class Listed:
    """An authority in the directory, with its desks and whether each answers now."""

    authority: str
    name: str
    country: str
    languages: tuple[str, ...]
    competences: tuple[str, ...]
    instruments: tuple[str, ...]
    desks: tuple[tuple[Desk, Now], ...]
    ours: bool


@dataclass(frozen=True)
class Directory:
    """What was found; ``countries`` are all that have an authority in it."""

    found: tuple[Listed, ...]
    countries: tuple[str, ...]
    total: int


@dataclass(frozen=True)
class ThreadRow:
    """A conversation in a list."""

    id: str
    peer: str
    subject: str
    language: str
    dossier: str
    pointer: str
    unit: str  # its name
    compartment: str
    level: int
    open: bool
    urgent: bool
    count: int
    unread: int
    last_at: datetime
    last_by: str
    last_text: str
    last_language: str


@dataclass(frozen=True)
class Sent:
    """How a message of ours fares: ``waiting``, ``delivered`` or ``refused``, with the moment or the reason."""

    state: str
    at: datetime | None = None
    says: str = ""
    log_index: int | None = None


@dataclass(frozen=True)
class Said:
    """One message as its page shows it."""

    id: str
    number: int
    by: str
    ours: bool
    author: str  # the colleague, on our side only
    function: str
    name: str
    text: str
    language: str
    at: datetime
    arrived_at: datetime
    log_index: int
    new: bool
    in_reply_to: int | None = None  # the number of the message that it answers
    answers: str = ""  # the beginning of that message
    missing: bool = False  # it follows a message that is not here
    status: Mapping[str, Any] | None = None  # of an urgent call
    urgent: Mapping[str, Any] | None = None
    sent: Sent | None = None


@dataclass(frozen=True)
class Happened:
    """Something that was done with a conversation here: opened, closed, reopened, put into a case."""

    what: str
    by: str
    at: datetime
    details: Mapping[str, Any]


@dataclass(frozen=True)
class ThreadView:
    """A conversation with its messages, oldest first."""

    row: ThreadRow
    messages: tuple[Said, ...]
    steps: tuple[Happened, ...]
    may_write: bool
    may_move: tuple[str, ...]  # compartments into which this reader may put it
    call: int | None
    earlier: int = 0  # messages before those that are shown


@dataclass(frozen=True)
class OnDuty:
    """One line of the roster."""

    id: int
    username: str
    full_name: str
    place: int
    starts_at: datetime
    until: datetime
    phone: str
    now: bool
    ended: bool
    by: str
    at: datetime


@dataclass(frozen=True)
class Roster:
    """Who is called in a unit. ``gap`` is the first moment of the next week at which nobody would be."""

    unit: str
    code: str
    lines: tuple[OnDuty, ...]
    ended: tuple[OnDuty, ...]
    supervisors: tuple[str, ...]
    gap: datetime | None
    may_edit: bool
    people: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class CallRow:
    """An urgent call in a list or a banner. ``until`` is when the one who is called now has had their time."""

    id: int
    thread: str
    peer: str
    ours: bool
    about: str
    language: str
    state: str  # calling, acknowledged or unanswered
    started_at: datetime
    answer_by: datetime
    place: int
    who: str  # duty, supervisor, nobody or "" while the other side has not said
    until: datetime | None = None
    mine: bool = False  # this reader is called now
    late: bool = False


@dataclass(frozen=True)
class CallStepView:
    """One step of a call. ``person`` is known on the receiving side only."""

    state: str  # calling, acknowledged or unanswered
    place: int
    who: str
    at: datetime
    person: str = ""
    phone: str = ""


@dataclass(frozen=True)
class CallView:
    """A call with its steps, and whom to phone when nobody answers."""

    row: CallRow
    unit: str
    within: int
    each: int
    steps: tuple[CallStepView, ...]
    may_take: bool
    desks: tuple[tuple[Desk, Now], ...]
    delivered: Sent | None
    next_person: str = ""
