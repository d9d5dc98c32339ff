"""Whether a ground applies on the facts stated: a finding with reasons, and questions for what nobody has stated.

The machine decides nothing: it shows what the text asks and what was said. A person decides.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from comity.law import reading, texts
from comity.law.grounds import book, judging, vocabulary
from comity.law.grounds.case import Case
from comity.law.grounds.logic import Term
from comity.law.grounds.rule import Effect, Kind, Rule
from comity.law.reasons import Ask, Reason, Speaks

Applies = Literal["yes", "no", "depends"]


@dataclass(frozen=True)
class Finding:
    """What can be said of one ground. ``kind`` and ``effect`` are those of the instrument.

    None where it names none.
    """

    test: str
    instrument: str | None
    code: str | None
    kind: Kind | None
    effect: Effect | None
    applies: Applies
    says: str
    ground: str
    article: str
    source: str
    confidence: reading.Confidence
    asks: tuple[Ask, ...]
    reasons: tuple[Reason, ...]
    note: str
    language: str

    @property
    def verified(self) -> bool:
        """Whether the text of the ground and every reason were read; otherwise the finding is marked."""
        return self.confidence == "verified" and all(reason.confidence == "verified" for reason in self.reasons)

    def as_json(self) -> dict[str, Any]:
        return {
            "test": self.test,
            "instrument": self.instrument,
            "code": self.code,
            "kind": self.kind,
            "effect": self.effect,
            "applies": self.applies,
            "says": self.says,
            "ground": self.ground,
            "article": self.article,
            "source": self.source,
            "confidence": self.confidence,
            "verified": self.verified,
            "asks": [ask.as_json() for ask in self.asks],
            "reasons": [reason.as_json() for reason in self.reasons],
            "note": self.note,
            "language": self.language,
        }


def weigh(
    name: str,
    facts: Mapping[str, Any],
    *,
    issuing: str,
    executing: str,
    on: date,
    instrument: str | None = None,
    code: str | None = None,
    language: str = texts.ENGLISH,
) -> Finding:
    """Whether the ground that ``name`` tests applies, as ``instrument`` has it, or in general without one.

    Where several grounds of the instrument share the test and no ``code`` chooses, the one that goes furthest answers.

    :raises book.UnknownTest: no such test.
    :raises book.UnknownInstrument: the grounds of the instrument are not known.
    :raises vocabulary.BadFact: a fact is of another type than its question asks for.
    """
    if name not in judging.TESTS:
        raise book.UnknownTest(test=name, known=", ".join(judging.TESTS))
    told = _Told(facts, issuing, executing, on, texts.of(language))
    rules = [] if instrument is None else [rule for rule in book.of(instrument).values() if rule.test == name]
    if code is not None and instrument is not None:
        rules = [book.rule(instrument, code)]
    if not rules:
        return told.find(_bare(name, instrument))
    found = [told.find(rule) for rule in rules]
    return min(found, key=lambda finding: ("yes", "depends", "no").index(finding.applies))


def ground(
    instrument: str,
    code: str,
    facts: Mapping[str, Any],
    *,
    issuing: str,
    executing: str,
    on: date,
    language: str = texts.ENGLISH,
) -> Finding:
    """Whether a ground of an instrument applies, by the instrument's own code.

    :raises book.UnknownInstrument: the grounds of the instrument are not known.
    :raises book.UnknownGround: it has no such ground.
    """
    return _Told(facts, issuing, executing, on, texts.of(language)).find(book.rule(instrument, code))


def findings(
    instrument: str,
    facts: Mapping[str, Any],
    *,
    issuing: str,
    executing: str,
    on: date,
    language: str = texts.ENGLISH,
) -> tuple[Finding, ...]:
    """Every ground of an instrument, in the order of its text.

    :raises book.UnknownInstrument: the grounds of the instrument are not known.
    """
    told = _Told(facts, issuing, executing, on, texts.of(language))
    return tuple(told.find(rule) for rule in book.of(instrument).values())


def judge(
    rules: Iterable[Rule],
    facts: Mapping[str, Any],
    *,
    issuing: str,
    executing: str,
    on: date,
    language: str = texts.ENGLISH,
) -> tuple[Finding, ...]:
    """Grounds as a definition tells them: its own words, kind and article, with ``book.settings`` as ``given``.

    :raises book.UnknownTest: a rule names a test that does not exist.
    """
    told = _Told(facts, issuing, executing, on, texts.of(language))
    listed = tuple(rules)
    for rule in listed:
        if rule.test not in judging.TESTS:
            raise book.UnknownTest(test=rule.test, known=", ".join(judging.TESTS))
    return tuple(told.find(rule) for rule in listed)


@dataclass(frozen=True)
class _Told:
    """What was told about one request, against which each ground is held."""

    facts: Mapping[str, Any]
    issuing: str
    executing: str
    on: date
    to: texts.Texts

    def find(self, rule: Rule) -> Finding:
        bare = rule.kind if rule.code else None
        term = judging.judged(Case(self.facts, self.issuing, self.executing, self.on, rule, self.to))
        return Finding(
            test=rule.test,
            instrument=rule.instrument,
            code=rule.code or None,
            kind=bare,
            effect=rule.effect if rule.code else None,
            applies=term.answer,
            says=_says(rule, term, self.to),
            ground=self.ground(rule),
            article=self.to.cite(rule.article),
            source=rule.source,
            confidence=rule.confidence,
            asks=tuple(vocabulary.facts()[name].ask(name, self.to) for name in term.asks),
            reasons=_reasons(term),
            note=self.to.text(rule.note),
            language=self.to.language,
        )

    def ground(self, rule: Rule) -> str:
        if rule.code:
            return self.to.text(rule.says)
        return self.to.say("The instrument does not name this ground; it is tested in general.")


def _says(rule: Rule, term: Term, to: texts.Texts) -> str:
    """What follows from the answer, in one sentence."""
    if term.value is None and term.asks:
        return to.say("Whether this ground applies depends on facts that nobody has stated.")
    if term.value is None:
        return to.say("Whether this ground applies must be judged by a person.")
    if term.value is False:
        return to.say("On the facts stated, this ground does not apply.")
    if not rule.code:
        return to.say("On the facts stated, this ground is met in general; what follows is for the text that binds.")
    return _consequence(rule, to)


def _consequence(rule: Rule, to: texts.Texts) -> str:
    """What the instrument makes of a ground that applies."""
    match rule.effect, rule.kind:
        case _, "not_permitted":
            return to.say("On the facts stated, refusal would rest on this alone: that is not open.")
        case "refuse", "mandatory":
            return to.say(
                "On the facts stated, this ground applies: by the text the request is refused. A person decides."
            )
        case "refuse", _:
            return to.say("On the facts stated, this ground applies: the request may be refused. A person decides.")
        case "postpone", "mandatory":
            return to.say("On the facts stated, this ground applies: by the text execution waits. A person decides.")
        case "postpone", _:
            return to.say("On the facts stated, this ground applies: execution may be postponed. A person decides.")
        case "condition", _:
            return to.say("On the facts stated, a guarantee or a consent may be asked for first. A person decides.")
        case "inadmissible", _:
            return to.say("On the facts stated, the case is inadmissible before the Court, which decides.")
        case _:
            return to.say("On the facts stated, the two sides consult. A person decides.")


def _reasons(term: Term) -> tuple[Reason, ...]:
    speaks: Mapping[bool | None, Speaks] = {True: "for", False: "against", None: "open"}
    return tuple(Reason(said.says, said.cite, said.source, said.confidence, speaks[said.speaks]) for said in term.said)


def _bare(name: str, instrument: str | None) -> Rule:
    """A test without an instrument behind it: nothing follows from it, so it is optional and from no text read."""
    return Rule(instrument, "", name, "optional", "refuse", "", "", "none", "memory")
