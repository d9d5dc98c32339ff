"""What is known about dossiers and drafts. docs/rooms/dossiers.md lists the queries with their meaning.

Rows are filtered by access where they are found (`sight`), so no page can forget it.
"""

from typing import Any

from comity.dossiers import folding
from comity.dossiers.assurances import BreachView, Calls, alarms, breach, calls, register
from comity.dossiers.assurances import of_dossier as assurances_of
from comity.dossiers.competing import (
    Beside,
    Candidate,
    CompetitionView,
    candidates,
    competes,
    competition,
    competitions,
)
from comity.dossiers.competing import instruments as competing_instruments
from comity.dossiers.competing import of_dossier as competitions_of
from comity.dossiers.filing import StillArriving, open_attachment
from comity.dossiers.listing import approvals, discarded, drafts, submitted, to_approve, worklist
from comity.dossiers.models import Act, Attachment, Dossier, Draft, DraftStep, Waiting
from comity.dossiers.progress import Progress, progress, under_way
from comity.dossiers.rechecking import Effect, Received, effect, received_report
from comity.dossiers.sight import NotFound
from comity.dossiers.timeline import timeline
from comity.dossiers.uses import (
    Asked,
    Entered,
    ThingView,
    asking_title,
    check,
    faults,
    ledger,
    received_in,
    thing,
    uses_for,
)
from comity.dossiers.values import (
    ClockView,
    Delivered,
    DossierView,
    DraftRow,
    DraftView,
    Due,
    Entry,
    Evidence,
    ItemView,
    Line,
    QuestionView,
    Row,
    Signature,
    Trouble,
    Worklist,
)
from comity.dossiers.viewing import (
    attachment,
    crossed,
    dossier,
    draft,
    draft_pdf,
    items,
    one,
    possible_acts,
    preflight,
    request_pdf,
)
from comity.instruments import procedure


def stored_act(name: str) -> bytes | None:
    """The stored bytes of an act, also while it waits for its dossier; None when there is none."""
    raw = Act.objects.filter(act_id=name).values_list("raw", flat=True).first()
    if raw is None:
        raw = Waiting.objects.filter(act_id=name).values_list("raw", flat=True).first()
    return None if raw is None else bytes(raw)


def stored_acts() -> list[str]:
    """The ids of every stored act, for `log verify`: each must stand in the log."""
    kept = [*Act.objects.values_list("act_id", flat=True), *Waiting.objects.values_list("act_id", flat=True)]
    return sorted(kept)


def summary() -> dict[str, Any]:
    """``{"dossiers": [{"id","instrument","state","acts","digest"}], "waiting": n}``: what parties compare."""
    told = []
    for found in Dossier.objects.order_by("id"):
        state = folding.fold(found).state
        told.append(
            {
                "id": found.pk,
                "instrument": found.instrument,
                "state": state.stage,
                "acts": found.act_count,
                "digest": procedure.digest(state),
            }
        )
    return {"dossiers": told, "waiting": Waiting.objects.count()}


def waiting() -> list[dict[str, Any]]:
    """Acts whose dossier is not open here: ``[{"act","dossier","sender","arrived_at","why"}]``."""
    rows = Waiting.objects.order_by("arrived_at", "id")
    return [
        {
            "act": row.act_id,
            "dossier": row.dossier,
            "sender": row.sender,
            "arrived_at": row.arrived_at,
            "why": row.why,
        }
        for row in rows
    ]


def ids() -> list[str]:
    """The id of every dossier, for `comity doctor --rebuild`."""
    return list(Dossier.objects.order_by("id").values_list("id", flat=True))


__all__ = [
    "Act",
    "Asked",
    "Attachment",
    "Beside",
    "BreachView",
    "Calls",
    "Candidate",
    "ClockView",
    "CompetitionView",
    "Delivered",
    "Dossier",
    "DossierView",
    "Draft",
    "DraftRow",
    "DraftStep",
    "DraftView",
    "Due",
    "Effect",
    "Entered",
    "Entry",
    "Evidence",
    "ItemView",
    "Line",
    "NotFound",
    "Progress",
    "QuestionView",
    "Received",
    "Row",
    "Signature",
    "StillArriving",
    "ThingView",
    "Trouble",
    "Worklist",
    "alarms",
    "approvals",
    "asking_title",
    "assurances_of",
    "attachment",
    "breach",
    "calls",
    "candidates",
    "check",
    "competes",
    "competing_instruments",
    "competition",
    "competitions",
    "competitions_of",
    "crossed",
    "discarded",
    "dossier",
    "draft",
    "draft_pdf",
    "drafts",
    "effect",
    "faults",
    "ids",
    "items",
    "ledger",
    "one",
    "open_attachment",
    "possible_acts",
    "preflight",
    "progress",
    "received_in",
    "received_report",
    "register",
    "request_pdf",
    "stored_act",
    "stored_acts",
    "submitted",
    "summary",
    "thing",
    "timeline",
    "to_approve",
    "under_way",
    "uses_for",
    "waiting",
    "worklist",
]
