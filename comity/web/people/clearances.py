"""Up to which level people are cleared; administrators set it, auditors read it."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from comity.access import actions, compartments, levels, rules
from comity.access import queries as access
from comity.access.rules import Thing
from comity.instruments.model import Field
from comity.lib import clock
from comity.web.pages import Http, page, signed_in, zone
from comity.web.people import words
from comity.web.people.sub import tabs
from comity.web.safeguards.asking import Form, box, options
from comity.web.telling import told


@signed_in
def clearances(http: Http) -> HttpResponse:
    """Everybody and their clearance, the highest first."""
    rules.demand(access.actor(http.user), "read", Thing("users"))
    at = clock.now()
    held = access.clearances(at)
    people = [(user, held.get(user.pk)) for user in access.users(active_only=True)]
    people.sort(key=lambda one: (-(one[1].level if one[1] else 0), one[0].full_name))
    counts = [sum((row.level if row else 0) == number for _user, row in people) for number in range(len(levels.LEVELS))]
    return page(
        http,
        "people/clearances.html",
        tabs=tabs(http, "clearances"),
        people=[(user, row, words.level(row.level if row else 0)) for user, row in people],
        counts=[(words.level(number), count) for number, count in enumerate(counts)],
    )


@signed_in
def clearance(http: Http, username: str) -> HttpResponse:
    """One person: set the level, and what it was before."""
    rules.demand(access.actor(http.user), "read", Thing("users"))
    person, at = access.user(username), clock.now()
    manages = rules.can(access.actor(http.user), "manage", Thing("users", person.username))
    form = Form(clearance_fields(), {"level": levels.word(access.clearance_of(person, at))})
    if http.method == "POST":
        form = Form.posted(clearance_fields(), http.POST)
        if form.check() and was_set(http, person, form):
            messages.success(http, _("Done. The change is recorded."))
            return redirect("clearances")
    history = [(row, words.level(row.level)) for row in access.clearance_history(person)]
    return page(
        http,
        "people/clearance.html",
        status=400 if form.errors else 200,
        tabs=tabs(http, "clearances"),
        person=person,
        manages=manages,
        form=form,
        history=history,
    )


def clearance_fields() -> tuple[Field, ...]:
    rows = [(word, words.level(number)) for number, word in enumerate(levels.LEVELS)]
    return (
        box("level", "choice", _("Cleared up to"), required=True, options=options(rows)),
        box("until", "date", _("Until which day?"), _("Leave it empty for a clearance without an end.")),
    )


def was_set(http: Http, person: access.User, form: Form) -> bool:
    until = form.given.get("until")
    try:
        actions.set_clearance(
            person, levels.number(form.given["level"]), by=http.user, at=clock.now(), until=end_of(until)
        )
    except compartments.BadClearance as error:
        form.wrong("until", told(error)["says"])
        return False
    return True


def end_of(day: str | None) -> datetime | None:
    if not day:
        return None
    return datetime.combine(date.fromisoformat(day), time.max.replace(microsecond=0), tzinfo=ZoneInfo(zone()))
