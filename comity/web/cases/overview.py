"""The first page of a case: its brief, what waits, what comes next, who works on it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from comity.cases import actions, queries
from comity.cases.brief import Brief, Line
from comity.web.cases.asking import failed, moment, purposes_box
from comity.web.cases.horizon import horizon
from comity.web.cases.leading import address
from comity.web.pages import Http, language, page, signed_in
from comity.web.safeguards.asking import Form, box
from comity.web.telling import told as told_error

BESIDE = ("waiting", "next")
"""Sections that stand at the right; the others are the story."""


@signed_in
def overview(http: Http, number: str) -> HttpResponse:
    """The brief left, what waits and what comes next right, people below."""
    at = moment()
    case = queries.case(http.user, number, at)
    told = queries.brief(http.user, number, at, language())
    sections = {one["id"]: one for one in said(told)}
    speaker = queries.Speaker(language())
    due = [line for line in told.section("next").lines if line.when]
    due += [line for line in told.section("waiting").lines if line.side == "them"]
    return page(
        http,
        "cases/overview.html",
        here="overview",
        case=case,
        story=[one for id, one in sections.items() if id not in BESIDE and (one["lines"] or id != "asked")],
        waiting=sections["waiting"],
        following=sections["next"],
        tables=queries.members(http.user, number, at),
        horizon=horizon([(line, speaker.line(line)) for line in due], at),
    )


def said(told: Brief) -> list[dict[str, Any]]:
    """The brief in the reader's language, each sentence with the page that it leads to."""
    speaker = queries.Speaker(language())
    return [
        {"id": one.id, "title": _(one.title), "lines": [_line(speaker, line, told.number) for line in one.lines]}
        for one in told.sections
    ]


def _line(speaker: queries.Speaker, line: Line, number: str) -> dict[str, Any]:
    kind, id = line.leads
    href = address(kind, id, number) if kind else ""
    return {"says": speaker.line(line), "tone": line.tone, "own": line.own, "href": href}


@signed_in
def brief_pdf(http: Http, number: str) -> HttpResponse:
    """The brief on paper."""
    made = queries.brief_pdf(http.user, number, moment(), language())
    head = {"Content-Disposition": content_disposition_header(False, f"{number}.pdf")}
    return HttpResponse(made, content_type="application/pdf", headers=head)


@signed_in
def brief_text(http: Http, number: str) -> HttpResponse:
    """The brief as plain text, to be read aloud or put into a message."""
    told = queries.plain(queries.brief(http.user, number, moment(), language()), language())
    return HttpResponse(told, content_type="text/plain; charset=utf-8")


@signed_in
def change(http: Http, number: str) -> HttpResponse:
    """Say anew what the case is about."""
    at = moment()
    case = queries.case(http.user, number, at)
    fields = (
        box("title", "text", _("Title"), _("In a few words, with no more names than it needs."), required=True),
        box("summary", "longtext", _("What is it about, and why?"), _("It stands at the head of the brief.")),
        purposes_box(),
    )
    if http.method != "POST":
        given = {"title": case.title, "summary": case.summary, "purposes": list(case.purposes)}
        return page(http, "cases/change.html", here="", case=case, form=Form(fields, given))
    form = Form.posted(fields, http.POST)
    if form.check():
        told = form.given
        try:
            actions.change(
                number, title=told["title"], summary=told.get("summary") or "", purposes=told.get("purposes") or (),
                by=http.user, at=at,
            )  # fmt: skip
        except actions.NoTitle as error:
            failed(form, "title", error)
        else:
            messages.success(http, _("Kept. What stood there before is in the timeline."))
            return redirect("case", number)
    return page(http, "cases/change.html", 400, here="", case=case, form=form)


@signed_in
@require_POST
def state(http: Http, number: str) -> HttpResponse:
    """Let the case rest, close it, open it again."""
    wanted, reason = http.POST.get("state", ""), http.POST.get("reason", "")
    try:
        actions.set_state(number, wanted, reason=reason, by=http.user, at=moment())
    except actions.NoReason as error:
        messages.error(http, " ".join(told_error(error).values()))
    else:
        says = {
            "open": _("The case is open again."),
            "dormant": _("The case rests. It can be opened again at any time."),
            "closed": _("The case is closed. It can be opened again at any time."),
        }
        messages.success(http, says[wanted])
    return redirect("case", number)
