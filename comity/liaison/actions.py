"""Everything that changes conversations, calls and the roster. docs/rooms/liaison.md lists the doors."""

from datetime import datetime

from comity.liaison import calling, receiving
from comity.liaison.body import BadMessage
from comity.liaison.calling import AlreadyTaken, acknowledge, call
from comity.liaison.duty import BadDuty, put_on_duty, restore_duty, take_off_duty
from comity.liaison.models import Call, Duty, Message, Thread
from comity.liaison.receiving import receive
from comity.liaison.sight import NotFound
from comity.liaison.storing import AlreadySaid
from comity.liaison.talking import AlreadyInCase, NotAParty, TooMany, close, open_thread, put_in_case, reopen, say


def ring(at: datetime) -> None:
    """The routine of the worker: finds dossiers that came after their conversations, and calls whoever comes next."""
    receiving.settle(at)
    calling.ring(at)


__all__ = [
    "AlreadyInCase", "AlreadySaid", "AlreadyTaken", "BadDuty", "BadMessage", "Call", "Duty", "Message", "NotAParty",
    "NotFound", "Thread", "TooMany", "acknowledge", "call", "close", "open_thread", "put_in_case", "put_on_duty",
    "receive", "reopen", "restore_duty", "ring", "say", "take_off_duty",
]  # fmt: skip
