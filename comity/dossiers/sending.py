"""From an approved draft to a signed act: signed, stored, logged, queued and folded in one transaction."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from comity.access.queries import User
from comity.dossiers import body, checking, drafting, folding
from comity.dossiers.models import Act, Attachment, Dossier, Draft, Numbering, item
from comity.exchange import actions as exchange
from comity.instruments import catalogue, model
from comity.lib.errors import ComityError


class NeedsApproval(ComityError):
    code = "dossiers.needs-approval"
    says = "The step '{act}' needs a second person."
    next_step = "Submit the draft; somebody who had no hand in it approves it."


def approve(draft: Draft, *, by: User, at: datetime, revision: int | None = None) -> Act:
    """Sign a submitted draft as the second person, and queue it to every other party.

    :param revision: the revision that the approver was shown; None does not ask.
    :raises NotAllowed: among others because ``by`` drafted, edited or submitted it (rule ``four-eyes``).
    :raises NotReady, NotPossible: the check, or the dossier, has changed since it was submitted.
    :raises ChangedMeanwhile, WrongStatus, NotFound: as elsewhere.
    """
    with transaction.atomic():
        exchange.lock_log()  # before any row of ours: see `_sign`
        draft = drafting.locked(draft, "approve", by=by, status=Draft.SUBMITTED, revision=revision)
        return _sign(draft, "approved", by, at)


def send(draft: Draft, *, by: User, at: datetime, revision: int | None = None) -> Act:
    """Sign an act that needs no second person.

    :raises NeedsApproval: this one does. Otherwise as `approve`.
    """
    with transaction.atomic():
        exchange.lock_log()
        draft = drafting.locked(draft, "send", by=by, revision=revision)
        act_type = catalogue.get(draft.instrument).act(draft.act_type)
        if act_type is None or act_type.four_eyes:
            raise NeedsApproval(act=draft.act_type)
        return _sign(draft, "sent", by, at)


def _sign(draft: Draft, kind: str, by: User, at: datetime) -> Act:
    """The act of a draft. The log's lock comes before the dossier's, here as in `receiving`: otherwise an
    approval and an arriving batch could each hold what the other needs."""
    drafting.demand_ready(draft)
    attached = list(draft.attachments.filter(removed_at__isnull=True).order_by("number"))
    if draft.dossier is None:
        dossier, definition = _open(draft, at), catalogue.get(draft.instrument)
        parents: tuple[str, ...] = ()
        content = _opening(draft, definition, attached)
    else:
        dossier = lock(draft.dossier.pk)
        result = folding.fold(dossier)
        drafting.demand_possible(result, draft.act_type)
        definition, parents, content = result.definition, result.state.heads, _further(draft, attached)
    signed = exchange.sign(
        body.KIND,
        body.build(
            dossier=dossier.pk,
            type=draft.act_type,
            by=folding.us(),
            at=at,
            parents=parents,
            definition=definition,
            content=content,
        ),
        at=at,
    )
    index = exchange.record("act", signed.id, signed.raw, at)
    act = keep(dossier, signed.id, signed.raw, signed.body, way=Act.SENT, at=at, log_index=index, by=by)
    Attachment.objects.filter(pk__in=[row.pk for row in attached]).update(act=act)
    others = sorted({party["authority"] for party in dossier.parties.values()} - {folding.us()})
    exchange.enqueue(signed.raw, act=act.act_id, to=others, blobs=[row.blob for row in attached], at=at)
    folding.refresh(dossier)
    draft.status, draft.act, draft.dossier = Draft.APPROVED, act, dossier
    drafting.step(draft, kind, by=by, at=at)
    return act


def _open(draft: Draft, at: datetime) -> Dossier:
    """A new dossier under the next number of the year."""
    definition = catalogue.get(draft.instrument)
    return Dossier.objects.create(
        id=next_id(at),
        instrument=definition.id,
        version=definition.version,
        definition_digest=definition.digest,
        role=definition.parties[0].id,
        unit=draft.unit,
        assigned_to=draft.drafted_by,
        opened_at=at,
        parties=parties(draft, definition),
    )


def parties(draft: Draft, definition: model.Definition) -> dict[str, dict[str, str]]:
    """Us as the one that opens, the receiver as the other."""
    card = checking.card_of(draft.receiver)
    if card is None:
        raise drafting.UnknownReceiver(authority=draft.receiver)
    ours, theirs = definition.parties[0].id, definition.parties[1].id
    return {
        ours: {"authority": folding.us(), "country": settings.COMITY.country},
        theirs: {"authority": card.authority, "country": card.country},
    }


def next_id(at: datetime) -> str:
    """``fr-central-2026-0001``: the row lock lets two approvals at the same moment take two numbers."""
    Numbering.objects.get_or_create(year=at.year)
    row = Numbering.objects.select_for_update().get(year=at.year)
    row.last += 1
    row.save(update_fields=["last"])
    return f"{folding.us()}-{at.year:04d}-{row.last:04d}"


def _opening(draft: Draft, definition: model.Definition, attached: list[Attachment]) -> dict[str, Any]:
    """The request exactly as it was checked, and the parties with the countries of their cards."""
    request = checking.request(draft, definition)
    return {
        "form": request["form"],
        "facts": request["facts"],
        "language": draft.language,
        "parties": parties(draft, definition),
        "items": [item(row) for row in attached],
    }


def _further(draft: Draft, attached: list[Attachment]) -> dict[str, Any]:
    return {**draft.content, **({"items": [item(row) for row in attached]} if attached else {})}


def lock(dossier: str) -> Dossier:
    """The dossier with its row locked: acts of one dossier are folded one after the other."""
    Dossier.objects.select_for_update().get(pk=dossier)  # alone: see `drafting.locked`
    return Dossier.objects.select_related("unit", "assigned_to").get(pk=dossier)


def keep(
    dossier: Dossier,
    act_id: str,
    raw: bytes,
    told: dict[str, Any],
    *,
    way: str,
    at: datetime,
    log_index: int,
    by: User | None = None,
) -> Act:
    """Store an act that stands in the log."""
    step = folding.as_step(act_id, told)
    return Act.objects.create(
        act_id=act_id,
        dossier=dossier,
        type=step.type,
        by=step.by,
        at=step.at,
        raw=raw,
        way=way,
        arrived_at=at,
        log_index=log_index,
        approved_by=by,
    )
