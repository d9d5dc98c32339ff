"""Changing a form by the buttons of a page: an item more, an item less, a part in its place."""

from collections.abc import Callable
from typing import Any

from comity.instruments.conditions import visible
from comity.instruments.model import Field


def add_item(value: Any, pointer: str) -> Any:
    """The value with one more, empty, item in the list at ``pointer`` (relative to it)."""
    return changed(value, pointer.split("/")[1:], lambda rows: [*rows, {}])


def remove_item(value: Any, pointer: str) -> Any:
    """The value without the item at ``pointer``, whose last part is its number."""
    whole, _, number = pointer.rpartition("/")
    if not number.isdigit():
        return value
    return changed(value, whole.split("/")[1:], lambda rows: [*rows[: int(number)], *rows[int(number) + 1 :]])


def changed(value: Any, path: list[str], change: Callable[[list[Any]], list[Any]]) -> Any:
    """A copy of ``value`` in which the list at ``path`` was changed; missing parts on the way are made."""
    if not path:
        return change(value if isinstance(value, list) else [])
    step = path[0]
    if isinstance(value, list):
        return [changed(row, path[1:], change) if str(index) == step else row for index, row in enumerate(value)]
    found = value if isinstance(value, dict) else {}
    return {**found, step: changed(found.get(step), path[1:], change)}


def placed(root: dict[str, Any], pointer: str, value: Any) -> dict[str, Any]:
    """A copy of ``root`` with ``value`` at ``pointer``, a pointer through objects only."""
    path = pointer.split("/")[1:]
    if not path:
        return value if isinstance(value, dict) else {}
    if len(path) == 1:
        return {**root, path[0]: value}
    inside = root.get(path[0])
    return {
        **root,
        path[0]: placed(inside if isinstance(inside, dict) else {}, "/" + "/".join(path[1:]), value),
    }


def asked(fields: tuple[Field, ...], content: dict[str, Any]) -> dict[str, Any]:
    """The content of an act without the answers whose condition does not hold; ``forms.prune`` does it for requests."""
    by_id = {one.id: one for one in fields}
    return {
        name: value for name, value in content.items() if name not in by_id or visible(by_id[name], content, content)
    }
