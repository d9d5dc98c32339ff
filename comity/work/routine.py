"""What the worker calls once a minute."""

from datetime import datetime

from comity.access import asking
from comity.work import escalation, receipts, reminders


def every_minute(at: datetime) -> None:
    """Take the steps of escalation that are due, draft receipts, send reminders. Safe to do twice at once."""
    with asking.as_node():
        escalation.escalate(at)
        receipts.write_receipts(at)
        reminders.remind(at)
