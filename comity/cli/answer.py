"""What a command answers: a JSON value, the same for people, and the exit code."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

OK, FINDING, BAD_INPUT, FAULT = 0, 1, 2, 3


@dataclass(frozen=True)
class Answer:
    """``value`` is printed with ``--json``, ``text`` without; ``code`` is 1 for a finding or a refusal."""

    value: Any
    text: str
    code: int = OK


def as_json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False, default=str)


def table(headings: Sequence[str], rows: Iterable[Sequence[object]], *, empty: str = "Nothing.") -> str:
    """Rows as aligned columns under their headings; ``empty`` when there are none."""
    cells = [[str(cell) for cell in row] for row in rows]
    if not cells:
        return empty
    widths = [max(len(row[column]) for row in [list(headings), *cells]) for column in range(len(headings))]
    lines = [headings, *cells]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )


def facts(pairs: Iterable[tuple[str, object]]) -> str:
    """Names and values, one pair a line, the values under each other."""
    known = [(name, str(value)) for name, value in pairs]
    width = max((len(name) for name, _ in known), default=0)
    return "\n".join(f"{name.ljust(width)}  {value}".rstrip() for name, value in known)
