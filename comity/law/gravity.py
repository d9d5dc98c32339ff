"""How grave an offence is by both laws: the list of 32 categories, thresholds of instruments and of national law."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal

from comity.law import parties, reading
from comity.law.concordance import Pivot
from comity.law.conduct import Facts, Law
from comity.law.dual_words import Words
from comity.law.national import Country, Fact, Provision
from comity.law.reasons import Reason, Speaks
from comity.law.thresholds import Rule, Threshold, Waiver

Met = Literal["yes", "no", "depends"]
FACT_OF = {"issuing": "penalty.maximum_months", "executing": "penalty.maximum_months_requested"}
NATIONAL_SIDES = {"requesting law": "issuing", "requested law": "executing", "both laws": "both"}


@dataclass(frozen=True)
class Measured:
    """Whether a threshold is met by one law, with the penalty that decides."""

    country: str
    met: Met
    maximum: str


@dataclass(frozen=True)
class ThresholdFinding:
    """Whether one threshold is met, as a whole and by each law that it measures."""

    says: str
    met: Met
    counts: bool
    measured_in: str
    by: tuple[Measured, ...]
    note: str
    cite: str
    source: str
    confidence: reading.Confidence

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class WaiverFinding:
    """Whether the check is left out for the list offences, and why."""

    waived: bool
    category: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Sides:
    """The two laws with what each answered."""

    issuing: Law
    executing: Law
    facts: Facts
    words: Words

    def by(self, measured_in: str) -> tuple[tuple[str, Law], ...]:
        both = (("issuing", self.issuing), ("executing", self.executing))
        return both if measured_in == "both" else tuple(side for side in both if side[0] == measured_in)

    def reaches(self, side: str, law: Law, months: float) -> tuple[bool | None, str]:
        """Whether the maximum under one law reaches so many months, and that maximum in words."""
        stated = self.facts.number(FACT_OF[side])
        if stated is not None:
            return stated >= months, self.words.months(stated)
        found = law.provisions
        answers = {provision.penalty.at_least(months) for provision in found}
        told = "; ".join(dict.fromkeys(self.words.penalty(provision.penalty) for provision in found))
        return (answers.pop() if len(answers) == 1 else None), told or self.words.to.say("not known")


def waiver(rule: Rule, sides: Sides, pivots: Sequence[Pivot], on: date) -> WaiverFinding | None:
    """Whether the instrument leaves out the check for these offences; None where it knows no list."""
    if rule.waiver is None:
        return None
    reasons = list(_bound(rule, sides, on))
    listed = [_listed(pivot, sides) for pivot in pivots]
    if any(category is None for category, _ in listed):
        reasons += [reason for category, reason in listed if category is None and reason is not None]
    graver, reason = _grave(rule.waiver, sides)
    reasons += [reason]
    waived = not any(reason.speaks != "for" for reason in reasons)
    if rule.waiver.declared:
        says = sides.words.to.text(rule.waiver.declared)
        reasons.append(_of_rule(rule.waiver, says, "open", rule.waiver.declared_cite))
    names = dict.fromkeys(category for category, _ in listed if category)
    return WaiverFinding(waived and graver, ", ".join(names), tuple(reasons))


def _bound(rule: Rule, sides: Sides, on: date) -> Iterator[Reason]:
    """That both sides are bound by the instrument on the day; what is not known leaves the check in."""
    if rule.treaty is None:
        return
    for law in (sides.issuing, sides.executing):
        answer = parties.is_party(
            rule.treaty, law.country, on, language=sides.words.to.language, folder=sides.words.folder
        )
        if answer.answer != "yes":
            speaks: Speaks = "against" if answer.answer == "no" else "open"
            yield Reason(answer.says, sides.words.treaty(rule.treaty), answer.source, answer.confidence, speaks)


def _listed(pivot: Pivot, sides: Sides) -> tuple[str | None, Reason | None]:
    """The category of an offence, or why it has none on these facts."""
    to = sides.words.to
    for category in pivot.categories:
        narrowing = pivot.category_only_if.get(category, ())
        if not narrowing or any(sides.facts.value(token) for token in narrowing):
            return category, None
    if not pivot.categories:
        says = to.say("{offence} is not one of the 32 categories.", offence=sides.words.offence(pivot))
        return None, Reason(says, "", "", "verified", "against")
    tokens = [token for category in pivot.categories for token in pivot.category_only_if.get(category, ())]
    known = all(sides.facts.value(token) is False for token in tokens)
    says = to.say(
        "{offence} is one of the 32 categories only if: {elements}.",
        offence=sides.words.offence(pivot),
        elements=sides.words.one_of(tokens),
    )
    return None, Reason(says, "", "", "verified", "against" if known else "open")


def _grave(told: Waiver, sides: Sides) -> tuple[bool, Reason]:
    """Whether the maximum in the issuing State reaches the limit of the list."""
    met, maximum = sides.reaches("issuing", sides.issuing, told.months)
    country = sides.words.country(sides.issuing.country)
    to = sides.words.to
    if met:
        says = to.say(
            "{rule} The maximum in {country}: {maximum}.", rule=to.text(told.says), country=country, maximum=maximum
        )
        return True, _of_rule(told, says, "for")
    if met is None:
        says = to.say(
            "Whether the check is left out depends on the maximum in {country}: {maximum}.",
            country=country,
            maximum=maximum,
        )
        return False, _of_rule(told, says, "open")
    graver = _graver(sides.issuing.provisions, told.months)
    if graver is not None:
        says = to.say(
            "The check is not left out: the maximum in {country} is {maximum}. It would be in this form: {form}.",
            country=country,
            maximum=maximum,
            form=to.text(graver),
        )
        return False, _of_rule(told, says, "open")
    says = to.say("The check is not left out: the maximum in {country} is {maximum}.", country=country, maximum=maximum)
    return False, _of_rule(told, says, "against")


def _graver(provisions: Sequence[Provision], months: float) -> str | None:
    """When a graver form of the offence would reach the limit."""
    for provision in provisions:
        graver = provision.gravest()
        if graver is not None and graver.penalty.at_least(months):
            return graver.when
    return None


def _of_rule(told: Waiver, says: str, speaks: Speaks, cite: str = "") -> Reason:
    return Reason(says, cite or told.cite, told.source, told.confidence, speaks)


def thresholds(rule: Rule, sides: Sides, pivots: Sequence[Pivot]) -> Iterator[ThresholdFinding]:
    """Each threshold of an instrument held against the two laws."""
    to = sides.words.to
    for row in rule.thresholds:
        by = tuple(_met(row, side, law, sides) for side, law in sides.by(row.measured_in))
        met = _together([one.met for one in by])
        note = to.text(row.note)
        if row.prosecution_months is None:
            by, met = (), "depends"
        duties = [(pivot, rule.establishes(pivot)) for pivot in pivots]
        if row.unless_convention_offence and all(duty for _, duty in duties):
            met = "yes"
            names = ", ".join(sides.words.cite(duty) for _, duty in duties if duty)
            note = to.say("An offence that the text itself establishes: {articles}.", articles=names)
        if row.only_when:
            note = to.say("This counts only when {condition}.", condition=to.text(row.only_when))
        counts = row.prosecution_months is not None and not row.only_when
        yield ThresholdFinding(
            to.text(row.says), met, counts, row.measured_in, by, note, to.cite(row.cite), row.source, row.confidence
        )


def _met(row: Threshold, side: str, law: Law, sides: Sides) -> Measured:
    months = row.prosecution_months or 0
    met, maximum = sides.reaches(side, law, months)
    sentence = sides.facts.number("penalty.sentence_months")
    if sentence is not None and row.execution_months is not None and side == "issuing":
        enough = sentence >= row.execution_months
        met = enough if row.execution_counts == "instead" else met and enough
    return Measured(law.country, _word(met), maximum)


def national(country: Country | None, sides: Sides) -> ThresholdFinding | None:
    """The threshold of the requested State's own law, which counts for extradition without a treaty."""
    fact: Fact | None = country.extradition.get("threshold") if country else None
    if country is None or fact is None or fact.value["prosecution_max_years_at_least"] is None:
        return None
    months = fact.value["prosecution_max_years_at_least"] * 12
    measured_in = NATIONAL_SIDES[fact.value["measured_in"]]
    by = []
    for side, law in sides.by(measured_in):
        met, maximum = sides.reaches(side, law, months)
        by.append(Measured(law.country, _word(met), maximum))
    to = sides.words.to
    says = to.say(
        "{country}, extradition without a treaty: a maximum of at least {term}",
        country=sides.words.country(country.code),
        term=sides.words.months(months),
    )
    return ThresholdFinding(
        says,
        _together([one.met for one in by]),
        False,
        measured_in,
        tuple(by),
        to.text(fact.note),
        fact.provision,
        fact.source,
        fact.confidence,
    )


def _word(met: bool | None) -> Met:
    return "depends" if met is None else "yes" if met else "no"


def _together(answers: Sequence[Met]) -> Met:
    if "no" in answers:
        return "no"
    return "yes" if answers and all(answer == "yes" for answer in answers) else "depends"
