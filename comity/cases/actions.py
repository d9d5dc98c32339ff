"""What changes cases. docs/rooms/cases.md lists the actions with their meaning."""

from comity.cases.links import LinkedAlready, link, unlink
from comity.cases.notes import CorrectedAlready, NeedsCircle, NoCorrectionReason, NoWords, correct_note, note
from comity.cases.opening import NoReason, NoTitle, SameState, UnknownState, change, set_state
from comity.cases.opening import open_case as open
from comity.cases.seats import NoCircleTitle, add_member, end_member, open_circle, raise_level, set_need
from comity.cases.sight import CaseClosed
from comity.cases.tasks import (
    NoTaskTitle,
    NotInCase,
    UnknownPriority,
    change_task,
    do_task,
    task,
    undo_task,
)

__all__ = [
    "CaseClosed", "CorrectedAlready", "LinkedAlready", "NeedsCircle", "NoCircleTitle", "NoCorrectionReason",
    "NoReason", "NoTaskTitle", "NoTitle", "NoWords", "NotInCase", "SameState", "UnknownPriority", "UnknownState",
    "add_member", "change", "change_task", "correct_note", "do_task", "end_member", "link", "note", "open",
    "open_circle", "raise_level", "set_need", "set_state", "task", "undo_task", "unlink",
]  # fmt: skip
