"""Filling a draft: the list of tasks, a section, saving. The form of other acts is in ``act_form``."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comity.dossiers import actions, queries
from comity.dossiers.values import DraftView
from comity.instruments import forms
from comity.instruments.model import Definition, Finding, Section
from comity.lib import clock
from comity.web.drafting import findings
from comity.web.forms import boxes, editing, reading, words
from comity.web.pages import Http, language, one_of, page, signed_in, told, zone


def opened(http: Http, number: int) -> tuple[DraftView, Definition]:
    """The draft, and its definition in the reader's language.

    :raises NotFound: not there, or not ours to see.
    """
    view = queries.draft(http.user, number, clock.now(), language())
    return view, told(view.definition)


@signed_in
def tasks(http: Http, number: int) -> HttpResponse:
    """The sections of a request with how far each is; any other act has one form."""
    view, definition = opened(http, number)
    if not view.opens:
        return redirect("draft-act", number)
    report = queries.preflight(view.draft, clock.now().date(), language())
    rows = [task(view, one, report.findings) for one in definition.sections]
    return page(
        http,
        "drafting/tasks.html",
        view=view,
        definition=definition,
        tasks=rows,
        report=report,
        done=sum(one["state"] in ("done", "free") for one in rows),
        stops=findings.stops(report.findings, ""),
    )


def task(view: DraftView, section: Section, found: Sequence[Finding]) -> dict[str, Any]:
    """One section in the list: complete, to do, or with so many points to mend."""
    given = view.content.get("form", {}).get(section.id)
    stops = findings.stops(found, f"/form/{section.id}")
    state = ("mend" if given else "todo") if stops else ("done" if given else "free")
    says = {
        "todo": _("To do"),
        "mend": ngettext("%(count)s point to mend", "%(count)s points to mend", stops) % {"count": stops},
        "done": _("Complete"),
        "free": _("Optional"),
    }
    return {"section": section, "state": state, "says": says[state]}


@signed_in
def section(http: Http, number: int, name: str) -> HttpResponse:
    """One section of the form. Saving keeps what is incomplete and says what is missing."""
    view, definition = opened(http, number)
    part = one_of(definition.sections, name)
    filled = Filled(http, view, boxes.Page(view.content, "/form", f"/form/{part.id}", part.fields, language(), zone()))
    place = definition.sections.index(part) + 1
    if http.method == "POST":
        following = definition.sections[place : place + 1]
        onward = [reverse("draft-section", args=[number, one.id]) for one in following]
        return filled.save(
            again=reverse("draft-section", args=[number, part.id]),
            onward=onward[0] if onward else reverse("draft-documents", args=[number]),
        )
    problems, shown = filled.checked() if "check" in http.GET else ([], filled.page)
    return page(
        http,
        "drafting/section.html",
        view=view,
        definition=definition,
        section=part,
        boxes=shown.boxes(),
        blocks=words.Reader(language(), zone()).blocks(
            part.fields, view.content.get("form", {}).get(part.id), f"/form/{part.id}"
        ),
        problems=problems,
        number=place,
        of=len(definition.sections),
    )


class Filled:
    """What a page with boxes does with a draft: show, check, save."""

    def __init__(self, http: Http, view: DraftView, page: boxes.Page) -> None:
        self.http, self.view, self.page = http, view, page

    def checked(self) -> tuple[list[dict[str, str]], boxes.Page]:
        """The problems of this page, and the page with each at its box."""
        report = queries.preflight(self.view.draft, clock.now().date(), language())
        problems, errors = findings.at_boxes(report.findings, self.page.here)
        return problems, replace(self.page, errors=errors)

    def posted(self) -> dict[str, Any]:
        """The whole content with the page's values in it, one item more or less where a button asks for it."""
        post, here = self.http.POST, self.page.here
        value: Any = reading.read(self.page.fields, post, here, self.page.zone)
        for button, change in (("add", editing.add_item), ("remove", editing.remove_item)):
            if pointer := post.get(button, ""):
                value = change(value, pointer.removeprefix(here))
        return editing.placed(self.view.content, here, value)

    def asked(self, content: dict[str, Any]) -> dict[str, Any]:
        """The content without answers to what is no longer asked."""
        if self.view.opens:
            return {**content, "form": forms.prune(self.view.definition, content.get("form", {}))}
        return editing.asked(self.page.fields, content)

    def save(self, *, again: str, onward: str, more: dict[str, Any] | None = None) -> HttpResponse:
        """Keep the page, then go where the button says. ``more`` are values that have no box of their own."""
        post = self.http.POST
        typed = {**self.posted(), **(more or {})}
        try:
            draft = actions.save(
                self.view.draft,
                pointer="",
                value=self.asked(typed),
                by=self.http.user,
                at=clock.now(),
                revision=shown_revision(self.http),
            )
        except actions.ChangedMeanwhile as crossed:
            return self.crossing(crossed, typed)
        if moved := post.get("add") or post.get("remove"):
            return redirect(f"{again}#{boxes.anchor(moved)}")
        if post.get("go") == "stay":
            return redirect(again)
        if post.get("go") == "later":
            messages.success(self.http, _("Kept. You can go on at any time."))
            return redirect("drafts")
        report = queries.preflight(draft, clock.now().date(), language())
        return redirect(f"{again}?check" if findings.stops(report.findings, self.page.here) else onward)

    def crossing(self, crossed: actions.ChangedMeanwhile, typed: dict[str, Any]) -> HttpResponse:
        """Somebody else saved meanwhile: show what was typed, not saved yet, over the newest revision."""
        newest, definition = opened(self.http, self.view.draft.pk)
        return page(
            self.http,
            "drafting/crossing.html",
            status=409,
            view=newest,
            definition=definition,
            boxes=replace(self.page, root=typed).boxes(),
            error=crossed,
        )


def shown_revision(http: Http) -> int | None:
    """The revision of the draft that the page showed."""
    told = http.POST.get("revision", "")
    return int(told) if told.isdigit() else None
