"""A new request: which instrument, to whom, from which unit, in which language."""

from dataclasses import dataclass
from typing import Any

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
from comity.law import calendars
from comity.lib import clock
from comity.web.drafting import open_to
from comity.web.drafting.open_to import Offer
from comity.web.forms import choices
from comity.web.pages import Http, language, page, signed_in, today, told


@dataclass(frozen=True)
class Family:
    """Instruments of one kind: those that are open to our country, and those that say why they are not."""

    id: str
    title: str
    open: tuple[Offer, ...]
    closed: tuple[Offer, ...]


@signed_in
def choose_instrument(http: Http) -> HttpResponse:
    """Two ways: what one needs from which country, or the instrument itself, by family, each with its legal basis."""
    text = http.GET.get("text", "").strip()
    ours = [told(one) for one in catalogue.all() if units(http, one.id)]
    offers = open_to.offers((one for one in ours if named(one, text)), settings.COMITY.country, today(), language())
    return page(
        http,
        "drafting/instruments.html",
        families=by_family(offers),
        total=len(ours),
        text=text,
    )


@signed_in
def choose_receiver(http: Http, instrument: str) -> HttpResponse:
    """Peers that may take such a request, of one country where one was chosen; then the unit and the language."""
    definition = known(instrument)
    mine = units(http, instrument)
    if not mine:
        raise Http404
    peers = exchange.peers()
    chosen = next((one for one in peers if one.authority == http.GET.get("to")), None)
    if chosen is None:
        country = http.GET.get("country", "")
        country = country if country in calendars.countries() else ""
        suitable, others = sorted_by_fit([one for one in peers if country in ("", one.card.country)], definition)
        return page(
            http,
            "drafting/receivers.html",
            definition=told(definition),
            suitable=open_to.receivers(definition, suitable, today(), language()),
            others=others,
            country=country,
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


def named(definition: Definition, text: str) -> bool:
    """Whether an instrument has every word in its title, what it says, its id or its legal basis."""
    bases = " ".join(f"{one.short} {one.articles}" for one in definition.legal_basis)
    words = choices.plain(f"{definition.title} {definition.says} {definition.id} {bases}")
    return all(choices.plain(word) in words for word in text.split())


def by_family(offers: list[Offer]) -> list[Family]:
    """The instruments under the headings of their families, in the order in which they are mostly needed."""
    titles = {
        "evidence": _("Evidence in the European Union"),
        "mla": _("Mutual legal assistance"),
        "e_evidence": _("Electronic evidence in the European Union"),
        "cyber": _("Cybercrime and stored data"),
        "technique": _("Hearings by video and special techniques"),
        "asset_recovery": _("Freezing and confiscation"),
        "surrender": _("Surrender in the European Union"),
        "extradition": _("Extradition"),
        "icc": _("International Criminal Court"),
        "jit": _("Joint investigation teams"),
        "information": _("Police information, notices and spontaneous information"),
        "transfer": _("Transfer of proceedings and of sentenced persons"),
    }
    found = dict.fromkeys([*titles, *(one.definition.family for one in offers)])
    return [
        Family(
            id,
            titles.get(id, id),
            tuple(one for one in offers if one.definition.family == id and one.open),
            tuple(one for one in offers if one.definition.family == id and not one.open),
        )
        for id in found
        if any(one.definition.family == id for one in offers)
    ]


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
