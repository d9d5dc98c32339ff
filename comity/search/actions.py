"""Putting things into the index and taking them out. docs/rooms/search.md lists the doors."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from comity.access.queries import Compartment, Unit
from comity.search import engine, folding
from comity.search.models import Entry


@dataclass(frozen=True)
class Written:
    """What to index: a thing by kind and ref, in a compartment or of a unit."""

    kind: str
    ref: str
    title: str
    text: str = ""
    compartment: Compartment | None = None
    unit: Unit | None = None
    level: int = 0
    part: str = ""


def put(
    kind: str,
    ref: str,
    *,
    title: str,
    text: str,
    at: datetime,
    compartment: Compartment | None = None,
    unit: Unit | None = None,
    level: int = 0,
    part: str = "",
) -> None:
    """Write the entry of a thing, or of one part of it, anew; in the caller's transaction."""
    put_all([Written(kind, ref, title, text, compartment, unit, level, part)], at=at)


@transaction.atomic(savepoint=False)
def put_all(written: Iterable[Written], *, at: datetime) -> None:
    """As :func:`put`, for many."""
    Entry.objects.bulk_create(
        (_entry(one, at) for one in written),
        batch_size=500,
        update_conflicts=True,
        unique_fields=["kind", "ref", "part"],
        update_fields=["title", "text", "words", "compartment", "unit", "level", "at"],
    )


def _entry(one: Written, at: datetime) -> Entry:
    scope = engine.scope(one.compartment.pk if one.compartment else None, one.unit.pk if one.unit else None)
    return Entry(
        kind=one.kind,
        ref=one.ref,
        part=one.part,
        title=one.title[:300],
        text=one.text,
        words=f"{folding.words(f'{one.ref} {one.title} {one.text}')} {scope}",
        compartment=one.compartment,
        unit=one.unit,
        level=max(one.level, one.compartment.level if one.compartment else 0),
        at=at,
    )


def remove(kind: str, ref: str, *, part: str | None = None) -> None:
    """Take a thing out of the index, or one part of it."""
    rows = Entry.objects.filter(kind=kind, ref=ref)
    (rows if part is None else rows.filter(part=part)).delete()


def remove_in(compartments: Iterable[Compartment]) -> None:
    """Take everything that stands in these compartments out of the index."""
    Entry.objects.filter(compartment__in=list(compartments)).delete()


def scrub() -> None:
    """Leave nothing of what was removed in the pages of the index. Takes time in proportion to the index."""
    with connection.cursor() as cursor:
        for statement in engine.SCRUB[connection.vendor]:
            cursor.execute(statement)
