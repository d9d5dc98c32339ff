"""Whether a text binds the two sides on the day and provides for the measure, with the reasons for and against."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from comity.law import concordance, countries, parties, roll, texts
from comity.law.reasons import Reason, Speaks
from comity.law.routing.book import Basis, Cited, Measure, Way
from comity.law.routing.files import Direction

COURT = "ICC"
SPEAKS: dict[parties.Verdict, Speaks] = {"yes": "for", "no": "against", "not known": "open"}
APPLIES: dict[parties.Verdict, bool | None] = {"yes": True, "no": False, "not known": None}


@dataclass(frozen=True)
class Asked:
    """The question: who asks whom for what on which day, about which offences (None: nobody has stated them)."""

    issuing: str
    executing: str
    measure: Measure
    on: date
    offences: tuple[concordance.Pivot, ...] | None
    to: texts.Texts
    folder: Path

    @property
    def direction(self) -> Direction:
        if self.issuing == COURT:
            return "court-state"
        return "state-court" if self.executing == COURT else "state-state"


@dataclass
class Judged:
    """What is known of a route: whether it applies, and all that speaks for and against it."""

    way: Way
    applies: bool | None
    own: bool  # the text has a provision of its own for the measure
    fit: int  # how well the offences stated fit, 0 best
    tier: str
    treaties: tuple[str, ...]
    reasons: list[Reason] = field(default_factory=list)


@dataclass(frozen=True)
class _Standing:
    """One basis between the two."""

    applies: bool | None
    own: bool
    fit: int
    reasons: tuple[Reason, ...]


def judge(way: Way, asked: Asked) -> Judged | None:
    """What an instrument is worth as a route; None where its texts do not speak of the measure, or not to these two."""
    if asked.direction not in way.between:
        return None
    excluded = next((way.excludes[id] for id in asked.measure.wider if id in way.excludes), None)
    if excluded:
        return Judged(way, False, False, 9, way.tier, _named(way, asked), [cited(excluded, "against", asked.to)])
    standing = {
        basis: found
        for basis in way.bases
        if basis.when in (None, asked.direction)
        and basis.between(asked.issuing, asked.executing)
        and (found := _basis(basis, asked)) is not None
    }
    main = {basis: found for basis, found in standing.items() if not basis.adds_to}
    if not main:
        return None
    applies = _any(found.applies for found in main.values())
    carrying = {basis: found for basis, found in standing.items() if found.applies is applies}
    judged = Judged(
        way=way,
        applies=applies,
        own=any(found.own for basis, found in carrying.items() if not basis.adds_to),
        fit=min(found.fit for basis, found in carrying.items() if not basis.adds_to),
        tier=_best_first(carrying)[0].tier or way.tier,
        treaties=tuple(dict.fromkeys(treaty for basis in _best_first(carrying) for treaty in basis.treaties)),
    )
    for basis in _best_first(standing):
        if not (basis.adds_to and standing[basis].applies is False):
            judged.reasons += standing[basis].reasons
    judged.reasons += _points(way, asked, applies=applies)
    judged.reasons = list(dict.fromkeys(judged.reasons))
    return judged


def _named(way: Way, asked: Asked) -> tuple[str, ...]:
    """The treaties of a route that leaves the measure out."""
    bases = (basis for basis in way.bases if not basis.adds_to and basis.between(asked.issuing, asked.executing))
    return tuple(dict.fromkeys(treaty for basis in bases for treaty in basis.treaties))


def _best_first(standing: dict[Basis, _Standing]) -> list[Basis]:
    """What binds first, then what may, then what does not; own provisions and fitting offences before others."""
    rank = {True: 0, None: 1, False: 2}
    return sorted(
        standing,
        key=lambda basis: (basis.adds_to, rank[standing[basis].applies], not standing[basis].own, standing[basis].fit),
    )


def _any(answers: Iterator[bool | None]) -> bool | None:
    found = list(answers)
    return True if True in found else None if None in found else False


def _all(answers: list[bool | None]) -> bool | None:
    return False if False in answers else None if None in answers else True


def _basis(basis: Basis, asked: Asked) -> _Standing | None:
    provided = basis.provides(asked.measure)
    if provided is None:
        return None
    article, own = provided
    bound, reasons = _bound(basis, asked)
    scope, fit, about = _scope(basis, asked)
    on_law, law = _law(basis, asked)
    answers = [bound, scope, *([on_law] if basis.treaty is None else [])]
    places = {"text": _name(basis, asked), "article": asked.to.cite(article)}
    provides = Reason(
        says=(
            asked.to.say("{text} provides for this measure: {article}.", **places)
            if own
            else asked.to.say("{text} reaches this measure by a general clause: {article}.", **places)
        ),
        cite=asked.to.cite(f"{basis.name} {article}"),
        source=basis.source,
        confidence=basis.confidence,
        speaks="for",
    )
    return _Standing(_all(answers), own, fit, (*reasons, provides, *about, *law))


def _name(basis: Basis, asked: Asked) -> str:
    if basis.treaty is None:
        return asked.to.cite(basis.name)
    book = roll.book(asked.folder)
    return asked.to.treaty(basis.treaty, book.treaties[basis.treaty].short)


def _bound(basis: Basis, asked: Asked) -> tuple[bool | None, list[Reason]]:
    """Whether those are bound who must be, with a reason for each."""
    sides = _sides(basis, asked)
    found = [
        parties.is_party(treaty, side, asked.on, language=asked.to.language, folder=asked.folder)
        for treaty in basis.treaties
        for side in sides
    ]
    answers = [APPLIES[answer.answer] for answer in found]
    reasons = [_membership(answer, asked) for answer in found]
    if basis.needs == "either" and answers:
        return _any(iter(answers)), reasons
    return _all(answers), reasons


def _sides(basis: Basis, asked: Asked) -> tuple[str, ...]:
    if basis.needs == "none":
        return ()
    if basis.needs == "issuing":
        return (asked.issuing,)
    if basis.needs == "executing":
        return (asked.executing,)
    return tuple(side for side in (asked.issuing, asked.executing) if side != COURT)


def _membership(answer: parties.Answer, asked: Asked) -> Reason:
    title = roll.book(asked.folder).sources[answer.source].title
    return Reason(answer.says, title, answer.source, answer.confidence, SPEAKS[answer.answer])


def _scope(basis: Basis, asked: Asked) -> tuple[bool | None, int, list[Reason]]:
    """Whether the offences stated are ones that the text covers, and how well they fit (0 best)."""
    if not basis.offences:
        return True, 2, []
    if asked.offences is None:
        return True, 2, []
    matches = [
        (pivot, duty) for pivot in asked.offences for treaty in sorted(basis.offences) if (duty := pivot.duty(treaty))
    ]
    if matches:
        reasons = [
            Reason(
                says=asked.to.say(
                    "The offence stated is one that {text} names: {offence}.",
                    text=_name(basis, asked),
                    offence=asked.to.text(pivot.title),
                ),
                cite=asked.to.cite(f"{duty.treaty} art {duty.article}"),
                source="memory",
                confidence=duty.confidence,
                speaks="for",
            )
            for pivot, duty in matches
        ]
        return True, 0 if basis.closed_scope else 1, reasons
    text = _name(basis, asked)
    if basis.closed_scope:
        says = asked.to.say(
            "No offence stated is known here as one that {text} names, so it does not apply.", text=text
        )
        return False, 3, [Reason(says, asked.to.cite(basis.name), "memory", "memory", "against")]
    says = asked.to.say(
        "No offence stated is known here as one that {text} names; it may still be a serious one within its scope.",
        text=text,
    )
    return True, 3, [Reason(says, asked.to.cite(basis.name), "memory", "memory", "open")]


def _law(basis: Basis, asked: Asked) -> tuple[bool | None, list[Reason]]:
    """What the law of the requested State says about requests without a treaty, as far as it is known."""
    if basis.law is None:
        return True, []
    country = countries.of(asked.executing, folder=asked.folder)
    fact = country.extradition.get("treaty_needed") if country and basis.law == "extradition" else None
    if country is None or fact is None or not isinstance(fact.value, bool):
        says = asked.to.say(
            "Whether the law of {country} allows this without a treaty is not known here.", country=asked.executing
        )
        return None, [Reason(says, asked.to.text("law of the requested State"), "memory", "memory", "open")]
    needed = fact.value
    if needed:
        says = asked.to.say("The law of {country} asks for a treaty before it extradites.", country=asked.executing)
    else:
        says = asked.to.say("The law of {country} allows extradition without a treaty.", country=asked.executing)
    cite = fact.provision or asked.to.text("law of the requested State")
    speaks: Speaks = "for" if not needed else "open" if basis.treaty else "against"
    return not needed, [Reason(says, cite, fact.source or "memory", fact.confidence, speaks)]


def _points(way: Way, asked: Asked, *, applies: bool | None) -> Iterator[Reason]:
    """What a person still has to check."""
    for point in way.points:
        if point.measures and not set(point.measures) & set(asked.measure.wider):
            continue
        if point.when not in (None, asked.direction) or (point.unless_bound and applies is True):
            continue
        yield cited(point, "open", asked.to)


def cited(told: Cited, speaks: Speaks, to: texts.Texts) -> Reason:
    """A sentence of the files as a reason, in the reader's language."""
    return Reason(to.text(told.says), to.cite(told.cite), told.source, told.confidence, speaks)
