"""Every text in whatever an answer is made of."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from django.db.models import Model

MARKER = re.compile(r"zq\d{6}")


def markers(answer: Any) -> set[str]:
    """The secrets that an answer shows."""
    return {found for text in texts(answer) for found in MARKER.findall(text)}


def texts(answer: Any) -> Iterator[str]:
    if isinstance(answer, str):
        yield answer
    elif isinstance(answer, bytes | memoryview):
        yield bytes(answer).decode("utf-8", "replace")
    elif isinstance(answer, Model):
        # Rows are handed to actions, not shown; what a row names must not lead further than itself.
        for column in answer._meta.concrete_fields:
            if not column.is_relation:
                yield from texts(getattr(answer, column.attname))
    elif is_dataclass(answer) and not isinstance(answer, type):
        for one in fields(answer):
            yield from texts(getattr(answer, one.name))
    elif isinstance(answer, Mapping):
        for key, value in answer.items():
            yield from texts(key)
            yield from texts(value)
    elif isinstance(answer, list | tuple | set | frozenset) or hasattr(answer, "__next__"):
        for one in answer:
            yield from texts(one)
