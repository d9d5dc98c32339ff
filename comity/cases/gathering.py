"""What the brief of a case is made of: what the reader may see in this room and in those below."""

from datetime import datetime

from comity.access import levels
from comity.access import queries as people
from comity.access.queries import User
from comity.cases import brief as telling
from comity.cases import purposes as known
from comity.cases import sight, templates
from comity.cases.brief import Affair, Brief, Draft, Facts, Limit, Person, Question, Talk, Todo
from comity.cases.models import Case, Link, Note, Task
from comity.dossiers import queries as dossiers
from comity.dossiers.values import DossierView
from comity.evidence import queries as evidence
from comity.liaison import queries as liaison
from comity.subjects import queries as subjects


def brief(user: User, number: str, at: datetime, language: str = "en") -> Brief:
    """The brief of a case for one reader; the look at it, and at each dossier in it, is recorded.

    It is printed and handed on within the case, so what stands in a circle, or higher than the case, is not in it.

    :raises NotFound: there is no such case, or not for this user.
    """
    found = sight.case(user, number, at)
    sight.saw(user, found.compartment, at, "brief")
    return telling.brief(facts(user, found, at, language))


def facts(user: User, case: Case, at: datetime, language: str) -> Facts:
    where = case.compartment
    seats = people.seats_in(where, at)
    listed = subjects.in_compartment(user, where, at, limit=telling.MOST)
    shown = [row for row in listed.rows if row.subject.compartment == where and row.subject.level <= where.level]
    affairs, unseen = _affairs(user, case, at, language)
    tasks = sight.mine(Task, user, at).filter(case=case)
    still = tasks.filter(done_at=None).select_related("assigned_to").order_by("due_on", "-priority", "id")
    notes = sight.mine(Note, user, at).filter(
        case=case, corrected_by=None, compartment=where, level__lte=where.level
    )  # fmt: skip
    last = notes.select_related("by").order_by("-at", "-id").first()
    return Facts(
        number=case.number,
        title=case.title,
        at=at,
        state=case.state,
        reason=case.reason,
        state_at=case.state_at,
        summary=case.summary,
        unit=where.unit.name,
        level=levels.word(where.level),
        to_unit=where.need == "unit",
        opened_at=case.opened_at,
        opened_by=case.opened_by.full_name,
        template=templates.get(case.template).title if case.template else "",
        purposes=tuple(known.get(id).title for id in case.purposes),
        leads=tuple(seat.user.full_name for seat in seats if seat.part == "lead"),
        seats=len(seats),
        people=tuple(Person(row.caption, row.kind, row.roles, row.ref) for row in shown),
        people_total=listed.total - len(listed.rows) + len(shown),
        items=evidence.count(user, where, at),
        affairs=affairs,
        unseen=unseen,
        talks=tuple(
            Talk(row.id, row.peer, row.subject, row.unread, row.last_at, not row.unread and row.last_by != row.peer)
            for row in liaison.in_compartment(user, where, at)
        ),
        tasks=tuple(map(_todo, still)),
        done=tasks.exclude(done_at=None).count(),
        notes=notes.count(),
        last_note=(last.at, last.by.full_name, last.text) if last else None,
    )


def _affairs(user: User, case: Case, at: datetime, language: str) -> tuple[tuple[Affair, ...], tuple[str, ...]]:
    """The dossiers of the case, and the numbers of those that the reader may not see."""
    seen, unseen = [], []
    for link in sight.mine(Link, user, at).filter(case=case, ended_at=None).order_by("at", "id"):
        try:
            seen.append(_affair(dossiers.dossier(user, link.dossier_id, at, language)))
        except dossiers.NotFound:
            unseen.append(link.dossier_id)
    return tuple(seen), tuple(unseen)


def _affair(view: DossierView) -> Affair:
    row = view.row
    return Affair(
        id=row.id,
        title=row.title,
        subject=row.subject,
        by_us=view.role == view.definition.parties[0].id,
        counterpart=row.counterpart,
        stage=row.stage_title,
        final=row.final,
        ours=row.ours,
        theirs=row.theirs,
        opened_at=row.opened_at,
        since=row.last_act_at or row.opened_at,
        limits=tuple(
            Limit(one.title, one.owed_by, one.ours, one.due, one.article) for one in view.clocks if one.met_at is None
        ),
        questions=tuple(
            Question(one.field, one.asks, one.by, one.of, one.ours, one.asked_at, one.due)
            for one in view.questions
            if not one.answered_by
        ),
        drafts=tuple(
            Draft(one.id, one.title, one.changed_by, one.changed_at, one.status == "submitted") for one in view.drafts
        ),
        crossed=len(view.crossed),
        undelivered=len(row.trouble),
    )


def _todo(row: Task) -> Todo:
    return Todo(
        id=row.pk,
        title=row.title,
        who=row.assigned_to.full_name if row.assigned_to else "",
        due_on=row.due_on,
        first=row.priority == 2,
        collect=row.collect,
        from_template=row.from_template,
    )
