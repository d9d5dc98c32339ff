"""Competing requests: side by side, with what the texts ask to be considered, and the decision of a person."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from comity.dossiers import actions, queries
from comity.dossiers.queries import Beside, CompetitionView
from comity.instruments import catalogue, texts
from comity.instruments.model import Field
from comity.lib import clock
from comity.web.forms import words
from comity.web.forms.choices import country_name
from comity.web.pages import Http, language, page, signed_in, zone
from comity.web.safeguards.asking import Form, box, options
from comity.web.safeguards.drawing import drawing
from comity.web.telling import told as told_error

NONE_YET = "none"


@signed_in
def listed(http: Http) -> HttpResponse:
    """Those that the reader may see."""
    return page(http, "safeguards/competing.html", found=queries.competitions(http.user))


@signed_in
def begin(http: Http) -> HttpResponse:
    """Which dossiers, and about whom."""
    id = http.GET.get("dossier", "")
    dossier = queries.one(http.user, id) if id else None
    found = queries.candidates(http.user, dossier)
    fields = beginning(found if dossier is None else [queries.Candidate(dossier, True), *found])
    if http.method != "POST":
        given = {} if dossier is None else {"dossiers": [dossier.pk], "person": dossier.subject}
        return page(http, "safeguards/competing_new.html", form=Form(fields, given), offered=bool(found or dossier))
    form = Form.posted(fields, http.POST)
    if "add" in http.POST or "remove" in http.POST or not form.check():
        status = 400 if form.errors else 200
        return page(http, "safeguards/competing_new.html", status=status, form=form, offered=True)
    made = actions.open_competition(
        form.given["dossiers"],
        person=form.given["person"],
        nationality=form.given.get("nationality", []),
        by=http.user,
        at=clock.now(),
    )
    messages.success(http, _("Laid side by side. Add what is known of each request, and requests of others."))
    return redirect("competing-case", made.pk)


def beginning(found: list[queries.Candidate]) -> tuple[Field, ...]:
    rows = [(one.dossier.pk, told(one.dossier)) for one in found]
    return (
        box(
            "person", "text", _("Who is wanted?"), _("The name by which the requests are kept together."), required=True
        ),
        box(
            "dossiers",
            "choices",
            _("Which dossiers concern this person?"),
            _("Requests that are no dossier here are added on the next page."),
            required=True,
            options=options(rows),
        ),
        box("nationality", "country", _("Nationality of the person"), repeated=True),
    )


def told(dossier: queries.Dossier) -> str:
    """A dossier in one line."""
    country = country_name(dossier.counterpart_country, language())
    return f"{dossier.subject or dossier.pk} – {country}, {title(dossier.instrument)} ({dossier.pk})"


def title(instrument: str) -> str:
    return texts.of(catalogue.get(instrument), language()).t("title")


@signed_in
def case(http: Http, number: int) -> HttpResponse:
    """The requests side by side."""
    return shown(http, opened(http, number))


def opened(http: Http, number: int) -> CompetitionView:
    return queries.competition(http.user, number, clock.now(), language())


def shown(http: Http, view: CompetitionView, form: Form | None = None) -> HttpResponse:
    found = view.comparison
    inside = {one.row.dossier_id for one in (*view.requests, *view.removed)}
    lines = [(one.id, one.request.by) for one in view.requests]
    return page(
        http,
        "safeguards/case.html",
        status=400 if form and form.errors else 200,
        view=view,
        rows=rows(view),
        countries=dict(lines),
        drawing=drawing(found.timeline, lines) if found else None,
        form=form or Form(deciding(view), {}),
        candidates=[
            (one.dossier.pk, told(one.dossier))
            for one in queries.candidates(http.user, view.requests[0].row.dossier if view.requests else None)
            if one.dossier.pk not in inside
        ]
        if view.may_change
        else [],
        country=settings.COMITY.country,
    )


def rows(view: CompetitionView) -> list[dict[str, Any]]:
    """What is known of each request, a row for each question: label, and a value for each request."""
    fields = [one for one in about(own=False) if one.id not in ("by", "instrument")]
    found = [
        {"label": one.label, "values": [(request, said(one, request.told.get(one.id))) for request in view.requests]}
        for one in fields
    ]
    return [row for row in found if any(value for _request, value in row["values"])]


def said(field: Field, value: Any) -> Any:
    """One answer in words."""
    return "" if value in (None, "", []) else words.Reader(language(), zone()).say(field, value).replace("\n", ", ")


def about(*, own: bool) -> tuple[Field, ...]:
    """What can be stated of a request. ``own``: of a dossier here, whose State and instrument are known."""
    yes_no = _("Leave it empty if not known.")
    who = (
        ()
        if own
        else (
            box("by", "country", _("Which State, or the Court?"), required=True),
            box(
                "instrument",
                "choice",
                _("Under which instrument?"),
                required=True,
                options=options((id, title(id)) for id in queries.competing_instruments()),
            ),
        )
    )
    return (
        *who,
        box("issued_on", "date", _("When was it issued?")),
        box("received_on", "date", _("When was it received?")),
        box("offence", "text", _("Offence")),
        box("maximum_months", "number", _("Maximum penalty, in months")),
        box(
            "conduct",
            "text",
            _("Which conduct?"),
            _("The same words for requests about the same conduct, such as A and B."),
        ),
        box("committed_in", "country", _("State where it was committed"), repeated=True),
        box(
            "purpose",
            "choice",
            _("For what is the person wanted?"),
            options=options([("prosecution", _("Prosecution")), ("enforcement", _("Enforcing a sentence"))]),
        ),
        box("victims_of", "country", _("Nationality of the victims"), repeated=True),
        box("duty", "yes_no", _("Are we bound to extradite to this State?"), yes_no),
        box("later", "yes_no", _("Could the person be surrendered to it later?"), yes_no),
        box("judged", "yes_no", _("Was the person finally judged for this conduct?"), yes_no),
        box("admissible", "yes_no", _("The Court: has it found the case admissible?"), yes_no),
        box(
            "takes_into_account",
            "yes_no",
            _("The Court: does that finding take the case of the other State into account?"),
            yes_no,
        ),
    )


@signed_in
def add(http: Http, number: int) -> HttpResponse:
    """A request that is no dossier here: of another State, of the Court, told by letter."""
    return Statement(http, opened(http, number), None).answer()


@signed_in
def statement(http: Http, number: int, place: int) -> HttpResponse:
    """What is known of one of the requests, with who stated what before."""
    view = opened(http, number)
    row = next((one for one in view.requests if one.row.number == place), None)
    if row is None:
        raise Http404
    return Statement(http, view, row).answer()


class Statement:
    """The page on which a request is stated, for a new one and for one that stands."""

    def __init__(self, http: Http, view: CompetitionView, row: Beside | None) -> None:
        self.http, self.view, self.row = http, view, row
        self.own = row is not None and row.row.dossier_id is not None
        self.fields = about(own=self.own)

    def answer(self) -> HttpResponse:
        if self.http.method != "POST":
            return self.shown(Form(self.fields, dict(self.row.told) if self.row else {}))
        form = Form.posted(self.fields, self.http.POST)
        if "add" in self.http.POST or "remove" in self.http.POST or not form.check():
            return self.shown(form)
        given = {
            name: [one for one in value if one] if isinstance(value, list) else value
            for name, value in form.given.items()
        }
        number, by, at = self.view.competition.pk, self.http.user, clock.now()
        if self.row is None:
            actions.add_request(number, given, by=by, at=at)
        else:
            fixed = {name: self.row.told[name] for name in ("by", "instrument")} if self.own else {}
            actions.state_request(number, self.row.row.number, {**given, **fixed}, by=by, at=at)
        messages.success(self.http, _("Kept. What was stated before stays in the history of the request."))
        return redirect("competing-case", number)

    def shown(self, form: Form) -> HttpResponse:
        status = 400 if form.errors else 200
        return page(
            self.http,
            "safeguards/statement.html",
            status=status,
            view=self.view,
            row=self.row,
            form=form,
            history=self.history(),
        )

    def history(self) -> list[tuple[Any, list[tuple[str, str]]]]:
        """Who stated what, in words, the newest first."""
        fields = about(own=False)
        return [
            (one, [(field.label, value) for field in fields if (value := said(field, one.told.get(field.id)))])
            for one in reversed(self.row.statements if self.row else ())
        ]


@signed_in
@require_POST
def change(http: Http, number: int) -> HttpResponse:
    """Add a dossier, take a request out, bring it back."""
    post, by, at = http.POST, http.user, clock.now()
    request = int(post["request"]) if post.get("request", "").isdigit() else 0
    match post.get("do"):
        case "add":
            actions.add_dossier(number, post.get("dossier", ""), by=by, at=at)
        case "remove":
            actions.remove_request(number, request, by=by, at=at)
            messages.success(http, _("Taken out. It can be brought back below."))
        case "restore":
            actions.restore_request(number, request, by=by, at=at)
    return redirect("competing-case", number)


def deciding(view: CompetitionView) -> tuple[Field, ...]:
    rows = [(str(one.row.number), f"{country_name(one.request.by, language())} ({one.id})") for one in view.requests]
    return (
        box(
            "first",
            "choice",
            _("Which request goes first?"),
            required=True,
            options=options([*rows, (NONE_YET, _("None yet"))]),
        ),
        box(
            "reasons",
            "longtext",
            _("Reasons"),
            _("So that the States concerned, or a court, could follow them."),
            required=True,
        ),
    )


@signed_in
@require_POST
def decide(http: Http, number: int) -> HttpResponse:
    """Record the decision of a person; an earlier one stays visible."""
    view = opened(http, number)
    form = Form.posted(deciding(view), http.POST)
    if not form.check():
        return shown(http, view, form)
    after = http.POST.get("after", "")
    try:
        actions.decide(
            number,
            first=None if form.given["first"] == NONE_YET else int(form.given["first"]),
            reasons=form.given["reasons"],
            after=int(after) if after.isdigit() else None,
            by=http.user,
            at=clock.now(),
            language=language(),
        )
    except actions.Superseded as error:
        form.wrong("first", " ".join(told_error(error).values()))
        return shown(http, opened(http, number), form)
    messages.success(http, _("The decision is recorded."))
    return redirect("competing-case", number)
