"""What every page knows: the node it runs on, who looks, and what waits for her."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, get_language_info, ngettext
from django.utils.translation import gettext as _

from comity.access import queries as access
from comity.access import rules
from comity.access.rules import Thing
from comity.dossiers import queries as dossiers
from comity.exchange import queries as exchange
from comity.lib import clock


def node(http: HttpRequest) -> dict[str, Any]:
    """``node`` (name, country, time zone), ``now``, ``direction`` of the script, and for people signed in ``may``."""
    language = get_language() or "en"
    told: dict[str, Any] = {
        "node": {
            "authority": settings.COMITY.authority,
            "name": settings.COMITY.names.get(language) or settings.COMITY.name,
            "country": settings.COMITY.country,
            "time_zone": settings.COMITY.time_zone,
        },
        "now": clock.now(),
        "languages": settings.LANGUAGES,  # each in its own words, which Django's own tag would translate
        "direction": "rtl" if get_language_info(language)["bidi"] else "ltr",
    }
    user = getattr(http, "user", None)
    if user is not None and user.is_authenticated:
        told["names"] = SimpleLazyObject(lambda: names(language))
        if not user.one_time_password:  # without a password of one's own no page of the menu opens
            told["may"] = SimpleLazyObject(lambda: may(http, user))
    return told


def names(language: str) -> dict[str, str]:
    """What each authority that we know is called, in the reader's language where it has a name in it."""
    ours = settings.COMITY.names.get(language) or settings.COMITY.name
    return {
        settings.COMITY.authority: ours,
        **{one.authority: one.name(language) for one in exchange.peers(removed=True)},
    }


def may(http: HttpRequest, user: access.User) -> dict[str, Any]:
    """What this person may do, her navigation, and a line on the health of the node for those who see the peers."""
    actor = access.actor(user)

    def allowed(verb: str, kind: str) -> bool:
        return rules.can(actor, verb, Thing(kind)).allowed

    told = {
        "work": any(grant.role not in ("auditor", "administrator") for grant in actor.grants),
        "audit": any(grant.role == "auditor" for grant in actor.grants),
        "approve": any(grant.role == "approver" for grant in actor.grants),
        "log": allowed("read", "log"),
        "reads": allowed("read", "reads"),
        "peers": allowed("read", "peers"),
        "people": allowed("read", "users"),
        "manage": allowed("manage", "users"),
        "manage_peers": allowed("manage", "peers"),
    }
    waiting = len(dossiers.to_approve(user)) if told["approve"] else 0
    return {
        **told,
        "navigation": navigation(http, told, waiting, dossiers.alarms(user) if told["work"] or told["audit"] else 0),
        "health": health() if told["peers"] else None,
    }


def navigation(http: HttpRequest, told: dict[str, bool], waiting: int, alarms: int) -> list[dict[str, Any]]:
    """The items of the menu that this person needs."""
    items = (
        (told["work"] or told["audit"], "worklist", _("Worklist"), 0),
        (told["work"], "drafts", _("Drafts"), 0),
        (told["approve"], "approvals", _("Approvals"), waiting),
        (told["work"], "new", _("New request"), 0),
        (told["work"] or told["audit"], "assurances", _("Safeguards"), alarms),
        (True, "law", _("Law"), 0),
        (told["peers"], "peers", _("Peers"), 0),
        (told["log"], "log", _("Log"), 0),
        (told["people"], "people", _("People"), 0),
        (told["reads"], "reads", _("Reads"), 0),
    )
    return [
        {"href": (href := reverse(name)), "name": label, "count": count, "here": is_here(http, href)}
        for shown, name, label, count in items
        if shown
    ]


def is_here(http: HttpRequest, href: str) -> bool:
    if href == "/":
        return http.path == "/" or http.path.startswith("/dossiers/")
    return http.path.startswith("/safeguards/" if href.startswith("/safeguards/") else href)


def health() -> dict[str, str]:
    """One line on what waits to be sent, with the way there."""
    totals = exchange.totals()
    if not totals.waiting:
        return {"says": _("Everything we sent was delivered or answered.")}
    says = ngettext("%(count)s envelope waits to be sent.", "%(count)s envelopes wait to be sent.", totals.waiting)
    return {"says": says % {"count": totals.waiting}, "href": reverse("peers")}
