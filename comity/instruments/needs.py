"""The content of acts: effects, the fields that an effect needs, items, and what is plain enough to be signed."""

from __future__ import annotations

import re
from typing import Any

from comity.instruments.fieldtypes import END, LARGEST, TEXT

EFFECTS = ("open", "none", "question", "answer", "amend", "transfer", "extend", "withdraw", "assure", "check", "breach")

NEEDED: dict[str, dict[str, str]] = {
    "question": {"pointer": "text", "asks": "longtext", "due": "moment"},
    "answer": {"question": "text", "answer": "longtext"},
    "extend": {"clock": "choice", "until": "moment", "reasons": "longtext"},
    "withdraw": {"reasons": "longtext"},
    "assure": {"assurance": "assurance"},
    "check": {"assurance": "text", "kept": "yes_no", "text": "longtext"},
    "breach": {"assurance": "text", "text": "longtext"},
}
"""Effect -> content field -> type. ``amends`` and ``items`` have shapes of their own and are not listed."""

OPTIONAL = frozenset({"due"})
DEEPEST = 32  # levels of a content; a fixed number, so that every node draws the same line

HEX = rf"^[0-9a-f]{{64}}{END}"
ITEM = {"name": TEXT, "media_type": TEXT, "sha256": HEX, "blob": HEX, "key": TEXT}
ITEM_NEEDS = frozenset({"name", "media_type", "size", "sha256"})


def needed(effect: object, grounds: bool) -> dict[str, str]:
    """The fields that an act's content holds because of its effect, and of its list of grounds."""
    fields = NEEDED.get(effect, {}) if isinstance(effect, str) else {}
    return {**fields, **({"ground": "choice"} if grounds else {})}


def is_item(item: Any) -> bool:
    """``{"name", "media_type", "size", "sha256"}``, with ``blob`` and ``key`` once it has been stored."""
    if not isinstance(item, dict) or not ITEM_NEEDS <= set(item) <= {*ITEM, "size"}:
        return False
    size = item["size"]
    if not isinstance(size, int) or isinstance(size, bool) or not 0 <= size <= LARGEST:
        return False
    given = {name: item[name] for name in ITEM if name in item}
    return all(isinstance(value, str) and re.search(ITEM[name], value) for name, value in given.items())


def is_plain(value: Any, deepest: int = DEEPEST) -> bool:
    """Whether a value has canonical JSON: no fractions, no number beyond 2^53, no half of a character."""
    # Asked of every value of every act in each fold: plain loops, and the most frequent type first.
    if isinstance(value, str):
        return value.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in value)
    if value is None or isinstance(value, bool):
        return True
    if isinstance(value, int):
        return abs(value) <= LARGEST
    if deepest <= 0:
        return False
    if isinstance(value, dict):
        for key, item in value.items():
            if not (isinstance(key, str) and is_plain(key) and is_plain(item, deepest - 1)):
                return False
        return True
    if isinstance(value, list):
        for item in value:  # noqa: SIM110 - a generator costs as much again
            if not is_plain(item, deepest - 1):
                return False
        return True
    return False
