"""Which subjects and statements somebody sees: every action and query of this room finds its rows here."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q, QuerySet

from comity.access import queries as people
from comity.access import rules
from comity.access.queries import Compartment, User
from comity.access.rules import Thing
from comity.lib.errors import ComityError
from comity.subjects.models import Statement, Subject


class NotFound(ComityError):
    code = "subjects.not-found"
    says = "There is no subject {ref} here."
    next_step = "Check the number, or ask the unit that handles the case."


def reach(user: User, at: datetime | None, *, prefix: str = "", verb: str = "read") -> Q:
    """``access.queries.material`` for rows at the end of a relation (``prefix`` such as ``subject__``)."""
    found = people.compartments(user, verb=verb, kind="subject", at=at)
    clearance = people.actor(user, at).clearance
    return Q(**{f"{prefix}compartment__in": found, f"{prefix}level__lte": clearance})


def subjects(user: User, at: datetime | None, *, verb: str = "read", removed: bool = False) -> QuerySet[Subject]:
    """The subjects and edges that a user may ``verb``, edges with both ends; those removed only when asked for."""
    rows = Subject.objects.filter(people.material(user, kind="subject", verb=verb, at=at))
    rows = rows.filter(
        Q(source__isnull=True)
        | reach(user, at, prefix="source__")
        & reach(user, at, prefix="target__")
        & Q(source__removed_at__isnull=True, target__removed_at__isnull=True)
    )
    return (rows if removed else rows.filter(removed_at__isnull=True)).select_related("compartment__unit", "by")


def things(user: User, at: datetime | None, *, removed: bool = False) -> QuerySet[Subject]:
    """The subjects that are no edges: the short way for lists."""
    rows = Subject.objects.filter(people.material(user, kind="subject", at=at), source__isnull=True)
    return (rows if removed else rows.filter(removed_at__isnull=True)).select_related("compartment__unit", "by")


def edges(user: User, at: datetime | None) -> QuerySet[Subject]:
    """The relations of which a user sees the edge and both ends."""
    return (
        Subject.objects.filter(
            people.material(user, kind="subject", at=at),
            reach(user, at, prefix="source__"),
            reach(user, at, prefix="target__"),
            source__isnull=False,
            removed_at__isnull=True,
            source__removed_at__isnull=True,
            target__removed_at__isnull=True,
        )
        .select_related("compartment__unit", "source__compartment__unit", "target__compartment__unit")
        .order_by("id")
    )


def statements(user: User, at: datetime | None, of: Collection[int], *, retracted: bool = False) -> QuerySet[Statement]:
    """What a user may see of these subjects (by key; the caller has found that they may see them)."""
    rows = Statement.objects.filter(people.material(user, kind="subject", at=at), subject__in=of)
    rows = rows if retracted else rows.filter(retracted_at__isnull=True)
    return rows.select_related("compartment__unit", "subject__compartment", "by", "about__compartment").order_by(
        "at", "id"
    )


def in_case(compartment: Compartment) -> Q:
    """In a case or one of its circles."""
    return Q(compartment=compartment) | Q(compartment__parent=compartment)


def found(user: User, subject: Subject, at: datetime | None, *, removed: bool = False) -> Subject:
    """The row as it stands now, when this user may read it.

    :raises NotFound: they may not, or it was removed.
    """
    row = subjects(user, at, removed=removed).filter(pk=subject.pk).first()
    if row is None:
        raise NotFound(ref=subject.ref)
    return row


def of_ref(user: User, ref: str, at: datetime | None, *, removed: bool = False) -> Subject:
    """The subject with this ref (``c-2026-0001.3``).

    :raises NotFound: there is none that this user may see.
    """
    name, _, number = ref.rpartition(".")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise NotFound(ref=ref)
    row = subjects(user, at, removed=removed).filter(compartment__name=name, number=int(number)).first()
    if row is None:
        raise NotFound(ref=ref)
    return row


def key(subject: Subject) -> str:
    """How a subject is called within its case: ``3``, in a circle ``a-3``."""
    if subject.compartment.parent_id is None:
        return str(subject.number)
    return f"{subject.compartment.name.rpartition('-')[2]}-{subject.number}"


def ref_of(case: str, key: str) -> str:
    """The ref of a subject that is called ``key`` in a case."""
    circle, _, number = key.rpartition("-")
    return f"{case}-{circle}.{number}" if circle else f"{case}.{number}"


def thing(subject: Subject, **more: object) -> Thing:
    return people.thing("subject", subject.ref, subject.compartment, level=subject.level, **more)


def of_statement(statement: Statement, **more: object) -> Thing:
    """A statement as the rules see it: with its own compartment and level."""
    return people.thing("subject", statement.subject.ref, statement.compartment, level=statement.level, **more)


def may(user: User, verb: str, thing: Thing, at: datetime | None) -> bool:
    return rules.can(people.actor(user, at), verb, thing).allowed


def demand(user: User, verb: str, thing: Thing, at: datetime | None) -> None:
    """:raises NotAllowed: no row of the table allows it."""
    rules.demand(people.actor(user, at), verb, thing)


def may_read(user: User, compartment: Compartment, at: datetime | None) -> bool:
    return may(user, "read", people.thing("subject", compartment.name, compartment), at)


def may_write(user: User, compartment: Compartment, at: datetime | None) -> bool:
    return may(user, "write", people.thing("subject", compartment.name, compartment), at)


def demand_write(user: User, compartment: Compartment, at: datetime | None, level: int = 0) -> None:
    """:raises NotFound: a stranger. :raises NotAllowed: a reader."""
    if not may_read(user, compartment, at):
        raise NotFound(ref=compartment.name)
    demand(user, "write", people.thing("subject", compartment.name, compartment, level=level), at)
