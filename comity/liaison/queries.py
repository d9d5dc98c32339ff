"""What is known about desks, conversations, calls and the roster. docs/rooms/liaison.md lists the queries."""

from comity.liaison.asking import OurOwnCountry, UnknownSubject, subjects
from comity.liaison.callview import alarms, call, calls, listens
from comity.liaison.directory import directory, of_authority, who
from comity.liaison.duty import roster
from comity.liaison.duty import units_of as units_on_duty
from comity.liaison.hours import Hours, Now, spans
from comity.liaison.hours import read as read_hours
from comity.liaison.sight import NotFound, units_to_talk
from comity.liaison.values import (
    Answer,
    Asked,
    CallRow,
    CallView,
    Desk,
    Directory,
    Listed,
    Reason,
    Roster,
    Said,
    Sent,
    ThreadRow,
    ThreadView,
)
from comity.liaison.viewing import history, in_compartment, stored_message, thread, threads, unread

__all__ = [
    "Answer", "Asked", "CallRow", "CallView", "Desk", "Directory", "Hours", "Listed", "NotFound", "Now",
    "OurOwnCountry", "Reason", "Roster", "Said", "Sent", "ThreadRow", "ThreadView", "UnknownSubject", "alarms",
    "call", "calls", "directory", "history", "in_compartment", "listens", "of_authority", "read_hours", "roster",
    "spans", "stored_message", "subjects", "thread", "threads", "units_on_duty", "units_to_talk", "unread", "who",
]  # fmt: skip
