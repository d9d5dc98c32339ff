"""What changes the work of a unit. docs/rooms/work.md lists the actions with their meaning."""

from comity.work.escalation import BadLadder, NoNote, acknowledge, escalate, set_ladder
from comity.work.profiles import BadAddress, BadLanguage, BadRhythm, set_profile
from comity.work.receipts import write_receipts
from comity.work.reminders import remind
from comity.work.routine import every_minute
from comity.work.triage import BadPriority, triage
from comity.work.urgency import (
    AlreadyUrgent,
    BadBudget,
    NoReason,
    NotOurs,
    OverBudget,
    downgrade,
    mark_urgent,
    set_budget,
)

__all__ = [
    "AlreadyUrgent", "BadAddress", "BadBudget", "BadLadder", "BadLanguage", "BadPriority", "BadRhythm", "NoNote",
    "NoReason", "NotOurs", "OverBudget", "acknowledge", "downgrade", "escalate", "every_minute", "mark_urgent",
    "remind", "set_budget", "set_ladder", "set_profile", "triage", "write_receipts",
]  # fmt: skip
