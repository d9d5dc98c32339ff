"""What this room tells others about windows: plain values."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from comity.evidence.packages.listing import Entry

PROPOSED, DECLINED, COMING, OPEN, CLOSED, ENDED = "proposed", "declined", "coming", "open", "closed", "ended"


@dataclass(frozen=True)
class Choice:
    """What a person decided of one item: disclosed, or withheld on a ground, with words that the other side reads."""

    disclosed: bool
    ground: str = ""
    words: str = ""


@dataclass(frozen=True)
class Candidate:
    """An item of the case as the proposal shows it; ``barred`` says why it cannot be disclosed, or nothing."""

    ref: str
    title: str
    kind: str
    name: str
    codes: tuple[str, ...] = ()
    barred: str = ""


@dataclass(frozen=True)
class Line:
    """One line of a list, for a page of the authority."""

    n: int
    ref: str
    title: str
    kind: str
    disclosed: bool
    ground: str
    words: str
    has_file: bool


@dataclass(frozen=True)
class VisitRow:
    what: str
    at: datetime
    n: int | None
    source: str


@dataclass(frozen=True)
class CodeRow:
    made_by: str
    made_at: datetime
    used_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True)
class WindowRow:
    """A window in a list."""

    id: str
    case: str
    recipient: str
    function: str
    purpose: str
    opens_at: datetime
    closes_at: datetime
    state: str
    disclosed: int
    withheld: int
    last_visit: datetime | None


@dataclass(frozen=True)
class WindowView:
    """Everything on a window's page. An auditor gets ``lines`` and ``items`` without content: nothing of either."""

    row: WindowRow
    contact: str
    language: str
    proposed_by: str
    proposed_at: datetime
    decided_by: str
    decided_at: datetime | None
    reason: str
    ended_by: str
    ended_at: datetime | None
    end_reason: str
    root: str
    log_index: int | None
    fingerprint: str
    lines: tuple[Line, ...]
    codes: tuple[CodeRow, ...]
    visits: tuple[VisitRow, ...]
    may: frozenset[str]  # approve, decline, end, code, bundle


@dataclass(frozen=True)
class Visiting:
    """A visitor whose cookie is good, in the one window that it opens."""

    window: str
    stay: int


@dataclass(frozen=True)
class Shown:
    """What a visitor sees: the signed list and what is needed to verify it."""

    id: str
    authority: str
    names: dict[str, str]
    case: str
    recipient: str
    function: str
    purpose: str
    language: str
    opens_at: datetime
    closes_at: datetime
    root: str
    fingerprint: str
    words: tuple[str, ...]
    signed_at: datetime
    log_index: int
    bundle_size: int
    entries: tuple[Entry, ...]
    visits: tuple[VisitRow, ...]
    told: dict[str, Any] = field(default_factory=dict)
