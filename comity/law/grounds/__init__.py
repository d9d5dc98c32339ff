"""Grounds of refusal, postponement and the like: one small function each, and what every instrument makes of it.

``TESTS`` holds the functions by name, ``data/facts.yaml`` the facts they ask for, ``data/grounds.yaml`` what each
instrument says. ``findings`` answers for a whole request, ``test`` for one ground.
"""

from comity.law.grounds.book import (
    UnknownGround,
    UnknownInstrument,
    UnknownTest,
    instruments,
    of,
    rule,
    settings,
    source,
)
from comity.law.grounds.findings import Finding, findings, ground, judge
from comity.law.grounds.findings import weigh as test
from comity.law.grounds.judging import TESTS
from comity.law.grounds.rule import Rule, With
from comity.law.grounds.vocabulary import BadFact, Fact, UnknownFact, check, facts

__all__ = [
    "TESTS",
    "BadFact",
    "Fact",
    "Finding",
    "Rule",
    "UnknownFact",
    "UnknownGround",
    "UnknownInstrument",
    "UnknownTest",
    "With",
    "check",
    "facts",
    "findings",
    "ground",
    "instruments",
    "judge",
    "of",
    "rule",
    "settings",
    "source",
    "test",
]
