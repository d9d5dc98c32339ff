"""Return and destruction: proposed by who leads the case, decided by a second person who may not even read it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from comity.access import queries as people
from comity.access import rules
from comity.evidence import actions, queries
from comity.evidence.queries import Measure
from comity.lib.errors import BadInput, ComityError
from comity.web.cases.asking import failed, moment
from comity.web.evidence import words
from comity.web.evidence.items import opened
from comity.web.pages import Http, page, signed_in
from comity.web.safeguards.asking import Form, box, options, when


@signed_in
def propose(http: Http, number: str, label: str) -> HttpResponse:
    """Propose that it is returned or destroyed."""
    case, view = opened(http, number, label)
    what = people.thing("item", view.facts.ref, view.row.compartment, level=view.row.level)
    rules.demand(people.actor(http.user, moment()), "destroy", what)
    both = [("return", _("Return it")), ("destroy", _("Destroy it"))]
    fields = (
        box("kind", "choice", _("What is to be done?"), required=True,
            options=options(both if view.facts.physical else both[1:])),
        box("to", "text", _("To whom is it returned?"), required=True, when=when("kind", "return")),
        box("reasons", "longtext", _("Why?"), _("So that somebody can follow it years from now."), required=True),
        box("asked_by", "text", _("Who asks for it?"), _("The act, order or rule, with its day or article."),
            required=True),
    )  # fmt: skip
    form = Form(fields, {} if view.facts.physical else {"kind": "destroy"})
    if http.method == "POST":
        form = Form.posted(fields, http.POST)
        if form.check() and proposed(http, view, form):
            messages.success(http, _("Proposed. An approver of the unit who is not you decides."))
            return redirect("case-item", number, label)
    return page(
        http,
        "evidence/propose.html",
        400 if form.errors else 200,
        here="items",
        case=case,
        view=view,
        facts=view.facts,
        form=form,
    )


def proposed(http: Http, view: queries.ItemView, form: Form) -> bool:
    given = form.given
    try:
        actions.propose(
            view.row,
            kind=given["kind"],
            to=given.get("to") or "",
            reasons=given["reasons"],
            asked_by=given["asked_by"],
            by=http.user,
            at=moment(),
        )
    except (actions.StillUsed, actions.AlreadyProposed, actions.WrongState, BadInput) as error:
        failed(form, "kind", error)
        return False
    return True


@signed_in
def measures(http: Http) -> HttpResponse:
    """What waits for a decision, and what this reader proposed."""
    rows = queries.measures(http.user, moment())
    mine = [one for one in rows if "approve" in one.may]
    rest = [one for one in rows if "approve" not in one.may]
    return page(http, "evidence/measures.html", mine=mine, rest=rest, kinds=kind_words())


def kind_words() -> dict[str, str]:
    return {"return": _("Return"), "destroy": _("Destruction")}


@signed_in
def measure(http: Http, id: int) -> HttpResponse:
    """One of them: what it is about, and the buttons of whoever may decide."""
    found = queries.measure(http.user, id, moment())
    problems = []
    if http.method == "POST":
        try:
            decided(http, found)
        except (BadInput, actions.StillUsed) as error:
            problems = [{"id": "note", "says": _(error.says).format(**error.fields)}]
        else:
            return redirect("measures")
    queries.saw_measures(http.user, [found], moment())
    view = queries.measure_view(http.user, found, moment())
    item = found.item
    return page(
        http,
        "evidence/measure.html",
        400 if problems else 200,
        view=view,
        item=item,
        kind=kind_words()[found.kind],
        thing=words.kinds()[item.kind],
        problems=problems,
        note=http.POST.get("note", ""),
        readable=can_read(http, found),
    )


def can_read(http: Http, found: Measure) -> bool:
    """Whether the item's own page opens for this reader; an approver without a seat decides without it."""
    try:
        queries.row(http.user, found.item.ref, moment())
    except ComityError:
        return False
    return True


def decided(http: Http, found: Measure) -> None:
    note, do = http.POST.get("note", ""), http.POST.get("do", "")
    if do == "approve":
        actions.approve(found, by=http.user, at=moment(), note=note)
        messages.success(http, _("Approved, and done."))
    elif do == "withdraw":
        actions.withdraw(found, by=http.user, at=moment(), note=note)
        messages.info(http, _("Withdrawn."))
    else:
        actions.reject(found, note=note, by=http.user, at=moment())
        messages.info(http, _("Not approved. Whoever proposed it sees why."))
