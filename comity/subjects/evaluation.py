"""How far a source and what it says are believed: the schemes of evaluation, from ``evaluation.yaml``."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from comity.lib import strict_yaml
from comity.lib.errors import BadInput

FILE = Path(__file__).with_name("evaluation.yaml")


class BadEvaluation(BadInput):
    code = "subjects.bad-evaluation"
    says = "{code!r} is no grade of {what} in the scheme {scheme}."
    next_step = "Choose both grades from one scheme."


@dataclass(frozen=True)
class Grade:
    code: str
    says: str
    confidence: str


@dataclass(frozen=True)
class Scheme:
    """One scheme: grades for the source, and for what it says."""

    id: str
    title: str
    cite: str
    confidence: str
    reliability: tuple[Grade, ...]
    credibility: tuple[Grade, ...]

    def grade(self, what: str, code: str) -> Grade:
        """:raises BadEvaluation: the scheme has no such grade."""
        grades: tuple[Grade, ...] = getattr(self, what)
        for one in grades:
            if one.code == code:
                return one
        raise BadEvaluation(code=code, what=what, scheme=self.title)


@cache
def schemes() -> dict[str, Scheme]:
    """Every scheme by its id, the first one is offered first."""
    told = strict_yaml.read(FILE).value["schemes"]
    return {
        id: Scheme(
            id,
            one["title"],
            one["cite"],
            one["confidence"],
            tuple(Grade(**grade) for grade in one["reliability"]),
            tuple(Grade(**grade) for grade in one["credibility"]),
        )
        for id, one in told.items()
    }


def checked(scheme: str, reliability: str, credibility: str) -> None:
    """That an evaluation can be read by others; none at all is one too.

    :raises BadEvaluation: as it says.
    """
    if not (scheme or reliability or credibility):
        return
    if scheme not in schemes() or not (reliability or credibility):
        raise BadEvaluation(code=reliability or credibility, what="anything", scheme=scheme or "without a name")
    for what, code in (("reliability", reliability), ("credibility", credibility)):
        if code:
            schemes()[scheme].grade(what, code)
