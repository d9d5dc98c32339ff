"""What a list of requirements would do, before others see it; and the step that shows it to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from comity.dossiers import queries as dossiers
from comity.exchange import actions, queries
from comity.instruments import catalogue, preflight
from comity.instruments.model import Finding
from comity.instruments.requirement_kinds import Entry
from comity.lib import clock
from comity.web.forms import words
from comity.web.pages import Http, language, page, signed_in
from comity.web.people.views import demand
from comity.web.pages import told as in_language
from comity.web.requirements import told


@dataclass(frozen=True)
class Tried:
    """What the list says to the example of one instrument."""

    instrument: str
    findings: tuple[tuple[str, Finding], ...]  # the place in words, and what is said there


@dataclass(frozen=True)
class Shown:
    """A requirement with the sentences that a sender reads, by language."""

    line: told.Line
    spoken: list[told.Spoken]


@signed_in
def preview(http: Http) -> HttpResponse:
    """The effect on examples and on requests received, and every sentence in every language."""
    demand(http, "manage", "peers")
    asked = queries.requirements()
    before, after = queries.in_force(asked.published), queries.in_force(asked.entries)
    return page(
        http,
        "requirements/preview.html",
        asked=asked,
        shown=queries.requirements_fingerprint(asked.entries),
        effects=dossiers.effect(http.user, before, after, clock.now()),
        tried=list(tried(asked.entries)),
        lines=[Shown(told.line(one, asked.state(one)), told.spoken(one)) for one in asked.entries],
        removed=[told.line(one) for one in asked.removed],
        peers=len(queries.peers()),
    )


def tried(entries: Sequence[Entry]) -> list[Tried]:
    """The examples of the instruments concerned, as the list judges them."""
    rules = queries.in_force(entries)
    made = []
    for id in sorted({one.instrument for one in entries}):
        definition, example = catalogue.get(id), catalogue.example(id)
        report = preflight.asked(definition, example, rules, attachments=example.get("items", ()), language=language())
        told_in = in_language(definition)
        found = tuple((words.where(told_in, one.pointer), one) for one in report.findings)
        made.append(Tried(id, found))
    return made


@signed_in
@require_POST
def publish(http: Http) -> HttpResponse:
    """Put the list that was looked at on our card, and send the card to every peer."""
    card = actions.publish_requirements(shown=http.POST.get("shown", ""), by=http.user, at=clock.now())
    said = _("Published: our card has the number %(serial)s now and is on its way to every peer.")
    messages.success(http, said % {"serial": card.serial})
    return redirect("peer-own")
