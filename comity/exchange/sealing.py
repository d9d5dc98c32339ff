"""Seals the access record in the log: who looked at what cannot be rewritten afterwards without being found."""

from datetime import datetime

from django.db import OperationalError, transaction

from comity.access import record
from comity.exchange import merkle


def seal(at: datetime) -> None:
    """Log every row of the access record that was added since the last time. The worker calls it every minute."""
    for name in record.RECORDS:
        try:
            upto = record.settled(name)
        except OperationalError:  # somebody has been adding rows for seconds: the next minute is soon enough
            continue
        while _seal_some(name, upto, at):
            pass


@transaction.atomic
def _seal_some(name: str, upto: int, at: datetime) -> bool:
    merkle.lock()  # one worker at a time
    sealed = record.seal_next(name, upto, at=at)
    if sealed is None:
        return False
    merkle.append([merkle.Item(sealed.record, sealed.name, merkle.sha256(sealed.raw))], at=at)
    return True
