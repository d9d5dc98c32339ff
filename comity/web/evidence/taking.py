"""Taking in: a file or a thing, a document of an act, what was made of an item."""

from typing import Any, BinaryIO, cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from comity.access import queries as people
from comity.access import rules
from comity.access.handling import BadHandling
from comity.cases import queries as cases
from comity.cases.values import CaseView
from comity.dossiers import queries as dossiers
from comity.evidence import actions, queries
from comity.evidence.queries import Item
from comity.evidence.values import PHYSICAL
from comity.instruments.model import Field
from comity.lib.clock import NotAMoment
from comity.lib.errors import BadInput
from comity.web.cases.asking import failed, moment
from comity.web.evidence import boxes, words
from comity.web.evidence.items import opened
from comity.web.pages import Http, page, signed_in
from comity.web.safeguards.asking import Form, box, options

BLAMED: dict[type[BadInput], str] = {
    BadHandling: "codes",
    NotAMoment: "taken_at",
    actions.BadMoment: "taken_at",
    actions.NeedsBytesOrSeal: "seal",
    actions.NobodyNamed: "person",
}


def blamed(form: Form, error: BadInput) -> None:
    """What a room said against a form, at the box that it concerns."""
    failed(form, BLAMED.get(type(error), form.fields[0].id), error)


def demand_writer(http: Http, case: CaseView) -> None:
    """:raises NotAllowed: the reader adds nothing to this case."""
    rules.demand(people.actor(http.user, moment()), "write", people.thing("item", case.number, case.compartment))


def finished(http: Http, row: Item, says: str) -> HttpResponse:
    """On to the item; the script that sent the file goes there itself."""
    messages.success(http, says)
    where = reverse("case-item", args=[queries.case_of(row.compartment), queries.label(row)])
    if http.headers.get("X-Requested-With") == "XMLHttpRequest":
        return HttpResponse(status=204, headers={"X-Next": where})
    return redirect(where)


@signed_in
def add(http: Http, number: str) -> HttpResponse:
    """A file, or a thing that can be held."""
    case = cases.case(http.user, number, moment())
    demand_writer(http, case)
    fields = (*boxes.about(http, case), *boxes.things(), *boxes.taking(), *boxes.bound())
    form = Form(fields, {"level": case.level_word, "circle": number, "kind": "document"})
    if http.method == "POST":
        form = Form.posted(fields, http.POST)
        if form.check() and (row := taken(http, case, form)):
            return finished(http, row, _("Taken in. Its chain of custody has begun."))
    return page(
        http,
        "evidence/add.html",
        400 if form.errors else 200,
        here="items",
        case=case,
        form=form,
        file=True,
        **boxes.groups(form, taking=boxes.TAKING, bound=boxes.BOUND),
    )


def taken(http: Http, case: CaseView, form: Form) -> Item | None:
    """The item, or None with what is wrong beside its box."""
    given, file = form.given, http.FILES.get("file")
    try:
        return actions.take(
            boxes.where(case, http.POST),
            title=given["title"],
            kind=given["kind"],
            description=given.get("description") or "",
            language=given.get("language") or "",
            level=boxes.as_level(given, case),
            handling=boxes.as_handling(given),
            taking=boxes.as_taking(given),
            seal=given.get("seal") or "",
            place=given.get("place") or "",
            stream=cast(BinaryIO, file) if file else None,
            name=(file.name or "") if file else "",
            media_type=(file.content_type or "") if file else "",
            by=http.user,
            at=moment(),
        )
    except actions.NeedsBytesOrSeal as error:
        if given["kind"] in PHYSICAL:
            failed(form, "place", error)
        else:
            form.errors["/file"] = (_("Choose a file first."),)
    except BadInput as error:
        blamed(form, error)
    return None


@signed_in
def received(http: Http, number: str) -> HttpResponse:
    """A document that an act of another authority brought: the same bytes, bound by the limits of that act."""
    case = cases.case(http.user, number, moment())
    demand_writer(http, case)
    links = [one for one in cases.links(http.user, number, moment()) if one.seen]
    chosen = http.GET.get("dossier", "").strip() or (links[0].dossier if len(links) == 1 else "")
    documents = theirs(http, chosen) if chosen else []
    fields = received_fields(http, case, documents)
    form = Form(fields, {"level": case.level_word, "circle": number, "kind": "document"})
    if http.method == "POST":
        form = Form.posted(fields, http.POST)
        if form.check() and (row := brought(http, case, form)):
            return finished(http, row, _("Taken in. It is bound as its sender bound it."))
    return page(
        http,
        "evidence/received.html",
        400 if form.errors else 200,
        here="items",
        case=case,
        links=links,
        dossier=chosen,
        documents=documents,
        form=form,
        **boxes.groups(form, taking=boxes.TAKING, bound=("codes", "restriction")),
    )


def theirs(http: Http, dossier: str) -> list[tuple[str, str]]:
    """The documents of a dossier that other authorities brought, as answers to choose from."""
    found = dossiers.items(http.user, dossier, moment())
    return [
        (str(one.item.id), f"{one.item.name} · {one.item.from_authority}")
        for one in found
        if one.act.way == "received" and one.item.state == "complete"
    ]


def received_fields(http: Http, case: CaseView, documents: list[tuple[str, str]]) -> tuple[Field, ...]:
    told = [one for one in boxes.about(http, case, physical=False) if one.id != "title"]
    title = box("title", "text", _("What is it?"), _("Leave it empty to keep the name of the file."))
    codes = [one for one in boxes.bound() if one.id != "originator"]
    document = box("document", "choice", _("Which document?"), required=True, options=options(documents))
    return (document, title, *told, *boxes.taking(), *codes)


def brought(http: Http, case: CaseView, form: Form) -> Item | None:
    given = form.given
    try:
        return actions.from_attachment(
            int(given["document"]),
            boxes.where(case, http.POST),
            title=given.get("title") or "",
            kind=given["kind"],
            description=given.get("description") or "",
            language=given.get("language") or "",
            level=boxes.as_level(given, case),
            handling=boxes.as_handling(given),
            taking=boxes.as_taking(given),
            by=http.user,
            at=moment(),
        )
    except BadInput as error:
        blamed(form, error)
    return None


@signed_in
def derive(http: Http, number: str, label: str) -> HttpResponse:
    """A copy, extract, translation, transcription or enhancement."""
    case, view = opened(http, number, label)
    rules.demand(people.actor(http.user, moment()), "write", people.thing("item", view.facts.ref, view.row.compartment))
    fields = derive_fields(http, case, view)
    form = Form(fields, {"kind": view.facts.kind if view.facts.sha256 else "image", "circle": view.row.compartment.name,
                         "level": view.level_word})  # fmt: skip
    if http.method == "POST":
        form = Form.posted(fields, http.POST)
        if form.check() and (row := derived(http, case, view, form)):
            return finished(http, row, _("Taken in, with what it was made of."))
    return page(
        http,
        "evidence/derive.html",
        400 if form.errors else 200,
        here="items",
        case=case,
        view=view,
        facts=view.facts,
        form=form,
        file=True,
        **boxes.groups(form),
    )


def derive_fields(http: Http, case: CaseView, view: queries.ItemView) -> tuple[Field, ...]:
    return (
        box("way", "choice", _("What was made of it?"), required=True, options=options(words.ways().items())),
        box("person", "text", _("By whom?"), _("Full name, as an oath or certificate names them."), required=True),
        box("tool", "text", _("With which tool?"), _("Program or device, with its version.")),
        box("note", "longtext", _("What should a court know of how it was made?")),
        *boxes.about(http, case, physical=False),
    )


def derived(http: Http, case: CaseView, view: queries.ItemView, form: Form) -> Item | None:
    given, file = form.given, http.FILES.get("file")
    if file is None:
        form.errors["/file"] = (_("Choose a file first."),)
        return None
    told: dict[str, Any] = {name: given.get(name) or "" for name in ("tool", "note", "description", "language")}
    try:
        return actions.derive(
            [view.row],
            way=given["way"],
            title=given["title"],
            person=given["person"],
            kind=given["kind"],
            level=boxes.as_level(given, case),
            compartment=boxes.where(case, http.POST),
            stream=cast(BinaryIO, file),
            name=file.name or "",
            media_type=file.content_type or "",
            by=http.user,
            at=moment(),
            **told,
        )
    except BadInput as error:
        blamed(form, error)
    return None
