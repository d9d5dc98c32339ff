"""The dossiers of a case."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from comity.cases import actions, queries
from comity.web.cases.asking import moment
from comity.web.pages import Http, language, page, signed_in
from comity.web.telling import told


@signed_in
def dossiers(http: Http, number: str) -> HttpResponse:
    """Which affairs with other authorities belong to the case."""
    at = moment()
    case = queries.case(http.user, number, at)
    return page(
        http,
        "cases/dossiers.html",
        here="dossiers",
        case=case,
        links=queries.links(http.user, number, at, language()),
        asked=http.GET.get("dossier", ""),
        may_write=case.may["write"] and case.state != "closed",
    )


@signed_in
@require_POST
def change(http: Http, number: str) -> HttpResponse:
    """Add a dossier, take it out, bring it back."""
    at, dossier = moment(), http.POST.get("dossier", "").strip()
    if http.POST.get("do") == "remove":
        actions.unlink(number, dossier, by=http.user, at=at)
        messages.success(
            http, _("Taken out: %(dossier)s. Add it again below if that was a slip.") % {"dossier": dossier}
        )
        return redirect("case-dossiers", number)
    queries.case(http.user, number, at)
    try:
        actions.link(number, dossier, why=http.POST.get("why", ""), by=http.user, at=at)
    except (actions.LinkedAlready, queries.DossierNotFound) as error:
        messages.error(http, " ".join(told(error).values()))
    else:
        messages.success(http, _("%(dossier)s belongs to the case now.") % {"dossier": dossier})
    return redirect("case-dossiers", number)


@signed_in
@require_POST
def join(http: Http) -> HttpResponse:
    """From the page of a dossier: add it to one of the reader's cases."""
    number, dossier = http.POST.get("number", ""), http.POST.get("dossier", "")
    actions.link(number, dossier, by=http.user, at=moment())
    messages.success(http, _("%(dossier)s belongs to the case now.") % {"dossier": dossier})
    return redirect("case-dossiers", number)
