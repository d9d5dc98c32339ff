"""The list of our requirements: look, add, change, move, remove and take back. Others see none of it yet."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from comity.exchange import actions, queries
from comity.exchange.requirements import FaultyRequirement, ListChanged, NoSuchRequirement
from comity.instruments import catalogue
from comity.instruments import requirement_kinds as kinds
from comity.instruments.requirement_kinds import Entry
from comity.lib import clock
from comity.web.pages import Http, page, signed_in
from comity.web.people.views import demand
from comity.web.requirements import boxes, told
from comity.web.telling import told as in_words


@signed_in
def requirements(http: Http) -> HttpResponse:
    """The list as it is worked on, what of it others see, and who changed it."""
    demand(http, "read", "peers")
    asked = queries.requirements()
    return page(
        http,
        "requirements/list.html",
        asked=asked,
        lines=told.lines(asked),
        removed=[told.line(one) for one in asked.removed],
        steps=queries.requirement_steps(),
        step_words=told.steps(),
    )


@signed_in
def add(http: Http) -> HttpResponse:
    """A new requirement, one question after the other: instrument, kind, field, then its boxes."""
    demand(http, "manage", "peers")
    chosen = {name: http.GET.get(name, "") for name in ("instrument", "kind", "field")}
    if chosen["instrument"] not in catalogue.ids():
        return page(http, "requirements/instrument.html", instruments=told.instruments(), chosen=chosen)
    offered = told.kinds_of(chosen["instrument"])
    if chosen["kind"] not in [one.id for one in offered]:
        return page(http, "requirements/kind.html", kinds=offered, chosen=chosen)
    definition = catalogue.get(chosen["instrument"])
    settings = {}
    if chosen["kind"] in kinds.ABOUT_A_FIELD:
        if chosen["field"] not in [place.path for place in kinds.offered(definition, chosen["kind"])]:
            sections = boxes.sections(chosen["instrument"], chosen["kind"])
            kind = told.kind(chosen["kind"])
            return page(http, "requirements/field.html", sections=sections, kind=kind, chosen=chosen)
        settings = {"field": chosen["field"]}
    return _edit(http, Entry("", chosen["instrument"], chosen["kind"], settings=settings))


@signed_in
def change(http: Http, id: str) -> HttpResponse:
    """The boxes of a requirement that is in the list."""
    demand(http, "manage", "peers")
    try:
        return _edit(http, queries.requirements().entry(id))
    except NoSuchRequirement:
        raise Http404 from None


def _edit(http: Http, one: Entry) -> HttpResponse:
    number = queries.requirements().number
    problems: list[dict[str, str]] = []
    if http.method == "POST":
        one = boxes.posted(one, http.POST)
        try:
            _keep(http, one)
        except FaultyRequirement as error:
            problems = [{"id": anchor(found.pointer), "says": _(found.says)} for found in error.problems]
        except ListChanged as error:
            problems = [{"id": "", "says": " ".join(in_words(error).values())}]
        else:
            messages.success(http, _("Kept. Others see it once the list is published."))
            return redirect("requirements")
    errors = {found["id"]: found["says"] for found in problems}
    return page(
        http,
        "requirements/edit.html",
        status=400 if problems else 200,
        entry=one,
        kind=told.kind(one.kind),
        number=number,
        problems=problems,
        errors=errors,
        **boxes.shown(one),
    )


def _keep(http: Http, one: Entry) -> None:
    act = actions.change_requirement if one.id else actions.add_requirement
    act(one, by=http.user, at=clock.now(), number=shown(http))


def anchor(pointer: str) -> str:
    """The id of the box that a problem is about."""
    typed = {"/settings/types": "/settings/other"}
    return typed.get(pointer, pointer).strip("/").replace("/", "-")


@signed_in
@require_POST
def move(http: Http, id: str) -> HttpResponse:
    actions.move_requirement(id, up=http.POST.get("way") == "up", by=http.user, at=clock.now(), number=shown(http))
    return redirect("requirements")


@signed_in
@require_POST
def remove(http: Http, id: str) -> HttpResponse:
    actions.remove_requirement(id, by=http.user, at=clock.now(), number=shown(http))
    messages.success(http, _("Removed from the list. You can take it back below, under “Changes of the list”."))
    return redirect("requirements")


@signed_in
@require_POST
def take_back(http: Http) -> HttpResponse:
    """Make the list what it was: after an earlier change, or as others see it."""
    to = http.POST.get("to", "")
    before = int(to) if to.isdecimal() and len(to) < 16 else None
    actions.take_back_requirements(before, by=http.user, at=clock.now(), number=shown(http))
    messages.success(http, _("The list is what it was."))
    return redirect("requirements")


def shown(http: Http) -> int:
    """The number of the list that the page showed."""
    told = http.POST.get("number", "")
    return int(told) if told.isdecimal() and len(told) < 16 else -1
