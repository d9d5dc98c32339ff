"""Everything that changes subjects. docs/rooms/subjects.md lists the doors."""

from comity.subjects.cleaning import BadValue
from comity.subjects.columns import BadMapping
from comity.subjects.evaluation import BadEvaluation
from comity.subjects.importing import (
    NoImport,
    NotReadable,
    WrongStatus,
    commit,
    discard,
    go_on,
    go_on_importing,
    map_columns,
    undo_import,
    upload,
)
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
    "BadEvaluation", "BadMapping", "BadStatement", "BadValue", "CannotMerge", "DoesNotFit", "MergedAlready",
    "NoImport", "NoReason", "NotFound", "NotReadable", "NothingSaid", "Retracted", "Said", "SaidAlready",
    "SameSubject", "StillMerged", "Undone", "UnknownKind", "UnknownProperty", "UnknownRole", "WrongStatus", "add",
    "commit", "correct", "discard", "go_on", "go_on_importing", "map_columns", "merge", "relate", "remove",
    "restore", "retract", "set_role", "state", "undo_import", "unmerge", "upload",
]  # fmt: skip
