"""Dual criminality by elements of conduct: whether what was done is criminal under both laws, whatever its name.

Two laws are compared through common definitions (data/offences.yaml), element by element (UNCAC art 43(2)). With facts, the
facts are held against each law. Without, the conduct is what the requesting law defines, and the question is whether the
requested law covers all of it. A finding gives reasons and the questions that are open; a person decides.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from comity.law import calendars, conduct, countries, gravity, offences, reading, texts, thresholds
from comity.law import elements as logic
from comity.law.concordance import Pivot
from comity.law.conduct import Facts, Law, Reach, Reading
from comity.law.countries import Country, Provision
from comity.law.dual_words import Words
from comity.law.elements import Clause, Role, Truth
from comity.law.gravity import Sides, ThresholdFinding
from comity.law.reasons import Ask, Reason
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
            for name in ("country", "verdict", "provision", "offence", "maximum", "notes", "text_read_as_of", "confidence")
        }
        lists = ("matched", "missing", "unstated", "reasons")
        return plain | {"unrecorded": list(self.unrecorded)} | {name: _json(getattr(self, name)) for name in lists}


@dataclass(frozen=True)
class Finding:
    """Whether dual criminality holds. ``waived``: the instrument leaves out the check, so the verdict is not asked for."""

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
    language: str

    @property
    def asks(self) -> tuple[Ask, ...]:
        """What nobody has stated, as questions by element."""
        seen = dict.fromkeys((token, element) for element in self.unstated for token in element.tokens)
        words = Words(self.language)
        return tuple(Ask(token, words.token(token), "yes_no") for token in dict.fromkeys(token for token, _ in seen))

    def tokens(self, which: Literal["matched", "missing", "unstated"]) -> tuple[str, ...]:
        """The elements of one list by their ids alone."""
        found: tuple[Element, ...] = getattr(self, which)
        return tuple(dict.fromkeys(token for element in found for token in element.tokens))

    def as_json(self) -> dict[str, Any]:
        plain = ("verdict", "waived", "issuing", "executing", "title", "category", "instrument", "rule", "as_charged")
        lists = ("matched", "missing", "unstated", "reasons", "thresholds")
        return (
            {name: getattr(self, name) for name in plain}
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
    known = countries.of(country, folder=folder)
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

    ``offence``: ids, codes of the classification or categories. ``facts``: see ``conduct.facts``. ``instrument`` brings its
    list offences and thresholds. The verdict is of the conduct, and of the instrument's threshold where it has one.

    :raises offences.UnknownOffence: naming the nearest.
    :raises conduct.BadFacts: naming every element that is not known.
    :raises calendars.UnknownCountry: no such country.
    """
    resolved = offences.resolve_all(offence, folder=folder)
    pivots = _unique(pivot for one in resolved for pivot in one.pivots)
    told = facts if isinstance(facts, Facts) else conduct.facts(facts, folder=folder)
    words = Words(language, folder=folder)
    known = {country: countries.of(country, folder=folder) for country in (issuing, executing)}
    laws = _Compared(issuing, executing, known, pivots, told).laws()
    findings = {
        law.country: _law_finding(law, known[law.country], pivots, words, told, charged=told.as_charged and not index)
        for index, law in enumerate(laws.both)
    }
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
        matched=_merged(element for law in both for element in law.matched),
        missing=gaps + tuple(element for law in both if law.verdict == "no" for element in law.missing),
        unstated=_merged(element for law in both if law.verdict == "unknown" for element in law.unstated),
        reasons=(
            *(waiver.reasons if waiver else ()),
            *_about(instrument, rule, pivots, words),
            *_charged(laws, told, words),
            *(reason for law in both for reason in law.reasons),
            *(words.not_reached(executing, gap.best, [gap.token]) for gap in laws.gaps),
            *_gravity(graves, words),
        ),
        thresholds=graves + ((own,) if own else ()),
        per_country=findings,
        language=words.to.language,
    )


@dataclass(frozen=True)
class _Gap:
    """One way to commit the offence in the requesting law that the requested one does not reach."""

    token: str
    charged: Provision | None
    best: Provision


@dataclass(frozen=True)
class _Laws:
    issuing: Law
    executing: Law
    gaps: tuple[_Gap, ...] = ()

    @property
    def both(self) -> tuple[Law, Law]:
        return (self.issuing, self.executing)


@dataclass(frozen=True)
class _Compared:
    """The two laws held against the facts, or against what the requesting law defines."""

    issuing: str
    executing: str
    known: Mapping[str, Country | None]
    pivots: Sequence[Pivot]
    facts: Facts

    def laws(self) -> _Laws:
        if not self.facts.as_charged:
            return _Laws(self._law(self.issuing), self._law(self.executing))
        issuing = self._requesting()
        charges = self._charges()
        found = [self._requested(charged, clauses) for charged, clauses in charges]
        laws = [law for law, _ in found]
        gaps = tuple(dict.fromkeys(gap for _, gaps in found for gap in gaps))
        worst = next((law for reach in ("no", "unknown", "no data") for law in laws if law.reach == reach), laws[0])
        return _Laws(issuing, worst, gaps)

    def _law(self, country: str, given: Sequence[Clause] = (), pivots: Sequence[Pivot] = ()) -> Law:
        return conduct.law(country, self.known[country], pivots or self.pivots, self._value, given=given)

    def _value(self, token: str) -> Truth:
        return self.facts.value(token)

    def _requesting(self) -> Law:
        """The requesting law, which holds because it is the charge, unless a stated fact says otherwise."""
        known = self.known[self.issuing]
        own = [clause for pivot in self.pivots for found in (known.provisions(pivot.id) if known else ()) for clause in found.clauses]
        return self._law(self.issuing, own)

    def _charges(self) -> list[tuple[Provision | None, Sequence[Clause]]]:
        """What the requesting law defines; the common definition where it records nothing."""
        known = self.known[self.issuing]
        found: list[tuple[Provision | None, Sequence[Clause]]] = []
        for pivot in self.pivots:
            own = known.provisions(pivot.id) if known else ()
            found += [(provision, provision.clauses) for provision in own] or [(None, pivot.clauses)]
        return found

    def _requested(self, charged: Provision | None, clauses: Sequence[Clause]) -> tuple[Law, tuple[_Gap, ...]]:
        """The requested law held against one charge, and the ways to commit it that it does not reach.

        Alternatives are tried one by one, because one provision may reach the first and another the second.
        """
        named = charged.offence if charged else None
        pivots = [pivot for pivot in self.pivots if named in (None, pivot.id)]
        law = self._law(self.executing, clauses, pivots)
        if law.reach != "unknown" or law.best is None:
            return law, ()
        gaps: list[_Gap] = []
        narrowed: list[Clause] = []
        for clause in law.best.which(None):
            wider = next((one for one in clauses if _overlap(one, clause)), None)
            if wider is None:
                continue
            narrowed.append(clause)
            for token in wider.tokens:
                if token in clause.tokens:
                    continue
                reached = self._law(self.executing, conduct.without(clauses, wider, token), pivots)
                if _open_of(reached, wider, token):
                    gaps.append(_Gap(token, charged, law.best.provision))
        left = [clause for clause in law.best.which(None) if clause not in narrowed]
        if not gaps and not left:
            covered = tuple((clause, True if clause in narrowed else truth) for clause, truth in law.best.clauses)
            best = Reading(law.best.provision, covered)
            return Law(law.country, "yes", law.readings, best, law.elsewhere, law.unrecorded), ()
        return law, tuple(gaps)


def _overlap(one: Clause, other: Clause) -> bool:
    """Whether two clauses are about the same thing: some ways to meet the first also meet the second."""
    return not (one.negated or other.negated) and one.why == "pivot" == other.why and one.role == other.role


def _open_of(law: Law, clause: Clause, token: str) -> bool:
    """Whether conduct narrowed to one alternative is still not reached because of that alternative."""
    if law.reach == "yes":
        return False
    return law.best is None or any(
        _overlap(clause, open_) and token not in open_.alternatives for open_ in law.best.which(None)
    )


def _verdict(laws: _Laws, graves: Sequence[ThresholdFinding]) -> Verdict:
    """No data is never a no; one law that says no decides; both yes and every threshold met is a yes."""
    reaches = {law.reach for law in laws.both}
    if "no data" in reaches:
        return "depends"
    if "no" in reaches or any(found.met == "no" for found in graves):
        return "no"
    if reaches == {"yes"} and not laws.gaps and all(found.met == "yes" for found in graves):
        return "yes"
    return "depends"


def _law_finding(
    law: Law, known: Country | None, pivots: Sequence[Pivot], words: Words, facts: Facts, *, charged: bool = False
) -> LawFinding:
    best = law.best
    provision = best.provision if best else None

    def which(truth: Truth) -> tuple[Element, ...]:
        return tuple(_element(clause, truth, provision, words, facts) for clause in best.which(truth)) if best and provision else ()

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
        reasons=() if charged and law.reach == "yes" else tuple(words.law(law, pivots)),
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


def _gap(gap: _Gap, words: Words) -> Element:
    best = gap.best
    return Element(
        (gap.token,),
        logic.role(gap.token),
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
        says = words.to.say("What {instrument} asks about dual criminality is not recorded here.", instrument=instrument)
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


def _charged(laws: _Laws, facts: Facts, words: Words) -> Iterator[Reason]:
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
        english = {
            "yes": "{threshold}: met. {by}",
            "no": "{threshold}: not met. {by}",
            "depends": "{threshold}: not known whether met. {by}",
        }[found.met]
        speaks: Any = {"yes": "for", "no": "against", "depends": "open"}[found.met]
        says = words.to.say(english, threshold=found.says, by=by).strip()
        yield Reason(says, found.cite, found.source, found.confidence, speaks)


def _pivots(told: str | Iterable[str], folder: Path) -> tuple[Pivot, ...]:
    return _unique(pivot for one in offences.resolve_all(told, folder=folder) for pivot in one.pivots)


def _unique(pivots: Iterable[Pivot]) -> tuple[Pivot, ...]:
    return tuple({pivot.id: pivot for pivot in pivots}.values())


__all__ = ["Element", "Finding", "LawFinding", "calendars", "compare", "criminal"]
