"""The facts that grounds may ask for (data/facts.yaml), and what people state about them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any, Literal

from comity.law import calendars, reading
from comity.law.reasons import Ask
from comity.law.texts import Texts
from comity.lib.errors import BadInput

Type = Literal["yes_no", "number", "date", "country", "choice"]


class BadFact(BadInput):
    code = "law.bad-fact"
    says = "The fact {name!r} is {told!r}, which is not {wanted}."
    next_step = "The question is: {question}"


class UnknownFact(BadInput):
    code = "law.unknown-fact"
    says = "{name!r} is not a fact that a ground asks for."
    next_step = "The nearest names are: {near}."


class Fact(reading.Strict):
    """One question. ``yes`` and ``no`` are how a stated answer is told as a reason."""

    question: str
    type: Type
    choices: list[str] = []
    yes: str = ""
    no: str = ""
    grounds: list[str]

    def ask(self, name: str, to: Texts) -> Ask:
        return Ask(name, to.text(self.question), self.type, tuple(self.choices))


class _File(reading.Strict):
    facts: dict[str, Fact]


@dataclass(frozen=True)
class _Wanted:
    """What a type of fact takes, and how to say so."""

    says: str
    kinds: tuple[type, ...]


WANTED = {
    "yes_no": _Wanted("true or false", (bool,)),
    "number": _Wanted("a whole number of 0 or more", (int,)),
    "date": _Wanted("a day such as 2026-11-23", (date,)),
    "country": _Wanted("a country such as FR, or a list of them", (str, list, tuple)),
    "choice": _Wanted("one of {choices}", (str,)),
}


@cache
def facts(*, folder: Path = reading.DATA) -> Mapping[str, Fact]:
    """Every fact by its name, in the order of the file.

    :raises reading.LawFaults: the file cannot be used.
    """
    told = reading.checked(
        folder / "facts.yaml",
        _File,
        lambda told, _read: [(f"/facts/{name}", says) for name, fact in told.facts.items() for says in _faults(fact)],
    )
    return told.facts


def _faults(fact: Fact) -> list[str]:
    found = []
    if (fact.type == "choice") != bool(fact.choices):
        found.append("'choices' goes with the type choice, and only with it")
    if (fact.type == "yes_no") != bool(fact.yes and fact.no):
        found.append("'yes' and 'no' go with the type yes_no, and only with it")
    if not fact.grounds:
        found.append("'grounds' names no ground that uses the fact")
    return found


def stated(name: str, told: Any, fact: Fact) -> Any:
    """The value of a fact as its type has it. Days may be text; a single country becomes a tuple.

    :raises BadFact: it is of another type.
    """
    wanted = WANTED[fact.type]
    value = _day(told) if fact.type == "date" else told
    good = isinstance(value, wanted.kinds) and not (fact.type != "yes_no" and isinstance(value, bool))
    if good and fact.type == "number":
        good = value >= 0
    if good and fact.type == "choice":
        good = value in fact.choices
    if not good:
        says = wanted.says.format(choices=", ".join(fact.choices))
        raise BadFact(name=name, told=told, wanted=says, question=fact.question)
    return _countries(value) if fact.type == "country" else value


def _day(told: Any) -> Any:
    if isinstance(told, str):
        try:
            return date.fromisoformat(told)
        except ValueError:
            return told
    return told


def _countries(told: Any) -> tuple[str, ...]:
    countries = (told,) if isinstance(told, str) else tuple(told)
    for country in countries:
        calendars.known(country)
    return countries


def check(told: Mapping[str, Any]) -> None:
    """Refuse names that no ground asks for, and values of the wrong type.

    For facts that a person typed: what the offence tests read besides is not known here.

    :raises UnknownFact: a name that is not in the vocabulary.
    :raises BadFact: a value of another type.
    """
    known = facts()
    for name, value in told.items():
        if name not in known:
            near = get_close_matches(name, known, n=5, cutoff=0.3) or list(known)[:5]
            raise UnknownFact(name=name, near=", ".join(near))
        stated(name, value, known[name])
