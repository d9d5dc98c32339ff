"""What one holds: roles, seats, clearance, whose deputy one is; and one's own absences."""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from comity.access import actions
from comity.access import queries as access
from comity.access.compartments import BadAbsence
from comity.instruments.model import Field
from comity.lib import clock
from comity.web.pages import Http, page, signed_in, today, zone
from comity.web.people import words
from comity.web.people.sub import tabs
from comity.web.safeguards.asking import Form, box, options
from comity.web.telling import told


@signed_in
def standing(http: Http) -> HttpResponse:
    at = clock.now()
    actor = access.actor(http.user, at)
    names = {user.username: user.full_name for user in access.stood_in_for(http.user, at)}
    seats = sorted(actor.seats, key=lambda seat: (seat.via, seat.compartment))
    return page(
        http,
        "people/standing.html",
        tabs=tabs(http, "access"),
        roles=access.roles(http.user),
        units={unit.code: unit.name for unit in access.units()},
        seats=[
            (seat.compartment, words.parts()[seat.part], names.get(seat.via, ""), case_of(seat.compartment))
            for seat in seats
        ],
        clearance=words.level(actor.clearance),
        absent=list(names.values()),
        looking=[row for row in access.emergencies(http.user, open_only=False) if mine_now(row, http, at)],
        waiting=access.to_review(http.user, at),
    )


def case_of(compartment: str) -> str:
    """The page of a case; that of its case for a circle, whose name goes on after the number."""
    return reverse("case", args=["-".join(compartment.split("-")[:3])])


def mine_now(row: access.Emergency, http: Http, at: datetime) -> bool:
    return row.user.pk == http.user.pk and row.at <= at < row.until


@signed_in
def absences(http: Http) -> HttpResponse:
    """I will be away: from when until when, and who stands in."""
    form = Form(absence_fields(http))
    if http.method == "POST":
        form = Form.posted(absence_fields(http), http.POST)
        if form.check() and named(http, form):
            messages.success(http, _("Kept. You can end it below if that was a slip."))
            return redirect("absences")
    at = clock.now()
    mine = access.absences(at, of=http.user)
    return page(
        http,
        "people/absences.html",
        status=400 if form.errors else 200,
        tabs=tabs(http, "absences"),
        mine=mine,
        standing_in=[row for row in access.absences(at) if row.deputy is not None and row.deputy.pk == http.user.pk],
        form=form,
        serves=bool(access.roles(http.user)),
    )


def absence_fields(http: Http) -> tuple[Field, ...]:
    return (
        box("from", "date", _("First day away"), required=True),
        box("until", "date", _("Last day away"), required=True),
        box(
            "deputy", "choice", _("Who stands in for you?"),
            _("They read and do what you may in your units and cases, with their own clearance and under their own "
              "name. Leave it empty and nobody does."),
            options=options((one.username, one.full_name) for one in colleagues(http)),
        ),
        box("reason", "text", _("Why?"), _("Your unit reads it; one word is enough.")),
    )  # fmt: skip


def colleagues(http: Http) -> list[access.User]:
    codes = {grant.unit for grant in access.roles(http.user) if grant.unit}
    found = {one.pk: one for code in sorted(codes) for one in access.members(access.unit(code))}
    return sorted((one for one in found.values() if one.pk != http.user.pk), key=lambda one: one.full_name)


def named(http: Http, form: Form) -> bool:
    given = form.given
    deputy = given.get("deputy")
    first, last = date.fromisoformat(given["from"]), date.fromisoformat(given["until"])
    if last < today():
        form.wrong("until", _("That day is over."))
        return False
    try:
        actions.name_deputy(
            http.user,
            access.user(deputy) if deputy else None,
            starts_at=at_node(first, time.min),
            until=at_node(last, time.max.replace(microsecond=0)),
            reason=given.get("reason") or "",
            by=http.user,
            at=clock.now(),
        )
    except BadAbsence as error:
        form.wrong("until", told(error)["says"])
        return False
    return True


def at_node(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, tzinfo=ZoneInfo(zone()))


@require_POST
@signed_in
def end(http: Http, number: int) -> HttpResponse:
    """Back earlier; of one's own absences, and of those in which one stands in."""
    for row in access.absences(clock.now()):
        deputy: Any = row.deputy.pk if row.deputy else None
        if row.pk == number and http.user.pk in (row.absent.pk, deputy):
            actions.end_absence(row, by=http.user, at=clock.now())
            messages.success(http, _("The absence is over; the deputy holds nothing for it any more."))
            return redirect("absences")
    raise access.NoAbsence
