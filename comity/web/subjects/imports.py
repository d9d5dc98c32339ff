"""Files of people and things: uploading, what their columns mean, a look before, progress, what was set aside."""

from itertools import islice
from typing import Any, BinaryIO, cast

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from followthemoney.types import registry

from comity.cases import queries as cases
from comity.cases.values import CaseView
from comity.lib.errors import ComityError
from comity.subjects import actions, kinds, queries
from comity.subjects.columns import FORMATS, fitted
from comity.subjects.queries import Import, NoImport
from comity.web.cases.asking import moment
from comity.web.pages import Http, page, signed_in
from comity.web.pages import part as polled
from comity.web.subjects import words
from comity.web.subjects.listing import stream
from comity.web.subjects.stating import may_write
from comity.web.subjects.subject import sentence

AT_ONCE = 4  # batches that the page itself imports; the worker does the rest
LOOKED = 1000
SHOWN = 50


@signed_in
def listed(http: Http, number: str) -> HttpResponse:
    """Files before, and a new one."""
    case = cases.case(http.user, number, moment())
    problems = []
    if http.method == "POST":
        may_write(http, number)
        file = http.FILES.get("file")
        if file is None:
            problems = [{"id": "file", "says": _("Choose a file first.")}]
        else:
            try:
                made = actions.upload(
                    case.compartment, cast(BinaryIO, file), name=str(file.name), by=http.user, at=moment(),
                    level=case.level, source=http.POST.get("source", ""),
                )  # fmt: skip
                return redirect("case-import", number, made.pk)
            except actions.NotReadable as error:
                problems = [{"id": "file", "says": sentence(error)}]
    return page(
        http, "subjects/imports.html", 400 if problems else 200, here="subjects", case=case, problems=problems,
        imports=queries.imports(http.user, case.compartment, moment()), may_write=writes(case),
    )  # fmt: skip


def writes(case: CaseView) -> bool:
    return case.may["write"] and case.state != "closed"


def opened(http: Http, number: str, row: int) -> tuple[CaseView, Import]:
    """The case and the import.

    :raises NoImport: it is none of this case, or not theirs to see.
    """
    case = cases.case(http.user, number, moment())
    found = queries.import_(http.user, row, moment())
    if found.compartment.name not in {one.name for one in case.compartments}:
        raise NoImport(number=row)
    return case, found


@signed_in
def one(http: Http, number: str, row: int) -> HttpResponse:
    """Before: columns and a look; during: how far it is; after: what came of it."""
    case, found = opened(http, number, row)
    return shown(http, case, found, [])


def shown(http: Http, case: CaseView, found: Import, problems: list[dict[str, str]]) -> HttpResponse:
    context: dict[str, Any] = {"case": case, "row": found, "problems": problems, "may_write": writes(case)}
    if found.status == "uploaded" and context["may_write"]:
        context |= {
            "preview": queries.preview(http.user, found, moment(), rows=LOOKED),
            "columns": column_rows(found),
            "kinds": words.all_kinds(),
            "templates": queries.templates(http.user, found.compartment, moment()),
            "formats": day_formats(),
        }
    context["rejects"] = list(islice(queries.rejected(http.user, found, moment()), SHOWN))
    context["since"] = queries.since(http.user, found, moment()) if found.status == "done" else 0
    return page(http, "subjects/import.html", 400 if problems else 200, here="subjects", **context)


def column_rows(found: Import) -> list[dict[str, Any]]:
    """The columns of a table with what each may hold."""
    if found.format != "csv":
        return []
    kind = found.mapping["schema"]
    usual = [(one.name, words.prop(kind, one.name)) for one in kinds.offered(kind) if one.type != registry.entity]
    props = [("", _("Left out")), ("id", _("Its id where it comes from")), *usual]
    days = {one.name for one in kinds.offered(kind) if one.type == registry.date}
    return [
        {**column, "number": place, "props": props, "is_day": column["prop"] in days}
        for place, column in enumerate(found.mapping["columns"])
    ]


def day_formats() -> list[tuple[str, str]]:
    told = {
        "": "1985-03-27", "%d/%m/%Y": "27/03/1985", "%d.%m.%Y": "27.03.1985", "%m/%d/%Y": "03/27/1985",
        "%d-%m-%Y": "27-03-1985", "%Y%m%d": "19850327", "%Y/%m/%d": "1985/03/27",
    }  # fmt: skip
    return [(one, told[one]) for one in FORMATS]


@signed_in
@require_POST
def columns(http: Http, number: str, row: int) -> HttpResponse:
    """What the columns mean; then the same page, with a new look."""
    case, found = opened(http, number, row)
    post = http.POST
    try:
        if template := post.get("template", ""):
            kept = next(
                one for one in queries.templates(http.user, found.compartment, moment()) if str(one.pk) == template
            )  # fmt: skip
            mapping = fitted(kept.mapping, found.mapping["columns"])
        else:
            mapping = told(found, post)
        actions.map_columns(found, mapping, by=http.user, at=moment(), save_as=post.get("save_as", ""))
        if post.get("go") == "import":
            begun(http, found)
    except (actions.BadMapping, actions.UnknownProperty, actions.UnknownKind, StopIteration) as error:
        says = sentence(error) if isinstance(error, ComityError) else _("This template is gone.")
        return shown(http, case, found, [{"id": "columns", "says": says}])
    return redirect("case-import", number, row)


def told(found: Import, post: Any) -> dict[str, Any]:
    mapping: dict[str, Any] = {"duplicates": post.get("duplicates", ""), "source": post.get("source", "")[:300]}
    if found.format != "csv":
        return mapping
    kind = post.get("kind", "")
    before = found.mapping["columns"]
    known = {one.name for one in kinds.offered(kind)} | {"", "id"}
    mapping["schema"] = kind
    mapping["columns"] = [
        {
            "heading": column["heading"],
            # Another kind was chosen: a property that it does not have is left out until somebody chooses.
            "prop": prop if (prop := post.get(f"column-{place}", "")) in known else "",
            "split": post.get(f"split-{place}", "")[:3].strip(),
            "format": post.get(f"format-{place}", ""),
        }
        for place, column in enumerate(before)
    ]
    return mapping


def begun(http: Http, found: Import) -> None:
    row = actions.go_on(actions.commit(found, by=http.user, at=moment()), by=http.user, at=moment(), batches=AT_ONCE)
    if row.status == "done":
        messages.success(http, _("Imported. What was set aside is listed below."))


@signed_in
@require_POST
def do(http: Http, number: str, row: int) -> HttpResponse:
    """Go on, discard, undo."""
    _case, found = opened(http, number, row)
    by, at = http.user, moment()
    try:
        match http.POST.get("do"):
            case "go-on":
                actions.go_on(found, by=by, at=at, batches=AT_ONCE)
            case "discard":
                actions.discard(found, by=by, at=at)
                messages.success(http, _("Discarded; the file can no longer be read."))
                return redirect("case-imports", number)
            case "undo":
                actions.go_on(actions.undo_import(found, by=by, at=at), by=by, at=at, batches=AT_ONCE)
    except actions.WrongStatus as error:
        messages.error(http, sentence(error))
    return redirect("case-import", number, row)


@polled
def part(http: Http, number: str, row: int) -> HttpResponse:
    """How far it is, for a page that stays open."""
    case, found = opened(http, number, row)
    return page(http, "subjects/import_part.html", case=case, row=found)


@signed_in
def rejects(http: Http, number: str, row: int) -> HttpResponseBase:
    """What was set aside, to be mended and imported again."""
    _case, found = opened(http, number, row)
    return stream(http, queries.rejects_csv(http.user, found, moment()), f"{number}-import-{row}.csv", "text/csv")
