"""One subject: what is known of it, from whom, its relations; category, removal, the history."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from comity.cases import queries as cases
from comity.cases.values import CaseView
from comity.lib.errors import ComityError
from comity.subjects import actions, kinds, queries
from comity.subjects.queries import Subject, SubjectView
from comity.subjects.roles import CATEGORIES
from comity.web.cases.asking import moment
from comity.web.pages import Http, page, signed_in
from comity.web.subjects import words
from comity.web.subjects.drawing import drawing
from comity.web.telling import told

RELATED = 100


def opened(http: Http, number: str, key: str, *, removed: bool = False) -> tuple[CaseView, Subject]:
    """The case around it and the subject.

    :raises NotFound: not there, or not theirs to see.
    """
    case = cases.case(http.user, number, moment())
    return case, queries.find(http.user, number, key, moment(), removed=removed)


def writes(case: CaseView, view: SubjectView) -> bool:
    return view.may_write and case.state != "closed"


@signed_in
def subject(http: Http, number: str, key: str) -> HttpResponse:
    """What is known of it, as far as this reader may see it."""
    case, row = opened(http, number, key, removed=True)
    if row.removed_at is not None:
        return page(http, "subjects/removed.html", here="subjects", case=case, row=row, key=key)
    view = queries.seen(http.user, row, moment())
    related = queries.relations(http.user, row, moment(), limit=RELATED)
    return page(
        http,
        "subjects/subject.html",
        here="subjects",
        case=case,
        key=key,
        row=row,
        view=view,
        is_edge=row.is_edge,
        ends=[row.source, row.target] if row.is_edge else [],
        called=queries.captions(http.user, [one for one in (row.source, row.target) if one], moment()),
        related=related,
        drawing=drawing(view.caption, related.rows),
        roles=[(one.id, words.role(one.id)) for one in CATEGORIES] if kinds.carries_role(view.kind) else [],
        role={one.pk: role for one, role in view.roles}.get(row.pk, ""),
        categories=[(words.role(role), one.ref) for one, role in view.roles],
        may_write=writes(case, view),
    )


@signed_in
def history(http: Http, number: str, key: str) -> HttpResponse:
    """Everything that was ever stated, with what was retracted."""
    case, row = opened(http, number, key)
    view = queries.seen(http.user, row, moment(), record=False)
    return page(
        http,
        "subjects/history.html",
        here="subjects",
        case=case,
        key=key,
        view=view,
        statements=list(reversed(queries.statements(http.user, row, moment()))),
        merges=queries.merges(http.user, row, moment()),
    )


@signed_in
@require_POST
def change(http: Http, number: str, key: str) -> HttpResponse:
    """Category, removal, and taking the removal back."""
    case, row = opened(http, number, key, removed=True)
    by, at, post = http.user, moment(), http.POST
    try:
        match post.get("do"):
            case "role":
                actions.set_role(row, post.get("role", ""), by=by, at=at)
                messages.success(http, _("The category is kept; the one before stays in the history."))
            case "remove":
                actions.remove(row, post.get("reason", ""), by=by, at=at)
                messages.success(http, _("Taken out of the case. You can put it back here."))
            case "restore":
                actions.restore(row, by=by, at=at)
                messages.success(http, _("It is in the case again."))
    except (actions.NoReason, actions.StillMerged, actions.UnknownRole) as error:
        messages.error(http, sentence(error))
    return redirect("case-subject", case.number, key)


def sentence(error: ComityError) -> str:
    return " ".join(told(error).values())
