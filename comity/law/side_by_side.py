"""What is laid side by side when several want the same person, and what comes of it: plain values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from pydantic import ValidationError

from comity.law import reading
from comity.law.reasons import Reason
from comity.lib.errors import BadInput

Met = Literal["yes", "no", "open"]


class BadRequest(BadInput):
    code = "law.bad-competing-request"
    says = "The request cannot be compared: {faults}."
    next_step = "Its keys are: {known}."


class _Told(reading.Strict):
    """A request as a file tells it; see ``Request``."""

    id: str
    by: str
    instrument: str
    issued_on: reading.Day | None = None
    received_on: reading.Day | None = None
    conduct: str = ""
    offence: str = ""
    maximum_months: int | None = None
    committed_in: list[str] = []
    purpose: Literal["prosecution", "enforcement"] | None = None
    victims_of: list[str] = []
    duty: bool | None = None
    admissible: bool | None = None
    takes_into_account: bool | None = None
    later: bool | None = None
    judged: bool | None = None


@dataclass(frozen=True)
class Request:
    """One request. What nobody has stated is None or empty.

    ``conduct`` names the conduct, so that two requests for the same conduct bear the same name. ``duty``: whether the
    requested State is under an international duty to extradite to this State. ``admissible``: for the Court, whether it
    has found its case admissible, and ``takes_into_account`` whether that finding considers the other State's case.
    ``later``: whether a later surrender onward is possible. ``judged``: whether the person was finally judged for it.
    """

    id: str
    by: str
    instrument: str
    issued_on: date | None = None
    received_on: date | None = None
    conduct: str = ""
    offence: str = ""
    maximum_months: int | None = None
    committed_in: tuple[str, ...] = ()
    purpose: Literal["prosecution", "enforcement"] | None = None
    victims_of: tuple[str, ...] = ()
    duty: bool | None = None
    admissible: bool | None = None
    takes_into_account: bool | None = None
    later: bool | None = None
    judged: bool | None = None


@dataclass(frozen=True)
class Entry:
    """One line of the timeline."""

    on: date
    request: str
    by: str
    says: str

    def as_json(self) -> dict[str, str]:
        return {"on": self.on.isoformat(), "request": self.request, "by": self.by, "says": self.says}


@dataclass(frozen=True)
class Consideration:
    """Something that a text asks to be considered, answered per request from what was stated, or open."""

    id: str
    says: str
    cite: str
    answered: bool
    answers: Mapping[str, str]

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "says": self.says,
            "cite": self.cite,
            "answered": self.answered,
            "answers": dict(self.answers),
        }


@dataclass(frozen=True)
class Priority:
    """A priority that a text gives, and whether the requests show its conditions to be met."""

    id: str
    request: str
    against: str
    met: Met
    says: str
    cite: str
    source: str
    confidence: reading.Confidence

    def as_json(self) -> dict[str, str]:
        return {
            "id": self.id,
            "request": self.request,
            "against": self.against,
            "met": self.met,
            "says": self.says,
            "cite": self.cite,
            "source": self.source,
            "confidence": self.confidence,
        }


@dataclass(frozen=True)
class Applied:
    """A text that bears on these requests."""

    id: str
    title: str
    reason: Reason
    requests: tuple[str, ...]
    considerations: tuple[Consideration, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "title": self.title,
            "reason": self.reason.as_json(),
            "requests": list(self.requests),
            "considerations": [consideration.as_json() for consideration in self.considerations],
        }


@dataclass(frozen=True)
class Comparison:
    """The requests side by side. A person decides, with reasons."""

    timeline: tuple[Entry, ...]
    texts: tuple[Applied, ...]
    priorities: tuple[Priority, ...]
    open: tuple[str, ...]
    says: str
    language: str

    def as_json(self) -> dict[str, Any]:
        return {
            "timeline": [entry.as_json() for entry in self.timeline],
            "texts": [text.as_json() for text in self.texts],
            "priorities": [priority.as_json() for priority in self.priorities],
            "open": list(self.open),
            "says": self.says,
            "language": self.language,
        }


def request(told: Mapping[str, Any]) -> Request:
    """A request from plain values, as a file has them.

    :raises BadRequest: with everything that is wrong in it.
    """
    try:
        read = _Told.model_validate(told)
    except ValidationError as error:
        faults = "; ".join(f"{'/'.join(map(str, found['loc']))}: {found['msg']}" for found in error.errors())
        raise BadRequest(faults=faults, known=", ".join(_Told.model_fields)) from None
    lists = {"committed_in": tuple(read.committed_in), "victims_of": tuple(read.victims_of)}
    return Request(**(read.model_dump() | lists))
