"""Deleting rows for good, with everything that hangs on them: what retention does, and nothing else.

Rooms protect their rows from being deleted (``on_delete=PROTECT``); this is the one door through which they go.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import Any

from django.db import models, transaction

from comity.lib.errors import ComityError

Rows = models.QuerySet[Any]
AT_ONCE = 5_000
"""Keys in one statement: a case may hold a million rows."""


class StillReferenced(ComityError):
    code = "access.still-referenced"
    says = "{what} cannot be erased: {other} still refers to it."
    next_step = "Erase or end that first."


@transaction.atomic
def erase_rows(*rows: Rows, rooms: Collection[str]) -> dict[str, int]:
    """Delete rows and all rows that refer to them, within these rooms; returns how many of each table.

    Constraints between tables are checked at the end of the transaction, so the order does not matter.

    :param rooms: labels of the apps whose rows may go.
    :raises StillReferenced: a row of another room refers to one of them.
    """
    found: dict[type[models.Model], set[Any]] = defaultdict(set)
    waiting: list[tuple[type[models.Model], set[Any]]] = [
        (one.model, set(one.order_by().values_list("pk", flat=True))) for one in rows
    ]
    while waiting:
        model, keys = waiting.pop()
        fresh = keys - found[model]
        found[model] |= fresh
        for some in _parts(fresh):
            waiting += _referring(model, some, rooms)
    for model, keys in found.items():
        for some in _parts(keys):
            gone = model._base_manager.filter(pk__in=some)
            gone._raw_delete(gone.db)
    told = sorted((model._meta.label, len(keys)) for model, keys in found.items() if keys)
    return dict(told)


def _parts(keys: Collection[Any]) -> Iterator[list[Any]]:
    rows = list(keys)
    for first in range(0, len(rows), AT_ONCE):
        yield rows[first : first + AT_ONCE]


def _referring(
    model: type[models.Model], keys: list[Any], rooms: Collection[str]
) -> Iterator[tuple[type[models.Model], set[Any]]]:
    for field in _pointing_at(model):
        other = field.model
        named = other._base_manager.filter(**{f"{field.name}__in": keys}).order_by().values_list("pk", flat=True)
        if other._meta.app_label in rooms:
            if referring := set(named):
                yield other, referring
        elif named.exists():
            raise StillReferenced(what=model._meta.label, other=other._meta.label)


def _pointing_at(model: type[models.Model]) -> list[Any]:
    """The foreign keys of all tables, hidden ones too, that refer to this one."""
    relations: list[Any] = list(model._meta.get_fields(include_hidden=True))
    return [
        relation.field
        for relation in relations
        if relation.auto_created and not relation.concrete and (relation.one_to_many or relation.one_to_one)
    ]
