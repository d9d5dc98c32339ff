"""Tags and filters of the pages: built files, moments, deadlines, articles, names of countries and languages."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from comity.dossiers.values import Line
from comity.exchange.wire.card import Card
from comity.instruments import catalogue, texts
from comity.instruments.model import Cite
from comity.lib import clock
from comity.web import built
from comity.web.forms import boxes, choices, words

register = template.Library()
SOON = 3 * 86400


@register.simple_tag
def asset(name: str) -> str:
    """The address of a built file."""
    return built.address(name)


@register.filter
def country(code: str) -> str:
    """The name of a country, or of the Court, in the reader's language."""
    return choices.country_name(code, get_language() or "en")


@register.filter
def language(code: str) -> str:
    return choices.language_name(code, get_language() or "en")


@register.filter
def instrument(id: str) -> str:
    """What an instrument is called in the reader's language; its id when it is another node's own."""
    try:
        return texts.of(catalogue.get(id), get_language() or "en").t("title")
    except catalogue.UnknownInstrument:
        return id


@register.filter
def spoken(says: dict[str, str]) -> str:
    """A sentence that another authority gives in several languages: in the reader's, in English, or as it comes."""
    return says.get(get_language() or "en") or says.get("en") or next(iter(says.values()), "")


STAMP = re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


@register.filter
def moments(sentence: str) -> str:
    """A sentence of the exchange with its moments as pages show them."""
    return STAMP.sub(lambda found: date_format(timezone.localtime(clock.moment(found[0])), words.MOMENT), sentence)


@register.filter
def anchor(pointer: str) -> str:
    return boxes.anchor(pointer)


@register.filter
def short(digest: str) -> str:
    """The first characters of a digest, enough to recognise it."""
    return digest[:12]


@register.simple_tag
def moment(at: datetime | None) -> SafeString | str:
    """A moment in the node's time zone, readable by machines too."""
    if at is None:
        return ""
    local = timezone.localtime(at)
    return format_html('<time datetime="{}">{}</time>', clock.stamp(at), date_format(local, words.MOMENT))


@register.simple_tag
def day(at: datetime | None) -> SafeString | str:
    if at is None:
        return ""
    local = timezone.localtime(at)
    return format_html('<time datetime="{}">{}</time>', clock.stamp(at), date_format(local, words.DAY))


@register.inclusion_tag("web/components/cite.html")
def cite(of: Cite | None, id: str = "") -> dict[str, Any]:
    """The article beside a field, with a mark when we quote it from memory."""
    return {"cite": of, "id": id}


@register.inclusion_tag("web/components/deadline.html")
def deadline(due: datetime | None, now: datetime, met: datetime | None = None) -> dict[str, Any]:
    """A deadline in words; the colour only repeats them."""
    if met:
        late = due is not None and met > due
        return {"says": _("Met, late") if late else _("Met"), "tone": "over" if late else "met", "due": met}
    if due is None:
        return {"says": "", "tone": "", "due": None}
    left = (due - now).total_seconds()
    tone = "over" if left < 0 else "soon" if left < SOON else "calm"
    says = _("overdue by %(time)s") if left < 0 else _("due in %(time)s")
    return {"says": says % {"time": span(abs(left))}, "tone": tone, "due": due}


def span(seconds: float) -> str:
    """A length of time in the largest unit that says enough."""
    minutes, hours, days = int(seconds // 60), int(seconds // 3600), int(seconds // 86400)
    if days >= 2:
        return ngettext("%(count)s day", "%(count)s days", days) % {"count": days}
    if hours >= 1:
        return ngettext("%(count)s hour", "%(count)s hours", hours) % {"count": hours}
    return ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes}


@register.simple_tag(takes_context=True)
def who(context: dict[str, Any], authority: str) -> str:
    """The name of an authority: ours, a peer's, or its label when we know no more."""
    return str(context["names"].get(authority, authority))


@register.simple_tag
def named(card: Card) -> str:
    """The name of an authority in the reader's language, when its card has one."""
    return card.name(get_language() or "en")


@register.simple_tag
def lined(lines: Iterable[Line]) -> list[dict[str, Any]]:
    """The lines of an act's content as blocks: a line without a value is the heading of those below it."""
    blocks: list[dict[str, Any]] = [{"title": "", "rows": []}]
    for line in lines:
        if line.value:
            blocks[-1]["rows"].append(line)
        else:
            blocks.append({"title": line.label, "rows": []})
    return [block for block in blocks if block["rows"] or block["title"]]


@register.filter
def get(found: dict[str, Any], key: str) -> Any:
    """A value of a dictionary by a key that a variable holds."""
    return found.get(key)
