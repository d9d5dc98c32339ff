"""Dual criminality by elements of conduct: whether what was done is criminal under both laws, whatever its name.

Two laws are compared through common definitions (data/offences.yaml), element by element (UNCAC art 43(2)). With
facts, the facts are held against each law. Without, the conduct is what the requesting law defines, and the question
is whether the requested law covers all of it. A finding gives reasons and the questions that are open; a person
decides.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from comity.law import charges, conduct, elements, gravity, national, offences, reading, texts, thresholds
from comity.law.charges import Gap, Laws
from comity.law.concordance import Pivot
from comity.law.conduct import Facts, Law, Reach
from comity.law.dual_words import Words
from comity.law.elements import Clause, Role, Truth
from comity.law.gravity import Sides, ThresholdFinding
from comity.law.national import Country, Provision
from comity.law.reasons import Ask, Reason, Speaks
from comity.law.thresholds import Rule

Verdict = Literal["yes", "no", "depends"]


@dataclass(frozen=True)
class Element:
    """An element that matches, is missing or was not stated. ``negated``: it must not be so."""

    tokens: tuple[str, ...]
    role: Role
    negated: bool
    says: str
    countries: tuple[str, ...]
    provision: str
    confidence: reading.Confidence

    def as_json(self) -> dict[str, Any]:
        return {
            "element": "|".join(self.tokens),
            "tokens": list(self.tokens),
            "role": self.role,
            "negated": self.negated,
            "says": self.says,
            "countries": list(self.countries),
            "provision": self.provision,
            "confidence": self.confidence,
        }


@dataclass(frozen=True)
class LawFinding:
    """What one law answers, and the provisions that were read for it."""

    country: str
    verdict: Reach
    provision: str
    offence: str
    maximum: str
    notes: str
    text_read_as_of: str
    unrecorded: tuple[str, ...]
    matched: tuple[Element, ...]
    missing: tuple[Element, ...]
    unstated: tuple[Element, ...]
    reasons: tuple[Reason, ...]
    confidence: reading.Confidence

    def as_json(self) -> dict[str, Any]:
        plain: dict[str, Any] = {
            name: getattr(self, name)
            for name in (
                "country",
                "verdict",
                "provision",
                "offence",
                "maximum",
                "notes",
                "text_read_as_of",
                "confidence",
            )
        }
        lists = ("matched", "missing", "unstated", "reasons")
        return plain | {"unrecorded": list(self.unrecorded)} | {name: _json(getattr(self, name)) for name in lists}


@dataclass(frozen=True)
class Finding:
    """Whether dual criminality holds. ``waived``: the instrument leaves out the check, and does not ask for it."""

    verdict: Verdict
    waived: bool
    issuing: str
    executing: str
    offences: tuple[str, ...]
    title: str
    category: str
    instrument: str | None
    rule: str
    on: date
    as_charged: bool
    matched: tuple[Element, ...]
    missing: tuple[Element, ...]
    unstated: tuple[Element, ...]
    reasons: tuple[Reason, ...]
    thresholds: tuple[ThresholdFinding, ...]
    per_country: Mapping[str, LawFinding]
    confidence: reading.Confidence
    language: str

    @property
    def asks(self) -> tuple[Ask, ...]:
        """What nobody has stated, as questions by element."""
        words = Words(self.language)
        return tuple(Ask(token, words.token(token), "yes_no") for token in self.tokens("unstated"))

    def tokens(self, which: Literal["matched", "missing", "unstated"]) -> tuple[str, ...]:
        """The elements of one list by their ids alone."""
        found: tuple[Element, ...] = getattr(self, which)
        return tuple(dict.fromkeys(token for element in found for token in element.tokens))

    def as_json(self) -> dict[str, Any]:
        plain = ("verdict", "waived", "issuing", "executing", "title", "category", "instrument", "rule")
        more = ("as_charged", "confidence", "language")
        lists = ("matched", "missing", "unstated", "reasons", "thresholds")
        return (
            {name: getattr(self, name) for name in (*plain, *more)}
            | {"offences": list(self.offences), "on": self.on.isoformat()}
            | {name: _json(getattr(self, name)) for name in lists}
            | {"asks": _json(self.asks)}
            | {"per_country": {code: law.as_json() for code, law in self.per_country.items()}}
        )


def _json(found: Iterable[Any]) -> list[Any]:
    return [one.as_json() for one in found]


def criminal(
    country: str,
    offence: str | Iterable[str],
    facts: Mapping[str, Any] | Facts | None,
    *,
    on: date,
    language: str = texts.ENGLISH,
    folder: Path = reading.DATA,
) -> LawFinding:
    """Whether conduct is criminal under one law: ``yes``, ``no``, ``unknown`` or ``no data``.

    ``on`` is the day of the question; the national files give the law as of the day they name.

    :raises offences.UnknownOffence: naming the nearest.
    :raises conduct.BadFacts: naming every element that is not known.
    :raises calendars.UnknownCountry: no such country.
    """
    pivots = _pivots(offence, folder)
    told = facts if isinstance(facts, Facts) else conduct.facts(facts, folder=folder)
    known = national.of(country, folder=folder)
    words = Words(language, folder=folder)
    return _law_finding(conduct.law(country, known, pivots, told.value), known, pivots, words, told)


def compare(
    issuing: str,
    executing: str,
    offence: str | Iterable[str],
    *,
    facts: Mapping[str, Any] | Facts | None = None,
    instrument: str | None = None,
    on: date,
    language: str = texts.ENGLISH,
    folder: Path = reading.DATA,
) -> Finding:
    """Whether conduct is criminal under the law of the requesting and of the requested State.

    ``offence``: ids, codes of the classification or categories. ``facts``: see ``conduct.facts``. ``instrument``
    brings its list offences and thresholds. The verdict is of the conduct, and of the instrument's threshold where it
    has one.

    :raises offences.UnknownOffence: naming the nearest.
    :raises conduct.BadFacts: naming every element that is not known.
    :raises calendars.UnknownCountry: no such country.
    """
    resolved = offences.resolve_all(offence, folder=folder)
    pivots = _unique(pivot for one in resolved for pivot in one.pivots)
    told = facts if isinstance(facts, Facts) else conduct.facts(facts, folder=folder)
    words = Words(language, folder=folder)
    known = {country: national.of(country, folder=folder) for country in (issuing, executing)}
    laws = charges.Compared(issuing, executing, known, pivots, told).laws()
    findings = {law.country: _law_finding(law, known[law.country], pivots, words, told, laws=laws) for law in laws.both}
    sides = Sides(laws.issuing, laws.executing, told, words)
    rule = thresholds.of(instrument, folder=folder) if instrument else None
    waiver = gravity.waiver(rule, sides, pivots, on) if rule else None
    graves = tuple(gravity.thresholds(rule, sides, pivots)) if rule else ()
    own = gravity.national(known[executing], sides)
    verdict = _verdict(laws, [found for found in graves if found.counts])
    gaps = tuple(_gap(one, words) for one in laws.gaps)
    both = tuple(findings[country] for country in dict.fromkeys((issuing, executing)))
    return Finding(
        verdict=verdict,
        waived=bool(waiver and waiver.waived),
        issuing=issuing,
        executing=executing,
        offences=tuple(pivot.id for pivot in pivots),
        title="; ".join(words.to.text(one.title) for one in resolved),
        category=waiver.category if waiver else "",
        instrument=instrument,
        rule=rule.kind if rule else "",
        on=on,
        as_charged=told.as_charged,
        matched=_matched(_merged(element for law in both for element in law.matched), executing, told),
        missing=gaps + tuple(element for law in both if law.verdict == "no" for element in law.missing),
        unstated=_merged(element for law in both if law.verdict == "unknown" for element in law.unstated),
        reasons=_once(
            *(waiver.reasons if waiver else ()),
            *_about(instrument, rule, pivots, words),
            *_charged(laws, told, words),
            *(reason for law in both for reason in law.reasons),
            *(words.not_reached(executing, gap.best, [gap.token]) for gap in laws.gaps),
            *_gravity(graves, words),
        ),
        thresholds=graves + ((own,) if own else ()),
        per_country=findings,
        confidence=_weakest([law.confidence for law in both] + [found.confidence for found in graves if found.counts]),
        language=words.to.language,
    )


def _verdict(laws: Laws, graves: Sequence[ThresholdFinding]) -> Verdict:
    """One law that says no decides; no data is never a no by itself; both yes and every threshold met is a yes."""
    reaches = {law.reach for law in laws.both}
    if "no" in reaches:
        return "no"
    if "no data" in reaches:
        return "depends"
    if any(found.met == "no" for found in graves):
        return "no"
    if reaches == {"yes"} and not laws.gaps and all(found.met == "yes" for found in graves):
        return "yes"
    return "depends"


def _law_finding(
    law: Law, known: Country | None, pivots: Sequence[Pivot], words: Words, facts: Facts, *, laws: Laws | None = None
) -> LawFinding:
    """What a law answers. Of the law that the charge is taken from, "it reaches the facts" goes without saying."""
    best = law.best
    provision = best.provision if best else None
    charged = facts.as_charged and laws is not None and law is laws.issuing and law.reach == "yes"
    further = laws.further if laws and law is laws.executing else ()
    told = {gap.clause for gap in laws.gaps} if laws and law is laws.executing else set()

    def which(truth: Truth) -> tuple[Element, ...]:
        readings = ([best] if best else []) + (list(further) if truth is None else [])
        found = ((reading, clause) for reading in readings for clause in reading.which(truth))
        return _merged(_element(clause, truth, reading.provision, words, facts) for reading, clause in found)

    return LawFinding(
        country=law.country,
        verdict=law.reach,
        provision=provision.provision if provision else "",
        offence=provision.offence if provision else "",
        maximum=words.penalty(provision.penalty) if provision else "",
        notes=words.to.text(provision.notes) if provision else "",
        text_read_as_of=words.to.text(known.text_read_as_of) if known else "",
        unrecorded=tuple(pivot.id for pivot in law.unrecorded),
        matched=which(True),
        missing=which(False),
        unstated=which(None),
        reasons=() if charged else tuple(words.law(law, pivots, further=further, told=told)),
        confidence=provision.confidence if provision else "memory",
    )


def _element(clause: Clause, truth: Truth, provision: Provision, words: Words, facts: Facts) -> Element:
    """A clause as an element: of one that matches, the tokens that are stated to be so, where any is."""
    stated = tuple(token for token in clause.alternatives if facts.value(token)) if not clause.negated else ()
    tokens = stated if truth and stated else clause.alternatives
    if truth is None:
        tokens = tuple(token for token in clause.alternatives if facts.value(token) is None)
    phrase = Clause(clause.role, tokens, negated=clause.negated)
    return Element(
        tokens,
        clause.role,
        clause.negated,
        words.clause(phrase),
        (provision.country,),
        f"{provision.country}: {provision.provision}",
        provision.confidence,
    )


def _merged(found: Iterable[Element]) -> tuple[Element, ...]:
    """The same element of both laws as one."""
    merged: dict[tuple[Any, ...], Element] = {}
    for one in found:
        key = (one.tokens, one.negated)
        other = merged.get(key)
        if other is None or other.countries == one.countries:
            merged.setdefault(key, one)
            continue
        sure: reading.Confidence = "verified" if one.confidence == other.confidence == "verified" else "memory"
        merged[key] = Element(
            one.tokens,
            one.role,
            one.negated,
            one.says,
            other.countries + one.countries,
            f"{other.provision}; {one.provision}",
            sure,
        )
    return tuple(merged.values())


def _matched(found: tuple[Element, ...], executing: str, facts: Facts) -> tuple[Element, ...]:
    """Without facts a match is what the requested law covers of the charge, not the charge itself."""
    return tuple(one for one in found if executing in one.countries) if facts.as_charged else found


def _gap(gap: Gap, words: Words) -> Element:
    best = gap.best
    return Element(
        (gap.token,),
        elements.role(gap.token),
        False,
        words.token(gap.token),
        (best.country,),
        f"{best.country}: {best.provision}",
        best.confidence,
    )


def _about(instrument: str | None, rule: Rule | None, pivots: Sequence[Pivot], words: Words) -> Iterator[Reason]:
    """What the instrument says of dual criminality, and of offences that it does not establish."""
    if instrument is None:
        return
    if rule is None:
        says = words.to.say(
            "What {instrument} asks about dual criminality is not recorded here.", instrument=instrument
        )
        yield Reason(says, "", "", "memory", "open")
        return
    yield Reason(words.to.text(rule.says), words.to.cite(rule.cite), rule.source, rule.confidence, "open")
    if rule.offences_of and not any(row.unless_convention_offence for row in rule.thresholds):
        for pivot in pivots:
            if rule.establishes(pivot) is None:
                says = words.to.say(
                    "{offence} is not among the offences that {treaty} establishes.",
                    offence=words.offence(pivot),
                    treaty=words.treaty(rule.offences_of[0]),
                )
                yield Reason(says, words.to.cite(rule.cite), rule.source, "memory", "against")


def _charged(laws: Laws, facts: Facts, words: Words) -> Iterator[Reason]:
    """That the conduct was taken from the requesting law, because the facts are not stated."""
    if not facts.as_charged:
        return
    country = words.country(laws.issuing.country)
    if laws.issuing.reach == "yes" and laws.issuing.best:
        says = words.to.say(
            "No facts are stated, so the conduct is taken as {provision} of {country} defines it.",
            provision=laws.issuing.best.provision.provision,
            country=country,
        )
        yield words.reason(says, laws.issuing.best.provision, "open")


def _gravity(graves: Sequence[ThresholdFinding], words: Words) -> Iterator[Reason]:
    """Whether each threshold of the instrument is met, in one sentence."""
    for found in graves:
        by = "; ".join(f"{words.country(one.country)}: {one.maximum}" for one in found.by)
        says, speaks = _threshold_says(found, words)
        yield Reason(f"{says} {by}".strip(), found.cite, found.source, found.confidence, speaks)


def _threshold_says(found: ThresholdFinding, words: Words) -> tuple[str, Speaks]:
    if found.met == "yes":
        return words.to.say("{threshold}: met.", threshold=found.says), "for"
    if found.met == "no":
        return words.to.say("{threshold}: not met.", threshold=found.says), "against"
    return words.to.say("{threshold}: not known whether met.", threshold=found.says), "open"


def _weakest(found: Iterable[reading.Confidence]) -> reading.Confidence:
    """ "verified" only where everything that decides is."""
    return "verified" if all(one == "verified" for one in found) else "memory"


def _once(*reasons: Reason) -> tuple[Reason, ...]:
    return tuple(dict.fromkeys(reasons))


def _pivots(told: str | Iterable[str], folder: Path) -> tuple[Pivot, ...]:
    return _unique(pivot for one in offences.resolve_all(told, folder=folder) for pivot in one.pivots)


def _unique(pivots: Iterable[Pivot]) -> tuple[Pivot, ...]:
    return tuple({pivot.id: pivot for pivot in pivots}.values())
