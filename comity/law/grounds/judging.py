"""A ground as its instrument has it: the bare test, what the instrument adds, and grounds that point to another one."""

from collections.abc import Mapping
from dataclasses import replace

from comity.law.grounds import book, tests
from comity.law.grounds.case import Case
from comity.law.grounds.logic import Term, all_of, any_of, opposite


def by_reference(case: Case) -> Term:
    """A ground of refusal of another instrument applies.

    UNCAC art 55(3) and UNTOC art 13(3) refer to the articles on mutual legal assistance, CETS 224 art 8(8) to ETS 185
    arts 25(4) and 27(4), the EU Convention of 2000 art 1 to CETS 030.
    """
    if case.given.instrument is None:
        return case.judged(case.to.say("The text whose grounds are meant was not named."))
    rules = book.of(case.given.instrument).values()
    refusals = [rule for rule in rules if rule.effect == "refuse" and rule.kind != "not_permitted"]
    return any_of(*(judged(replace(case, rule=rule)) for rule in refusals))


TESTS: Mapping[str, tests.Test] = {**tests.TESTS, book.BY_REFERENCE: by_reference}


def judged(case: Case) -> Term:
    """The test of a ground with what its instrument adds: ``only_if`` and ``unless``."""
    rule = case.rule
    terms = [TESTS[rule.test](case)]
    terms += [case.condition(added) for added in rule.given.only_if]
    terms += [opposite(case.condition(added)) for added in rule.given.unless]
    return all_of(*terms)
