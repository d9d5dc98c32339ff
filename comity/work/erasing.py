"""What this room wrote about things that are being erased: triage, escalations and urgency name reasons in words."""

from collections.abc import Collection

from comity.access import erasing
from comity.work.models import Escalation, Triage, Urgent


def erased(kind: str, refs: Collection[str]) -> dict[str, int]:
    """Called by retention (``wiring.ERASED``) in the transaction that erases dossiers, drafts or tasks."""
    rows = [Urgent.objects.filter(kind=kind, ref__in=refs)]
    if kind == "dossier":
        rows += [Triage.objects.filter(dossier__in=refs), Escalation.objects.filter(dossier__in=refs)]
    return erasing.erase_rows(*rows, rooms=["work"])
