"""Who may see a case: seats, the unit, the level, circles."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from comity.access import levels
from comity.access import queries as access
from comity.access.rules import PARTS, NotAllowed
from comity.cases import actions, queries
from comity.cases.values import CaseView
from comity.instruments.model import Field
from comity.lib.errors import ComityError
from comity.web.cases.asking import circle_box, colleagues, day, failed, level_words, moment
from comity.web.pages import Http, page, signed_in
from comity.web.safeguards.asking import Form, box, options
from comity.web.telling import told as told_error


def parts() -> list[tuple[str, str]]:
    words = {
        "lead": _("Lead: also says who needs to know, and closes the case"),
        "member": _("Member: reads and adds"),
        "reader": _("Reader: reads only"),
    }
    return [(part, words[part]) for part in reversed(PARTS)]


@signed_in
def people(http: Http, number: str) -> HttpResponse:
    """Who has a seat, and whoever else may read the case."""
    return shown(http, queries.case(http.user, number, moment()), None)


def shown(http: Http, case: CaseView, form: Form | None) -> HttpResponse:
    at = moment()
    return page(
        http,
        "cases/people.html",
        400 if form and form.errors else 200,
        here="people",
        case=case,
        tables=queries.members(http.user, case.number, at),
        form=form or seat_form(case),
        level_words=[row for row in level_words() if levels.number(row[0]) > case.level],
        cleared=access.clearance_of(http.user, at),
    )


def seat_form(case: CaseView) -> Form:
    return Form(seat_fields(case), {"part": "member", "circle": case.number})


def seat_fields(case: CaseView) -> tuple[Field, ...]:
    return (
        box("colleague", "choice", _("Colleague of the unit"), options=options(colleagues(case.unit))),
        box("username", "text", _("Or the sign-in name of a colleague of another unit")),
        box("part", "choice", _("As what?"), required=True, options=options(parts())),
        *circle_box(case, _("Where?"), _("In the case itself")),
        box("until", "date", _("Until which day?"), _("Leave it empty for a seat without an end.")),
    )  # fmt: skip


@signed_in
@require_POST
def seats(http: Http, number: str) -> HttpResponse:
    """Give a seat, change its part, or end it."""
    at, post = moment(), http.POST
    if post.get("do") == "end":
        user = access.user(post.get("username", ""))
        actions.end_member(number, user, by=http.user, at=at, circle=post.get("circle", ""))
        messages.success(http, _("The seat of %(name)s ended. Add them again below if that was a slip.")
                         % {"name": user.full_name})  # fmt: skip
        return redirect("case-people", number) if user.pk != http.user.pk else redirect("cases")
    if post.get("do") == "lead":  # a supervisor, from the list of the unit's cases
        user = access.user(post.get("username", ""))
        actions.add_member(number, user, part="lead", by=http.user, at=at)
        messages.success(http, _("%(name)s leads %(number)s.") % {"name": user.full_name, "number": number})
        return redirect("cases-overseen")
    case = queries.case(http.user, number, at)
    form = Form.posted(seat_fields(case), post)
    if form.check():
        told = form.given
        try:
            user = access.user((told.get("username") or told.get("colleague") or "").strip())
            actions.add_member(
                number, user, part=told["part"], by=http.user, at=at, circle=post.get("/circle", ""),
                until=end_of(told.get("until")),
            )  # fmt: skip
        except NotAllowed:
            raise
        except ComityError as error:
            failed(form, "colleague", error)
        else:
            messages.success(http, _("%(name)s has a seat now.") % {"name": user.full_name})
            return redirect("case-people", number)
    return shown(http, case, form)


def end_of(told: str | None) -> datetime | None:
    on = day(told)
    return queries.end_of_day(on) if on else None


@signed_in
@require_POST
def reach(http: Http, number: str) -> HttpResponse:
    """Open the case to the unit or to its members only, or raise its level."""
    at, post = moment(), http.POST
    if "need" in post:
        actions.set_need(number, post["need"], by=http.user, at=at)
        says = (
            _("The whole unit may read the case now.") if post["need"] == "unit" else _("Only its members read it now.")
        )
        messages.success(http, says)
    elif post.get("level") in levels.LEVELS:
        actions.raise_level(number, levels.number(post["level"]), by=http.user, at=at)
        messages.success(http, _("The case is classified higher. Whoever is not cleared for it sees it no more."))
    return redirect("case-people", number)


@signed_in
@require_POST
def circles(http: Http, number: str) -> HttpResponse:
    """Open a circle of named people."""
    try:
        made = actions.open_circle(number, http.POST.get("title", ""), by=http.user, at=moment())
    except actions.NoCircleTitle as error:
        messages.error(http, " ".join(told_error(error).values()))
    else:
        messages.success(
            http, _("The circle “%(title)s” is open. Only you are in it; add others below.") % {"title": made.title}
        )
    return redirect("case-people", number)
