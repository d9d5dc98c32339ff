"""The tabs of these pages, as far as the reader needs them."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from comity.access import queries as access
from comity.access import rules
from comity.access.rules import Thing
from comity.web.pages import Http


@dataclass(frozen=True)
class Tab:
    href: str
    name: str
    here: bool
    count: int = 0


def tabs(http: Http, here: str) -> list[Tab]:
    actor = access.actor(http.user)
    waiting = len(access.to_review(http.user))
    glass = waiting or sees_glass(http)
    rows = (
        (True, "access", _("What you hold"), 0),
        (bool(actor.grants), "absences", _("Absences"), 0),
        (glass, "glass", _("Broken glass"), waiting),
        (rules.can(actor, "read", Thing("users")).allowed, "clearances", _("Clearances"), 0),
        (True, "rules", _("Rules"), 0),
    )
    return [Tab(reverse(name), says, name == here, count) for shown, name, says, count in rows if shown]


def sees_glass(http: Http) -> bool:
    """Whoever may break one, review one, or broke one."""
    actor = access.actor(http.user)
    reach = rules.visible_units(actor, "review", "emergency")
    breaks = rules.can(actor, "break-glass", Thing("case")).allowed
    return breaks or reach.everything or bool(reach.units) or bool(access.emergencies(http.user, open_only=False))
