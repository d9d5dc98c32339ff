"""Everything that changes subjects. docs/rooms/subjects.md lists the doors."""

from comity.subjects.cleaning import BadValue
from comity.subjects.evaluation import BadEvaluation
from comity.subjects.kinds import UnknownKind, UnknownProperty
from comity.subjects.merging import CannotMerge, MergedAlready, SameSubject, Undone, merge, unmerge
from comity.subjects.sight import NotFound
from comity.subjects.stating import (
    BadStatement,
    DoesNotFit,
    NoReason,
    NothingSaid,
    Retracted,
    SaidAlready,
    StillMerged,
    UnknownRole,
    add,
    correct,
    relate,
    remove,
    restore,
    retract,
    set_role,
    state,
)
from comity.subjects.values import Said

__all__ = [
    "BadEvaluation", "BadStatement", "BadValue", "CannotMerge", "DoesNotFit", "MergedAlready", "NoReason", "NotFound",
    "NothingSaid", "Retracted", "Said", "SaidAlready", "SameSubject", "StillMerged", "Undone", "UnknownKind",
    "UnknownProperty", "UnknownRole", "add", "correct", "merge", "relate", "remove", "restore", "retract", "set_role",
    "state", "unmerge",
]  # fmt: skip
