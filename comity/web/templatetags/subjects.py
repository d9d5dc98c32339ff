"""Tags of the pages of people and things."""

from typing import Any

from django import template
from django.urls import reverse

from comity.access import levels
from comity.subjects import evaluation
from comity.subjects.queries import Statement, key
from comity.web.cases.leading import address
from comity.web.subjects import words

register = template.Library()


@register.filter
def kind_label(name: str) -> str:
    return words.kind(name)


@register.filter
def role_label(id: str) -> str:
    return words.role(id)


@register.filter
def prop_label(group: Any, kind: str) -> str:
    return words.prop(kind, group if isinstance(group, str) else group.prop)


@register.filter
def in_our_words(one: Statement) -> str:
    """The value of a statement for a reader."""
    return words.value(one.subject.schema, one.prop, one.value)


@register.simple_tag
def fact(kind: str, prop: str, value: str) -> str:
    """One value of a list in the reader's words."""
    return words.value(kind, prop, value)


@register.filter
def level_word(level: int) -> str:
    return levels.word(level)


@register.simple_tag
def subject_link(ref: str) -> str:
    return address("subject", ref)


@register.simple_tag
def statement_link(number: str, one: Statement) -> str:
    return reverse("case-subject-statement", args=[number, key(one.subject), one.pk])


@register.filter
def graded(one: Statement) -> list[tuple[str, str]]:
    """The evaluation of a statement: each grade with its meaning."""
    found = evaluation.schemes().get(one.scheme)
    if found is None:
        return []
    pairs = (("reliability", one.reliability), ("credibility", one.credibility))
    return [(code, found.grade(what, code).says) for what, code in pairs if code]
