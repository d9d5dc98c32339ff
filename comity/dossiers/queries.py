"""What is known about dossiers and drafts. docs/rooms/dossiers.md lists the queries with their meaning.

Rows are filtered by access where they are found (`sight`), so no page can forget it.
"""

from typing import Any

from comity.access.queries import Unit
from comity.dossiers import folding
from comity.dossiers.assurances import BreachView, Calls, alarm_ids, alarms, breach, calls, register
from comity.dossiers.assurances import of_dossier as assurances_of
from comity.dossiers.by_node import arrived_at, fields_of, receipts_owed
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
from comity.dossiers.falling import (
    AGES,
    Falling,
    Held,
    falling_due,
    held,
    limits,
    limits_count,
    one_draft,
    opened_by_us,
    units_of,
)
from comity.dossiers.figures import AskedFigures, Figures, behind, figures
from comity.dossiers.filing import StillArriving, file_name, media_type, open_attachment
from comity.dossiers.leaving import Brought, allowed, allows, came_with, open_drafts_with, receivers
from comity.dossiers.listing import (
    MOST,
    SIZE,
    approvals,
    by_node,
    by_node_count,
    discarded,
    drafts,
    inbox,
    submitted,
    to_approve,
    waiting_in_inbox,
    worklist,
)
from comity.dossiers.models import Act, Attachment, Dossier, Draft, DraftStep, Waiting
from comity.dossiers.progress import Progress, progress, under_way
from comity.dossiers.rechecking import Effect, Received, effect, received_report
from comity.dossiers.sight import NotFound
from comity.dossiers.sight import draft as draft_row
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


def unit_of_party(id: str, authority: str) -> Unit | None:
    """The unit that handles a dossier here, where this authority is one of its parties; otherwise None.

    For the rooms above that receive in the node's own name: nobody's eyes are asked.
    """
    found = Dossier.objects.select_related("unit").filter(pk=id).first()
    if found is None or authority not in {party["authority"] for party in found.parties.values()}:
        return None
    return found.unit


def ids() -> list[str]:
    """The id of every dossier, for `comity doctor --rebuild`."""
    return list(Dossier.objects.order_by("id").values_list("id", flat=True))


__all__ = [
    "AGES",
    "MOST",
    "SIZE",
    "Act",
    "Asked",
    "AskedFigures",
    "Attachment",
    "Beside",
    "BreachView",
    "Brought",
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
    "Falling",
    "Figures",
    "Held",
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
    "alarm_ids",
    "alarms",
    "allowed",
    "allows",
    "approvals",
    "arrived_at",
    "asking_title",
    "assurances_of",
    "attachment",
    "behind",
    "breach",
    "by_node",
    "by_node_count",
    "calls",
    "came_with",
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
    "draft_row",
    "drafts",
    "effect",
    "falling_due",
    "faults",
    "fields_of",
    "figures",
    "file_name",
    "held",
    "ids",
    "inbox",
    "items",
    "ledger",
    "limits",
    "limits_count",
    "media_type",
    "one",
    "one_draft",
    "open_attachment",
    "open_drafts_with",
    "opened_by_us",
    "possible_acts",
    "preflight",
    "progress",
    "receipts_owed",
    "received_in",
    "received_report",
    "receivers",
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
    "unit_of_party",
    "units_of",
    "uses_for",
    "waiting",
    "waiting_in_inbox",
    "worklist",
]
