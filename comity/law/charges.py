"""Two laws held against each other where the facts are not stated: the conduct is what the requesting law defines.

The requested law covers a charge when each of its clauses follows from one of the charge. What does not follow is a
question; a way to commit the offence that no provision of the requested law reaches is a gap.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from comity.law import conduct
from comity.law.concordance import Pivot
from comity.law.conduct import Facts, Law, Reading
from comity.law.elements import Clause
from comity.law.national import Country, Provision

ORDER = ("no", "unknown", "no data")


@dataclass(frozen=True)
class Gap:
    """One way to commit the offence in the requesting law that the requested one does not reach."""

    token: str
    best: Provision
    clause: Clause = field(compare=False)


@dataclass(frozen=True)
class Laws:
    """What both laws answer. ``further``: provisions of the requested law that reach some ways, if more is stated."""

    issuing: Law
    executing: Law
    gaps: tuple[Gap, ...] = ()
    further: tuple[Reading, ...] = ()

    @property
    def both(self) -> tuple[Law, Law]:
        return (self.issuing, self.executing)


@dataclass(frozen=True)
class Compared:
    """The two laws with the facts, which may be none."""

    issuing: str
    executing: str
    known: Mapping[str, Country | None]
    pivots: Sequence[Pivot]
    facts: Facts

    def laws(self) -> Laws:
        """What both laws answer on the facts, or on what the requesting law defines."""
        if not self.facts.as_charged:
            return Laws(self._law(self.issuing), self._law(self.executing))
        found = [self._requested(charged, clauses) for charged, clauses in self._charges()]
        worst = next((one for reach in ORDER for one in found if one.executing.reach == reach), found[0])
        gaps = tuple(dict.fromkeys(gap for one in found for gap in one.gaps))
        return Laws(worst.issuing, worst.executing, gaps, worst.further)

    def _law(self, country: str, given: Sequence[Clause] = (), pivots: Sequence[Pivot] = ()) -> Law:
        return conduct.law(country, self.known[country], pivots or self.pivots, self.facts.value, given=given)

    def _charges(self) -> list[tuple[Provision | None, Sequence[Clause]]]:
        """What the requesting law defines; the common definition where it records nothing."""
        known = self.known[self.issuing]
        found: list[tuple[Provision | None, Sequence[Clause]]] = []
        for pivot in self.pivots:
            own = known.provisions(pivot.id) if known else ()
            found += [(provision, provision.clauses) for provision in own] or [(None, pivot.clauses)]
        return found

    def _requested(self, charged: Provision | None, clauses: Sequence[Clause]) -> Laws:
        """The requested law held against one charge.

        Alternatives are tried one by one, because one provision may reach the first and another the second.
        """
        pivots = [pivot for pivot in self.pivots if charged is None or pivot.id == charged.offence]
        issuing = self._law(self.issuing, clauses, pivots)
        law = self._law(self.executing, clauses, pivots)
        if law.reach != "unknown" or law.best is None:
            return Laws(issuing, law)
        gaps: list[Gap] = []
        further: list[Reading] = []
        split: list[Clause] = []
        for clause in law.best.which(None):
            wider = next((one for one in clauses if overlap(one, clause)), None)
            if wider is None:
                continue
            split.append(clause)
            for token in (token for token in wider.tokens if token not in clause.tokens):
                narrowed = conduct.without(clauses, wider, token)
                reached, reading = self._reached(narrowed, wider, token, pivots)
                if not reached:
                    gaps.append(Gap(token, law.best.provision, clause))
                elif reading is not None and reading.truth is None:
                    further.append(reading)
        left = [clause for clause in law.best.which(None) if clause not in split]
        if gaps or left or further:
            return Laws(issuing, law, tuple(gaps), tuple({one.provision.provision: one for one in further}.values()))
        covered = tuple((clause, True if clause in split else truth) for clause, truth in law.best.clauses)
        best = Reading(law.best.provision, covered)
        return Laws(issuing, Law(law.country, "yes", law.readings, best, law.elsewhere, law.unrecorded))

    def _reached(
        self, narrowed: Sequence[Clause], clause: Clause, token: str, pivots: Sequence[Pivot]
    ) -> tuple[bool, Reading | None]:
        """Whether a provision reaches conduct narrowed to one alternative, and which, if not the best."""
        law = self._law(self.executing, narrowed, pivots)
        if law.reach == "yes":
            return True, None
        known = self.known[self.executing]
        readings = conduct.readings(known, self.facts.value, given=narrowed) if known else ()
        if clause.role in ("act", "object"):
            fitting = conduct.closest(one for one in readings if one.fits and one.truth is None)
            return fitting is not None, fitting
        best = law.best
        opens = best.which(None) if best else ()
        return bool(best) and not any(overlap(clause, one) and token not in one.alternatives for one in opens), None


def overlap(one: Clause, other: Clause) -> bool:
    """Whether two clauses are one of the common definition as two laws have it: some ways to meet it are the same."""
    common = one.why == "pivot" == other.why and one.role == other.role
    return common and bool(set(one.alternatives) & set(other.alternatives))
