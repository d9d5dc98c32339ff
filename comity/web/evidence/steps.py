"""What happens to an item: it moves, is lent, comes back, is examined or sealed; corrections; into a draft."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from comity.access import queries as people
from comity.access import rules
from comity.access.rules import NotAllowed
from comity.dossiers import queries as dossiers
from comity.evidence import actions, queries
from comity.evidence.queries import Custody
from comity.instruments.model import Field
from comity.lib import clock
from comity.lib.errors import BadInput
from comity.web.cases.asking import failed, moment
from comity.web.evidence.boxes import as_moment
from comity.web.evidence.items import opened
from comity.web.pages import Http, language, page, signed_in
from comity.web.safeguards.asking import Form, box, options

ACTS: dict[str, Callable[..., Any]] = {
    "move": actions.move,
    "lend": actions.lend,
    "back": actions.bring_back,
    "examine": actions.examine,
    "seal": actions.seal,
    "permit": actions.permit,
}


def titles() -> dict[str, str]:
    return {
        "move": _("It changes hands or place"),
        "lend": _("Lend it"),
        "back": _("It is back"),
        "examine": _("It was examined"),
        "seal": _("Seal it anew"),
        "permit": _("Its originator agreed that it goes on"),
    }


def fields_of(what: str) -> tuple[Field, ...]:
    """The boxes of one step."""
    when = box("when", "moment", _("When did it happen?"), _("Leave it empty for now."))
    left = box("left_at", "moment", _("When did it leave?"), _("Only where that was earlier."))
    reason = box("why", "text", _("Why?"), required=True)
    rest = (
        box("power", "text", _("Under which power or provision?")),
        box("seal", "text", _("Number of the seal since")),
        box("place", "text", _("Where is it since?")),
    )
    to = {
        "move": _("Who has it since?"),
        "lend": _("To whom?"),
        "back": _("Who has it since?"),
        "examine": _("By whom?"),
        "permit": _("To which authority may it go?"),
    }
    from_whom = box("from_whom", "text", _("Who had it before?"), _("Leave it empty for the last holder."))
    match what:
        case "move" | "lend":
            return (
                box("to_whom", "text", to[what], required=True), from_whom,
                box("why", "text", _("Why?"), required=what == "lend"), when, left, *rest,
            )  # fmt: skip
        case "back":
            helped = _("Leave it empty for this authority.")
            return (
                box("to_whom", "text", to[what], helped),
                from_whom,
                box("why", "text", _("Why?")),
                when,
                left,
                *rest,
            )
        case "examine":
            return (box("to_whom", "text", to[what], required=True), reason, when, rest[0])
        case "seal":
            return (box("seal", "text", _("Number of the new seal"), required=True), reason, when)
    label = _("Its label, such as nl-prosecution.")
    return (
        box("to", "text", to["permit"], label, required=True),
        box("reference", "text", _("Where does that stand?"), _("Letter or act, with its day."), required=True),
    )


def given_in(form: Form) -> dict[str, Any]:
    """What was typed, moments as moments; what is empty is left out."""
    told = {name: value for name, value in form.given.items() if value}
    return {name: as_moment(value) if name in ("when", "left_at") else value for name, value in told.items()}


@signed_in
def step(http: Http, number: str, label: str, what: str) -> HttpResponse:
    """One step of custody."""
    if what not in ACTS:
        raise Http404
    case, view = opened(http, number, label)
    demand_writer(http, view)
    form = Form(fields_of(what))
    if http.method == "POST":
        form = Form.posted(fields_of(what), http.POST)
        if form.check() and done(http, view, what, form) is not None:
            messages.success(http, _("Written down. The chain of custody goes on."))
            return redirect("case-item", number, label)
    return page(
        http,
        "evidence/step.html",
        400 if form.errors else 200,
        here="items",
        case=case,
        view=view,
        facts=view.facts,
        form=form,
        title=titles()[what],
    )


def demand_writer(http: Http, view: queries.ItemView) -> None:
    """:raises NotAllowed: the reader adds nothing to this item."""
    what = people.thing("item", view.facts.ref, view.row.compartment, level=view.row.level)
    rules.demand(people.actor(http.user, moment()), "write", what)


def done(http: Http, view: queries.ItemView, what: str, form: Form) -> Any:
    """The entry, or None with what is wrong beside its box."""
    act = ACTS[what]
    try:
        return act(view.row, by=http.user, at=moment(), **given_in(form))
    except (actions.BadMoment, clock.NotAMoment) as error:
        failed(form, "when", error)
    except BadInput as error:
        failed(form, form.fields[0].id, error)
    return None


@signed_in
def correct(http: Http, number: str, label: str, entry: int) -> HttpResponse:
    """Say what an earlier entry should have said. It stays as it was written, below its correction."""
    case, view = opened(http, number, label)
    demand_writer(http, view)
    before = next((one for one in view.custody.entries if one.number == entry and one.what != "corrected"), None)
    if before is None:
        raise Http404
    last = [one for one in view.custody.entries if one.corrects == entry]
    now = last[-1] if last else before
    fields = (
        box("from_whom", "text", _("From whom?")),
        box("to_whom", "text", _("To whom?")),
        box("when", "moment", _("When did it happen?"), required=True),
        box("left_at", "moment", _("When did it leave?"), _("Only where that was earlier.")),
        box("power", "text", _("Under which power or provision?")),
        box("seal", "text", _("Number of the seal since")),
        box("place", "text", _("Where is it since?")),
        box("why", "text", _("Why is it corrected?"), _("What was wrong, and how you know."), required=True),
    )
    held = {name: getattr(now, name) for name in ("from_whom", "to_whom", "power", "seal", "place")}
    stamps = {"when": clock.stamp(now.at), "left_at": clock.stamp(now.left_at) if now.left_at else None}
    form = Form(fields, {**held, **stamps})
    if http.method == "POST":
        form = Form.posted(fields, http.POST)
        if form.check() and corrected(http, view, entry, form) is not None:
            messages.success(http, _("Corrected. What was written before stays below it."))
            return redirect("case-item", number, label)
    return page(
        http,
        "evidence/step.html",
        400 if form.errors else 200,
        here="items",
        case=case,
        view=view,
        facts=view.facts,
        form=form,
        title=_("Correct entry %(number)s") % {"number": entry},
    )


def corrected(http: Http, view: queries.ItemView, entry: int, form: Form) -> Custody | None:
    told: dict[str, Any] = {"left_at": None} | dict.fromkeys(("from_whom", "to_whom", "power", "seal", "place"), "")
    try:
        told |= given_in(form)
        return actions.correct(view.row, entry, by=http.user, at=moment(), **told)
    except (actions.BadMoment, clock.NotAMoment) as error:
        failed(form, "when", error)
    except BadInput as error:
        failed(form, "why", error)
    return None


@signed_in
def draft(http: Http, number: str, label: str) -> HttpResponse:
    """Put its bytes into a draft of an act, as far as its originator allows."""
    case, view = opened(http, number, label)
    drafts = dossiers.drafts(http.user, language())
    rows = [
        (str(one.id), " · ".join(filter(None, (one.dossier, one.title, one.receiver, one.subject)))) for one in drafts
    ]
    fields = (box("draft", "choice", _("Into which draft?"), required=True, options=options(rows)),)
    form = Form(fields)
    if http.method == "POST":
        form = Form.posted(fields, http.POST)
        if form.check():
            chosen = int(form.given["draft"])
            try:
                actions.attach_to_draft(view.row, chosen, by=http.user, at=moment())
            except NotAllowed as error:
                if error.fields.get("rule") != "originator-decides":
                    raise
                failed(form, "draft", error)
            else:
                messages.success(http, _("It goes with the draft. The chain of custody says so."))
                return redirect("draft-documents", chosen)
    return page(
        http,
        "evidence/draft.html",
        400 if form.errors else 200,
        here="items",
        case=case,
        view=view,
        facts=view.facts,
        form=form,
        drafts=drafts,
        consents=sorted(view.facts.handling.consents),
    )
