"""The register of assurances, and the alarm of a breach."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from comity.dossiers import actions, queries
from comity.dossiers.values import DossierView
from comity.lib import clock
from comity.web.pages import Http, language, page, signed_in
from comity.web.telling import told

OWES: dict[str, Any] = {"us": "us", "them": "them"}
STATES: dict[str, Any] = {"kept": "kept", "due": "check due", "overdue": "overdue", "breached": "breached"}


@signed_in
def register(http: Http) -> HttpResponse:
    """Every assurance in the dossiers that the reader may see; what calls for somebody stands first."""
    asked = http.GET
    entries = queries.register(
        http.user,
        at=clock.now(),
        owes=OWES.get(asked.get("owes", "")),
        state=STATES.get(asked.get("state", "")),
        language=language(),
    )
    filtered = asked.get("owes") in OWES or asked.get("state") in STATES
    return page(http, "safeguards/assurances.html", entries=entries, asked=asked, filtered=filtered)


@signed_in
def breach(http: Http, act: str) -> HttpResponse:
    """One breach: what was undertaken, what was told, and who took notice."""
    view = queries.breach(http.user, act, clock.now(), language())
    problems = []
    note = http.POST.get("note", "")
    if http.method == "POST":
        try:
            actions.acknowledge(act, note=note, by=http.user, at=clock.now())
        except actions.NoNote as error:
            problems = [{"id": "note", "says": told(error)["says"]}]
        else:
            messages.success(http, _("Noted. The alarm is over here; the breach stays in the register."))
            return redirect("breach", act)
    status = 400 if problems else 200
    return page(
        http, "safeguards/breach.html", status=status, view=view, entry=view.entry, problems=problems, note=note
    )


def beside(http: Http, view: DossierView) -> dict[str, Any]:
    """What the overview of a dossier says of its safeguards; the look at the dossier was recorded with it."""
    at, dossier = clock.now(), view.dossier
    entries = queries.assurances_of(http.user, dossier, at, language())
    return {
        "entries": entries,
        "alarms": [(entry, one) for entry in entries for one in entry.found if not one.kept and one.seen is None],
        "received": bool(queries.received_in(http.user, dossier.pk)),
        "competitions": queries.competitions_of(http.user, dossier),
        "competes": queries.competes(dossier),
    }
