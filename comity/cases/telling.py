"""The history of this room in sentences. Each is translated where it is shown; who did it stands beside it."""

from collections.abc import Iterator
from datetime import datetime

from comity.access.happening import Happening
from comity.access.queries import Compartment, User
from comity.cases import sight
from comity.cases.models import Event

# What each kind of event is about, and its sentence.
SAYS: dict[str, tuple[str, str]] = {
    "opened": ("case", "The case was opened."),
    "changed": ("case", "What the case is about was said anew."),
    "reopened": ("case", "The case was opened again."),
    "rested": ("case", "The case rests: {reason}"),
    "closed": ("case", "The case was closed: {reason}"),
    "seated": ("people", "{name} has a seat as {part}."),
    "unseated": ("people", "The seat of {name} ended."),
    "raised": ("people", "The case was classified as {level_word}."),
    "opened-to-unit": ("people", "The whole unit may read the case."),
    "kept-to-members": ("people", "Only its members read the case."),
    "circle": ("people", "A circle of named people was opened: {title}"),
    "note": ("note", "A note was written."),
    "note-corrected": ("note", "A note was corrected: {reason}"),
    "task": ("task", "A task was added: {title}"),
    "task-changed": ("task", "A task was changed: {title}"),
    "task-done": ("task", "A task was done: {title}"),
    "task-undone": ("task", "A task was opened again: {title}"),
    "linked": ("dossier", "The dossier {about} was added."),
    "unlinked": ("dossier", "The dossier {about} was taken out."),
}


def history(user: User, compartment: Compartment, at: datetime) -> list[Happening]:
    """What happened in a case, or in a circle, of what this room keeps; the oldest first."""
    rows = sight.mine(Event, user, at).filter(compartment=compartment).select_related("by", "case")
    told = [_told(row) for row in rows.order_by("at", "id")]
    return sorted([*told, *_emergencies(compartment)], key=lambda one: one.at) if told else []


GLASS = "The glass of the case was broken, until {until}."
REVIEWED = "That the glass was broken was reviewed."


def _emergencies(compartment: Compartment) -> Iterator[Happening]:
    """Who looked in without a seat. Why stands with the review, not here."""
    for row in compartment.emergencies.select_related("user", "reviewed_by"):
        yield Happening(row.at, row.user.full_name, "people", compartment.name, GLASS, {"until": row.until})
        if row.reviewed_by is not None and row.reviewed_at is not None:
            yield Happening(row.reviewed_at, row.reviewed_by.full_name, "people", compartment.name, REVIEWED)


def _told(row: Event) -> Happening:
    kind, says = SAYS[row.what]
    if "{reason}" in says and not row.values.get("reason"):
        says = says.replace(": {reason}", ".")
    id = row.about if kind in ("note", "task", "dossier") else row.case.number
    return Happening(
        at=row.at, by=row.by.full_name, kind=kind, id=id, says=says, values={**row.values, "about": row.about}
    )
