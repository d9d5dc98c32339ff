"""What the queries of this room answer. Times are UTC; titles are in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from comity.dossiers.models import Act, Attachment, Dossier, Draft, DraftStep
from comity.instruments.model import ActType, Conflict, Definition, State

Owed = Literal["us", "them"]


@dataclass(frozen=True)
class Waiting:
    """What a dossier waits for, as a key that pages translate and the values that its sentence names.

    Keys: ``our-act`` {stage} · ``their-act`` {authority, stage} · ``our-answer`` {authority, pointer} ·
    ``their-answer`` {authority, pointer} · ``missing-acts`` {count} · ``nothing`` {stage}.
    """

    key: str
    values: dict[str, Any]


@dataclass(frozen=True)
class Due:
    """The earliest thing still owed: a clock that is not met or a question that is not answered."""

    at: datetime
    kind: str  # clock or question
    ref: str  # id of the clock, or of the act that asked
    title: str
    authority: str  # who owes it
    ours: bool
    overdue: bool


@dataclass(frozen=True)
class Trouble:
    """Something we sent that has not arrived: at whom, and what it waits for or why it was refused."""

    receiver: str
    status: str  # waiting or refused
    says: str
    since: datetime | None


@dataclass(frozen=True)
class Row:
    """A dossier in a list."""

    id: str
    instrument: str
    title: str  # of the instrument
    subject: str
    stage: str
    stage_title: str
    final: bool
    role: str
    counterpart: str
    counterpart_country: str
    holder: str  # authority that must move next; empty when nobody must
    ours: bool  # we owe something: the next move, an answer, a clock to meet
    theirs: bool
    due: Due | None
    waiting: Waiting
    trouble: tuple[Trouble, ...]
    unit: str
    assigned_to: str  # full name, or empty
    acts: int
    opened_at: datetime
    last_act_at: datetime | None
    unread: bool  # something happened since this user last looked
    conflicts: int
    out_of_place: int


@dataclass(frozen=True)
class DraftRow:
    """A draft in a list."""

    id: int
    dossier: str  # empty while it opens one
    instrument: str
    title: str  # of the act type
    subject: str
    receiver: str
    status: str
    drafted_by: str
    changed_by: str
    changed_at: datetime
    reason: str  # why it was given back, if that was the last thing that happened


@dataclass(frozen=True)
class Worklist:
    """One page: dossiers, drafts to finish, drafts that this user may approve."""

    rows: tuple[Row, ...]
    drafts: tuple[DraftRow, ...]
    to_approve: tuple[DraftRow, ...]
    instruments: tuple[tuple[str, str], ...]  # (id, title) of what this user's dossiers run under, for the filter
    total: int  # dossiers before filters
    owed_by_us: int
    overdue: int


@dataclass(frozen=True)
class QuestionView:
    """A question tied to a field, with the field's words."""

    id: str
    pointer: str
    field: str  # label of the field
    asks: str
    by: str  # authority
    of: str  # authority
    asked_at: datetime
    due: datetime | None
    overdue: bool
    answered_by: str | None
    answer: str | None
    ours: bool  # we must answer


@dataclass(frozen=True)
class ClockView:
    """A deadline with who owes it and where the rule stands."""

    id: str
    title: str
    owed_by: str  # authority
    ours: bool
    started_at: datetime
    due: datetime | None
    rule: str
    article: str
    confidence: str
    met_at: datetime | None
    met_by: str | None
    overdue: bool


@dataclass(frozen=True)
class ItemView:
    """A document that an act carries. ``state`` is complete, arriving or failed."""

    id: int
    act: str
    name: str
    media_type: str
    size: int
    sha256: str
    blob: str
    state: str
    percent: int
    from_authority: str


@dataclass(frozen=True)
class DossierView:
    """A dossier with its state, as one user may see it."""

    dossier: Dossier
    row: Row
    definition: Definition
    state: State
    role: str
    authority: str  # ours
    parties: dict[str, dict[str, str]]
    clocks: tuple[ClockView, ...]
    questions: tuple[QuestionView, ...]
    items: tuple[ItemView, ...]
    possible: tuple[ActType, ...]
    crossed: tuple[Conflict, ...]
    drafts: tuple[DraftRow, ...]
    may_draft: bool
    may_assign: bool


@dataclass(frozen=True)
class Line:
    """One value of an act's content in the reader's language. ``depth`` is 0 for a heading of a section."""

    pointer: str
    label: str
    value: str
    depth: int = 1


@dataclass(frozen=True)
class Signature:
    """What was checked about the signature of an act."""

    algorithms: tuple[str, ...]
    fingerprint: str
    verified: bool
    says: str  # why not, when it does not verify


@dataclass(frozen=True)
class Delivered:
    """How far one act got with one receiver. ``status`` is delivered, refused or waiting."""

    receiver: str
    status: str
    says: str  # what it waits on, or why it was refused
    at: datetime | None
    receipt: str  # what to quote: the receipt that proves it
    log_index: int | None  # of the envelope that carried it
    receipt_log_index: int | None
    documents_waiting: int  # documents of the act that the receiver does not hold wholly yet


@dataclass(frozen=True)
class Entry:
    """One act in the timeline."""

    act: str
    type: str
    title: str
    says: str
    by: str  # authority
    way: str  # sent or received
    at: datetime
    arrived_at: datetime
    approved_by: str  # our person, for our acts
    lines: tuple[Line, ...]
    signature: Signature
    deliveries: tuple[Delivered, ...]
    log_index: int | None
    parents: tuple[str, ...]
    out_of_place: str  # why it has no effect, or empty
    conflicts: tuple[str, ...]
    lacks: tuple[str, ...]  # parents that are not here; until they come the act has no effect
    items: tuple[ItemView, ...]


@dataclass(frozen=True)
class DraftView:
    """A draft with its history and what this user may do with it."""

    draft: Draft
    definition: Definition
    act_type: ActType
    content: dict[str, Any]
    steps: tuple[DraftStep, ...]
    attachments: tuple[Attachment, ...]
    removed: tuple[Attachment, ...]  # taken off again; `actions.reattach` brings them back
    editors: tuple[str, ...]  # full names of everyone who may not approve it
    opens: bool
    may_edit: bool
    may_submit: bool
    may_send: bool  # the act needs no second person
    may_give_back: bool
    may_approve: bool
    why_not_approve: str  # the rule's sentence when may_approve is False
    named: dict[str, str]  # what the acts that the content speaks of said: questions and undertakings by act


@dataclass(frozen=True)
class Evidence:
    """One item of a dossier with the act that brought it."""

    item: ItemView
    act: Act
