"""Words of disclosure for the pages."""

from django import template

from comity.web.disclosure import words

register = template.Library()


@register.filter
def ground(id: str) -> str:
    return dict(words.grounds()).get(id, id)


@register.filter
def contact(id: str) -> str:
    return dict(words.contacts()).get(id, id)


@register.filter
def window_state(id: str) -> str:
    return words.states().get(id, id)


@register.filter
def visit(what: str) -> str:
    return words.visits().get(what, what)


@register.filter
def custody_what(what: str) -> str:
    return words.custody().get(what, what)


@register.filter
def in_groups(text: str) -> str:
    """A long hash in groups of eight, to be compared by eye."""
    return " ".join(text[at : at + 8] for at in range(0, len(text), 8))
