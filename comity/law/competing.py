"""Several requests for the same person, side by side: one timeline, and what each text asks to be considered.

The machine chooses no winner. Where a text gives priority, that is stated with its conditions and whether the requests
show them to be met. Data: data/competing.yaml.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field

from comity.law import calendars, parties, reading, roll, texts
from comity.law.reasons import Reason, Speaks
from comity.law.side_by_side import (
    Applied,
    BadRequest,
    Comparison,
    Consideration,
    Entry,
    Met,
    Priority,
    Request,
    request,
)
from comity.lib.errors import BadInput

__all__ = [
    "Applied",
    "BadRequest",
    "Comparison",
    "Consideration",
    "Entry",
    "NothingCompetes",
    "Priority",
    "Request",
    "compare",
    "instruments",
    "request",
    "source",
]

COURT = "ICC"
ROME_STATUTE = "rome-statute"
SURRENDER = ("icc-arrest-surrender", "icc-provisional-arrest")


class NothingCompetes(BadInput):
    code = "law.nothing-competes"
    says = "There are {count} requests; at least two are needed to compare."
    next_step = "Add the other request, or decide on the one there is."


class _Consideration(reading.Strict):
    id: str
    says: str
    answers: Literal["seriousness", "place", "dates", "nationality", "later", "purpose", "duty", "judgment"]
    article: str = ""


class _Text(reading.Strict):
    title: str
    treaty: str | None = None
    among: list[str]
    others: list[str] = Field(default=[], alias="with")
    article: str
    source: str
    confidence: reading.Confidence
    says: str
    considerations: list[_Consideration]


class _Priority(reading.Strict):
    says: str
    article: str
    source: str = "rome"
    confidence: reading.Confidence = "verified"


class _File(reading.Strict):
    texts: dict[str, _Text]
    priorities: dict[str, _Priority]
    sources: dict[str, reading.Source]


def compare(
    requests: Sequence[Request],
    *,
    requested: str,
    nationality: Sequence[str] = (),
    on: date,
    language: str = texts.ENGLISH,
) -> Comparison:
    """Lay requests for one person side by side, as the requested State sees them on a day.

    :raises NothingCompetes: there are fewer than two.
    :raises calendars.UnknownCountry: a country that is not known.
    """
    if len(requests) < 2:
        raise NothingCompetes(count=len(requests))
    for country in (requested, *nationality, *(one.by for one in requests)):
        calendars.known(country)
    table = _Table(tuple(requests), requested, tuple(nationality), on, texts.of(language))
    applied = tuple(table.applied())
    priorities = tuple(table.priorities())
    return Comparison(
        timeline=tuple(table.timeline()),
        texts=applied,
        priorities=priorities,
        open=tuple(dict.fromkeys(one.says for text in applied for one in text.considerations if not one.answered)),
        says=table.says(priorities),
        language=table.to.language,
    )


def instruments() -> tuple[str, ...]:
    """The instruments under which requests can compete by some text."""
    return tuple(dict.fromkeys(id for text in _data().texts.values() for id in (*text.among, *text.others)))


def source(id: str) -> reading.Source:
    """Where a text named in a comparison was read."""
    return _data().sources[id]


@dataclass(frozen=True)
class _Table:
    """The requests on one table, in one language."""

    requests: tuple[Request, ...]
    requested: str
    nationality: tuple[str, ...]
    on: date
    to: texts.Texts

    def timeline(self) -> list[Entry]:
        told = []
        for one in self.requests:
            if one.issued_on:
                told.append(Entry(one.issued_on, one.id, one.by, self.to.say("Request issued")))
            if one.received_on:
                told.append(Entry(one.received_on, one.id, one.by, self.to.say("Request received")))
        return sorted(told, key=lambda entry: (entry.on, entry.request))

    def applied(self) -> Iterator[Applied]:
        for id, text in _data().texts.items():
            concerned = self.concerned(text)
            if concerned:
                yield Applied(
                    id=id,
                    title=self.to.text(text.title),
                    reason=self.reason(text),
                    requests=tuple(request.id for request in concerned),
                    considerations=tuple(self.consider(text, one, concerned) for one in text.considerations),
                )

    def concerned(self, text: _Text) -> tuple[Request, ...]:
        """The requests that a text bears on: two among its own, or one of them with one of the others."""
        own = [request for request in self.requests if request.instrument in text.among]
        others = [request for request in self.requests if request.instrument in text.others]
        if not text.among:  # what must be asked of every request
            return self.requests
        if text.others:
            return (*own, *others) if own and others else ()
        return tuple(own) if len(own) > 1 else ()

    def reason(self, text: _Text) -> Reason:
        """The text, with whether the requested State is bound by it on the day."""
        says, speaks, confidence = self.to.text(text.says), "for", text.confidence
        if text.treaty:
            answer = parties.is_party(text.treaty, self.requested, self.on, language=self.to.language)
            says = f"{says} {answer.says}"
            speaks = {"yes": "for", "no": "against"}.get(answer.answer, "open")
            confidence = "verified" if confidence == answer.confidence == "verified" else "memory"
        told: dict[str, Speaks] = {"for": "for", "against": "against", "open": "open"}
        return Reason(says, self.to.cite(text.article), text.source, confidence, told[speaks])

    def consider(self, text: _Text, asked: _Consideration, concerned: Sequence[Request]) -> Consideration:
        answers = {request.id: ANSWERS[asked.answers](self, request) for request in concerned}
        return Consideration(
            id=asked.id,
            says=self.to.text(asked.says),
            cite=self.to.cite(asked.article or text.article),
            answered=all(answer is not None for answer in answers.values()),
            answers={id: answer or self.to.say("not stated") for id, answer in answers.items()},
        )

    def priorities(self) -> Iterator[Priority]:
        """Article 90 of the Rome Statute, for each extradition request against each request of the Court."""
        court = [request for request in self.requests if request.by == COURT and request.instrument in SURRENDER]
        for ours in court:
            for theirs in self.requests:
                if theirs.by != COURT:
                    yield from self.before_the_court(ours, theirs)
                    if theirs.instrument == "eaw":
                        yield self.priority("eaw_and_court", ours, theirs, "yes")

    def before_the_court(self, ours: Request, theirs: Request) -> Iterator[Priority]:
        """Which paragraph of article 90 governs, and whether its conditions are shown."""
        if ours.admissible is False:
            yield self.priority("inadmissible", ours, theirs, "yes")
            return
        same = _same_conduct(ours, theirs)
        if same is not True:
            yield from self.other_conduct(ours, theirs, "yes" if same is False else "open")
        if same is not False:
            yield from self.same_conduct(ours, theirs, "yes" if same else "open")

    def other_conduct(self, ours: Request, theirs: Request, holds: Met) -> Iterator[Priority]:
        if theirs.duty is not True:
            yield self.priority("art90_7a", ours, theirs, _both(holds, _not(theirs.duty)))
        if theirs.duty is not False:
            yield self.priority("art90_7b", ours, theirs, _both(holds, _met(theirs.duty)))

    def same_conduct(self, ours: Request, theirs: Request, holds: Met) -> Iterator[Priority]:
        party = parties.is_party(ROME_STATUTE, theirs.by, self.on).answer
        if party != "no":
            shown: Met = "yes" if party == "yes" else "open"
            finding = _both(_met(ours.admissible), _met(ours.takes_into_account))
            yield self.priority("art90_2", ours, theirs, _both(holds, _both(shown, finding)))
            if finding != "yes":
                yield self.priority("art90_3", ours, theirs, _both(holds, shown))
        if party != "yes":
            shown = "yes" if party == "no" else "open"
            yield from self.not_a_party(ours, theirs, _both(holds, shown))

    def not_a_party(self, ours: Request, theirs: Request, holds: Met) -> Iterator[Priority]:
        if theirs.duty is not True:
            none = _both(holds, _not(theirs.duty))
            yield self.priority("art90_4", ours, theirs, _both(none, _met(ours.admissible)))
            if ours.admissible is not True:
                yield self.priority("art90_5", ours, theirs, none)
        if theirs.duty is not False:
            yield self.priority("art90_6", ours, theirs, _both(holds, _met(theirs.duty)))

    def priority(self, id: str, ours: Request, theirs: Request, met: Met) -> Priority:
        told = _data().priorities[id]
        cite = self.to.cite(told.article)
        return Priority(id, ours.id, theirs.id, met, self.to.text(told.says), cite, told.source, told.confidence)

    def says(self, priorities: Sequence[Priority]) -> str:
        if any(priority.met == "yes" and priority.id in MANDATORY for priority in priorities):
            return self.to.say("A text gives priority on the facts stated. A person decides and gives reasons.")
        if any(priority.id in MANDATORY for priority in priorities):
            return self.to.say("A text gives priority if its conditions are met. A person decides and gives reasons.")
        return self.to.say("No text gives priority. A person weighs the considerations and gives reasons.")


MANDATORY = frozenset({"art90_2", "art90_4", "art90_7a"})


def _same_conduct(ours: Request, theirs: Request) -> bool | None:
    return ours.conduct == theirs.conduct if ours.conduct and theirs.conduct else None


def _met(stated: bool | None) -> Met:
    return "open" if stated is None else "yes" if stated else "no"


def _not(stated: bool | None) -> Met:
    return "open" if stated is None else "no" if stated else "yes"


def _both(one: Met, other: Met) -> Met:
    return "no" if "no" in (one, other) else "open" if "open" in (one, other) else "yes"


def _seriousness(table: _Table, request: Request) -> str | None:
    if request.maximum_months is None:
        return request.offence or None
    says = table.to.say("maximum of {months} months", months=request.maximum_months)
    return f"{request.offence}: {says}" if request.offence else says


def _place(_table: _Table, request: Request) -> str | None:
    return ", ".join(request.committed_in) or None


def _dates(table: _Table, request: Request) -> str | None:
    return table.to.day(request.received_on) if request.received_on else None


def _nationality(table: _Table, request: Request) -> str | None:
    if not table.nationality:
        return None
    if request.by in table.nationality:
        told = table.to.say("The person is a national of the requesting State.")
    else:
        told = table.to.say("The person is no national of the requesting State.")
    if not request.victims_of:
        return told
    victims = table.to.say("Victims are nationals of {countries}.", countries=", ".join(request.victims_of))
    return f"{told} {victims}"


def _later(table: _Table, request: Request) -> str | None:
    if request.later is None:
        return None
    possible, not_possible = table.to.say("It is possible."), table.to.say("It is not possible.")
    return possible if request.later else not_possible


def _purpose(table: _Table, request: Request) -> str | None:
    if request.purpose is None:
        return None
    prosecution, enforcement = table.to.say("It is for prosecution."), table.to.say("It is for enforcing a sentence.")
    return prosecution if request.purpose == "prosecution" else enforcement


def _duty(table: _Table, request: Request) -> str | None:
    if request.duty is None:
        return None
    duty, none = table.to.say("A duty to extradite exists."), table.to.say("No duty to extradite exists.")
    return duty if request.duty else none


def _judgment(table: _Table, request: Request) -> str | None:
    if request.judged is None:
        return None
    judged, not_judged = table.to.say("There is a final judgment."), table.to.say("There is no final judgment.")
    return judged if request.judged else not_judged


ANSWERS: Mapping[str, Callable[[_Table, Request], str | None]] = {
    "seriousness": _seriousness,
    "place": _place,
    "dates": _dates,
    "nationality": _nationality,
    "later": _later,
    "purpose": _purpose,
    "duty": _duty,
    "judgment": _judgment,
}


@cache
def _data(folder: Path = reading.DATA) -> _File:
    """Read and check data/competing.yaml.

    :raises reading.LawFaults: it cannot be used.
    """
    return reading.checked(folder / "competing.yaml", _File, lambda told, _read: _faults(told, folder))


def _faults(told: _File, folder: Path) -> Iterator[tuple[str, str]]:
    treaties = roll.book(folder).treaties
    for id, text in told.texts.items():
        if text.source not in told.sources:
            yield f"/texts/{id}/source", f"{text.source!r} is not among the sources of the file"
        if text.treaty and text.treaty not in treaties:
            yield f"/texts/{id}/treaty", f"no treaty is called {text.treaty!r}"
    for id, priority in told.priorities.items():
        if priority.source not in told.sources:
            yield f"/priorities/{id}/source", f"{priority.source!r} is not among the sources of the file"
