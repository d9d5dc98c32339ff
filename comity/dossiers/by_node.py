"""Drafts that the node itself writes: what is known is filled in, what is not stays open, and a person sends it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from comity.dossiers import checking, drafting, folding, sending
from comity.dossiers.models import Act, Dossier, Draft, DraftStep
from comity.instruments import model, procedure
from comity.instruments.model import ActType, Finding


@transaction.atomic
def draft_by_node(dossier: str, act_type: str, content: Mapping[str, Any], *, at: datetime) -> Draft | None:
    """A draft of a further act with the node as its author; nobody has approved anything by that.

    :returns: None where the step is not open to us any more, or somebody has begun it already.
    """
    found = sending.lock(dossier)
    if Draft.objects.filter(dossier=found, act_type=act_type).exists():
        return None
    result = folding.fold(found)
    try:
        drafting.demand_possible(result, act_type)
    except drafting.NotPossible:
        return None
    made = Draft.objects.create(
        dossier=found,
        act_type=act_type,
        instrument=found.instrument,
        receiver=found.counterpart,
        language=result.state.language,
        unit=found.unit,
        content=dict(content),
        drafted_at=at,
        changed_at=at,
    )
    DraftStep.objects.create(draft=made, revision=made.revision, kind="started", by=None, at=at)
    return made


def receipts_owed(since: datetime, limit: int = 200) -> list[tuple[Dossier, ActType]]:
    """Dossiers that another authority opened with us, and the act by which we acknowledge receipt of each.

    Only where the instrument counts a time from that receipt or gives one for it, and nobody has begun the act yet.

    :param since: only those that arrived at or after this moment, the oldest first.
    """
    begun = Draft.objects.filter(act_type=ACKNOWLEDGES).values("dossier")
    found = (
        Dossier.objects.filter(final=False, opened_at__gte=since, ours=True)
        .exclude(pk__in=begun)
        .select_related("unit", "assigned_to")
        .order_by("opened_at", "id")
    )
    owed = []
    for one in found[:limit]:
        act = receipt(one)
        if act is not None:
            owed.append((one, act))
    return owed


ACKNOWLEDGES = "acknowledge"


def receipt(dossier: Dossier) -> ActType | None:
    """The act that acknowledges receipt, where the procedure offers it to us now and a clock hangs on it."""
    result = folding.fold(dossier)
    definition = result.definition
    for act in procedure.allowed(definition, result.state, dossier.role):
        if act.id == ACKNOWLEDGES and act.event == "receipt" and has_clock(definition, act):
            return act
    return None


def has_clock(definition: model.Definition, act: ActType) -> bool:
    return any(act.id in rule.met_by or rule.starts == act.event for rule in definition.deadlines)


def arrived_at(dossier: Dossier) -> datetime | None:
    """When the request arrived here, as the exchange recorded it."""
    return (
        Act.objects.filter(dossier=dossier, way=Act.RECEIVED)
        .order_by("arrived_at", "id")
        .values_list("arrived_at", flat=True)
        .first()
    )


def left_open(draft: Draft, language: str = "en") -> tuple[Finding, ...]:
    """What the form of a draft still lacks, field by field."""
    return checking.check(draft, language, draft.drafted_at.date()).findings
