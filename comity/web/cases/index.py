"""The list of cases, a supervisor's list, and opening a case."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from comity.access import levels, rules
from comity.access import queries as access
from comity.access.rules import Thing
from comity.cases import actions, queries
from comity.instruments.model import Field
from comity.lib.errors import ComityError
from comity.web.cases.asking import failed, folded, level_box, moment, purposes_box
from comity.web.pages import Http, page, signed_in
from comity.web.safeguards.asking import Form, box, options

A_PAGE = 25
NO_TEMPLATE = "none"
STATES = ("open", "dormant", "closed")


def page_number(http: Http) -> int:
    told = http.GET.get("page", "")
    return max(int(told), 1) if told.isdigit() and len(told) < 7 else 1


@signed_in
def listed(http: Http) -> HttpResponse:
    """The cases that the reader may see, the last touched first."""
    asked: dict[str, Any] = {
        "text": http.GET.get("text", ""),
        "state": state if (state := http.GET.get("state", "")) in STATES else "",
        "mine": http.GET.get("mine") == "yes",
    }
    number, at = page_number(http), moment()
    found = queries.cases(http.user, at, **asked, limit=A_PAGE, offset=(number - 1) * A_PAGE)
    return page(
        http,
        "cases/list.html",
        found=found,
        asked=asked,
        pages=-(-found.total // A_PAGE),
        page_number=number,
        may_open=bool(units(http)),
        oversees=oversees(http),
        all=sum(found.states.values()),
    )


@signed_in
def overseen(http: Http) -> HttpResponse:
    """The cases of the reader's units without what is in them."""
    number = page_number(http)
    found, total = queries.overseen(http.user, moment(), limit=A_PAGE, offset=(number - 1) * A_PAGE)
    colleagues = {unit.code: access.members(unit) for unit in {one.unit for one in found}}
    rows = [
        {"case": one, "offered": [user for user in colleagues[one.unit.code] if user.full_name not in one.leads]}
        for one in found
    ]
    return page(
        http, "cases/overseen.html", rows=rows, total=total, pages=-(-total // A_PAGE), page_number=number
    )  # fmt: skip


def oversees(http: Http) -> bool:
    reach = rules.visible_units(access.actor(http.user), "oversee", "case")
    return reach.everything or bool(reach.units)


def units(http: Http) -> list[tuple[str, str]]:
    """The units for which the reader may open a case."""
    actor = access.actor(http.user)
    return [
        (unit.code, unit.name)
        for unit in access.units()
        if rules.can(actor, "open", Thing("case", unit=unit.code)).allowed
    ]


@signed_in
def new(http: Http) -> HttpResponse:
    """Open a case: about what, by which template, for whom."""
    offered, at = units(http), moment()
    fields = new_fields(http, offered, at)
    if http.method != "POST":
        form = Form(fields, {"need": "members", "level": "open", "template": http.GET.get("template", NO_TEMPLATE)})
        return shown(http, form, offered)
    rules.demand(access.actor(http.user), "open", Thing("case", unit=offered[0][0] if offered else None))
    form = Form.posted(fields, http.POST)
    if form.check():
        told, template = form.given, form.given["template"]
        try:
            made = actions.open(
                told["title"], unit=access.unit(told.get("unit") or offered[0][0]), by=http.user, at=at,
                need=told["need"], level=levels.number(told.get("level") or "open"),
                template="" if template == NO_TEMPLATE else template, summary=told.get("summary") or "",
                purposes=told.get("purposes") or (),
            )  # fmt: skip
        except rules.NotAllowed as error:
            failed(form, "level", error)
        except ComityError as error:
            failed(form, "title", error)
        else:
            messages.success(http, _("The case %(number)s is open. You lead it.") % {"number": made.number})
            return redirect("case", made.number)
    return shown(http, form, offered)


def shown(http: Http, form: Form, offered: list[tuple[str, str]]) -> HttpResponse:
    status = 400 if form.errors else 200
    told = folded(form, "purposes")
    return page(http, "cases/new.html", status, form=form, **told, templates=queries.templates(), offered=offered)


def new_fields(http: Http, offered: list[tuple[str, str]], at: datetime) -> tuple[Field, ...]:
    templates = [(NO_TEMPLATE, _("Without a template")), *((one.id, _(one.title)) for one in queries.templates())]
    unit = (box("unit", "choice", _("Unit"), required=True, options=options(offered)),) if len(offered) > 1 else ()
    return (
        box("title", "text", _("Title"), _("In a few words, with no more names than it needs."), required=True),
        box("summary", "longtext", _("What is it about, and why?"), _("It stands at the head of the brief.")),
        box("template", "choice", _("Template"),
            _("It brings tasks and a list of what to collect; you change what does not fit."), required=True,
            options=options(templates)),
        *unit,
        box("need", "choice", _("Who needs to know?"), required=True, options=options(needs())),
        *level_box(http.user, at),
        purposes_box(),
    )  # fmt: skip


def needs() -> list[tuple[str, str]]:
    return [
        ("members", _("Only people who are given a seat in it")),
        ("unit", _("Everybody in the unit may read it; only seats may add to it")),
    ]
