"""What actions are told and what queries answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from comity.access.handling import Handling, Limit
from comity.access.queries import Compartment
from comity.subjects.models import Merge, Statement, Subject


@dataclass(frozen=True)
class Said:
    """A statement in the making. ``compartment`` and ``level`` are the subject's unless said otherwise.

    ``about`` is the subject that a property of the type entity points to; ``format`` helps to read days and numbers.
    """

    prop: str
    value: str = ""
    lang: str = ""
    source: str = ""
    item: str = ""
    act: str = ""
    said_on: date | None = None
    scheme: str = ""
    reliability: str = ""
    credibility: str = ""
    handling: Mapping[str, Any] = field(default_factory=dict)
    level: int = 0
    compartment: Compartment | None = None
    about: Subject | None = None
    format: str = ""


@dataclass(frozen=True)
class Group:
    """One property with what is stated of it."""

    prop: str
    label: str
    type: str
    statements: tuple[Statement, ...]


@dataclass(frozen=True)
class Row:
    """A subject in a list."""

    subject: Subject
    ref: str
    key: str
    caption: str
    kind: str
    roles: tuple[str, ...]
    facts: tuple[str, ...]  # what else a list shows: a few values, ``known`` with their properties
    members: int = 1
    known: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Listed:
    rows: tuple[Row, ...]
    total: int
    more: bool


@dataclass(frozen=True)
class SubjectView:
    """A subject as one reader sees it: the fold of the statements of all its members that they may see."""

    subject: Subject  # the one that the others were merged into
    ref: str
    key: str
    caption: str
    kind: str
    roles: tuple[tuple[Subject, str], ...]
    groups: tuple[Group, ...]
    members: tuple[Row, ...]
    merges: tuple[Merge, ...]
    may_write: bool
    handling: Handling
    level: int  # the highest of anything shown

    @property
    def values(self) -> dict[str, tuple[str, ...]]:
        """The values by property, each once."""
        return {one.prop: tuple(dict.fromkeys(s.value for s in one.statements)) for one in self.groups}


@dataclass(frozen=True)
class Relation:
    """An edge, seen from one of its ends."""

    edge: Subject
    kind: str
    out: bool  # from this subject to the other
    other: Row
    values: dict[str, tuple[str, ...]]
    statements: tuple[Statement, ...]


@dataclass(frozen=True)
class Related:
    rows: tuple[Relation, ...]
    more: bool


@dataclass(frozen=True)
class Bound:
    """A statement that may not be passed on, and why."""

    statement: Statement
    prop: str
    limit: Limit


@dataclass(frozen=True)
class Filled:
    """A composite of an instrument, filled; and what was left out, each with its reason."""

    value: dict[str, Any]
    left_out: tuple[Bound, ...]
    used: tuple[Statement, ...]


@dataclass(frozen=True)
class Moment:
    """When and by whom something was done, for sorting histories."""

    at: datetime
    by: str
