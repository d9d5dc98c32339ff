"""Breaking the glass of a case, and reviewing what others broke."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from comity.access import actions, compartments, rules
from comity.access import queries as access
from comity.access.rules import Thing
from comity.instruments.model import Field
from comity.lib import clock
from comity.web.pages import Http, page, signed_in
from comity.web.people.sub import sees_glass, tabs
from comity.web.safeguards.asking import Form, box, options
from comity.web.telling import told


@signed_in
def glass(http: Http) -> HttpResponse:
    """The form, what waits for the reader's review, and what is known to them of earlier times."""
    breaks = rules.can(access.actor(http.user), "break-glass", Thing("case")).allowed
    if not sees_glass(http) or (http.method == "POST" and not breaks):
        rules.demand(access.actor(http.user), "break-glass", Thing("case"))
    form = Form(glass_fields(), {"case": http.GET.get("case", "")})
    if http.method == "POST":
        form = Form.posted(glass_fields(), http.POST)
        if form.check() and broken(http, form):
            return redirect("case", form.given["case"].strip().lower())
    waiting = access.to_review(http.user)
    known = {row.pk for row in waiting}
    return page(
        http,
        "people/glass.html",
        status=400 if form.errors else 200,
        tabs=tabs(http, "glass"),
        breaks=breaks,
        form=form,
        waiting=waiting,
        earlier=[row for row in access.emergencies(http.user, open_only=False) if row.pk not in known],
    )


def glass_fields() -> tuple[Field, ...]:
    return (
        box("case", "text", _("Number of the case"), _("Such as c-2026-0001."), required=True),
        box(
            "reason", "longtext", _("What is the emergency?"),
            _("A supervisor of the case's unit reads this and says whether it was right."), required=True,
        ),
        box(
            "sure", "choices", _("You know what follows"), required=True,
            options=options([("yes", _("Everything I look at is recorded, and a supervisor reviews it."))]),
        ),
    )  # fmt: skip


def broken(http: Http, form: Form) -> bool:
    number = form.given["case"].strip().lower()
    try:
        row = actions.break_glass(number, reason=form.given["reason"], by=http.user, at=clock.now())
    except compartments.NoCompartment as error:
        form.wrong("case", told(error)["says"])
    except compartments.NoReason as error:
        form.wrong("reason", told(error)["says"])
    except compartments.NotNeeded:
        return True
    else:
        hours = (row.until - row.at).total_seconds() // 3600
        messages.success(http, _("The case is open to you for %(hours)d hours.") % {"hours": hours})
        return True
    return False


@signed_in
def emergency(http: Http, number: int) -> HttpResponse:
    """One broken glass: who, why, what they looked at; and the review."""
    row = access.emergency(http.user, number)
    reviews = rules.can(access.actor(http.user), "review", access.emergency_as_thing(row))
    form = Form(review_fields())
    if http.method == "POST":
        form = Form.posted(review_fields(), http.POST)
        if form.check() and reviewed(http, row, form):
            messages.success(http, _("Your finding is kept with it."))
            return redirect("emergency", number)
    return page(
        http,
        "people/emergency.html",
        status=400 if form.errors else 200,
        tabs=tabs(http, "glass"),
        row=row,
        reads=access.reads_through(row),
        reviews=reviews,
        own=row.user.pk == http.user.pk,
        form=form,
    )


def review_fields() -> tuple[Field, ...]:
    return (
        box("justified", "choice", _("Was the glass rightly broken?"), required=True,
            options=options([("yes", _("Yes")), ("no", _("No"))])),
        box("finding", "longtext", _("Your finding, in words"), required=True),
    )  # fmt: skip


def reviewed(http: Http, row: access.Emergency, form: Form) -> bool:
    try:
        actions.review_emergency(
            row,
            justified=form.given["justified"] == "yes",
            finding=form.given["finding"],
            by=http.user,
            at=clock.now(),
        )
    except compartments.Reviewed as error:
        form.wrong("finding", told(error)["says"])
        return False
    return True
