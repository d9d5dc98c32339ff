"""The history of what was changed in users, units, roles and seats."""

from datetime import datetime

from comity.access.models import Change, Unit, User


def note(
    what: str,
    *,
    by: User | None,
    at: datetime,
    user: User | None = None,
    unit: Unit | None = None,
    **details: object,
) -> Change:
    """Add a line to the history; ``by`` is None where the command line acted."""
    return Change.objects.create(what=what, by=by, at=at, user=user, unit=unit, details=details)
