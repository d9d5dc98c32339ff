"""What of a case can be found by words: put into the index of the search room in the same transaction."""

from datetime import datetime

from comity.cases.models import Case, Note, Task
from comity.search import actions as search


def case(row: Case, at: datetime) -> None:
    search.put(
        "case", row.number, title=row.title, text=row.summary, compartment=row.compartment, level=row.level, at=at
    )


def note(row: Note, at: datetime) -> None:
    search.put(
        "case", ref(row, "note"), title=first_words(row.text), text=row.text, compartment=row.compartment,
        level=row.level, at=at,
    )  # fmt: skip


def without(row: Note) -> None:
    """The text that was corrected is not found any more."""
    search.remove("case", ref(row, "note"))


def task(row: Task, at: datetime) -> None:
    search.put(
        "case", ref(row, "task"), title=row.title, text=row.details, compartment=row.compartment, level=row.level,
        at=at,
    )  # fmt: skip


def ref(row: Note | Task, kind: str) -> str:
    """``c-2026-0001 note-12``: what is in a case is of the kind "case" to the rules, so to the index."""
    return f"{row.case.number} {kind}-{row.pk}"


def first_words(text: str, most: int = 80) -> str:
    """The beginning of a text, cut between words."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[:most].rsplit(' ', 1)[0]} …"
