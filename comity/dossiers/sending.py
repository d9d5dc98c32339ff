"""From an approved draft, or a feed, to signed acts: signed, stored, logged, queued and folded in one transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from comity.access.queries import User
from comity.dossiers import checking, drafting, folding, sight
from comity.dossiers.models import Act, Attachment, Dossier, Draft, Numbering, item
from comity.dossiers.signing import Signing
from comity.exchange import actions as exchange
from comity.instruments import catalogue, model
from comity.lib.errors import BadInput, ComityError


class NeedsApproval(ComityError):
    code = "dossiers.needs-approval"
    says = "The step '{act}' needs a second person."
    next_step = "Submit the draft; somebody who had no hand in it approves it."


class NamesDocuments(BadInput):
    code = "dossiers.names-documents"
    says = "Act {number} names documents, which are stored and sealed with a draft."
    next_step = "Begin this act as a draft, attach its documents, and send that."


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
        _demand_no_second_person(catalogue.get(draft.instrument), draft.act_type)
        return _sign(draft, "sent", by, at)


def send_all(dossier: Dossier, acts: Sequence[tuple[str, Mapping[str, Any]]], *, by: User, at: datetime) -> list[Act]:
    """Sign several acts of one dossier that need no second person, each following the one before: all or none.

    For feeds, which bring many small acts at once; no drafts are kept of them.

    :param acts: types with their contents, in their order.
    :raises NeedsApproval, NotPossible: one of them needs a second person, or is not open to us.
    :raises NotReady: a content has something that stops it; ``number`` says whose, from 1.
    :raises NamesDocuments: a content names documents.
    :raises NotAllowed, NotFound: the rules.
    """
    with transaction.atomic():
        exchange.lock_log()  # before any row of ours: see `_sign`
        now = lock(dossier.pk)
        sight.demand(by, "send", sight.of_dossier(now))
        signing = Signing(folding.fold(now), at)
        for number, (act_type, content) in enumerate(acts, start=1):
            _add_checked(signing, act_type, dict(content), number)
        return signing.store(by)


def _add_checked(signing: Signing, act_type: str, content: dict[str, Any], number: int) -> None:
    if "items" in content:
        raise NamesDocuments(number=number)
    _demand_no_second_person(signing.result.definition, act_type)
    drafting.demand_possible(signing.result, act_type)
    found = checking.content(signing.result, act_type, content, signing.result.state.language)
    drafting.refuse_stops(found, number=number)
    signing.add(act_type, content)


def _demand_no_second_person(definition: model.Definition, act_type: str) -> None:
    """:raises NeedsApproval: the act does, or the instrument has none of that name."""
    found = definition.act(act_type)
    if found is None or found.four_eyes:
        raise NeedsApproval(act=act_type)


def _sign(draft: Draft, kind: str, by: User, at: datetime) -> Act:
    """The act of a draft. The log's lock comes before the dossier's, here as in `receiving`: otherwise an
    approval and an arriving batch could each hold what the other needs."""
    attached = list(draft.attachments.filter(removed_at__isnull=True).order_by("number"))
    blobs = [row.blob for row in attached]
    if draft.dossier is None:
        drafting.demand_ready(draft, at)
        dossier = _open(draft, at)
        signing = Signing(folding.folded(dossier, {}), at)
        signing.add(draft.act_type, _opening(draft, signing.result.definition, attached), blobs)
    else:
        dossier = lock(draft.dossier.pk)
        signing = Signing(folding.fold(dossier), at)
        drafting.demand_ready(draft, at, signing.result)
        drafting.demand_possible(signing.result, draft.act_type)
        signing.add(draft.act_type, _further(draft, attached), blobs)
    [act] = signing.store(by)
    if attached:
        Attachment.objects.filter(pk__in=[row.pk for row in attached]).update(act=act)
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
    Dossier.objects.select_for_update().values_list("pk").get(pk=dossier)  # alone: see `drafting.locked`
    return Dossier.objects.select_related("unit", "assigned_to").get(pk=dossier)
