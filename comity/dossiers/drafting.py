"""The private work before an act: start, save, attach, submit, give back, discard, restore.

Every change is a step in the draft's history, and whoever makes one may not approve the draft.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, BinaryIO

from django.db import transaction

from comity.access import queries as people
from comity.access import rules
from comity.access.queries import Unit, User
from comity.access.rules import Thing
from comity.dossiers import checking, filing, folding, pointers, sight
from comity.dossiers.models import Attachment, Dossier, Draft, DraftStep
from comity.exchange import actions as exchange
from comity.exchange.wire.strict import b64
from comity.instruments import catalogue, procedure
from comity.instruments.model import Finding
from comity.lib.errors import BadInput, ComityError


class UnknownReceiver(BadInput):
    code = "dossiers.unknown-receiver"
    says = "{authority} is not among the authorities that this node is connected to."
    next_step = "Ask an administrator to add its card, or choose another receiver."


class WrongStatus(ComityError):
    code = "dossiers.wrong-status"
    says = "This draft is {status}; this step needs one that is {needed}."
    next_step = "{remedy}"


class ChangedMeanwhile(ComityError):
    code = "dossiers.changed-meanwhile"
    says = "{name} changed this draft at {when}, after you opened it. Your change was not saved."
    next_step = "Load the draft again, look at what changed, and enter your change once more."


class NotPossible(ComityError):
    code = "dossiers.not-possible"
    says = "The step '{act}' is not open to us now: the dossier stands at '{stage}'."
    next_step = "Look at the dossier: another step was taken meanwhile, or the other side must move first."


class NotReady(ComityError):
    """``findings`` lists everything that stops it."""

    code = "dossiers.not-ready"
    says = "To mend before the draft can go further: {count}. The first: {first}"
    next_step = "Open the check of the draft; each point leads to its field."


class NoReason(BadInput):
    code = "dossiers.no-reason"
    says = "A draft is given back with a reason."
    next_step = "Write one sentence that says what to change."


REMEDIES = {
    Draft.SUBMITTED: "Give it back first; the reason then stands in its history.",
    Draft.APPROVED: "It has been sent. Begin a further act instead.",
    Draft.DISCARDED: "Restore it first.",
    Draft.DRAFTING: "Submit it first.",
}


@transaction.atomic
def start(
    instrument: str,
    *,
    to: str,
    unit: Unit,
    by: User,
    at: datetime,
    language: str | None = None,
    form: Mapping[str, Any] | None = None,
    facts: Mapping[str, Any] | None = None,
) -> Draft:
    """A draft of the act that opens a dossier with the authority ``to``; its content is ``{"form","facts"}``.

    :raises UnknownReceiver: ``to`` is no peer. NotAllowed: the rules.
    """
    rules.demand(people.actor(by), "draft", Thing("draft", unit=unit.code))
    definition = catalogue.get(instrument)
    card = checking.card_of(to)
    if card is None:
        raise UnknownReceiver(authority=to)
    content = {"form": dict(form or {}), "facts": dict(facts or {})}
    return _begin(
        Draft(
            act_type=definition.opening.id,
            instrument=definition.id,
            receiver=to,
            language=language or card.languages[0],
            unit=unit,
            content=content,
        ),
        by,
        at,
    )


@transaction.atomic
def begin_act(
    dossier: Dossier, act_type: str, *, by: User, at: datetime, content: Mapping[str, Any] | None = None
) -> Draft:
    """A draft of a further act in a dossier.

    :raises NotPossible: the procedure does not offer the act to us at this stage.
    :raises NotAllowed, NotFound: the rules.
    """
    sight.demand(by, "draft", sight.of_dossier(dossier))
    result = folding.fold(dossier)
    demand_possible(result, act_type)
    return _begin(
        Draft(
            dossier=dossier,
            act_type=act_type,
            instrument=dossier.instrument,
            receiver=dossier.counterpart,
            language=result.state.language,
            unit=dossier.unit,
            content=dict(content or {}),
        ),
        by,
        at,
    )


def _begin(draft: Draft, by: User, at: datetime) -> Draft:
    draft.drafted_by = draft.changed_by = by
    draft.drafted_at = draft.changed_at = at
    draft.save()
    DraftStep.objects.create(draft=draft, revision=draft.revision, kind="started", by=by, at=at)
    return draft


def demand_possible(result: folding.Folded, act_type: str) -> None:
    """:raises NotPossible: our side may not take this step now."""
    offered = procedure.allowed(result.definition, result.state, result.dossier.role)
    if act_type not in {act.id for act in offered}:
        raise NotPossible(act=act_type, stage=result.state.stage)


@transaction.atomic
def save(draft: Draft, *, pointer: str, value: Any, by: User, at: datetime, revision: int | None = None) -> Draft:
    """Put ``value`` at ``pointer`` of the content ("" is the whole); incomplete work is kept as it is.

    :param value: None takes the place away.
    :param revision: the revision that the page showed; None does not ask.
    :raises ChangedMeanwhile: somebody changed the draft since. WrongStatus, BadPointer, NotAllowed, NotFound.
    """
    draft = locked(draft, "draft", by=by, revision=revision)
    content = pointers.put(draft.content, pointer, value)
    changed = pointers.changes(draft.content, content)
    if not changed:
        return draft
    draft.content = content
    return step(draft, "saved", by=by, at=at, changes=changed)


@transaction.atomic
def set_language(draft: Draft, *, language: str, by: User, at: datetime, revision: int | None = None) -> Draft:
    """Choose the language in which the request goes out."""
    draft = locked(draft, "draft", by=by, revision=revision)
    changed = pointers.changes({"language": draft.language}, {"language": language})
    if not changed:
        return draft
    draft.language = language
    return step(draft, "saved", by=by, at=at, changes=changed)


def attach(draft: Draft, *, name: str, media_type: str, stream: BinaryIO, by: User, at: datetime) -> Attachment:
    """Add a document. It is read once, in pieces, and stored sealed; it leaves only with the approved act.

    :raises WrongStatus, NotAllowed, NotFound: before anything is stored.
    """
    with transaction.atomic():
        locked(draft, "draft", by=by)
    # Outside a transaction: a file of gigabytes must not hold up everybody else's writes.
    stored = exchange.store_blob(stream, at=at)
    with transaction.atomic():
        draft = locked(draft, "draft", by=by)
        number = draft.attachments.count() + 1
        added = Attachment.objects.create(
            draft=draft,
            number=number,
            name=filing.file_name(name, number),
            media_type=filing.media_type(media_type),
            size=stored.size,
            sha256=stored.sha256,
            blob=stored.id,
            key=b64(stored.key),
            added_by=by,
            added_at=at,
        )
        step(draft, "attached", by=by, at=at, reason=added.name)
    return added


def detach(attachment: Attachment, *, by: User, at: datetime) -> Draft:
    """Take a document off a draft; `reattach` puts it back until the draft is approved."""
    return _mark(attachment, "detached", removed_at=at, by=by, at=at)


def reattach(attachment: Attachment, *, by: User, at: datetime) -> Draft:
    """Undo `detach`."""
    return _mark(attachment, "reattached", removed_at=None, by=by, at=at)


@transaction.atomic
def _mark(attachment: Attachment, kind: str, *, removed_at: datetime | None, by: User, at: datetime) -> Draft:
    if attachment.draft is None:
        raise WrongStatus(status="received", needed="drafting", remedy="Documents that arrived are kept as they came.")
    draft = locked(attachment.draft, "draft", by=by)
    if not draft.attachments.filter(pk=attachment.pk, removed_at__isnull=removed_at is not None).update(
        removed_at=removed_at
    ):
        return draft
    return step(draft, kind, by=by, at=at, reason=attachment.name)


@transaction.atomic
def submit(draft: Draft, *, by: User, at: datetime, revision: int | None = None) -> Draft:
    """Hand a draft to those who may approve it.

    :raises NotReady: the check finds something that stops it.
    :raises ChangedMeanwhile, WrongStatus, NotAllowed, NotFound: as for `save`.
    """
    draft = locked(draft, "submit", by=by, revision=revision)
    demand_ready(draft, at)
    draft.status, draft.submitted_by = Draft.SUBMITTED, by
    return step(draft, "submitted", by=by, at=at)


@transaction.atomic
def give_back(draft: Draft, *, by: User, reason: str, at: datetime) -> Draft:
    """Return a submitted draft to those who draft, with a reason.

    :raises NoReason: no reason was given. WrongStatus, NotAllowed, NotFound.
    """
    if not reason.strip():
        raise NoReason
    draft = locked(draft, "submit", by=by, status=Draft.SUBMITTED)
    draft.status, draft.submitted_by = Draft.DRAFTING, None
    return step(draft, "returned", by=by, at=at, reason=reason.strip())


@transaction.atomic
def discard(draft: Draft, *, by: User, at: datetime) -> Draft:
    """Put a draft aside; `restore` brings it back."""
    draft = locked(draft, "draft", by=by)
    draft.status = Draft.DISCARDED
    return step(draft, "discarded", by=by, at=at)


@transaction.atomic
def restore(draft: Draft, *, by: User, at: datetime) -> Draft:
    """Undo `discard`."""
    draft = locked(draft, "draft", by=by, status=Draft.DISCARDED)
    draft.status = Draft.DRAFTING
    return step(draft, "restored", by=by, at=at)


def locked(draft: Draft, verb: str, *, by: User, status: str = Draft.DRAFTING, revision: int | None = None) -> Draft:
    """The draft as it is now, its row locked, for somebody who may do ``verb`` while it has ``status``.

    :raises NotFound, NotAllowed: the rules. WrongStatus: another status. ChangedMeanwhile: another revision.
    """
    # Locked alone, then read with its people: PostgreSQL drops a row that it waited for when a joined column
    # changed meanwhile.
    Draft.objects.select_for_update().values_list("pk").get(pk=draft.pk)
    now = Draft.objects.select_related(*sight.DRAFT).get(pk=draft.pk)
    sight.demand(by, verb, sight.of_draft(now, whole=verb == "approve"))
    if revision is not None and revision != now.revision:
        raise ChangedMeanwhile(name=now.changed_by.full_name, when=f"{now.changed_at:%Y-%m-%d %H:%M} UTC")
    if now.status != status:
        remedy = REMEDIES[now.status] if status == Draft.DRAFTING else REMEDIES[Draft.DRAFTING]
        raise WrongStatus(status=now.status, needed=status, remedy=remedy)
    return now


def demand_ready(draft: Draft, at: datetime, result: folding.Folded | None = None) -> None:
    """Check a draft, against its dossier as it stands if that is at hand.

    :raises NotReady: the check finds something that stops it.
    """
    refuse_stops(checking.check(draft, draft.language, at.date(), result).findings)


def refuse_stops(findings: Iterable[Finding], **fields: Any) -> None:
    """:raises NotReady: a finding stops; ``fields`` tell more about what was checked."""
    stopping = tuple(finding for finding in findings if finding.severity == "stop")
    if stopping:
        raise NotReady(count=len(stopping), first=stopping[0].says, findings=stopping, **fields)


def step(
    draft: Draft,
    kind: str,
    *,
    by: User,
    at: datetime,
    reason: str = "",
    changes: list[dict[str, Any]] | None = None,
) -> Draft:
    """Write the draft and the step that changed it."""
    draft.revision += 1
    draft.changed_by, draft.changed_at = by, at
    draft.save()
    DraftStep.objects.create(
        draft=draft, revision=draft.revision, kind=kind, by=by, at=at, reason=reason, changes=changes or []
    )
    return draft
