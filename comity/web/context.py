"""What every page knows: the node it runs on, who looks, and what waits for her."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, get_language_info

from comity.access import queries as access
from comity.access import rules
from comity.access.rules import Thing
from comity.dossiers import queries as dossiers
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
        "direction": "rtl" if get_language_info(language)["bidi"] else "ltr",
    }
    user = getattr(http, "user", None)
    if user is not None and user.is_authenticated:
        told["may"] = SimpleLazyObject(lambda: may(user))
    return told


def may(user: access.User) -> dict[str, Any]:
    """Which parts of the navigation this person needs, and how many drafts wait for her approval."""
    actor = access.actor(user)

    def allowed(verb: str, kind: str) -> bool:
        return rules.can(actor, verb, Thing(kind)).allowed

    works = any(grant.role not in ("auditor", "administrator") for grant in actor.grants)
    return {
        "work": works,
        "approve": any(grant.role == "approver" for grant in actor.grants),
        "approvals": len(dossiers.to_approve(user)) if works else 0,
        "log": allowed("read", "log"),
        "reads": allowed("read", "reads"),
        "peers": allowed("read", "peers"),
        "people": allowed("read", "users"),
        "manage": allowed("manage", "users"),
        "manage_peers": allowed("manage", "peers"),
    }
