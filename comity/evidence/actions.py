"""What changes items. docs/rooms/evidence.md lists the actions with their meaning."""

from comity.evidence.bringing import NotReceived, from_attachment
from comity.evidence.deriving import NoSource, UnknownWay, derive
from comity.evidence.keeping import (
    BadMoment,
    Checked,
    NeedsBytesOrSeal,
    NobodyNamed,
    NoBytes,
    NoReason,
    NothingToCorrect,
    NoTitle,
    UnknownKind,
    WrongState,
    bring_back,
    check_bytes,
    correct,
    examine,
    lend,
    move,
    permit,
    seal,
    take,
)
from comity.evidence.leaving import attach_to_draft, may_leave
from comity.evidence.measures import (
    AlreadyDecided,
    AlreadyProposed,
    NoReasons,
    OnlyThings,
    StillUsed,
    approve,
    propose,
    reject,
    withdraw,
)

__all__ = [
    "AlreadyDecided", "AlreadyProposed", "BadMoment", "Checked", "NeedsBytesOrSeal", "NoBytes", "NoReason",
    "NoReasons", "NoSource", "NoTitle", "NobodyNamed", "NotReceived", "NothingToCorrect", "OnlyThings", "StillUsed",
    "UnknownKind", "UnknownWay", "WrongState", "approve", "attach_to_draft", "bring_back", "check_bytes", "correct",
    "derive", "examine", "from_attachment", "lend", "may_leave", "move", "permit", "propose", "reject", "seal", "take",
    "withdraw",
]  # fmt: skip
