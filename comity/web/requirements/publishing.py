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
from comity.instruments.model import Definition, Finding
from comity.instruments.requirement_kinds import Entry
from comity.lib import clock
from comity.web.drafting.findings import Told
from comity.web.forms import words
from comity.web.pages import Http, language, page, signed_in
from comity.web.pages import told as in_language
from comity.web.people.views import demand
from comity.web.requirements import told


@dataclass(frozen=True)
class Tried:
    """What the list says to the example of one instrument."""

    instrument: str
    findings: tuple[Told, ...]


@dataclass(frozen=True)
class Shown:
    """A requirement with the sentences that a sender reads, by language."""

    line: told.Line
    spoken: list[told.Spoken]
    unspoken: list[str]


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
        lines=[Shown(told.line(one, asked.state(one)), told.spoken(one), told.unspoken(one)) for one in asked.entries],
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
        made.append(Tried(id, tuple(_told(one, told_in) for one in report.findings)))
    return made


def _told(one: Finding, definition: Definition) -> Told:
    where = words.where(definition, one.pointer)
    return Told(one.severity, one.says, one.remedy, one.article, one.confidence, where, href="")


@signed_in
@require_POST
def publish(http: Http) -> HttpResponse:
    """Put the list that was looked at on our card, and send the card to every peer."""
    card = actions.publish_requirements(shown=http.POST.get("shown", ""), by=http.user, at=clock.now())
    said = _("Published: our card has the number %(serial)s now and is on its way to every peer.")
    messages.success(http, said % {"serial": card.serial})
    return redirect("peer-own")
