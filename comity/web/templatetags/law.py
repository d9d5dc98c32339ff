"""Tags of the law pages: citations of the law room, and its English texts marked as such for readers of others."""

from datetime import date
from typing import Any

from django import template
from django.utils.formats import date_format
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from comity.instruments.model import Cite
from comity.law import reading, roll, texts
from comity.web.forms import words

register = template.Library()


@register.inclusion_tag("web/components/cite.html")
def cited(article: str, confidence: reading.Confidence, source: str = "") -> dict[str, Any]:
    """The text that a fact rests on; where no article is given the title of its source, with the mark of memory."""
    shown = article or source_title(source)
    return {"cite": Cite(shown or _("no text cited"), source, confidence)}


@register.filter
def source_title(source: str) -> str:
    """The title of a source of the lists of treaties; nothing for what is quoted from memory."""
    found = roll.book(reading.DATA).sources.get(source)
    return "" if found is None or source == "memory" else found.title


@register.filter
def lawful(text: str) -> SafeString | str:
    """A text of the law room. What has no translation is English, and said to be so in a small mark."""
    mark = texts.of(get_language() or "en").around.replace("{text}", "")
    if not mark or mark not in text:
        return text
    badge = format_html(
        '<span class="comity-english"><span aria-hidden="true">EN</span>'
        '<span class="govuk-visually-hidden">{}</span></span>',
        _("(in English)"),
    )
    bare = escape(text.replace(mark, ""))
    if text.endswith(mark):  # the whole sentence is English
        return format_html('<span lang="en" dir="ltr">{}</span> {}', bare, badge)
    return format_html("{} {}", bare, badge)


@register.filter
def bare(text: str) -> str:
    """The same for places that take no markup, such as a choice: without the mark."""
    mark = texts.of(get_language() or "en").around.replace("{text}", "")
    return text.replace(mark, "") if mark else text


@register.filter
def on_day(day: date | None) -> SafeString | str:
    """A day in words, readable by machines too."""
    if day is None:
        return ""
    return format_html('<time datetime="{}">{}</time>', day.isoformat(), date_format(day, words.DAY))
