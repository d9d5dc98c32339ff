"""The roster of a unit: who is called in which order, from when until when."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from comity.access import queries as people
from comity.instruments.model import Field
from comity.liaison import actions, queries
from comity.lib import clock
from comity.web.liaison import wording
from comity.web.pages import Http, page, signed_in
from comity.web.safeguards.asking import Form, box, options


@signed_in
def duty(http: Http) -> HttpResponse:
    """To the first roster that the reader may see."""
    units = queries.units_on_duty(http.user, clock.now())
    if not units:
        return page(http, "liaison/no_duty.html", here="duty")
    return redirect("liaison-roster", units[0].code)


@signed_in
def roster(http: Http, code: str) -> HttpResponse:
    """One roster, and the form by which its keepers add a line."""
    at = clock.now()
    units = queries.units_on_duty(http.user, at)
    unit = next((one for one in units if one.code == code), None)
    if unit is None:
        raise Http404
    told = queries.roster(http.user, unit, at)
    fields = line(told)
    form, status = Form(fields, {"place": str(min(9, len(told.lines) + 1))}), 200
    if http.method == "POST":
        form = Form.posted(fields, http.POST)
        if form.check() and add(http, unit, form):
            messages.success(http, _("On the roster."))
            return redirect("liaison-roster", code)
        status = 400
    return page(http, "liaison/duty.html", status=status, here="duty", roster=told, units=units, form=form)


def line(told: queries.Roster) -> tuple[Field, ...]:
    return (
        box("who", "choice", _("Who?"), required=True, options=options(told.people)),
        box("place", "choice", _("Place in the order"), _("1 is called first."), required=True,
            options=options((str(n), str(n)) for n in range(1, 10))),
        box("starts_at", "moment", _("From"), required=True),
        box("until", "moment", _("Until"), required=True),
        box("phone", "text", _("Telephone"), _("Shown to this unit only; it never leaves this node.")),
    )  # fmt: skip


def add(http: Http, unit: people.Unit, form: Form) -> bool:
    """Put the line on the roster; what does not fit is said beside the first box."""
    moments: dict[str, Any] = {}
    for name in ("starts_at", "until"):
        try:
            moments[name] = clock.moment(form.given[name])
        except (clock.NotAMoment, TypeError):
            form.wrong(name, _("This is no moment. Write day, month and year in numbers, and the time as 14:05."))
    if form.errors:
        return False
    try:
        actions.put_on_duty(
            unit,
            people.user(form.given["who"]),
            place=int(form.given["place"]),
            phone=form.given.get("phone") or "",
            by=http.user,
            at=clock.now(),
            **moments,
        )
    except actions.BadDuty as error:
        form.wrong("who", wording.refused(error))
    return not form.errors


@signed_in
@require_POST
def change(http: Http, code: str, line: int, do: str) -> HttpResponse:
    """End a line, or take one up that was ended by mistake."""
    match do:
        case "end":
            actions.take_off_duty(line, by=http.user, at=clock.now())
            messages.success(http, _("Ended. It can be taken up again below."))
        case "restore":
            actions.restore_duty(line, by=http.user, at=clock.now())
        case _:
            raise Http404
    return redirect("liaison-roster", code)
