"""Tasks of a case: adding, changing, ticking."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from comity.access import queries as access
from comity.access.queries import User
from comity.cases import actions, queries
from comity.cases.values import CaseView
from comity.instruments.model import Field
from comity.web.cases.asking import day, failed, moment, priority_words, workers
from comity.web.pages import Http, page, signed_in
from comity.web.safeguards.asking import Form, box, options


def fields(http: Http, case: CaseView) -> tuple[Field, ...]:
    people = workers(queries.members(http.user, case.number, moment()))
    return (
        box("title", "text", _("What is to be done?"), _("Begin with a verb: ask, check, secure."), required=True),
        box("details", "longtext", _("Details")),
        box("who", "choice", _("Who does it?"), _("Leave it empty while nobody has it."), options=options(people)),
        box("due", "date", _("Until when?")),
        box("priority", "choice", _("How urgent?"), required=True, options=options(priority_words())),
    )  # fmt: skip


def person(form: Form) -> User | None:
    return access.user(form.given["who"]) if form.given.get("who") else None


@signed_in
def add(http: Http, number: str) -> HttpResponse:
    """A new task, or something that belongs into the file."""
    case = queries.case(http.user, number, moment())
    collect = box("collect", "yes_no", _("Does it belong into the file?"),
                  _("Yes for a document or proof to collect, no for something to do."))  # fmt: skip
    asked = (*fields(http, case), collect)
    if http.method != "POST":
        form = Form(asked, {"priority": "normal", "collect": False})
        return page(http, "cases/task.html", here="notes", case=case, form=form)
    form = Form.posted(asked, http.POST)
    if form.check():
        told = form.given
        try:
            actions.task(
                number, told["title"], details=told.get("details") or "", assigned_to=person(form),
                due_on=day(told.get("due")), priority=told["priority"], collect=bool(told.get("collect")),
                by=http.user, at=moment(),
            )  # fmt: skip
        except actions.NotInCase as error:
            failed(form, "who", error)
        else:
            messages.success(http, _("The task is kept."))
            return redirect("case-notes", number)
    return page(http, "cases/task.html", 400, here="notes", case=case, form=form)


@signed_in
def change(http: Http, number: str, task: int) -> HttpResponse:
    """Who, until when, how urgent, and in which words; with what happened to it."""
    case = queries.case(http.user, number, moment())
    found = next((one for one in queries.tasks(http.user, number, moment()) if one.id == task), None)
    if found is None:
        raise Http404
    asked = fields(http, case)
    if http.method != "POST":
        form = Form(
            asked,
            {
                "title": _(found.title) if found.from_template else found.title,
                "details": _(found.details) if found.from_template and found.details else found.details,
                "who": found.assigned_to.username if found.assigned_to else None,
                "due": found.due_on.isoformat() if found.due_on else None,
                "priority": found.priority,
            },
        )
        return page(http, "cases/task.html", here="notes", case=case, task=found, form=form)
    form = Form.posted(asked, http.POST)
    if form.check():
        told = form.given
        same = found.from_template and told["title"] == _(found.title)
        details = told.get("details") or ""
        same_details = found.from_template and details == (_(found.details) if found.details else "")
        try:
            actions.change_task(
                task, assigned_to=person(form), due_on=day(told.get("due")), priority=told["priority"],
                title=found.title if same else told["title"], details=found.details if same_details else details,
                by=http.user, at=moment(),
            )  # fmt: skip
        except actions.NotInCase as error:
            failed(form, "who", error)
        else:
            messages.success(http, _("The task is kept."))
            return redirect("case-notes", number)
    return page(http, "cases/task.html", 400, here="notes", case=case, task=found, form=form)


@signed_in
@require_POST
def done(http: Http, number: str, task: int) -> HttpResponse:
    """Tick a task, or open it again."""
    if not any(one.id == task for one in queries.tasks(http.user, number, moment())):
        raise Http404
    if http.POST.get("do") == "undo":
        row = actions.undo_task(task, by=http.user, at=moment())
        messages.success(http, _("Open again: %(title)s") % {"title": title(row)})
    else:
        row = actions.do_task(task, by=http.user, at=moment())
        messages.success(http, _("Done: %(title)s") % {"title": title(row)})
    return redirect("case-notes", number)


def title(row: queries.Task) -> str:
    return _(row.title) if row.from_template else row.title
