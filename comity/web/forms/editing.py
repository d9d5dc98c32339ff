"""Saving what a page holds: add and remove items of repeated groups, and drop what its condition hides."""

from collections.abc import Iterable
from typing import Any

from comity.instruments.model import Field
from comity.web.forms import conditions


def add_item(value: Any, pointer: str) -> Any:
    """The value with one more, empty, item in the list at ``pointer`` (relative to it)."""
    return changed(value, pointer.split("/")[1:], lambda rows: [*rows, {}])


def remove_item(value: Any, pointer: str) -> Any:
    """The value without the item at ``pointer``, whose last part is its number."""
    whole, _, number = pointer.rpartition("/")
    if not number.isdigit():
        return value
    return changed(
        value,
        whole.split("/")[1:],
        lambda rows: [row for index, row in enumerate(rows) if index != int(number)],
    )


def changed(value: Any, path: list[str], change: Any) -> Any:
    """A copy of ``value`` in which the list at ``path`` was changed; missing parts on the way are made."""
    if not path:
        return change(value if isinstance(value, list) else [])
    step = path[0]
    if isinstance(value, list):
        return [
            changed(row, path[1:], change) if str(index) == step else row for index, row in enumerate(value)
        ]
    found = value if isinstance(value, dict) else {}
    return {**found, step: changed(found.get(step), path[1:], change)}


def kept(
    fields: Iterable[Field], value: dict[str, Any], root: dict[str, Any], parent: str, base: str
) -> dict[str, Any]:
    """The values whose condition holds. ``root`` is the content with ``value`` already in its place at ``parent``."""
    left: dict[str, Any] = {}
    for one in fields:
        if one.id not in value:
            continue
        if one.when and not conditions.holds(
            one.when, conditions.at(root, conditions.target(one.when, parent, base))
        ):
            continue
        left[one.id] = below(one, value[one.id], root, f"{parent}/{one.id}", base)
    return left


def below(one: Field, value: Any, root: dict[str, Any], pointer: str, base: str) -> Any:
    if not one.fields:
        return value
    if one.repeated and isinstance(value, list):
        return [
            kept(one.fields, row, root, f"{pointer}/{index}", base) if isinstance(row, dict) else row
            for index, row in enumerate(value)
        ]
    return kept(one.fields, value, root, pointer, base) if isinstance(value, dict) else value


def placed(root: dict[str, Any], pointer: str, value: Any) -> dict[str, Any]:
    """A copy of ``root`` with ``value`` at ``pointer``."""
    path = pointer.split("/")[1:]
    if not path:
        return value if isinstance(value, dict) else {}
    inside = root.get(path[0])
    below = (
        placed(inside if isinstance(inside, dict) else {}, "/" + "/".join(path[1:]), value)
        if path[1:]
        else value
    )
    return {**root, path[0]: below}
