"""The deadlines that run in a dossier, with the law that says when they end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from comity.instruments import conditions, effects, texts
from comity.instruments.effects import Progress
from comity.instruments.model import Cite, Clock, Confidence, DeadlineRule, Definition, State
from comity.law import calendars, deadlines
from comity.law import texts as law
from comity.lib import clock
from comity.lib.errors import ComityError


class Due(Protocol):
    """What the law room answers; ``at`` is None where the text has words instead of a number."""

    @property
    def at(self) -> datetime | None: ...
    @property
    def rule(self) -> str: ...
    @property
    def cite(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def confidence(self) -> Confidence: ...


Reckon = Callable[..., Due]
"""``due(law_id, started_at=, country=) -> Due``: comity.law.deadlines.due, or another in tests.

The fold asks without a language, so that its text is English whoever reads; ``told`` asks with one.
"""


def clocks(progress: Progress, due: Reckon) -> tuple[Clock, ...]:
    """Every clock whose event has happened and whose condition the request meets, in the definition's order.

    An event that happens again starts its clocks again.
    """
    return tuple(
        _clock(progress, rule, due)
        for rule in progress.definition.deadlines
        if rule.starts in progress.events and _applies(progress, rule)
    )


def _applies(progress: Progress, rule: DeadlineRule) -> bool:
    return rule.when is None or conditions.holds(rule.when, progress.form, {})


def _clock(progress: Progress, rule: DeadlineRule, due: Reckon) -> Clock:
    started_at, since = progress.events[rule.starts]
    country = progress.parties.get(rule.reckoned_in or rule.owed_by, {}).get("country", "")
    end, says, cite = _due(rule, started_at, country, due)
    until, position = progress.extended.get(rule.id, (None, -1))
    if until is not None and position >= since:
        end, says = until, f"{says} {extended(texts.ENGLISH, clock.stamp(until))}"
    met = effects.met(progress, (*rule.met_by, *_releasing(progress, rule)), since)
    return Clock(
        id=rule.id,
        title=rule.title,
        owed_by=rule.owed_by,
        started_at=started_at,
        due=end,
        rule=says,
        cite=cite,
        met_at=met.at if met else None,
        met_by=met.id if met else None,
    )


def told(running: Clock, *, definition: Definition, state: State, language: str, due: Reckon = deadlines.due) -> Clock:
    """A clock of a state with its rule and citation in the reader's language. Its times stay those of the fold.

    The law is reckoned anew for its words. A clock that could not be reckoned keeps its reason in English, and
    so does every clock for a language that the law room does not speak.
    """
    to = law.of(language)
    rule = next(one for one in definition.deadlines if one.id == running.id)
    country = state.parties.get(rule.reckoned_in or rule.owed_by, {}).get("country", "")
    if to.language == law.ENGLISH:
        return running
    try:
        found = due(rule.law, started_at=running.started_at, country=country, language=to.language)
        says = found.rule
        if running.due is not None and running.due != found.at:
            says += " " + extended(to.language, to.moment(running.due.astimezone(calendars.zone(country))))
    except (ComityError, OverflowError, ValueError):  # the last hours of the year 9999 have no name elsewhere
        return running
    return replace(running, rule=says, cite=Cite(found.cite, found.source, found.confidence))


def extended(language: str, until: str) -> str:
    return texts.message(language, "clock.extended", until=until)


def _releasing(progress: Progress, rule: DeadlineRule) -> tuple[str, ...]:
    """The acts after which nothing is owed any more: one that closes the dossier, or the other side's withdrawal.

    Who withdraws keeps duties of its own, such as the safe conduct of somebody who came.
    """
    final = {stage.id for stage in progress.definition.stages if stage.final}
    return tuple(
        act.id
        for act in progress.definition.acts
        if act.to_stage in final or (act.effect == "withdraw" and rule.owed_by not in act.by)
    )


def _due(rule: DeadlineRule, started_at: datetime, country: str, due: Reckon) -> tuple[datetime | None, str, Cite]:
    """The end of a clock; where it cannot be reckoned the clock stays, and says why."""
    try:
        found = due(rule.law, started_at=started_at, country=country)
    except ComityError as error:
        return None, error.sentence, Cite(rule.law, rule.law)
    except (OverflowError, ValueError):
        return None, "The end lies outside the calendar.", Cite(rule.law, rule.law)
    return found.at, found.rule, Cite(found.cite, found.source, found.confidence)
