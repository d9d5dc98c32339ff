"""What is known about the work of a unit. docs/rooms/work.md lists the queries with their meaning."""

from comity.work.escalation import WHO, Step, escalations, ladder
from comity.work.load import AGES, Load, Person, load
from comity.work.models import Escalation, Profile, Reminder, Triage, Urgent
from comity.work.needs import Needs, needs, to_review
from comity.work.profiles import RHYTHMS, profile
from comity.work.reminders import failed, reminders, says
from comity.work.sight import NotFound, supervised, worked
from comity.work.triage import PRIORITIES, Candidate, Inbox, Reason, Waiting, inbox, last_of, proposals
from comity.work.urgency import BudgetView, budgets, markings, urgent

__all__ = [
    "AGES", "PRIORITIES", "RHYTHMS", "WHO", "BudgetView", "Candidate", "Escalation", "Inbox", "Load", "Needs",
    "NotFound", "Person", "Profile", "Reason", "Reminder", "Step", "Triage", "Urgent", "Waiting", "budgets",
    "escalations", "failed", "inbox", "ladder", "last_of", "load", "markings", "needs", "profile", "proposals",
    "reminders", "says", "supervised", "to_review", "urgent", "worked",
]  # fmt: skip
