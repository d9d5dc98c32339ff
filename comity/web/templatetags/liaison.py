"""Tags of the pages of liaison: urgent calls on every page, conversations of a dossier, numbers in a drawing."""

import re
from typing import Any

from django import template

from comity.dossiers import queries as dossiers
from comity.liaison import queries
from comity.lib import clock
from comity.web.opening import hours

register = template.Library()


@register.filter
def unlocalized(number: float) -> str:
    """A number as SVG wants it: with a point, whatever the reader's language."""
    return f"{number:g}"


@register.filter
def card_hours(told: Any) -> str:
    """The hours of a contact as a card gives them, in words."""
    return hours(queries.read_hours(told, ""))


@register.filter
def dialled(phone: str) -> str:
    """A telephone number without what is only for the eye."""
    return re.sub(r"[^0-9+]", "", phone)


@register.simple_tag(takes_context=True)
def urgent_calls(context: dict[str, Any]) -> dict[str, Any]:
    """The urgent calls that this person sees on every page, and whether the page asks for them by itself."""
    user = context["request"].user
    if not user.is_authenticated or user.one_time_password:
        return {"calls": [], "listens": False}
    at = clock.now()
    return {"calls": queries.alarms(user, at), "listens": queries.listens(user, at)}


@register.simple_tag(takes_context=True)
def talks_of(context: dict[str, Any], dossier: str) -> dict[str, Any]:
    """The conversations about a dossier, and whether this person may write one."""
    user = context["request"].user
    return {
        "rows": queries.threads(user, clock.now(), show="all", dossier=dossier),
        "may_write": may_talk(context, dossier),
    }


@register.simple_tag(takes_context=True)
def may_talk(context: dict[str, Any], dossier: str) -> bool:
    """Whether this person talks for the unit that handles a dossier."""
    user = context["request"].user
    unit = dossiers.one(user, dossier).unit
    return any(one.pk == unit.pk for one in queries.units_to_talk(user))
