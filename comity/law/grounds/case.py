"""What a test is given: the facts that were stated, the two States, the day, and what the instrument sets."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from comity.law import parties
from comity.law.grounds import vocabulary
from comity.law.grounds.logic import Said, Term, all_of, opposite
from comity.law.grounds.rule import Condition, Rule, With
from comity.law.texts import Texts


@dataclass(frozen=True)
class Case:
    """One ground before one case. ``read`` collects the names of the facts that a test looked at."""

    facts: Mapping[str, Any]
    issuing: str
    executing: str
    on: date
    rule: Rule
    to: Texts
    read: set[str] = field(default_factory=set)

    @property
    def given(self) -> With:
        return self.rule.given

    def value(self, name: str) -> Any:
        """What was stated, or None where nobody has.

        :raises vocabulary.BadFact: it is of another type than the question asks for.
        """
        self.read.add(name)
        told = self.facts.get(name)
        return None if told is None else vocabulary.stated(name, told, vocabulary.facts()[name])

    def fact(self, name: str) -> Term:
        """A yes-or-no fact as a term: as stated, or open and asked."""
        told = self.value(name)
        if told is None:
            return self.open(name)
        fact = vocabulary.facts()[name]
        return self.term(told, self.to.text(fact.yes if told else fact.no))

    def no(self, name: str) -> Term:
        """The fact must be stated not to be so."""
        return opposite(self.fact(name))

    def is_(self, name: str, *values: str) -> Term:
        """A choice that must be one of ``values``."""
        told = self.value(name)
        if told is None:
            return self.open(name)
        fact = vocabulary.facts()[name]
        says = self.to.say("{question} Stated: {told}.", question=self.to.text(fact.question), told=told)
        return self.term(told in values, says)

    def open(self, *names: str) -> Term:
        """Nobody has stated these facts: they are asked for."""
        self.read.update(names)
        return Term(None, (), names)

    def term(self, value: bool, says: str) -> Term:
        """A term that is decided, resting on the article of the ground."""
        return Term(value, (self.said(says, value),))

    def judged(self, says: str) -> Term:
        """A term that no fact decides: a person must judge."""
        return Term(None, (self.said(says, None),))

    def said(self, says: str, speaks: bool | None, at: Condition | None = None) -> Said:
        rule = self.rule
        return Said(
            says,
            speaks,
            self.to.cite((at and at.article) or rule.article),
            (at and at.source) or rule.source,
            (at and at.confidence) or rule.confidence,
        )

    def bound(self, treaty: str, countries: Iterable[str] = ()) -> Term:
        """Whether these countries (by default the two States) are all bound by a treaty on the day."""
        answers = [self._bound(treaty, country) for country in countries or (self.issuing, self.executing)]
        return all_of(*answers)

    def _bound(self, treaty: str, country: str) -> Term:
        answer = parties.is_party(treaty, country, self.on, language=self.to.language)
        value = {"yes": True, "no": False}.get(answer.answer)
        said = Said(answer.says, value, parties.treaty(treaty).short, answer.source, answer.confidence)
        return Term(value, (said,))

    def condition(self, condition: Condition) -> Term:
        """What an instrument adds, on its own article, between States bound by its treaty if it names one."""
        at = Case(self.facts, self.issuing, self.executing, self.on, _under(self.rule, condition), self.to, self.read)
        wanted = condition.equals
        term = at.is_(condition.fact, wanted) if isinstance(wanted, str) else at.fact(condition.fact)
        if wanted is False:
            term = opposite(term)
        return all_of(self.bound(condition.treaty), term) if condition.treaty else term


def _under(rule: Rule, condition: Condition) -> Rule:
    """The ground as if it stood on the condition's own article."""
    return Rule(
        rule.instrument,
        rule.code,
        rule.test,
        rule.kind,
        rule.effect,
        rule.says,
        condition.article or rule.article,
        condition.source or rule.source,
        condition.confidence or rule.confidence,
    )
