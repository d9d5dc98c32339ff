"""How much each person of a unit holds, how old it is, who is away, and who stands in."""

from dataclasses import dataclass
from datetime import datetime

from comity.access import queries as people
from comity.access.queries import Deputy, Unit, User
from comity.dossiers import queries as dossiers
from comity.work import sight

AGES = dossiers.AGES


@dataclass(frozen=True)
class Person:
    """What one colleague holds (``user`` None: nobody), by age class, the youngest first."""

    user: User | None
    ages: tuple[int, ...]
    ours: int
    overdue: int
    absence: Deputy | None

    @property
    def total(self) -> int:
        return sum(self.ages)

    @property
    def uncovered(self) -> bool:
        """Absent, with work that nobody stands in for."""
        return self.absence is not None and self.absence.deputy is None and self.total > 0


@dataclass(frozen=True)
class Load:
    """The units that the user leads or works in, who holds what in them, and absences that go on or come."""

    units: tuple[Unit, ...]
    people: tuple[Person, ...]
    absences: tuple[Deputy, ...]
    may_name: bool  # this user may name deputies for colleagues


def load(user: User, at: datetime, unit: str = "") -> Load:
    """Open dossiers by person in the units where the user works, the fullest desk first; people without any too."""
    units = [one for one in sight.worked(user) if not unit or one.code == unit]
    held = {one.user: one for one in dossiers.held([one.pk for one in units], at)} if units else {}
    codes = {one.code for one in units}
    everybody = people.users() if units else []
    members = [
        one for one in everybody if one.is_active and codes & {grant.unit for grant in people.roles(one) if grant.unit}
    ]
    named = {one.pk: one for one in everybody if one.pk in held} | {one.pk: one for one in members}
    absences = [one for one in people.absences(at) if one.absent.pk in named]
    now = {one.absent.pk: one for one in absences if one.starts_at <= at}
    empty = (0,) * (len(AGES) + 1)
    listed = [
        Person(one, held[one.pk].ages, held[one.pk].ours, held[one.pk].overdue, now.get(one.pk))
        if one.pk in held
        else Person(one, empty, 0, 0, now.get(one.pk))
        for one in named.values()
    ]
    listed.sort(key=lambda one: (-one.total, one.user.full_name if one.user else ""))
    if None in held:
        listed.append(Person(None, held[None].ages, held[None].ours, held[None].overdue, None))
    return Load(tuple(units), tuple(listed), tuple(absences), bool(sight.supervised(user)))
