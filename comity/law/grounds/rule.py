"""What an instrument says about one of its grounds: the article, and what it adds to the bare test."""

from dataclasses import dataclass, field
from typing import Literal

from comity.law import reading

Kind = Literal["mandatory", "optional", "not_permitted"]
Effect = Literal["refuse", "postpone", "condition", "inadmissible", "consult"]


class Condition(reading.Strict):
    """A fact that an instrument adds to a ground: ``unless`` it is so, or ``only_if`` it is.

    With ``treaty`` the condition counts only between States that are both bound by that treaty on the day.
    ``article``, ``source`` and ``confidence`` are those of the ground where the condition has none of its own.
    """

    fact: str
    equals: bool | str = True
    treaty: str | None = None
    article: str | None = None
    source: str | None = None
    confidence: reading.Confidence | None = None


class With(reading.Strict):
    """What an instrument sets for a ground; ``tests.PARAMETERS`` says which test reads what.

    ``unless`` and ``only_if`` go with every test.
    """

    unless: list[Condition] = []
    only_if: list[Condition] = []
    about: str | None = None
    at_least: Literal["partly", "wholly"] | None = None
    both_laws: bool = False
    cured_by: list[str] = []
    instrument: str | None = None
    judgment_in: Literal["requested", "bound", "third", "third_bound", "any"] = "any"
    jurisdiction: bool = False
    law: Literal["requested", "requesting", "either"] = "either"
    months: int | None = None
    privilege: bool = False
    residents: bool = False
    sentence_alone: bool = False
    sentence_months: int | None = None
    sham: bool = False
    spent: list[Literal["served", "being_served", "not_enforceable"]] = []
    treaty: str | None = None
    two_step: bool = False
    waived_months: int | None = None


@dataclass(frozen=True)
class Rule:
    """A ground of an instrument. ``code`` is the instrument's own, ``test`` the function that tests it."""

    instrument: str | None
    code: str
    test: str
    kind: Kind
    effect: Effect
    says: str
    article: str
    source: str
    confidence: reading.Confidence
    given: With = field(default_factory=With)
    note: str = ""
