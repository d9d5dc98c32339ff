"""The words of dual criminality: elements, penalties and countries as a reader says them."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from comity.law import concordance, parties, reading, texts
from comity.law.concordance import Pivot, TreatyDuty
from comity.law.conduct import Law, Reading
from comity.law.elements import Clause
from comity.law.national import Penalty, Provision
from comity.law.reasons import Reason, Speaks


class Words:
    """Says everything in one language. Tokens, titles and notes are texts of the data; the rest is composed."""

    def __init__(self, language: str, *, folder: Path = reading.DATA) -> None:
        self.to = texts.of(language)
        self.folder = folder
        self._tokens = concordance.book(folder).tokens

    def country(self, code: str) -> str:
        """The name of a country: "Japan"."""
        return str(self.to.locale.territories.get(code, code))

    def token(self, id: str) -> str:
        """What an element means: "without authorisation or right"."""
        return self.to.text(self._tokens[id].says)

    def one_of(self, tokens: Iterable[str]) -> str:
        """Alternatives as one phrase: "hold; import; export"."""
        return "; ".join(self.token(token) for token in tokens)

    def clause(self, clause: Clause) -> str:
        """One thing that must hold, as a phrase."""
        if clause.negated:
            return self.to.say("not: {element}", element=self.one_of(clause.tokens))
        if len(clause.tokens) < 2:
            return self.one_of(clause.alternatives)
        return self.to.say("one of: {elements}", elements=self.one_of(clause.alternatives))

    def offence(self, pivot: Pivot) -> str:
        return self.to.text(pivot.title)

    def treaty(self, id: str) -> str:
        return self.to.treaty(id, parties.treaty(id, folder=self.folder).short)

    def cite(self, duty: TreatyDuty) -> str:
        """The article of a treaty about an offence."""
        return self.to.cite(f"{self.treaty(duty.treaty)} {duty.articles}")

    def penalty(self, penalty: Penalty) -> str:
        """A maximum penalty: "5 years", "life", "not known"."""
        if penalty.death:
            return self.to.say("death penalty")
        if penalty.life:
            return self.to.say("life imprisonment")
        if penalty.months is None:
            return self.to.say("not known")
        return self.months(penalty.months)

    def months(self, months: float) -> str:
        """A term in years where it is whole years, else in months."""
        if months == float("inf"):
            return self.to.say("life imprisonment")
        if months % 12:
            return self.to.say("{count} months", count=f"{months:g}")
        years = f"{months / 12:g}"
        return self.to.say("1 year") if years == "1" else self.to.say("{count} years", count=years)

    def reason(self, says: str, of: Provision | None, speaks: Speaks) -> Reason:
        """A sentence that rests on a national provision."""
        if of is None:
            return Reason(says, "", "", "memory", speaks)
        return Reason(says, f"{of.country}: {of.provision}", of.source, of.confidence, speaks)

    def law(
        self, law: Law, pivots: Iterable[Pivot], *, further: Iterable[Reading] = (), told: Iterable[Clause] = ()
    ) -> Iterator[Reason]:
        """What one law answers, in one sentence for each thing that decides.

        ``further`` are provisions that may serve as well; of the clauses ``told`` somebody else says what they lack.
        """
        country = self.country(law.country)
        best = law.best
        if best is None:
            for pivot in pivots:
                says = self.to.say("{country}: no data on {offence}.", country=country, offence=self.offence(pivot))
                yield self.reason(says, None, "open")
            return
        provision = best.provision.provision
        if law.reach == "yes":
            says = self.to.say("{country}: {provision} reaches the facts.", country=country, provision=provision)
            yield self.reason(says, best.provision, "for")
            if law.elsewhere:
                says = self.to.say("{provision} is about another offence than the one named.", provision=provision)
                yield self.reason(says, best.provision, "for")
        elif law.reach == "unknown":
            for reading in (best, *further):
                for clause in (one for one in reading.which(None) if one not in told):
                    says = self._open(country, reading.provision.provision, clause)
                    yield self.reason(says, reading.provision, "open")
        else:
            for clause in best.which(False):
                yield self.reason(self._absent(country, provision, clause), best.provision, "against")
            says = self.to.say(
                "{country}: what is recorded does not reach the facts; a provision that is not recorded might.",
                country=country,
            )
            yield self.reason(says, None, "against")
        for pivot in law.unrecorded:
            says = self.to.say("{country}: no data on {offence}.", country=country, offence=self.offence(pivot))
            yield self.reason(says, None, "open")

    def _open(self, country: str, provision: str, clause: Clause) -> str:
        if clause.negated:
            return self.to.say(
                "{country}: {provision} does not apply if this is so, which is not stated: {element}.",
                country=country,
                provision=provision,
                element=self.one_of(clause.tokens),
            )
        return self.to.say(
            "{country}: {provision} asks this, which is not stated: {element}.",
            country=country,
            provision=provision,
            element=self.clause(clause),
        )

    def _absent(self, country: str, provision: str, clause: Clause) -> str:
        if clause.negated:
            return self.to.say(
                "{country}: {provision} does not apply, because: {element}.",
                country=country,
                provision=provision,
                element=self.one_of(clause.tokens),
            )
        return self.to.say(
            "{country}: {provision} asks this, which is missing: {element}.",
            country=country,
            provision=provision,
            element=self.clause(clause),
        )

    def not_reached(self, country: str, provision: Provision, tokens: Iterable[str]) -> Reason:
        """Conduct that the requesting law punishes and the requested one does not."""
        says = self.to.say(
            "{country}: {provision} does not reach this: {element}.",
            country=self.country(country),
            provision=provision.provision,
            element=self.one_of(tokens),
        )
        return self.reason(says, provision, "open")
