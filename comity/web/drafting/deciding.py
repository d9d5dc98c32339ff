"""From a filled draft to a signed act: check, review, submit, approve, give back, put aside."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from comity.access import queries as access
from comity.dossiers import actions, queries
from comity.dossiers.values import DraftView
from comity.exchange import queries as exchange
from comity.instruments.model import Definition
from comity.lib import clock
from comity.web import in_languages
from comity.web.drafting import findings
from comity.web.drafting.form import opened, shown_revision
from comity.web.forms import words
from comity.web.forms.wording import act_fields
from comity.web.pages import Http, language, one_of, page, signed_in, zone


@signed_in
def check(http: Http, number: int) -> HttpResponse:
    """What the receiver's own check will say, before anything leaves."""
    view, definition = opened(http, number)
    report = queries.preflight(view.draft, clock.now().date(), language())
    return page(
        http,
        "drafting/check.html",
        view=view,
        definition=definition,
        report=report,
        findings=findings.told(report.findings, view, definition),
    )


@signed_in
def review(http: Http, number: int) -> HttpResponse:
    """Everything that goes out, on one page, for the person who drafts and for the one who approves."""
    view, definition = opened(http, number)
    report = queries.preflight(view.draft, clock.now().date(), language())
    told = findings.told(report.findings, view, definition)
    return page(
        http,
        "drafting/review.html",
        view=view,
        definition=definition,
        act=one_of(definition.acts, view.act_type.id),
        **answers(http, view, definition),
        report=report,
        findings=told,
        documents=view.attachments,
        approvers=[one for one in access.approvers(view.draft.unit) if one.full_name not in view.editors],
        changes=changes(view, definition),
    )


def answers(http: Http, view: DraftView, definition: Definition) -> dict[str, Any]:
    """The answers as the page shows them: a request in any language of its fixed texts, another act in the reader's."""
    if view.opens:
        read = in_languages.chosen(http)
        form = view.content.get("form", {})
        return in_languages.reading(view.definition, form, written=view.draft.language, read=read)
    act_type = one_of(definition.acts, view.act_type.id)
    fields = act_fields(definition, act_type, language())
    blocks = words.Reader(language(), zone()).blocks(fields, view.content, "")
    return {"sections": [{"id": "", "title": act_type.title, "blocks": [spoken(one, view.named) for one in blocks]}]}


def spoken(block: words.Block, named: dict[str, str]) -> words.Block:
    """The block with what an act said in the place of its number."""
    return replace(block, rows=[replace(row, value=named.get(row.value, row.value)) for row in block.rows])


def changes(view: DraftView, definition: Definition) -> list[dict[str, object]]:
    """Who changed what since the draft was last given back, newest first; all of it when it never was.

    Each change has ``where``, ``before`` and ``after`` in words; a whole section that was filled has its place only.
    """
    steps = list(view.steps)
    last = max((index for index, step in enumerate(steps) if step.kind == "returned"), default=-1)
    return [
        {"step": step, "places": [difference(view, definition, change) for change in step.changes]}
        for step in reversed(steps[last + 1 :])
    ]


def difference(view: DraftView, definition: Definition, change: dict[str, Any]) -> dict[str, str]:
    """One change in words: where, and the value before and after where both are single answers."""
    pointer = change["pointer"]
    if not view.opens:
        act_type = one_of(definition.acts, view.act_type.id)
        found = words.field_at(act_fields(definition, act_type, language()), pointer.split("/")[1:])
        where = words.act_where(act_type, pointer)
    else:
        found, where = words.field_of(definition, pointer), words.where(definition, pointer)
    reader = words.Reader(language(), zone())
    told: dict[str, str] = {
        side: reader.say(found, change[side])
        for side in ("before", "after")
        if found is not None and not found.fields and side in change
    }
    return {"where": where, **told}


@signed_in
@require_POST
def submit(http: Http, number: int) -> HttpResponse:
    view, _definition = opened(http, number)
    actions.submit(view.draft, by=http.user, at=clock.now(), revision=shown_revision(http))
    messages.success(http, _("Submitted. A second person now reads and approves it."))
    return redirect("draft-review", number)


@signed_in
@require_POST
def approve(http: Http, number: int) -> HttpResponse:
    view, _definition = opened(http, number)
    if http.POST.get("read") != "yes":
        messages.error(http, _("Read the draft whole and say so; then approve it."))
        return redirect("draft-review", number)
    act = actions.approve(view.draft, by=http.user, at=clock.now(), revision=shown_revision(http))
    messages.success(http, _("Approved, signed and on its way."))
    return redirect("dossier", act.dossier_id)


@signed_in
@require_POST
def send(http: Http, number: int) -> HttpResponse:
    """Sign and send an act that needs no second person."""
    view, _definition = opened(http, number)
    act = actions.send(view.draft, by=http.user, at=clock.now(), revision=shown_revision(http))
    messages.success(http, _("Signed and on its way."))
    return redirect("dossier", act.dossier_id)


@signed_in
@require_POST
def give_back(http: Http, number: int) -> HttpResponse:
    view, _definition = opened(http, number)
    actions.give_back(view.draft, by=http.user, reason=http.POST.get("reason", ""), at=clock.now())
    messages.success(http, _("Given back. The person who drafted it sees your reason."))
    return redirect("draft-review", number)


@signed_in
@require_POST
def discard(http: Http, number: int) -> HttpResponse:
    view, _definition = opened(http, number)
    actions.discard(view.draft, by=http.user, at=clock.now())
    messages.success(http, _("The draft was put aside. You can bring it back at the foot of this page."))
    return redirect("drafts")


@signed_in
@require_POST
def restore(http: Http, number: int) -> HttpResponse:
    view, _definition = opened(http, number)
    actions.restore(view.draft, by=http.user, at=clock.now())
    return redirect("draft", number)


@signed_in
def choose_language(http: Http, number: int) -> HttpResponse:
    """The language in which the request goes out, among those that the receiver reads."""
    view, definition = opened(http, number)
    if http.method == "POST":
        actions.set_language(view.draft, language=http.POST.get("language", ""), by=http.user, at=clock.now())
        return redirect("draft-check", number)
    peer = exchange.peer(view.draft.receiver)
    return page(http, "drafting/language.html", view=view, definition=definition, peer=peer)


@signed_in
def preview(http: Http, number: int) -> HttpResponse:
    """The request as it would be printed: in the receiver's language, or in one's own."""
    asked = http.GET.get("language") or language()
    pdf = queries.draft_pdf(http.user, number, asked, clock.now())
    return HttpResponse(pdf, content_type="application/pdf")
