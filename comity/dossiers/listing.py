"""Dossiers and drafts in lists: the worklist with its filters, drafts to finish, drafts to approve."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import F, Q, QuerySet

from comity.access import queries as people
from comity.access.queries import User
from comity.dossiers import sight, subjects, trouble
from comity.dossiers.models import Dossier, Draft, DraftStep
from comity.dossiers.values import DraftRow, Due, Owed, Row, Waiting, Worklist
from comity.instruments import catalogue, texts


def worklist(
    user: User,
    *,
    at: datetime,
    owed: Owed | None = None,
    instrument: str = "",
    text: str = "",
    overdue: bool = False,
    closed: bool = False,
    language: str = "en",
) -> Worklist:
    """What a user has before them: dossiers due soonest first, drafts to finish, drafts to approve.

    :param owed: only dossiers in which we, or they, owe something.
    :param text: words that must all stand in number, subject, counterpart or title.
    :param overdue: only dossiers whose earliest end has passed at ``at``.
    :param closed: closed dossiers instead of open ones.
    """
    mine = sight.dossiers(user)
    open_ = mine.filter(final=False)
    late = Q(due_at__lt=at)
    shown = filtered(mine.filter(final=closed), owed, instrument, text)
    shown = shown.filter(late) if overdue else shown
    # Without a date at the end; then what moved last, so that the order never depends on chance.
    shown = shown.order_by(F("due_at").asc(nulls_last=True), F("last_act_at").desc(nulls_last=True), "id")
    return Worklist(
        rows=rows(user, shown, at, language),
        drafts=tuple(drafts(user, language)),
        to_approve=tuple(to_approve(user, language)),
        instruments=instruments(mine, language),
        total=open_.count(),
        owed_by_us=open_.filter(ours=True).count(),
        overdue=open_.filter(late).count(),
    )


def filtered(found: QuerySet[Dossier], owed: Owed | None, instrument: str, text: str) -> QuerySet[Dossier]:
    if owed is not None:
        found = found.filter(ours=True) if owed == "us" else found.filter(theirs=True)
    if instrument:
        found = found.filter(instrument=instrument)
    for word in text.casefold().split():
        found = found.filter(search__contains=word)
    return found


def instruments(found: QuerySet[Dossier], language: str) -> tuple[tuple[str, str], ...]:
    ids = found.order_by("instrument").values_list("instrument", flat=True).distinct()
    return tuple((id, title(id, "title", language)) for id in ids)


def title(instrument: str, key: str, language: str) -> str:
    return texts.of(catalogue.get(instrument), language).t(key)


def rows(user: User, found: Iterable[Dossier], at: datetime, language: str) -> tuple[Row, ...]:
    """Rows for dossiers that the user may read."""
    listed = list(found)
    ids = [dossier.pk for dossier in listed]
    troubles, seen = trouble.of_dossiers(ids), sight.last_seen(user, ids)
    return tuple(row(dossier, at, language, troubles.get(dossier.pk, ()), seen.get(dossier.pk)) for dossier in listed)


def row(dossier: Dossier, at: datetime, language: str, troubles: trouble.Troubles, seen_at: datetime | None) -> Row:
    words = texts.of(catalogue.get(dossier.instrument), language)
    return Row(
        id=dossier.pk,
        instrument=dossier.instrument,
        title=words.t("title"),
        subject=dossier.subject,
        stage=dossier.stage,
        stage_title=words.t(f"stages.{dossier.stage}.title"),
        final=dossier.final,
        role=dossier.role,
        counterpart=dossier.counterpart,
        counterpart_country=dossier.counterpart_country,
        holder=authority(dossier, dossier.holder),
        ours=dossier.ours,
        theirs=dossier.theirs,
        due=due(dossier, at, words),
        waiting=Waiting(dossier.waiting_for["key"], dossier.waiting_for["values"]),
        trouble=troubles,
        unit=dossier.unit.name,
        assigned_to=dossier.assigned_to.full_name if dossier.assigned_to else "",
        acts=dossier.act_count,
        opened_at=dossier.opened_at,
        last_act_at=dossier.last_act_at,
        unread=seen_at is None or (dossier.changed_at is not None and dossier.changed_at > seen_at),
        conflicts=dossier.conflicts,
        out_of_place=dossier.out_of_place,
    )


def authority(dossier: Dossier, role: str) -> str:
    return str(dossier.parties.get(role, {}).get("authority", ""))


def due(dossier: Dossier, at: datetime, words: texts.Texts) -> Due | None:
    if dossier.due_at is None:
        return None
    named = words.t(f"deadlines.{dossier.due_ref}.title") if dossier.due_kind == "clock" else ""
    return Due(
        at=dossier.due_at,
        kind=dossier.due_kind,
        ref=dossier.due_ref,
        title=named,
        authority=authority(dossier, dossier.due_by),
        ours=dossier.due_by == dossier.role,
        overdue=dossier.due_at < at,
    )


def drafts(user: User, language: str = "en") -> list[DraftRow]:
    """Unfinished drafts of the units for which the user may draft, the last changed first."""
    reach = sight.in_reach(people.actor(user), "draft", "draft")
    return draft_rows(sight.drafts(user).filter(reach, status=Draft.DRAFTING), language)


def discarded(user: User, language: str = "en") -> list[DraftRow]:
    """Drafts that were put aside and can be restored."""
    reach = sight.in_reach(people.actor(user), "draft", "draft")
    return draft_rows(sight.drafts(user).filter(reach, status=Draft.DISCARDED), language)


def to_approve(user: User, language: str = "en") -> list[DraftRow]:
    """Submitted drafts that this user may approve: those in which the user had no hand, the oldest first."""
    return draft_rows(_approvable(user).order_by("changed_at", "pk"), language)


def approvals(user: User) -> int:
    """How many drafts this user may approve."""
    return _approvable(user).count()


def _approvable(user: User) -> QuerySet[Draft]:
    # The rule table is asked for the units, and one's own drafts are left out here; `approve` asks it
    # again for the draft itself.
    hand = DraftStep.objects.filter(by=user, kind__in=(*sight.EDITS, "submitted")).values("draft")
    reach = sight.in_reach(people.actor(user), "draft", "approve")
    return sight.drafts(user).filter(reach, status=Draft.SUBMITTED).exclude(pk__in=hand)


def submitted(user: User, language: str = "en") -> list[DraftRow]:
    """Every submitted draft that the user may read, the oldest first: what waits for somebody's approval."""
    return draft_rows(sight.drafts(user).filter(status=Draft.SUBMITTED).order_by("changed_at", "pk"), language)


def draft_rows(found: Iterable[Draft], language: str) -> list[DraftRow]:
    listed = list(found)
    returned = {
        step.draft_id: step.reason
        for step in DraftStep.objects.filter(draft__in=listed, draft__revision=F("revision"), kind="returned")
    }
    return [draft_row(draft, language, returned.get(draft.pk, "")) for draft in listed]


def draft_row(draft: Draft, language: str, reason: str = "") -> DraftRow:
    definition = catalogue.get(draft.instrument)
    words = texts.of(definition, language)
    form = draft.content.get("form") if draft.dossier is None else None
    return DraftRow(
        id=draft.pk,
        dossier=draft.dossier.pk if draft.dossier else "",
        instrument=draft.instrument,
        title=words.t(f"acts.{draft.act_type}.title"),
        subject=draft.dossier.subject if draft.dossier else subjects.subject(definition, form),
        receiver=draft.receiver,
        status=draft.status,
        drafted_by=draft.drafted_by.full_name,
        changed_by=draft.changed_by.full_name,
        changed_at=draft.changed_at,
        reason=reason,
    )
