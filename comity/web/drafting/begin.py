"""A new request: which instrument, to whom, from which unit, in which language."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from comity.access import queries as access
from comity.access import rules
from comity.access.rules import Thing
from comity.dossiers import actions
from comity.exchange import queries as exchange
from comity.instruments import catalogue
from comity.instruments.catalogue import UnknownInstrument
from comity.instruments.model import Definition
from comity.lib import clock
from comity.web.drafting import open_to
from comity.web.pages import Http, language, page, signed_in, told, zone


@signed_in
def choose_instrument(http: Http) -> HttpResponse:
    """Cards in plain words, each with its legal basis; those that are not open to our country say why."""
    ours = [told(one) for one in catalogue.all() if units(http, one.id)]
    offers = open_to.offers(ours, settings.COMITY.country, today(), language())
    return page(http, "drafting/instruments.html", offers=offers)


@signed_in
def choose_receiver(http: Http, instrument: str) -> HttpResponse:
    """Peers that may take such a request; then the unit, and the language that the receiver accepts."""
    definition = known(instrument)
    mine = units(http, instrument)
    if not mine:
        raise Http404
    peers = exchange.peers()
    chosen = next((one for one in peers if one.authority == http.GET.get("to")), None)
    if chosen is None:
        suitable, others = sorted_by_fit(peers, definition)
        return page(
            http,
            "drafting/receivers.html",
            definition=told(definition),
            suitable=open_to.receivers(definition, suitable, today(), language()),
            others=others,
        )
    return page(
        http,
        "drafting/details.html",
        definition=told(definition),
        peer=chosen,
        units=mine,
        unit=access.unit_handling(instrument),
    )


@signed_in
def start(http: Http, instrument: str) -> HttpResponse:
    """Make the draft and show its list of tasks."""
    known(instrument)
    unit = next((one for one in units(http, instrument) if one.code == http.POST.get("unit")), None)
    if unit is None:
        raise Http404
    draft = actions.start(
        instrument,
        to=http.POST.get("to", ""),
        unit=unit,
        by=http.user,
        at=clock.now(),
        language=http.POST.get("language") or None,
    )
    messages.success(http, _("The draft is kept. Fill the sections in any order; you can leave and come back."))
    return redirect("draft", draft.pk)


def today() -> date:
    """The day at the node, by which it is decided who is bound by a treaty."""
    return clock.now().astimezone(ZoneInfo(zone())).date()


def known(instrument: str) -> Definition:
    """The instrument with this id.

    :raises Http404: there is none.
    """
    try:
        return catalogue.get(instrument)
    except UnknownInstrument:
        raise Http404 from None


def units(http: Http, instrument: str) -> list[access.Unit]:
    """The units for which this person may draft such a request."""
    actor = access.actor(http.user)
    return [
        unit
        for unit in access.units()
        if (instrument in unit.handles or "*" in unit.handles)
        and rules.can(actor, "draft", Thing("draft", unit=unit.code)).allowed
    ]


def sorted_by_fit(peers: Any, definition: Definition) -> tuple[list[Any], list[Any]]:
    """Peers whose node can take this instrument, and the others."""
    fits = [one for one in peers if any(ref["id"] == definition.id for ref in one.card.instruments)]
    return fits, [one for one in peers if one not in fits]
