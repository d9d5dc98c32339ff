"""One dossier: how it stands, the request, the timeline, its documents, and what may be done now."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from comity.access import queries as access
from comity.dossiers import actions, queries
from comity.dossiers.values import DossierView, ItemView
from comity.instruments.model import ActType, Definition
from comity.lib import clock
from comity.web import in_languages
from comity.web.dossier.received import checked
from comity.web.pages import Http, language, page, part, signed_in, told
from comity.web.safeguards.assurances import beside

MOST_ASKED = 50  # acts of one timeline that are looked at again every two seconds


def opened(http: Http, id: str) -> tuple[DossierView, Definition]:
    """The dossier, and its definition in the reader's language. The look is recorded.

    :raises NotFound: not there, or not ours to see.
    """
    view = queries.dossier(http.user, id, clock.now(), language())
    return view, told(view.definition)


@signed_in
def overview(http: Http, id: str) -> HttpResponse:
    """Stage, holder, clocks, open questions, and the acts that are possible now."""
    view, definition = opened(http, id)
    open_now = {act.id for act in view.possible}
    possible = [one for one in definition.acts if one.id in open_now]
    colleagues = access.members(view.dossier.unit) if view.may_assign else []
    return page(
        http,
        "dossier/overview.html",
        here="overview",
        view=view,
        definition=definition,
        stage=definition.stage(view.state.stage),
        parties=[(party, view.parties[party.id]) for party in definition.parties if party.id in view.parties],
        possible=possible,
        moving=[one for one in possible if moves(one)],
        other=[one for one in possible if not moves(one) and one.effect != "answer"],
        colleagues=colleagues,
        safeguards=beside(http, view),
    )


def moves(act: ActType) -> bool:
    """Whether an act takes the dossier forward: those stand first, the others behind one click."""
    return act.effect == "transfer" or (act.to_stage is not None and act.effect != "withdraw")


@signed_in
def request(http: Http, id: str) -> HttpResponse:
    """The request as it stands now, as amended, section by section, in any language of its fixed texts.

    What the other side wrote in its own words stays as it is and says so.
    """
    view, definition = opened(http, id)
    shown = in_languages.reading(
        view.definition, view.state.form, written=view.state.language, read=in_languages.chosen(http)
    )
    shown["sections"] = [one for one in shown["sections"] if one["blocks"]]
    return page(
        http,
        "dossier/request.html",
        here="request",
        view=view,
        definition=definition,
        checked=checked(http, id, definition, shown["sections"]),
        asked={one.pointer: one for one in view.questions if not one.answered_by},
        **shown,
    )


@signed_in
def timeline(http: Http, id: str) -> HttpResponse:
    """Every act with its content, signature, receipts and place in the log, newest first."""
    view, definition = opened(http, id)
    entries = queries.timeline(http.user, id, clock.now(), language())
    return page(
        http,
        "dossier/timeline.html",
        here="timeline",
        view=view,
        definition=definition,
        entries=list(reversed(entries)),
        titles={entry.act: entry.title for entry in entries},
        id=id,
        under_way=[entry.act for entry in entries if queries.under_way(entry)],
    )


@part
def timeline_part(http: Http, id: str) -> HttpResponse:
    """How far the acts named are by now; the page asks again about those that are still on their way."""
    found = queries.progress(http.user, id, http.GET.getlist("act")[:MOST_ASKED])
    acts = [(act, deliveries, found.of(act)) for act, deliveries in found.deliveries.items()]
    return page(http, "dossier/timeline_part.html", id=id, acts=acts, under_way=found.under_way, troubles=found.trouble)


@signed_in
def documents(http: Http, id: str) -> HttpResponse:
    view, definition = opened(http, id)
    return page(
        http,
        "dossier/documents.html",
        here="documents",
        view=view,
        definition=definition,
        arriving=arriving(view.items),
    )


@part
def documents_part(http: Http, id: str) -> HttpResponse:
    """The documents with how far they are by now; the page asks again while one arrives."""
    items = queries.progress(http.user, id).items
    return page(http, "dossier/documents_part.html", id=id, items=items, arriving=arriving(items))


def arriving(items: Iterable[ItemView]) -> bool:
    return any(item.state == "arriving" for item in items)


@signed_in
@require_POST
def begin(http: Http, id: str, act_type: str) -> HttpResponse:
    """Start the draft of an act: about a question, a field or an assurance, or plain."""
    view, _definition = opened(http, id)
    content: dict[str, Any] = {
        name: http.POST[name] for name in ("question", "pointer", "assurance") if http.POST.get(name)
    }
    draft = actions.begin_act(view.dossier, act_type, by=http.user, at=clock.now(), content=content or None)
    return redirect("draft-act", draft.pk)


@signed_in
@require_POST
def assign(http: Http, id: str) -> HttpResponse:
    """Say who works on it; an empty choice means nobody."""
    view, _definition = opened(http, id)
    chosen = http.POST.get("to", "")
    to = next((one for one in access.members(view.dossier.unit) if one.username == chosen), None)
    if chosen and to is None:
        raise Http404
    actions.assign(view.dossier, to=to, by=http.user, at=clock.now())
    messages.success(http, _("Assigned."))
    return redirect("dossier", id)


@signed_in
def pdf(http: Http, id: str) -> HttpResponse:
    """The request as a document: in the language it was sent in, or in the reader's."""
    asked = http.GET.get("language") or language()
    made = queries.request_pdf(http.user, id, asked, clock.now())
    answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{id}-{asked}.pdf"'
    return answer


@signed_in
def download(http: Http, number: int) -> StreamingHttpResponse:
    """A document as a file; always offered for saving, never shown as a page of ours."""
    attachment, chunks = queries.open_attachment(http.user, number, clock.now())
    answer = StreamingHttpResponse(chunks, content_type="application/octet-stream")
    answer["Content-Length"] = str(attachment.size)
    answer["Content-Disposition"] = content_disposition_header(True, attachment.name) or "attachment"
    return answer
