"""Tags of the pages below a case: its tabs, and words that come from data."""

from typing import Any

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from comity.cases import queries
from comity.web.cases.asking import moment

register = template.Library()


@register.simple_tag
def case_tabs(number: str, here: str = "") -> list[dict[str, Any]]:
    """The parts of a case that have a page."""
    parts = (
        ("overview", "case", _("Overview")),
        ("subjects", "case-subjects", _("People and things")),
        ("items", "case-items", _("Evidence")),
        ("notes", "case-notes", _("Notes and tasks")),
        ("timeline", "case-timeline", _("Timeline")),
        ("people", "case-people", _("Who may see it")),
        ("dossiers", "case-dossiers", _("Dossiers")),
        ("disclosure", "case-disclosure", _("Disclosure")),
    )
    return [
        {"name": label, "href": href, "here": id == here}
        for id, name, label in parts
        if (href := address(name, number))
    ]


def address(name: str, *args: object) -> str:
    """The address of a page, or "" where this node has no such page."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


@register.filter
def in_words(text: str) -> str:
    """A text of a data file, or a sentence of a room, in the reader's language."""
    return _(text) if text else ""


@register.simple_tag(takes_context=True)
def cases_of_dossier(context: Any) -> dict[str, Any]:
    """The cases to which the dossier of this page belongs, and those to which the reader may add it."""
    user, at = context["user"], moment()
    belongs = queries.cases_of(user, context["view"].row.id, at)
    inside = {one.number for one in belongs}
    return {"belongs": belongs, "offered": [one for one in queries.to_link(user, at) if one.number not in inside]}


@register.simple_tag(takes_context=True)
def page_link(context: Any, number: int) -> str:
    """The address of another page of this list, with the filter that is set."""
    asked = context["request"].GET.copy()
    asked["page"] = str(number)
    return f"?{asked.urlencode()}"
