"""What the queries of this room answer. Times are UTC."""

from dataclasses import dataclass, field
from datetime import date, datetime

from comity.access.queries import Compartment, Membership, Unit, User
from comity.cases.models import Circle


@dataclass(frozen=True)
class CaseView:
    """A case as one reader may see it; every page below /cases/NUMBER/ is given one.

    ``may`` answers for ``write lead oversee`` (the case) and ``pass_on disclose destroy approve`` (an item in it).
    ``glass_until`` is set while the reader sees it through broken glass, ``stands_in_for`` while as a deputy.
    """

    number: str
    title: str
    summary: str
    unit: Unit
    compartment: Compartment
    level: int
    level_word: str
    need: str
    state: str  # open, dormant, closed
    reason: str
    state_at: datetime
    template: str
    purposes: tuple[str, ...]  # ids
    opened_by: str
    opened_at: datetime
    touched_at: datetime
    circles: tuple[Circle, ...]  # those that the reader may see
    may: dict[str, bool]
    glass_until: datetime | None = None
    stands_in_for: str = ""

    @property
    def compartments(self) -> tuple[Compartment, ...]:
        """That of the case and those of the circles, for the histories and lists of other rooms."""
        return (self.compartment, *(one.compartment for one in self.circles))


@dataclass(frozen=True)
class CaseRow:
    """A case in a list."""

    number: str
    title: str
    unit: str
    state: str
    level_word: str
    leads: tuple[str, ...]
    opened_at: datetime
    touched_at: datetime
    open_tasks: int
    late_tasks: int
    next_due: date | None
    mine: bool  # the reader has a seat in it


@dataclass(frozen=True)
class Cases:
    """One page of the list, how many there are, and how many in each state without the filter."""

    rows: tuple[CaseRow, ...]
    total: int
    states: dict[str, int]


@dataclass(frozen=True)
class Overseen:
    """What a supervisor sees of a case of the unit: no title, no content."""

    number: str
    unit: Unit
    state: str
    leads: tuple[str, ...]
    people: int
    opened_at: datetime
    touched_at: datetime  # since when nothing happened
    open_tasks: int
    late_tasks: int


@dataclass(frozen=True)
class Table:
    """People with a seat in a case, or in one of its circles."""

    name: str
    circle: str  # title; empty for the case itself
    seats: tuple[Membership, ...]


@dataclass(frozen=True)
class NoteText:
    """One text of a note: the newest, or one that was corrected."""

    id: int
    text: str
    by: str
    at: datetime
    reason: str


@dataclass(frozen=True)
class NoteView:
    """A note: its newest text, and those before it, newest first."""

    id: int
    now: NoteText
    before: tuple[NoteText, ...]
    written_by: str
    written_at: datetime
    level_word: str
    codes: tuple[str, ...]
    restriction: str
    circle: str  # title, empty for the case itself
    may_correct: bool


@dataclass(frozen=True)
class TaskView:
    """A task, with what happened to it."""

    id: int
    title: str
    details: str
    from_template: bool
    collect: bool
    assigned_to: User | None
    due_on: date | None
    late: bool
    priority: str
    made_by: str
    made_at: datetime
    done_by: str
    done_at: datetime | None
    history: tuple["Step", ...] = ()


@dataclass(frozen=True)
class Step:
    """Something that happened to a task."""

    what: str
    by: str
    at: datetime
    before: dict[str, object] = field(default_factory=dict)
    to: str = ""


@dataclass(frozen=True)
class LinkView:
    """A dossier of the case. Of one that the reader may not see only its number is told."""

    dossier: str
    why: str
    by: str
    at: datetime
    seen: bool
    instrument: str = ""
    title: str = ""  # of the instrument
    subject: str = ""
    stage_title: str = ""
    counterpart: str = ""
    country: str = ""
    due_at: datetime | None = None
    ours: bool = False
    final: bool = False
