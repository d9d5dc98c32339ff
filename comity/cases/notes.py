"""Notes: written once, corrected by another row; the text that was corrected stays."""

from datetime import datetime
from typing import Any

from django.db import transaction

from comity.access import handling as codes
from comity.access.queries import User
from comity.cases import events, indexing, sight
from comity.cases.models import Note
from comity.lib.errors import BadInput, ComityError


class NoWords(BadInput):
    code = "cases.no-words"
    says = "A note has words."
    next_step = "Write what somebody who reads it in a year needs to know."


class NeedsCircle(BadInput):
    code = "cases.needs-circle"
    says = "What is TLP:RED is for named people only, and this case is read by more."
    next_step = "Open a circle with the people named, and write the note there."


class NoCorrectionReason(BadInput):
    code = "cases.no-correction-reason"
    says = "A correction says why."
    next_step = "Add a few words: what was wrong, and how you know."


class CorrectedAlready(ComityError):
    code = "cases.corrected-already"
    says = "{name} corrected this note meanwhile."
    next_step = "Read the newest text, and correct that if it is still wrong."


@transaction.atomic
def note(
    number: str,
    text: str,
    *,
    by: User,
    at: datetime,
    level: int = 0,
    handling: dict[str, Any] | None = None,
    circle: str = "",
) -> Note:
    """Write a note into a case, or into one of its circles.

    :raises NoWords, NeedsCircle, BadHandling: as they say. NotFound, NotAllowed, CaseClosed: the rules.
    """
    case = sight.locked(by, number, "write", at)
    where = sight.compartment(by, case, circle, at)
    if not text.strip():
        raise NoWords
    told = codes.read(handling)
    if "TLP:RED" in told.codes and where == case.compartment:
        raise NeedsCircle
    level = max(level, where.level)
    sight.demand(by, "write", where, at, level=level)
    made = Note.objects.create(
        case=case, compartment=where, level=level, handling=told.as_json(), text=text.strip(), by=by, at=at
    )
    events.note(case, "note", by=by, at=at, about=made.pk, compartment=where, level=level)
    indexing.note(made, at)
    return made


@transaction.atomic
def correct_note(id: int, text: str, *, reason: str, by: User, at: datetime) -> Note:
    """Write a better text over a note; the one before stays and can be read.

    :raises NoWords, NoCorrectionReason, CorrectedAlready: as they say. NotFound, NotAllowed, CaseClosed: the rules.
    """
    before = sight.note(by, id, at)
    case = sight.locked(by, before.case.number, "write", at)
    sight.demand(by, "write", before.compartment, at, level=before.level)
    if not text.strip():
        raise NoWords
    if not reason.strip():
        raise NoCorrectionReason
    newer = Note.objects.filter(corrects=before).select_related("by").first()
    if newer is not None:
        raise CorrectedAlready(name=newer.by.full_name)
    made = Note.objects.create(
        case=case, compartment=before.compartment, level=before.level, handling=before.handling, text=text.strip(),
        by=by, at=at, corrects=before, reason=reason.strip()[:200],
    )  # fmt: skip
    events.note(case, "note-corrected", by=by, at=at, about=made.pk, compartment=before.compartment,
                level=before.level, reason=made.reason)  # fmt: skip
    indexing.without(before)
    indexing.note(made, at)
    return made
