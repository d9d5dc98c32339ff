"""JSON pointers (RFC 6901) into the content of a draft: read, put, compare. Pure."""

import copy
from typing import Any

from comity.lib.errors import BadInput

LARGEST_INDEX = 1000  # a pointer from a page must not make a list of millions of empty places


class BadPointer(BadInput):
    code = "dossiers.bad-pointer"
    says = "{pointer!r} is no place in this draft: {why}."
    next_step = "Use a JSON pointer such as /form/urgency."


def parts(pointer: str) -> list[str]:
    """The reference tokens, unescaped.

    :raises BadPointer: it does not start with a slash.
    """
    if pointer == "":
        return []
    if not pointer.startswith("/"):
        raise BadPointer(pointer=pointer, why="it does not start with /")
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer[1:].split("/")]


def escape(part: str) -> str:
    return part.replace("~", "~0").replace("/", "~1")


def put(content: dict[str, Any], pointer: str, value: Any) -> dict[str, Any]:
    """A copy of ``content`` with ``value`` at ``pointer``; None takes the place away, missing objects are made.

    :raises BadPointer: the way leads through a plain value, or the result is no object.
    """
    changed = {"": copy.deepcopy(content)}
    _put(changed, ["", *parts(pointer)], copy.deepcopy(value), pointer)
    whole = changed.get("", {})
    if not isinstance(whole, dict):
        raise BadPointer(pointer=pointer, why="the whole content is an object")
    return whole


def _put(node: Any, way: list[str], value: Any, pointer: str) -> None:
    head, rest = way[0], way[1:]
    if isinstance(node, dict):
        if rest:
            _put(node.setdefault(head, {}), rest, value, pointer)
        elif value is None:
            node.pop(head, None)
        else:
            node[head] = value
        return
    if not isinstance(node, list):
        raise BadPointer(pointer=pointer, why=f"there is nothing below {head!r}")
    index = _index(head, node, pointer)
    if rest:
        if index == len(node):
            node.append({})
        _put(node[index], rest, value, pointer)
    elif value is None:
        del node[index : index + 1]
    else:
        node[index : index + 1] = [value]


def _index(head: str, node: list[Any], pointer: str) -> int:
    if not (head.isascii() and head.isdigit()) or int(head) > min(len(node), LARGEST_INDEX):
        raise BadPointer(pointer=pointer, why=f"{head!r} is no place in a list of {len(node)}")
    return int(head)


def changes(before: Any, after: Any, pointer: str = "") -> list[dict[str, Any]]:
    """What differs: ``[{"pointer","before","after"}]`` at the deepest objects; what is absent has no key."""
    if isinstance(before, dict) and isinstance(after, dict):
        found = []
        for key in sorted({*before, *after}):
            below = f"{pointer}/{escape(key)}"
            if key not in before:
                found.append({"pointer": below, "after": after[key]})
            elif key not in after:
                found.append({"pointer": below, "before": before[key]})
            else:
                found += changes(before[key], after[key], below)
        return found
    # True == 1 in Python, not in JSON.
    if before == after and type(before) is type(after):
        return []
    return [{"pointer": pointer, "before": before, "after": after}]
