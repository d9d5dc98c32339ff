"""Saying that two subjects are one, and taking it back. docs/rooms/subjects.md, "Merging"."""

from datetime import datetime
from itertools import combinations

from django.db import IntegrityError, transaction

from comity.access.queries import User
from comity.lib.errors import ComityError
from comity.subjects import clusters, kinds, sight
from comity.subjects.models import Merge, Subject
from comity.subjects.stating import needed, writable


class SameSubject(ComityError):
    code = "subjects.same-subject"
    says = "{ref} is one subject already."
    next_step = "Choose two different ones."


class MergedAlready(ComityError):
    code = "subjects.merged-already"
    says = "{one} and {other} are merged already."
    next_step = "Look at the merges on the page of the subject."


class CannotMerge(ComityError):
    code = "subjects.cannot-merge"
    says = "A {one} and a {other} are never the same."
    next_step = "Relate them instead, or add the subject anew with the right kind."


class Undone(ComityError):
    code = "subjects.merge-undone"
    says = "{name} has undone this merge already."
    next_step = "Look at the subjects as they are now."


@transaction.atomic
def merge(into: Subject, absorbed: Subject, reason: str, *, by: User, at: datetime) -> Merge:
    """These two are one: readers who see both see one subject. One row is written, whatever hangs on the two.

    Where they were merged with others before, it is those that the others were merged into that are joined.

    :raises CannotMerge: their kinds exclude each other, or one is a relation.
    :raises MergedAlready: they are one for this reader.
    """
    if into.pk == absorbed.pk:
        raise SameSubject(ref=into.ref)
    for one in sorted((into, absorbed), key=lambda row: row.pk):  # one order everywhere: no two merges wait in a ring
        writable(by, one, at)
    found = clusters.of(by, [into.pk, absorbed.pk], at)
    if into.pk not in found or absorbed.pk not in found:
        raise CannotMerge(one=kinds.schema(into.schema).label, other=kinds.schema(absorbed.schema).label)
    if found[into.pk].root == found[absorbed.pk].root:
        raise MergedAlready(one=into.ref, other=absorbed.ref)
    together(found[into.pk].members + found[absorbed.pk].members)
    rows = Subject.objects.select_related("compartment").in_bulk([found[one.pk].root for one in (into, absorbed)])
    head, tail = (writable(by, rows[found[one.pk].root], at) for one in (into, absorbed))
    try:
        with transaction.atomic():
            return Merge.objects.create(
                into=head,
                absorbed=tail,
                compartment=tail.compartment,
                level=max(head.level, tail.level),
                reason=needed(reason),
                by=by,
                at=at,
            )
    except IntegrityError:  # somebody said the same at the same moment
        raise MergedAlready(one=head.ref, other=tail.ref) from None


def together(members: tuple[int, ...]) -> None:
    """:raises CannotMerge: no subject can be all of these kinds."""
    names = {name for some in clusters.chunks(members) for name in _kinds(some)}
    for one, other in combinations([kinds.schema(name) for name in sorted(names)], 2):
        if not (one.is_a(other) or other.is_a(one)):
            raise CannotMerge(one=one.label, other=other.label)


def _kinds(members: list[int]) -> set[str]:
    return set(Subject.objects.filter(pk__in=members).order_by().values_list("schema", flat=True).distinct())


@transaction.atomic
def unmerge(merge: Merge, reason: str, *, by: User, at: datetime) -> Merge:
    """They are two again, exactly as before.

    :raises NotFound: this user does not see both.
    :raises Undone: as it says.
    """
    row = Merge.objects.select_for_update(of=("self",)).filter(pk=merge.pk).first()
    if row is None:
        raise sight.NotFound(ref=str(merge.pk))
    writable(by, row.into, at)
    writable(by, row.absorbed, at)
    if row.undone_at is not None:
        assert row.undone_by is not None  # noqa: S101 - the database sees to it
        raise Undone(name=row.undone_by.full_name)
    row.undone_by, row.undone_at, row.undone_why = by, at, needed(reason)
    row.save(update_fields=["undone_by", "undone_at", "undone_why"])
    return row
