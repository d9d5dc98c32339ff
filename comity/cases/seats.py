"""People in a case: seats, levels, the unit, and circles of named people for what not everybody in it reads.

Each goes through access, which decides and records; the case's own history tells it among everything else.
"""

from datetime import datetime
from string import ascii_lowercase

from django.db import transaction

from comity.access import actions as access
from comity.access import levels
from comity.access import queries as people
from comity.access.asking import as_node
from comity.access.queries import User
from comity.cases import events, sight
from comity.cases.models import Case, Circle
from comity.lib.errors import BadInput


class NoCircleTitle(BadInput):
    code = "cases.no-circle-title"
    says = "A circle has a name."
    next_step = "Write in a few words what is kept in it, such as the source of a tip."


@transaction.atomic
def add_member(
    number: str, user: User, *, part: str, by: User, at: datetime, until: datetime | None = None, circle: str = ""
) -> None:
    """Give a colleague a seat in a case or in one of its circles, or change the part that they have.

    Whoever leads the case does; an approver of its unit names another lead without seeing what is in it.

    :raises BadSeat, LastLead: as access says. NotFound, NotAllowed: the rules.
    """
    case = _seen_or_overseen(by, number, at)
    where = sight.compartment(by, case, circle, at) if circle else case.compartment
    access.seat(where, user, part=part, by=by, at=at, until=until)
    events.note(
        case, "seated", by=by, at=at, about=user.username, compartment=where,
        name=user.full_name, part=part, until=until.isoformat() if until else "",
    )  # fmt: skip


@transaction.atomic
def end_member(number: str, user: User, *, by: User, at: datetime, circle: str = "") -> None:
    """End a colleague's seat in a case (and its circles), or in one circle. Everybody may leave.

    :raises LastLead: nobody would lead it. NotFound, NotAllowed: the rules.
    """
    case = sight.case(by, number, at)
    where = sight.compartment(by, case, circle, at) if circle else case.compartment
    events.note(case, "unseated", by=by, at=at, about=user.username, compartment=where, name=user.full_name)
    access.unseat(where, user, by=by, at=at)


@transaction.atomic
def raise_level(number: str, level: int, *, by: User, at: datetime) -> None:
    """Classify a case higher, with its circles; never lower.

    :raises NeverLower: as access says. NotFound, NotAllowed: the rules.
    """
    case = sight.locked(by, number, "lead", at)
    access.raise_level(case.compartment, level, by=by, at=at)
    events.note(case, "raised", by=by, at=at, level_word=levels.word(level))


@transaction.atomic
def set_need(number: str, need: str, *, by: User, at: datetime) -> None:
    """Open a case to its unit ("unit"), or keep it to its members ("members")."""
    case = sight.locked(by, number, "lead", at)
    access.set_need(case.compartment, need, by=by, at=at)
    events.note(case, "opened-to-unit" if need == "unit" else "kept-to-members", by=by, at=at)


@transaction.atomic
def open_circle(number: str, title: str, *, by: User, at: datetime, level: int = 0) -> Circle:
    """A circle within a case, led by who opens it: what stands in it is read by the people named, nobody else.

    :raises NoCircleTitle: as it says. NotFound, NotAllowed: the rules.
    """
    case = sight.locked(by, number, "write", at)
    if not title.strip():
        raise NoCircleTitle
    name = f"{case.number}-{letters(_circles(case))}"
    made = access.create_compartment(
        name, unit=case.compartment.unit, by=by, at=at, level=level, parent=case.compartment
    )
    circle = Circle.objects.create(
        compartment=made, case=case, level=made.level, title=title.strip()[:120], opened_by=by, opened_at=at
    )
    events.note(case, "circle", by=by, at=at, about=name, compartment=made, level=made.level, title=circle.title)
    return circle


def _circles(case: Case) -> int:
    """How many circles there are, those that the reader does not see too; the case is locked."""
    with as_node():
        return Circle.objects.filter(case=case).count()


def letters(number: int) -> str:
    """``a`` to ``z``, then ``aa``: the name of a circle within its case."""
    told = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        told = ascii_lowercase[rest] + told
    return told


def _seen_or_overseen(by: User, number: str, at: datetime) -> Case:
    """The case for its members, and for who oversees those of the unit.

    :raises NotFound: neither.
    """
    if people.compartments(by, verb="oversee", kind="case", at=at).filter(name=number, parent=None).exists():
        with as_node():
            found = Case.objects.select_related("compartment__unit").filter(pk=number).first()
        if found is not None:
            return found
    return sight.case(by, number, at)
