"""Looking again at persons who are kept for long: keep them, because; or erase them (article 5)."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max

from comity.access.queries import User
from comity.lib.errors import BadInput, ComityError
from comity.retention import cleaning, queries
from comity.retention.asked import Review
from comity.subjects import erasing, sight
from comity.subjects import queries as subjects
from comity.subjects import reviewing as known
from comity.subjects.reviewing import Stale

DAYS = 365
"""After so many days without a word a person is shown, unless the reader asks for another number."""


class NoReason(BadInput):
    code = "retention.review-needs-a-reason"
    says = "Whoever keeps or erases a person's data says why."
    next_step = "Write the reason in a few words, without names."


class Held(ComityError):
    code = "retention.held"
    says = "{case} is held back from erasing."
    next_step = "Ask an administrator why, and to end the hold."


def to_review(user: User, at: datetime, *, days: int = DAYS, role: str = "") -> list[Stale]:
    """The persons in this user's cases whose statements nobody confirmed for so many days. Each is a recorded read."""
    last = dict(Review.objects.filter(keep=True).values_list("ref").annotate(last=Max("at")).order_by())
    return known.stale(user, at, before=at - timedelta(days=days), role=role, reviewed=last)


@transaction.atomic
def keep(ref: str, *, reason: str, by: User, at: datetime) -> Review:
    """This person is still needed in the case, because. Who may add to the case says so.

    :raises NoReason, NotFound, NotAllowed: as they say.
    """
    row = subjects.of_ref(by, ref, at)
    sight.demand(by, "write", sight.thing(row), at)
    return _reviewed(row, True, reason, by, at)


def erase(ref: str, *, reason: str, by: User, at: datetime) -> dict[str, int]:
    """Erase a person's data for good, with a proof. Who leads the case does.

    :raises NoReason, Held, NotFound, NotAllowed: as they say.
    """
    with transaction.atomic():
        row = subjects.of_ref(by, ref, at)
        case = row.compartment.parent or row.compartment
        if queries.is_held("case", case.name):
            raise Held(case=case.name)
        _reviewed(row, False, reason, by, at)
        counts = erasing.erase_subject(row, rule=f"review: {ref}", by=by, at=at)
    cleaning.clean(set(counts))
    return counts


def _reviewed(row: subjects.Subject, kept: bool, reason: str, by: User, at: datetime) -> Review:
    if not reason.strip():
        raise NoReason
    return Review.objects.create(
        ref=row.ref, within=row.compartment.name, keep=kept, reason=reason.strip(), by=by, at=at
    )
