"""Adding a subject, stating more of it, correcting and retracting."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from comity.access import levels
from comity.access.handling import BadHandling
from comity.access.rules import NotAllowed
from comity.cases import queries as cases
from comity.cases.values import CaseView
from comity.instruments.model import Field
from comity.subjects import actions, kinds, queries
from comity.subjects.queries import Statement, Subject
from comity.web.cases.asking import folded, moment
from comity.web.pages import Http, page, signed_in
from comity.web.safeguards.asking import Form, box, options
from comity.web.subjects import asking, words
from comity.web.subjects.subject import opened

REFUSED = (
    actions.BadValue, actions.BadStatement, actions.BadEvaluation, actions.NothingSaid, actions.UnknownRole,
    actions.SaidAlready, actions.NoReason, BadHandling, NotAllowed, actions.NotFound,
)  # fmt: skip


def may_write(http: Http, number: str) -> CaseView:
    """The case, when this reader adds to it."""
    case = cases.case(http.user, number, moment())
    if not case.may["write"] or case.state == "closed":
        raise NotAllowed(why=_("You read this case; only its leads and members add to it."),
                         remedy=_("Ask who leads the case."), rule="")  # fmt: skip
    return case


@signed_in
def choose(http: Http, number: str) -> HttpResponse:
    """Of which kind is it?"""
    return page(http, "subjects/kinds.html", here="subjects", case=may_write(http, number), groups=words.groups())


@signed_in
def add(http: Http, number: str, kind: str) -> HttpResponse:
    """What is known of it."""
    case = may_write(http, number)
    try:
        kinds.schema(kind, edge=False)
    except actions.UnknownKind:
        raise Http404 from None
    fields = (
        *(asking.value_box(kind, one) for one in asking.asked_first(kind)),
        *((asking.role_box(),) if kinds.carries_role(kind) else ()),
        *asking.about_it(http.user, case),
    )
    form = Form(fields, asking.start(case))
    if http.method == "POST":
        form = Form.posted(fields, http.POST)
        if "add" not in http.POST and "remove" not in http.POST and form.check():
            made = added(http, case, kind, form)
            if made is not None:
                messages.success(http, _("Added. State more of it, or relate it to others, here."))
                return redirect("case-subject", number, queries.key(made))
    return shown(http, "subjects/add.html", case, form, kind=kind)


def added(http: Http, case: CaseView, kind: str, form: Form) -> Subject | None:
    carried = asking.carried(case, form, http.POST)
    if form.errors:
        return None
    place, level = carried.pop("compartment"), carried["level"]
    try:
        return actions.add(
            place, kind, asking.said(kind, form, carried), by=http.user, at=moment(), level=level,
            role=form.given.get("role") or "",
        )  # fmt: skip
    except REFUSED as error:
        asking.refused(form, error, asking.asked_first(kind)[0].name)
    return None


def shown(http: Http, template: str, case: CaseView, form: Form, **context: object) -> HttpResponse:
    status = 400 if form.errors else 200
    behind = [name for name in asking.BEHIND if name in {one.id for one in form.fields}]
    return page(http, template, status, here="subjects", case=case, form=form, **folded(form, *behind), **context)


def prop_box(kind: str) -> Field:
    rows = [(one.name, words.prop(kind, one.name)) for one in kinds.offered(kind)]
    return box("prop", "choice", _("What is stated?"), required=True, options=options(rows))


@signed_in
def state(http: Http, number: str, key: str) -> HttpResponse:
    """One more value."""
    may_write(http, number)
    case, row = opened(http, number, key)
    fields = (
        prop_box(row.schema),
        box("value", "text", _("Value"), _("Another subject by its number in this case."), required=True),
        *asking.about_it(http.user, case, with_circle=row.compartment.parent_id is None),
    )
    form = Form(fields, {**asking.start(case), "prop": http.GET.get("prop", "")})
    if http.method == "POST":
        form = Form.posted(fields, http.POST)
        if form.check() and stated(http, case, row, form):
            messages.success(http, _("Stated."))
            return redirect("case-subject", number, key)
    view = queries.seen(http.user, row, moment(), record=False)
    return shown(http, "subjects/state.html", case, form, view=view, key=key)


def stated(http: Http, case: CaseView, row: Subject, form: Form) -> bool:
    carried = asking.carried(case, form, http.POST)
    if row.compartment.parent_id is not None:
        carried["compartment"] = row.compartment
    if form.errors:
        return False
    try:
        actions.state(
            row, asking.statement_of(http.user, case, row.schema, form, carried), by=http.user, at=moment()
        )  # fmt: skip
    except REFUSED as error:
        asking.refused(form, error, "value")
    return not form.errors


@signed_in
def correct(http: Http, number: str, key: str, statement: int) -> HttpResponse:
    """Retract a statement, or put the right one in its place."""
    case, row = opened(http, number, key)
    one = queries.statement(http.user, statement, moment())
    if one.subject_id != row.pk:
        raise Http404
    may_write(http, number)
    fields = (
        box("do", "choice", _("What is wrong with it?"), required=True, options=options([
            ("correct", _("It must read otherwise")), ("retract", _("It does not hold at all")),
        ])),
        box("value", "text", _("What is right?"), _("Leave it empty to retract the statement.")),
        box("reason", "text", _("Why?"), _("It stays in the history with your name."), required=True),
        *asking.about_it(http.user, case, with_circle=row.compartment.parent_id is None),
    )  # fmt: skip
    form = Form(fields, {**before(one), "do": "correct"})
    if http.method == "POST":
        form = Form.posted(fields, http.POST)
        if form.check() and corrected(http, case, row, one, form):
            messages.success(http, _("Done. What was stated before stays in the history."))
            return redirect("case-subject", number, key)
    return shown(http, "subjects/correct.html", case, form, one=one, key=key, retracted=one.retracted_at is not None)


def before(one: Statement) -> dict[str, object]:
    """The statement as the boxes show it."""
    bound = one.handling
    return {
        "value": one.original or one.value, "source": one.source, "item": one.item, "act": one.act,
        "said_on": one.said_on.isoformat() if one.said_on else "",
        "reliability": f"{one.scheme}:{one.reliability}" if one.reliability else "",
        "credibility": f"{one.scheme}:{one.credibility}" if one.credibility else "",
        "codes": bound.get("codes", []), "restriction": bound.get("restriction", ""),
        "originator": bound.get("originator", ""), "circle": one.compartment.name, "level": levels.word(one.level),
    }  # fmt: skip


def corrected(http: Http, case: CaseView, row: Subject, one: Statement, form: Form) -> bool:
    given, by, at = form.given, http.user, moment()
    try:
        if given["do"] == "retract":
            actions.retract(one, given["reason"], by=by, at=at)
            return True
        carried = asking.carried(case, form, http.POST)
        if row.compartment.parent_id is not None:
            carried["compartment"] = row.compartment
        if not given.get("value"):
            form.wrong("value", _("Write what is right, or choose that it does not hold at all."))
        if form.errors:
            return False
        form.given["prop"] = one.prop
        said = asking.statement_of(by, case, row.schema, form, carried)
        actions.correct(one, said, given["reason"], by=by, at=at)
    except (*REFUSED, actions.Retracted) as error:
        asking.refused(form, error, "value")
    return not form.errors
