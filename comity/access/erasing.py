"""Deleting rows for good, with everything that hangs on them: what retention does, and nothing else.

Rooms protect their rows from being deleted (``on_delete=PROTECT``); this is the one door through which they go.
"""

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from django.db import models, transaction

from comity.lib.errors import ComityError

Rows = models.QuerySet[Any]


class StillReferenced(ComityError):
    code = "access.still-referenced"
    says = "{what} cannot be erased: {other} still refers to it."
    next_step = "Erase or end that first."


@transaction.atomic
def erase_rows(rows: Rows, *, rooms: Collection[str]) -> dict[str, int]:
    """Delete rows and all rows that refer to them, within these rooms; returns how many of each table.

    Constraints between tables are checked at the end of the transaction, so the order does not matter.

    :param rooms: labels of the apps whose rows may go.
    :raises StillReferenced: a row of another room refers to one of them.
    """
    found: dict[type[models.Model], set[Any]] = defaultdict(set)
    waiting = [(rows.model, set(rows.values_list("pk", flat=True)))]
    while waiting:
        model, keys = waiting.pop()
        fresh = keys - found[model]
        if not fresh:
            continue
        found[model] |= fresh
        for field in _pointing_at(model):
            other = field.model
            named = other._base_manager.filter(**{f"{field.name}__in": fresh}).values_list("pk", flat=True)
            if other._meta.app_label in rooms:
                waiting.append((other, set(named)))
            elif named.exists():
                raise StillReferenced(what=model._meta.label, other=other._meta.label)
    for model, keys in found.items():
        gone = model._base_manager.filter(pk__in=keys)
        gone._raw_delete(gone.db)
    return {model._meta.label: len(keys) for model, keys in sorted(found.items(), key=lambda one: one[0]._meta.label)}


def _pointing_at(model: type[models.Model]) -> list[Any]:
    """The foreign keys of all tables, hidden ones too, that refer to this one."""
    relations: list[Any] = list(model._meta.get_fields(include_hidden=True))
    return [
        relation.field
        for relation in relations
        if relation.auto_created and not relation.concrete and (relation.one_to_many or relation.one_to_one)
    ]
