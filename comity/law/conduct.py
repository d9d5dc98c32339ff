"""Whether conduct is criminal under one law: the facts of a request against every recorded provision.

A law reaches the facts when every clause of one provision is true, under whatever offence. A false clause means no
match under that provision; an unknown one is a question. Where nothing is recorded for the offence the answer is "no
data", never "no": the files are samples of a law.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal

from comity.law import concordance, elements, reading
from comity.law.concordance import Pivot
from comity.law.elements import Clause, Truth
from comity.law.national import Country, Provision
from comity.lib.errors import BadInput

Reach = Literal["yes", "no", "unknown", "no data"]
CLOSED_FORM = ("facts_true", "facts_unknown")
AS_CHARGED = "as_charged"
MONTHS = frozenset({"penalty.maximum_months", "penalty.maximum_months_requested", "penalty.sentence_months"})


class BadFacts(BadInput):
    """``faults`` holds every one of them; the sentence lists them all."""

    code = "law.bad-facts"
    says = "The facts cannot be used: {list}"
    next_step = 'Write an element and true, false or null, such as {{"circ.without_right": true}}.'

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        super().__init__(list=" ".join(faults))


@dataclass(frozen=True)
class Facts:
    """What is alleged (true), excluded (false) and not stated (None).

    ``closed``: whatever is not named is false. ``as_charged``: the conduct is taken to be what the requesting law
    defines. ``others`` are the facts that are no elements, such as ``penalty.sentence_months``.
    """

    stated: Mapping[str, bool]
    closed: bool = False
    unknown: frozenset[str] = frozenset()
    as_charged: bool = False
    others: Mapping[str, Any] | None = None

    def value(self, token: str) -> Truth:
        """Whether an element is given."""
        if token in self.stated:
            return self.stated[token]
        return False if self.closed and token not in self.unknown else None

    def number(self, name: str) -> float | None:
        """A fact that is a number, such as ``penalty.maximum_months``; None where nobody stated it."""
        told = (self.others or {}).get(name)
        return float(told) if isinstance(told, (int, float)) and not isinstance(told, bool) else None


def facts(told: Mapping[str, Any] | None, *, folder: Path = reading.DATA) -> Facts:
    """Facts as they come in: ``{element: true | false | null}``, or ``{"facts_true": [...], "facts_unknown": [...]}``.

    In the first form what is absent is not stated; in the second it is false. When nothing is stated, the conduct is
    taken as the requesting law defines it; ``as_charged: true`` asks for that beside stated facts.

    :raises BadFacts: naming every element that is not known, with the nearest, and every value that is none.
    """
    told = dict(told or {})
    known = concordance.book(folder).tokens
    faults: list[str] = []
    as_charged = told.pop(AS_CHARGED, None)
    if as_charged not in (None, True, False):
        faults.append(f"{AS_CHARGED} is true or false.")
    if any(key in told for key in CLOSED_FORM):
        faults += [
            f"{key!r} does not stand beside facts_true and facts_unknown." for key in told if key not in CLOSED_FORM
        ]
        lists = [_listed(key, told.get(key, []), known, faults) for key in CLOSED_FORM]
        faults += [f"{name} is both true and unknown." for name in lists[0] if name in lists[1]]
        if faults:
            raise BadFacts(faults)
        stated = dict.fromkeys(lists[0], True)
        return Facts(stated, closed=True, unknown=frozenset(lists[1]), as_charged=bool(as_charged))
    elementary = {name: value for name, value in told.items() if name.partition(".")[0] in elements.ROLES}
    for name, value in elementary.items():
        if name not in known:
            faults.append(_unknown(name, known))
        elif value not in (True, False, None) or (isinstance(value, (int, float)) and not isinstance(value, bool)):
            faults.append(f"{name} is {value!r}, which is neither true nor false nor null.")
    for name in MONTHS & told.keys():
        if not (told[name] is None or (type(told[name]) in (int, float) and told[name] >= 0)):
            faults.append(f"{name} is {told[name]!r}, which is no number of months.")
    if faults:
        raise BadFacts(faults)
    stated = {name: value for name, value in elementary.items() if value is not None}
    others = {name: value for name, value in told.items() if name not in elementary}
    return Facts(stated, as_charged=not stated if as_charged is None else as_charged, others=others)


def _listed(key: str, told: Any, known: Mapping[str, Any], faults: list[str]) -> list[str]:
    if not isinstance(told, list) or not all(isinstance(name, str) for name in told):
        faults.append(f"{key} is a list of elements.")
        return []
    faults += [_unknown(name, known) for name in told if name not in known]
    return told


def _unknown(name: str, known: Mapping[str, Any]) -> str:
    close = get_close_matches(name, known, n=3, cutoff=0.5)
    return (
        f"{name!r} is not an element; the nearest are {', '.join(close)}." if close else f"{name!r} is not an element."
    )


@dataclass(frozen=True)
class Reading:
    """One provision held against the facts: each clause with what became of it."""

    provision: Provision
    clauses: tuple[tuple[Clause, Truth], ...]

    @property
    def truth(self) -> Truth:
        return elements.all_of(truth for _, truth in self.clauses)

    def which(self, truth: Truth) -> tuple[Clause, ...]:
        """The clauses that are true, false or open."""
        return tuple(clause for clause, found in self.clauses if found is truth)

    @property
    def fits(self) -> bool:
        """Whether what was done, and to what, is what this provision is about."""
        core = [truth for clause, truth in self.clauses if clause.role in ("act", "object") and clause.why == "pivot"]
        return bool(core) and all(core)


@dataclass(frozen=True)
class Law:
    """The answer of one law. ``readings`` are of the offences named; ``best`` is the one that decides, if there is any.

    ``elsewhere``: the best reading is of another offence than those named. ``unrecorded`` are the offences named for
    which nothing is recorded.
    """

    country: str
    reach: Reach
    readings: tuple[Reading, ...]
    best: Reading | None
    elsewhere: bool
    unrecorded: tuple[Pivot, ...]

    @property
    def provisions(self) -> tuple[Provision, ...]:
        """The provisions whose penalty counts: those that reach the facts, else those that still may."""
        for truth in (True, None):
            found = tuple(reading.provision for reading in self.readings if reading.truth is truth)
            if found:
                return found
        return (self.best.provision,) if self.best else ()


def law(
    country: str,
    known: Country | None,
    pivots: Sequence[Pivot],
    value: Callable[[str], Truth],
    *,
    given: Sequence[Clause] = (),
) -> Law:
    """Whether a law reaches the facts. ``given`` are clauses that hold because the charge says so.

    Offences other than those named count where they reach the facts, or where act and object fit and the rest is open.
    """
    provisions = known.offences if known else ()
    names = {pivot.id for pivot in pivots}
    named = tuple(_read(found, value, given) for found in provisions if found.offence in names)
    recorded = {reading.provision.offence for reading in named}
    unrecorded = tuple(pivot for pivot in pivots if pivot.id not in recorded)

    def answer(reach: Reach, best: Reading | None, *, elsewhere: bool = False) -> Law:
        return Law(country, reach, named, best, elsewhere, unrecorded)

    if found := _first(named, True):
        return answer("yes", found)
    others = tuple(_read(found, value, given) for found in provisions if found.offence not in names)
    if found := _first(others, True):
        return answer("yes", found, elsewhere=True)
    if found := closest(reading for reading in named if reading.truth is None):
        return answer("unknown", found)
    if found := closest(reading for reading in others if reading.truth is None and reading.fits):
        return answer("unknown", found, elsewhere=True)
    if named:
        return answer("no", closest(named))
    return answer("no data", None)


def _read(provision: Provision, value: Callable[[str], Truth], given: Sequence[Clause]) -> Reading:
    return Reading(provision, tuple((clause, _holds(clause, value, given)) for clause in provision.clauses))


def _holds(clause: Clause, value: Callable[[str], Truth], given: Sequence[Clause]) -> Truth:
    found = clause.holds(value)
    if found is None and any(clause.follows_from(other) for other in given):
        return True
    return found


def _first(readings: Iterable[Reading], truth: Truth) -> Reading | None:
    return next((reading for reading in readings if reading.truth is truth), None)


def readings(known: Country, value: Callable[[str], Truth], *, given: Sequence[Clause] = ()) -> tuple[Reading, ...]:
    """Every recorded provision of a law held against the facts."""
    return tuple(_read(found, value, given) for found in known.offences)


def closest(readings: Iterable[Reading]) -> Reading | None:
    """The reading with the fewest clauses false, then with the fewest open."""
    return min(readings, key=lambda reading: (len(reading.which(False)), len(reading.which(None))), default=None)


def without(clauses: Sequence[Clause], clause: Clause, token: str) -> tuple[Clause, ...]:
    """The clauses with one of them narrowed to a single alternative."""
    return tuple(replace(clause, tokens=(token,), unless=()) if other is clause else other for other in clauses)
