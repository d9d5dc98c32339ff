"""Drafts that the node itself writes: what is known is filled in, what is not stays open, and a person sends it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from comity.dossiers import drafting, folding, sending
from comity.dossiers.models import Act, Dossier, Draft, DraftStep
from comity.instruments import catalogue, contents, model
from comity.instruments.model import ActType


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


ACKNOWLEDGES = "acknowledge"


def receipts_owed(since: datetime, limit: int = 200) -> list[Dossier]:
    """Dossiers that another authority opened with us and whose receipt nobody has begun to acknowledge.

    Only where the procedure offers that act at their stage, and the instrument counts a time from the receipt or gives
    one for it.

    :param since: only those that arrived at or after this moment, the oldest first.
    """
    begun = Draft.objects.filter(act_type=ACKNOWLEDGES).values("dossier")
    found = Dossier.objects.filter(_offers(), final=False, opened_at__gte=since).exclude(pk__in=begun)
    return list(found.select_related("unit", "assigned_to").order_by("opened_at", "id")[:limit])


def _offers() -> Q:
    """The stages, by instrument, at which our side may acknowledge receipt."""
    found = Q(pk__isnull=True)
    for definition in catalogue.all():
        act = definition.act(ACKNOWLEDGES)
        if act is not None and act.event == "receipt" and has_clock(definition, act):
            found |= Q(instrument=definition.id, stage__in=act.from_stages, role__in=act.by)
    return found


def has_clock(definition: model.Definition, act: ActType) -> bool:
    """Whether a deadline hangs on an act: it meets one, or what it tells starts one."""
    return any(act.id in rule.met_by or rule.starts == act.event for rule in definition.deadlines)


def arrived_at(dossier: Dossier) -> datetime | None:
    """When the request arrived here, as the exchange recorded it."""
    return (
        Act.objects.filter(dossier=dossier, way=Act.RECEIVED)
        .order_by("arrived_at", "id")
        .values_list("arrived_at", flat=True)
        .first()
    )


def fields_of(dossier: Dossier, act_type: str) -> frozenset[str]:
    """The names of the fields that the form of an act asks for."""
    definition = catalogue.get(dossier.instrument)
    act = definition.act(act_type)
    return frozenset(field.id for field in contents.fields(definition, act)) if act else frozenset()
