"""Everything that changes windows. docs/rooms/disclosure.md lists the actions with their meaning."""

from comity.disclosure.door import Closed, TooManyTries, enter, hand_code, leave
from comity.disclosure.importing import Imported, NotSound, take_package
from comity.disclosure.proposing import (
    BadWindow,
    Changed,
    Incomplete,
    NeedsGround,
    NoReason,
    NotAllSeen,
    NothingToList,
    approve,
    decline,
    end,
    propose,
)
from comity.disclosure.sight import NotFound, WrongState
from comity.disclosure.values import Choice

__all__ = [
    "BadWindow",
    "Changed",
    "Choice",
    "Closed",
    "Imported",
    "Incomplete",
    "NeedsGround",
    "NoReason",
    "NotAllSeen",
    "NotFound",
    "NotSound",
    "NothingToList",
    "TooManyTries",
    "WrongState",
    "approve",
    "decline",
    "end",
    "enter",
    "hand_code",
    "leave",
    "propose",
    "take_package",
]
