"""Two subjects side by side, and whether they are one."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from comity.lib.errors import ComityError
from comity.subjects import actions, kinds, queries
from comity.subjects.queries import SubjectView
from comity.web.cases.asking import moment
from comity.web.pages import Http, page, signed_in
from comity.web.subjects import words
from comity.web.subjects.stating import may_write
from comity.web.subjects.subject import opened, sentence

OFFERED = 50


@signed_in
def choose(http: Http, number: str, key: str) -> HttpResponse:
    """Which other one is the same?"""
    may_write(http, number)
    case, row = opened(http, number, key)
    view = queries.seen(http.user, row, moment(), record=False)
    asked = http.GET.get("words", "")
    found = queries.in_compartment(http.user, case.compartment, moment(), words=asked, limit=OFFERED)
    members = {one.ref for one in view.members}
    offered = [one for one in found.rows if one.ref not in members and alike(one.kind, view.kind)]
    return page(
        http, "subjects/merge_choose.html", here="subjects", case=case, key=key, view=view, offered=offered,
        asked=asked, more=found.more,
    )  # fmt: skip


def alike(one: str, other: str) -> bool:
    first, second = kinds.schema(one), kinds.schema(other)
    return first.is_a(second) or second.is_a(first)


@signed_in
def merge(http: Http, number: str, key: str, other: str) -> HttpResponse:
    """Side by side, then one, for a reason."""
    may_write(http, number)
    case, row = opened(http, number, key)
    second = queries.find(http.user, number, other, moment())
    problems = []
    if http.method == "POST":
        try:
            actions.merge(row, second, http.POST.get("reason", ""), by=http.user, at=moment())
        except (actions.NoReason, actions.CannotMerge, actions.MergedAlready, actions.SameSubject) as error:
            problems = [{"id": "reason", "says": sentence(error)}]
        else:
            messages.success(http, _("They are one now. Below, the merge can be taken back."))
            return redirect("case-subject", number, key)
    views = [queries.seen(http.user, one, moment()) for one in (row, second)]
    return page(
        http, "subjects/merge.html", 400 if problems else 200, here="subjects", case=case, key=key, views=views,
        rows=beside(views), problems=problems, reason=http.POST.get("reason", ""),
    )  # fmt: skip


def beside(views: list[SubjectView]) -> list[tuple[str, list[list[str]], bool]]:
    """Each property with the values of both, and whether they have one in common."""
    names = list(dict.fromkeys(group.prop for view in views for group in view.groups))
    found = []
    for name in names:
        values = [list(view.values.get(name, ())) for view in views]
        shown = [
            [words.value(view.kind, name, one) for one in of] for view, of in zip(views, values, strict=True)
        ]  # fmt: skip
        kind = next(view.kind for view in views if name in view.values)
        found.append((words.prop(kind, name), shown, bool(set(values[0]) & set(values[1]))))
    return found


@signed_in
@require_POST
def unmerge(http: Http, number: str, key: str, merge: int) -> HttpResponse:
    """They are two again."""
    opened(http, number, key)
    try:
        actions.unmerge(
            queries.merge(http.user, merge, moment()), http.POST.get("reason", ""), by=http.user, at=moment()
        )  # fmt: skip
    except (actions.NoReason, actions.Undone) as error:
        messages.error(http, said(error))
    else:
        messages.success(http, _("They are two again, as they were before."))
    return redirect("case-subject", number, key)


def said(error: ComityError) -> str:
    return sentence(error)
