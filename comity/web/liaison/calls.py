"""Urgent calls: the list, one with its steps, a new one, and the banner on every page."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from comity.dossiers import queries as dossiers
from comity.exchange import queries as exchange
from comity.instruments.model import Field
from comity.liaison import actions, queries
from comity.lib import clock
from comity.lib.errors import BadInput
from comity.web.liaison import wording
from comity.web.liaison.asking import shown
from comity.web.liaison.threads import language_for, spoken, unit
from comity.web.pages import Http, language, page, part, signed_in
from comity.web.safeguards.asking import Form, box, options

MINUTES = ("15", "30", "60", "120", "240")


@signed_in
def listed(http: Http) -> HttpResponse:
    return page(
        http,
        "liaison/calls.html",
        here="calls",
        rows=queries.calls(http.user, clock.now()),
        may_write=bool(queries.units_to_talk(http.user)),
    )


@signed_in
def begin(http: Http) -> HttpResponse:
    """A new call: to whom, about what, and how soon an answer is wanted."""
    asked = http.GET if http.method != "POST" else http.POST
    dossier = dossiers.one(http.user, asked["dossier"]) if asked.get("dossier") else None
    fields = calling(http, dossier)
    status, refused = 200, ""
    to = dossier.counterpart if dossier else asked.get("to", "")
    form = Form(fields, {"to": to, "within": "30", "language": language_for(to)})
    if http.method == "POST":
        form = Form.posted(fields, http.POST)
        if form.check():
            try:
                made = actions.call(
                    to=dossier.counterpart if dossier else form.given["to"],
                    about=form.given["about"],
                    text=form.given.get("text") or "",
                    within=int(form.given["within"]),
                    language=form.given["language"],
                    unit=unit(http, form),
                    dossier=dossier.pk if dossier else "",
                    by=http.user,
                    at=clock.now(),
                )
                return redirect("liaison-call", made.pk)
            except (BadInput, actions.TooMany) as error:
                refused = wording.refused(error)
        status = 400
    at = clock.now()
    desks = [shown(desk, now, at) for desk, now in queries.of_authority(to, at, language())] if to else []
    return page(
        http, "liaison/call_new.html", status=status, form=form, refused=refused, dossier=dossier, desks=desks,
        to=to, peers=exchange.peers(),
    )  # fmt: skip


def calling(http: Http, dossier: dossiers.Dossier | None) -> tuple[Field, ...]:
    names = sorted(((one.authority, one.name(language())) for one in exchange.peers()), key=lambda one: one[1])
    units = [(one.code, one.name) for one in queries.units_to_talk(http.user)]
    minutes = [(one, _("within %(count)s minutes") % {"count": one}) for one in MINUTES]
    to = box("to", "choice", _("Whose desk?"), required=True, options=options(names))
    for_unit = box("unit", "choice", _("For which of your units?"), required=True, options=options(units))
    return (
        *(() if dossier else (to,)),
        *(() if dossier or len(units) < 2 else (for_unit,)),
        box("about", "text", _("What is it about, in one line?"), _("Their desk reads this first."), required=True),
        box("text", "longtext", _("What must they know or do?")),
        box(
            "within",
            "choice",
            _("An answer is wanted"),
            _("Their people are called one after the other within that time."),
            required=True,
            options=options(minutes),
        ),
        spoken(),
    )


@signed_in
def call(http: Http, number: int) -> HttpResponse:
    """One call with its steps; the page asks again by itself while somebody is being called."""
    return _call(http, number, "liaison/call.html")


@part
def call_part(http: Http, number: int) -> HttpResponseBase:
    return _call(http, number, "liaison/call_part.html")


def _call(http: Http, number: int, template: str) -> HttpResponse:
    at = clock.now()
    view = queries.call(http.user, number, at, language=language())
    return page(http, template, view=view, desks=[shown(desk, now, at) for desk, now in view.desks])


@signed_in
@require_POST
def take(http: Http, number: int) -> HttpResponse:
    """I take it: the other side is told at once."""
    actions.acknowledge(number, by=http.user, at=clock.now())
    messages.success(
        http, _("You have taken the call. The other side is told that the desk has it, without your name.")
    )
    return redirect("liaison-call", number)


@part
def banner(http: Http) -> HttpResponseBase:
    """What the banner of an open page shows now; no look."""
    return page(http, "liaison/banner.html", polled=True)
