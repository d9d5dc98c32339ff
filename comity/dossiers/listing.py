"""Dossiers and drafts in lists: the worklist with its filters, drafts to finish, drafts to approve.

Every list is read a page at a time, out of an index in its order, and counted no further than `MOST`: what somebody
sees at once must not cost more because the archive grew.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import TypeVar

from django.db.models import F, Model, Q, QuerySet

from comity.access import queries as people
from comity.access import rules
from comity.access.queries import User
from comity.dossiers import sight, subjects, trouble
from comity.dossiers.models import NOBODYS, ORDER, Dossier, Draft, DraftStep, Handled
from comity.dossiers.values import DraftRow, Due, Owed, Row, Waiting, Worklist
from comity.instruments import catalogue, contents, model, texts
from comity.search import queries as search

SIZE = 50
"""Rows of a page."""
MOST = 1000
"""As far as rows are counted; pages then say "999+"."""
Rows = TypeVar("Rows", bound=Model)


def worklist(
    user: User,
    *,
    at: datetime,
    owed: Owed | None = None,
    instrument: str = "",
    text: str = "",
    overdue: bool = False,
    closed: bool = False,
    mine: bool = False,
    ids: Collection[str] | None = None,
    language: str = "en",
    page: int = 1,
) -> Worklist:
    """What a user has before them, one page of it: dossiers due soonest first, and how many drafts wait.

    :param owed: only dossiers in which we, or they, owe something.
    :param text: words that must all stand in number, subject, counterpart, title or form.
    :param overdue: only dossiers whose earliest end has passed at ``at``.
    :param closed: closed dossiers instead of open ones.
    :param mine: only those that this user handles, or that a colleague does for whom they stand in.
    :param ids: only these.
    """
    reached = reach(user)
    known = Dossier.objects.filter(reached)
    open_ = known.filter(final=False)
    shown = filtered(known.filter(final=closed), owed, instrument)
    if overdue:
        shown = shown.filter(due_order__lt=at)
    if mine:
        shown = shown.filter(assigned_to__in=[user, *people.stood_in_for(user, at)])
    if text.strip():
        shown = shown.filter(pk__in=search.refs(user, text, at=at, kind="dossier"))
    if ids is not None:
        shown = shown.filter(pk__in=ids)
    found, more = one_page(shown.select_related("unit", "assigned_to").order_by(*ORDER), page)
    return Worklist(
        rows=rows(user, found, at, language),
        drafts=counted(_unfinished(user)),
        to_approve=counted(_approvable(user)),
        instruments=instruments(reached, language),
        total=counted(open_),
        owed_by_us=counted(open_.filter(ours=True)),
        overdue=counted(open_.filter(due_order__lt=at)),
        page=max(1, page),
        more=more,
    )


def reach(user: User, verb: str = "read", kind: str = "dossier") -> Q:
    """The rows of the units that a user reaches, by the units' keys: an index on the unit then serves them."""
    found = rules.visible_units(people.actor(user), verb, kind)
    if found.everything:
        return Q()
    return Q(unit__in=[unit.pk for unit in people.units() if unit.code in found.units])


def filtered(found: QuerySet[Dossier], owed: Owed | None, instrument: str) -> QuerySet[Dossier]:
    if owed is not None:
        found = found.filter(ours=True) if owed == "us" else found.filter(theirs=True)
    return found.filter(instrument=instrument) if instrument else found


def one_page(found: QuerySet[Rows], page: int) -> tuple[list[Rows], bool]:
    """The rows of a page, and whether there is another behind it."""
    start = (max(1, page) - 1) * SIZE
    listed = list(found[start : start + SIZE + 1])
    return listed[:SIZE], len(listed) > SIZE


def counted(found: QuerySet[Rows]) -> int:
    """How many rows there are, counted no further than ``MOST``."""
    return found.order_by()[:MOST].count()


def inbox(
    user: User, at: datetime, language: str = "en", page: int = 1, gone: Collection[int] = ()
) -> tuple[tuple[Row, ...], bool]:
    """Open dossiers that nobody handles, of the units in which this user may assign them; and whether there are more.

    :param gone: users who are not at work: what they hold counts as held by nobody.
    """
    whose = NOBODYS | Q(final=False, assigned_to__in=gone) if gone else NOBODYS
    found = Dossier.objects.filter(reach(user, "assign"), whose).select_related("unit", "assigned_to")
    listed, more = one_page(found.order_by(*ORDER), page)
    return rows(user, listed, at, language), more


def waiting_in_inbox(user: User, gone: Collection[int] = ()) -> int:
    """How many dossiers `inbox` has, counted no further than ``MOST``."""
    whose = NOBODYS | Q(final=False, assigned_to__in=gone) if gone else NOBODYS
    return counted(Dossier.objects.filter(reach(user, "assign"), whose))


def instruments(reached: Q, language: str) -> tuple[tuple[str, str], ...]:
    ids = Handled.objects.filter(reached).order_by("instrument").values_list("instrument", flat=True).distinct()
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
        assignee=dossier.assigned_to.username if dossier.assigned_to else "",
        language=dossier.language,
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


def drafts(user: User, language: str = "en", page: int | None = None) -> list[DraftRow]:
    """Unfinished drafts of the units for which the user may draft, the last changed first; one page, or all.

    A page brings one row more than it shows where there is another behind it.
    """
    return draft_rows(_page(_unfinished(user), page), language)


def _unfinished(user: User) -> QuerySet[Draft]:
    return sight.drafts(user).filter(reach(user, "draft", "draft"), status=Draft.DRAFTING, drafted_by__isnull=False)


def discarded(user: User, language: str = "en", page: int | None = None) -> list[DraftRow]:
    """Drafts that were put aside and can be restored."""
    found = sight.drafts(user).filter(reach(user, "draft", "draft"), status=Draft.DISCARDED)
    return draft_rows(_page(found, page), language)


def to_approve(user: User, language: str = "en", page: int | None = None) -> list[DraftRow]:
    """Submitted drafts that this user may approve: those in which the user had no hand, the oldest first."""
    return draft_rows(_page(_approvable(user).order_by("changed_at", "pk"), page), language)


def approvals(user: User) -> int:
    """How many drafts this user may approve."""
    return counted(_approvable(user))


def _approvable(user: User) -> QuerySet[Draft]:
    # The rule table is asked for the units, and one's own drafts are left out here; `approve` asks it
    # again for the draft itself.
    hand = DraftStep.objects.filter(by=user, kind__in=(*sight.EDITS, "submitted")).values("draft")
    return sight.drafts(user).filter(reach(user, "approve", "draft"), status=Draft.SUBMITTED).exclude(pk__in=hand)


def by_node(user: User, language: str = "en", page: int | None = None) -> list[DraftRow]:
    """Drafts that the node wrote and that wait for a person: of the units for which this user may send."""
    return draft_rows(_page(_by_node(user).order_by("drafted_at", "pk"), page), language)


def by_node_count(user: User) -> int:
    return counted(_by_node(user))


def _by_node(user: User) -> QuerySet[Draft]:
    return sight.drafts(user).filter(reach(user, "send", "draft"), status=Draft.DRAFTING, drafted_by__isnull=True)


def submitted(user: User, language: str = "en", page: int | None = None) -> list[DraftRow]:
    """Every submitted draft that the user may read, the oldest first: what waits for somebody's approval."""
    found = sight.drafts(user).filter(status=Draft.SUBMITTED).order_by("changed_at", "pk")
    return draft_rows(_page(found, page), language)


def _page(found: QuerySet[Draft], page: int | None) -> QuerySet[Draft]:
    if page is None:
        return found
    start = (max(1, page) - 1) * SIZE
    return found[start : start + SIZE + 1]


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
        drafted_by=draft.drafted_by.full_name if draft.drafted_by else "",
        changed_by=draft.changed_by.full_name if draft.changed_by else "",
        changed_at=draft.changed_at,
        reason=reason,
        lacks=() if draft.drafted_by else lacks(draft, definition, words),
    )


def lacks(draft: Draft, definition: model.Definition, words: texts.Texts) -> tuple[str, ...]:
    """What the form of an act asks for and nobody has filled in, by label: what its author did not know."""
    act = definition.act(draft.act_type)
    return tuple(
        words.t(f"acts.{draft.act_type}.{field.id}.label") or field.label
        for field in (contents.fields(definition, act) if act else ())
        if draft.content.get(field.id) in (None, "", [], {})
    )
