"""What needs the reader now, and how they are reminded."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from comity.access import queries as people
from comity.access import rules
from comity.access.queries import User
from comity.access.rules import Thing
from comity.cases import queries as cases
from comity.dossiers import queries as dossiers
from comity.lib import clock
from comity.lib.errors import BadInput
from comity.web.pages import Http, language, page, signed_in
from comity.web.telling import told
from comity.work import actions, queries


@signed_in
def reminders(http: Http) -> HttpResponse:
    """Everything behind the bell, and one's own settings of mail."""
    problems = change(http, http.user)
    if http.method == "POST" and not problems:
        return redirect("reminders")
    at, needs = clock.now(), queries.needs(http.user, clock.now())
    return page(
        http,
        "work/reminders.html",
        status=400 if problems else 200,
        needs=needs,
        limits=dossiers.limits(http.user, at, language()) if needs.limits else (),
        tasks=cases.tasks_due(http.user, at) if needs.tasks else (),
        glass=queries.to_review(http.user, at) if needs.glass else (),
        **settings_of(http, http.user, problems),
    )


@signed_in
def person(http: Http, username: str) -> HttpResponse:
    """The same settings of somebody else, for administrators; and what could not be sent."""
    rules.demand(people.actor(http.user), "manage", Thing("users", ""))
    user = people.user(username)
    problems = change(http, user)
    if http.method == "POST" and not problems:
        return redirect("reminders-person", username)
    return page(
        http,
        "work/person.html",
        status=400 if problems else 200,
        person=user,
        failed=queries.failed(http.user),
        **settings_of(http, user, problems),
    )


def settings_of(http: Http, user: User, problems: list[dict[str, str]]) -> dict[str, Any]:
    known = queries.profile(user)
    typed = {
        "address": known.address if known else "",
        "rhythm": known.rhythm if known else "none",
        "languages": " ".join(known.languages) if known else "",
    }
    if problems:
        typed = {name: http.POST.get(name, "") for name in typed}
    return {"typed": typed, "problems": problems, "mails": queries.reminders(user)}


def change(http: Http, user: User) -> list[dict[str, str]]:
    """Keep what was typed; what is wrong with it, if something is."""
    if http.method != "POST":
        return []
    try:
        actions.set_profile(
            user,
            address=http.POST.get("address", ""),
            rhythm=http.POST.get("rhythm", ""),
            languages=http.POST.get("languages", "").replace(",", " ").split(),
            by=http.user,
            at=clock.now(),
        )
    except BadInput as error:
        places = {actions.BadAddress: "address", actions.BadLanguage: "languages"}
        return [{"id": places.get(type(error), "rhythm"), "says": told(error)["says"]}]
    messages.success(http, _("Kept."))
    return []
