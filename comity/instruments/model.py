"""The values that describe an instrument and the state of a dossier. docs/rooms/instruments.md explains each."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Role = str  # a party's part in the dossier, named by the instrument: "issuing", "executing"
Confidence = Literal["verified", "memory"]
Severity = Literal["stop", "mend", "note"]


@dataclass(frozen=True)
class Cite:
    """Where a rule stands, and whether the text was read."""

    article: str
    source: str
    confidence: Confidence = "memory"


@dataclass(frozen=True)
class When:
    """A condition on another field of the same form: exactly one of the tests is set."""

    field: str  # a sibling's id, or a pointer from the root of the form: "/measures/kinds"
    equals: Any = None
    one_of: tuple[Any, ...] = ()
    includes: Any = None
    answered: bool | None = None


@dataclass(frozen=True)
class Option:
    value: str
    label: str
    cite: Cite | None = None


@dataclass(frozen=True)
class Field:
    """One box of a form. ``fields`` is set for groups; ``repeated`` makes it a list."""

    id: str
    type: str  # see instruments.forms.TYPES
    label: str
    help: str
    cite: Cite | None
    required: bool = False
    when: When | None = None  # shown, and if required then required, only when this holds
    options: tuple[Option, ...] = ()
    fields: tuple[Field, ...] = ()
    repeated: bool = False
    at_least: int = 0
    max_length: int | None = None
    pattern: str | None = None


@dataclass(frozen=True)
class Section:
    id: str
    title: str
    help: str
    cite: Cite | None
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Basis:
    """A treaty or act on which the instrument rests, and who must be bound by it on the day of the request."""

    treaty: str  # id of law/data/treaties.yaml
    short: str
    articles: str
    needs: Literal["both", "issuing", "executing", "none"]
    when: When | None = None  # on the request's form: the basis is needed only then
    official_url: str = ""


@dataclass(frozen=True)
class Party:
    """A part that an authority may play in the dossier."""

    id: Role
    title: str
    says: str
    cite: Cite | None
    only: tuple[str, ...] = ()  # the countries that may play it; empty: every one
    never: tuple[str, ...] = ()  # those that may not

    def open_to(self, country: str) -> bool:
        """Whether a country may play this part."""
        return country in self.only if self.only else country not in self.never


@dataclass(frozen=True)
class Stage:
    id: str
    title: str
    says: str
    holder: Role | None  # who must move next; None when nobody must
    final: bool = False


@dataclass(frozen=True)
class ActType:
    """A step that a party may take. ``from_stages`` empty means: in every stage that is not final."""

    id: str
    title: str
    says: str
    by: tuple[Role, ...]
    cite: Cite | None
    from_stages: tuple[str, ...] = ()
    to_stage: str | None = None  # None leaves the stage as it is
    effect: str = "none"  # see instruments.procedure.EFFECTS
    event: str | None = None  # the event that this act makes happen, for clocks
    event_at: str | None = None  # content field with the moment of the event; otherwise the act's own
    four_eyes: bool = True  # a second person must approve before it is signed
    form: tuple[Field, ...] = ()
    grounds: str | None = None  # which list of grounds its "ground" field takes: refusal, postponement


@dataclass(frozen=True)
class Ground:
    code: str
    kind: Literal["mandatory", "optional"]
    says: str
    cite: Cite
    list: str  # refusal, postponement or not_permitted
    test: str | None = None  # a function of law.grounds that weighs it


@dataclass(frozen=True)
class DeadlineRule:
    """A clock of the instrument. Its length is law: ``law`` names the line in law/data/deadlines."""

    id: str
    title: str
    owed_by: Role
    starts: str  # event
    met_by: tuple[str, ...]  # act types
    law: str
    when: When | None = None  # on the request's form
    reckoned_in: Role | None = None  # whose calendar and clock count; that of the party that owes it when absent
    extended_by: str | None = None  # act type whose "until" field moves the end


@dataclass(frozen=True)
class Rule:
    """A check in CEL over ``form``, ``facts``, ``issuing``, ``executing``, ``language`` and ``attachments``.

    ``require`` must be true wherever ``when`` is true (or absent).
    """

    id: str
    pointer: str
    severity: Severity
    require: str
    says: str
    remedy: str
    cite: Cite | None
    when: str | None = None


@dataclass(frozen=True, eq=False)
class Definition:
    """A kind of cooperation. Compared by identity; equal ``digest`` means equal meaning."""

    id: str
    version: int
    title: str
    family: str
    says: str
    legal_basis: tuple[Basis, ...]  # the first is the one on which the instrument stands
    parties: tuple[Party, ...]  # the first is the one that opens
    sections: tuple[Section, ...]
    stages: tuple[Stage, ...]
    acts: tuple[ActType, ...]
    grounds: tuple[Ground, ...]
    deadlines: tuple[DeadlineRule, ...]
    rules: tuple[Rule, ...]
    notes: tuple[dict[str, str], ...]  # {"topic","says","article","source","confidence"}
    sources: dict[str, dict[str, str | None]]
    dated: str | None  # pointer into the form: the field with the day of the request
    digest: str  # SHA-256 of the canonical definition: both sides must hold the same
    raw: dict[str, Any] = field(repr=False, compare=False, default_factory=dict)

    def act(self, id: str) -> ActType | None:
        return next((act for act in self.acts if act.id == id), None)

    def stage(self, id: str) -> Stage | None:
        return next((stage for stage in self.stages if stage.id == id), None)

    @property
    def opening(self) -> ActType:
        return self.acts[0]


@dataclass(frozen=True)
class Act:
    """One signed step as the fold sees it; signatures were checked before."""

    id: str
    type: str
    by: str  # authority
    at: datetime
    parents: tuple[str, ...]
    content: dict[str, Any]


@dataclass(frozen=True)
class Question:
    """A request for supplementary information, tied to a field of the form."""

    id: str  # the act that asked
    pointer: str
    asks: str
    by: Role
    of: Role
    asked_at: datetime
    due: datetime | None
    answered_by: str | None = None
    answer: str | None = None


@dataclass(frozen=True)
class Clock:
    """A deadline that runs, was met, or stands in words when the text gives no number."""

    id: str
    title: str
    owed_by: Role
    started_at: datetime
    due: datetime | None
    rule: str  # how the end was reckoned, in words
    cite: Cite
    met_at: datetime | None = None
    met_by: str | None = None  # act


@dataclass(frozen=True)
class Undertaking:
    """An assurance that a party gave in the dossier, and what was said about it since."""

    id: str  # the act that gave it
    by: Role
    given_at: datetime
    terms: dict[str, Any]  # the composite "assurance"
    checks: tuple[dict[str, Any], ...] = ()  # {"act","by","at","kept","text"}: findings and breaches, in order


@dataclass(frozen=True)
class Conflict:
    """Two acts that crossed on the way and do not go together; both stay visible."""

    acts: tuple[str, str]
    says: str


@dataclass(frozen=True)
class OutOfPlace:
    """An act that the procedure does not provide for at this point; kept, shown, without effect."""

    act: str
    says: str


@dataclass(frozen=True)
class State:
    """What the acts amount to. Depends on the set of acts alone, never on the order of arrival or the time."""

    instrument: str
    version: int
    stage: str
    final: bool
    holder: Role | None
    parties: dict[Role, dict[str, str]]  # {"authority","country"}
    form: dict[str, Any]  # as amended
    facts: dict[str, Any]
    language: str
    acts: tuple[str, ...]  # in the order in which they were applied
    heads: tuple[str, ...]  # acts that no other follows: the parents of the next one
    questions: tuple[Question, ...] = ()
    clocks: tuple[Clock, ...] = ()
    assurances: tuple[Undertaking, ...] = ()
    items: tuple[dict[str, Any], ...] = ()  # {"act","name","media_type","size","blob","sha256"}
    events: dict[str, datetime] = field(default_factory=dict)
    conflicts: tuple[Conflict, ...] = ()
    out_of_place: tuple[OutOfPlace, ...] = ()
    missing: tuple[str, ...] = ()  # parents that were named but are not here


@dataclass(frozen=True)
class Finding:
    """One thing that preflight or the form check has to say about a place in the request."""

    pointer: str
    severity: Severity
    rule: str
    article: str
    says: str
    remedy: str
    confidence: Confidence = "memory"


@dataclass(frozen=True)
class Report:
    verdict: Literal["send", "mend", "stop"]
    findings: tuple[Finding, ...]
