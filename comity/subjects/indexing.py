"""What stands in the search index of a subject: an entry for each compartment and level of its statements."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from comity.search import actions as search
from comity.search.actions import Written
from comity.subjects import kinds
from comity.subjects.models import Statement, Subject


def put(subject: Subject, at: datetime) -> None:
    """Write the entries of a subject anew, or take them out when it was removed."""
    search.remove("subject", subject.ref)
    if subject.removed_at is None:
        rows = subject.statements.filter(retracted_at__isnull=True).select_related("compartment")
        search.put_all(written(subject, rows.order_by("at", "id")), at=at)


def put_new(stated: Iterable[tuple[Subject, list[Statement]]], at: datetime) -> None:
    """The entries of subjects that were not indexed before, in one go."""
    search.put_all([one for subject, rows in stated for one in written(subject, rows)], at=at)


def remove_all(subjects: Iterable[Subject]) -> None:
    """Take subjects out of the index that were removed."""
    for one in subjects:
        search.remove("subject", one.ref)


def written(subject: Subject, rows: Iterable[Statement]) -> list[Written]:
    """Who may see the subject may not see every statement: each group stands under its own compartment and level."""
    own = (subject.compartment, max(subject.level, subject.compartment.level))
    groups: dict[tuple[object, int], list[Statement]] = defaultdict(list, {own: []})
    for row in rows:
        groups[row.compartment, max(row.level, own[1])].append(row)
    return [entry(subject, compartment, level, of, own) for (compartment, level), of in groups.items()]


def entry(subject: Subject, compartment: object, level: int, of: list[Statement], own: tuple[object, int]) -> Written:
    values: dict[str, list[str]] = defaultdict(list)
    for row in of:
        values[row.prop].append(row.value)
    called = kinds.caption(subject.schema, values)
    words = dict.fromkeys([subject.ref, *(text for row in of for text in (row.value, row.original) if text)])
    return Written(
        kind="subject",
        ref=subject.ref,
        title=called or f"{kinds.schema(subject.schema).label} {subject.ref}",
        text=" · ".join(words),
        compartment=compartment,  # type: ignore[arg-type]
        level=level,
        part="" if (compartment, level) == own else f"{compartment.pk}:{level}",  # type: ignore[attr-defined]
    )
