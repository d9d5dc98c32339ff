"""Peers: whom we can write to, by which keys we know them, and how the channels fare."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from comity.exchange import actions, queries
from comity.exchange.peers import NotAPeer
from comity.exchange.wire.keys import words
from comity.lib import clock
from comity.lib.errors import ComityError
from comity.web.pages import Http, page, signed_in
from comity.web.people.views import demand
from comity.web.telling import told

CARD_LIMIT = 1024 * 1024


@signed_in
def peers(http: Http) -> HttpResponse:
    """Every peer with the state of both channels."""
    demand(http, "read", "peers")
    channels = {one.peer: one for one in queries.overview()}
    rows = [(one, channels.get(one.authority)) for one in queries.peers(removed=True)]
    return page(http, "network/peers.html", peers=rows, totals=queries.totals())


@signed_in
def peer(http: Http, authority: str) -> HttpResponse:
    """The card of one peer in words, and what waits for it."""
    demand(http, "read", "peers")
    try:
        found = queries.peer(authority)
    except NotAPeer:
        raise Http404 from None
    channel = next((one for one in queries.overview() if one.peer == authority), None)
    return page(http, "network/peer.html", peer=found, channel=channel)


@signed_in
def add(http: Http) -> HttpResponse:
    """Pin a peer by its card file and the fingerprint that was told by phone or in person."""
    demand(http, "manage", "peers")
    problems: list[dict[str, str]] = []
    if http.method == "POST":
        file = http.FILES.get("card")
        if file is None:
            problems.append({"id": "card", "says": _("Choose the card file.")})
        if not http.POST.get("fingerprint", "").strip():
            problems.append({"id": "fingerprint", "says": _("Type the words or the fingerprint that you were told.")})
        if file is not None and not problems:
            try:
                authority = actions.add_peer(
                    file.read(CARD_LIMIT),
                    fingerprint=http.POST["fingerprint"],
                    by=http.user.username,
                    at=clock.now(),
                )
            except ComityError as error:
                problems.append({"id": "fingerprint", "says": " ".join(told(error).values())})
            else:
                messages.success(http, _("Added. The two authorities can now write to each other."))
                return redirect("peer", authority)
    return page(http, "network/add.html", status=400 if problems else 200, problems=problems, typed=http.POST)


@signed_in
@require_POST
def remove(http: Http, authority: str) -> HttpResponse:
    demand(http, "manage", "peers")
    actions.remove_peer(authority, by=http.user.username, at=clock.now())
    messages.success(http, _("Removed. What was exchanged stays, and the peer can be added again."))
    return redirect("peers")


@signed_in
def own(http: Http) -> HttpResponse:
    """Our own card: what we tell others, with the words to read out."""
    demand(http, "read", "peers")
    card = queries.own_card(at=clock.now())
    sent = {one.peer: one for one in queries.delivery(card.id)}
    held = [Held(one, sent.get(one.authority)) for one in queries.peers()]
    return page(
        http,
        "network/own.html",
        card=card,
        words=words(card.fingerprint),
        held=held,
        unsent=not all(one.sent for one in held),
    )


@dataclass(frozen=True)
class Held:
    """How a peer comes by our present card."""

    peer: queries.PeerInfo
    sent: queries.Delivery | None  # None: it was not sent, only shown at our address


@signed_in
@require_POST
def send_own(http: Http) -> HttpResponse:
    """Send our present card to the peers that it was not sent to yet."""
    demand(http, "manage", "peers")
    actions.announce_card(at=clock.now())
    messages.success(http, _("The card is on its way."))
    return redirect("peer-own")


@signed_in
def own_card(http: Http) -> HttpResponse:
    """The card as a file, to be handed to another authority."""
    demand(http, "read", "peers")
    answer = HttpResponse(queries.own_card(at=clock.now()).raw, content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="{settings.COMITY.authority}.card.json"'
    return answer
