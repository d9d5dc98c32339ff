"""Tasks: what is to be done in a case, by whom, until when; and what belongs into the file, ticked when it is there."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from comity.access import queries as people
from comity.access.queries import User
from comity.cases import events, indexing, sight
from comity.cases.models import Case, Task
from comity.lib.errors import BadInput

PRIORITIES = ("later", "normal", "first")


class NoTaskTitle(BadInput):
    code = "cases.no-task-title"
    says = "A task says what is to be done."
    next_step = "Begin with a verb: ask, check, secure, send."


class NotInCase(BadInput):
    code = "cases.not-in-case"
    says = "{name} does not work on this case."
    next_step = "Give them a seat as lead or member first, or choose somebody who has one."


class UnknownPriority(BadInput):
    code = "cases.unknown-priority"
    says = "{word!r} is not a priority; they are later, normal, first."
    next_step = "Use one of these words."


@transaction.atomic
def task(
    number: str,
    title: str,
    *,
    by: User,
    at: datetime,
    details: str = "",
    assigned_to: User | None = None,
    due_on: date | None = None,
    priority: str = "normal",
    collect: bool = False,
) -> Task:
    """Add a task to a case.

    :raises NoTaskTitle, NotInCase, UnknownPriority: as they say. NotFound, NotAllowed, CaseClosed: the rules.
    """
    case = sight.locked(by, number, "write", at)
    if not title.strip():
        raise NoTaskTitle
    works_on_it(case, assigned_to, at)
    made = Task.objects.create(
        case=case, compartment=case.compartment, collect=collect, title=title.strip()[:200], details=details.strip(),
        assigned_to=assigned_to, due_on=due_on, priority=_priority(priority), made_by=by, made_at=at,
    )  # fmt: skip
    events.note(case, "task", by=by, at=at, about=made.pk, title=made.title, to=_name(assigned_to))
    indexing.task(made, at)
    return made


@transaction.atomic
def change_task(
    id: int,
    *,
    by: User,
    at: datetime,
    assigned_to: User | None,
    due_on: date | None,
    priority: str,
    title: str | None = None,
    details: str | None = None,
) -> Task:
    """Give a task to somebody else, another day, another urgency, or better words.

    :raises NoTaskTitle, NotInCase, UnknownPriority: as they say. NotFound, NotAllowed, CaseClosed: the rules.
    """
    row, case = _locked(by, id, at)
    if title is not None and not title.strip():
        raise NoTaskTitle
    if assigned_to != row.assigned_to:
        works_on_it(case, assigned_to, at)
    wanted: dict[str, Any] = {"assigned_to": assigned_to, "due_on": due_on, "priority": _priority(priority)}
    if title is not None:
        wanted["title"] = title.strip()[:200]
    if details is not None:
        wanted["details"] = details.strip()
    before = {name: getattr(row, name) for name, value in wanted.items() if value != getattr(row, name)}
    if not before:
        return row
    if {"title", "details"} & set(before):
        wanted["from_template"] = before["from_template"] = False
    for name, value in wanted.items():
        setattr(row, name, value)
    row.save(update_fields=list(wanted))
    told = {name: _plain(value) for name, value in before.items() if name != "from_template"}
    events.note(case, "task-changed", by=by, at=at, about=row.pk, title=row.title, before=told,
                to=_name(row.assigned_to))  # fmt: skip
    indexing.task(row, at)
    return row


@transaction.atomic
def do_task(id: int, *, by: User, at: datetime) -> Task:
    """Tick a task as done; done twice is done once."""
    row, case = _locked(by, id, at)
    if row.done_at is None:
        row.done_at, row.done_by = at, by
        row.save(update_fields=["done_at", "done_by"])
        events.note(case, "task-done", by=by, at=at, about=row.pk, title=row.title)
    return row


@transaction.atomic
def undo_task(id: int, *, by: User, at: datetime) -> Task:
    """Open a task that was ticked by mistake."""
    row, case = _locked(by, id, at)
    if row.done_at is not None:
        row.done_at = row.done_by = None
        row.save(update_fields=["done_at", "done_by"])
        events.note(case, "task-undone", by=by, at=at, about=row.pk, title=row.title)
    return row


def works_on_it(case: Case, user: User | None, at: datetime) -> None:
    """:raises NotInCase: the person may not add to the case."""
    if user is not None and not sight.may(people.actor(user, at), "write", case.compartment).allowed:
        raise NotInCase(name=user.full_name)


def _locked(by: User, id: int, at: datetime) -> tuple[Task, Case]:
    found = sight.task(by, id, at)
    case = sight.locked(by, found.case.number, "write", at)
    return Task.objects.select_for_update(of=("self",)).select_related("assigned_to").get(pk=id), case


def _priority(word: str) -> int:
    if word not in PRIORITIES:
        raise UnknownPriority(word=word)
    return PRIORITIES.index(word)


def _name(user: User | None) -> str:
    return user.full_name if user else ""


def _plain(value: Any) -> Any:
    if isinstance(value, User):
        return value.full_name
    return value.isoformat() if isinstance(value, date) else value
