"""By which way to ask: the routes for a measure between two sides, each with what speaks for and against it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from comity.exchange import queries as exchange
from comity.instruments import catalogue
from comity.law import offences, routes, texts
from comity.law.countries import Limit
from comity.law.reasons import Reason
from comity.law.routes import Actor, Route
from comity.web.drafting import begin, open_to
from comity.web.forms import choices
from comity.web.law import wording
from comity.web.law.asked import Asked, countries
from comity.web.pages import Http, language, page, signed_in, told

SPEAKS = ("for", "open", "against")


@dataclass(frozen=True)
class Side:
    """Who acts for one side: what the text says, and the authorities that are known here."""

    country: str
    actor: Actor
    known: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class Start:
    """Whether we can start such a request here: the way there, or why not."""

    href: str
    says: str = ""


@dataclass(frozen=True)
class Way:
    """A route as the page shows it."""

    route: Route
    title: str
    sides: tuple[Side, ...]
    languages: tuple[str, ...]
    limits: tuple[Limit, ...]
    reasons: tuple[tuple[str, tuple[Reason, ...]], ...]
    start: Start


@signed_in
def route(http: Http) -> HttpResponse:
    """The form, and the ranked routes once measure and sides are chosen."""
    asked = Asked(http.GET)
    ours = settings.COMITY.country
    issuing, executing = asked.country("from", ours), asked.country("to")
    measure = asked.choice("measure", {one.id for one in routes.measures()})
    offence = asked.several("offence", {one.id for one in offences.pivots()})
    on = asked.day()
    if issuing and issuing == executing:
        asked.problem("to", _("Choose another country than the one that asks. Within one State its own law applies."))
    if executing and "measure" in http.GET and not measure and not asked.problems:
        asked.problem("measure", _("Choose what you need."))
    ready = issuing and executing and measure and not asked.problems
    found = ways(http, issuing, executing, measure, on, offence) if ready else []
    return page(
        http,
        "law/route.html",
        status=asked.status,
        issuing=issuing,
        executing=executing,
        measure=measure,
        measure_title=texts.of(language()).text(routes.measure(measure).title) if measure else "",
        on=on,
        chosen=offence,
        sides=countries(court=True),
        families=wording.families(language()),
        sections=wording.sections(language()),
        asked=bool(ready),
        open=[one for one in found if one.route.role != "closed"],
        closed=[one for one in found if one.route.role == "closed"],
        peers=[one for one in exchange.peers() if one.card.country == executing],
        ours=issuing == ours,
        problems=asked.problems,
    )


def ways(http: Http, issuing: str, executing: str, measure: str, on: date, offence: list[str]) -> list[Way]:
    """The routes, best first, those that do not apply last."""
    found = routes.routes(issuing, executing, measure, on, facts={"offences": offence}, language=language())
    return [way(http, one, issuing, executing, on) for one in found]


def way(http: Http, found: Route, issuing: str, executing: str, on: date) -> Way:
    sides = tuple(
        Side(code, found.authority[role], found.authority[role].known)
        for role, code in (("issuing", issuing), ("executing", executing))
    )
    return Way(
        found,
        told(catalogue.get(found.instrument)).title if in_catalogue(found.instrument) else found.title,
        sides,
        tuple(choices.language_name(code, language()) for code in found.languages.known),
        tuple(limits(found)),
        tuple((speaks, tuple(one for one in found.reasons if one.speaks == speaks)) for speaks in SPEAKS),
        start(http, found, issuing, executing, on),
    )


def limits(found: Route) -> list[Limit]:
    """The time limits as a country's page shows them too."""
    to = texts.of(language())
    return [
        Limit(
            found.instrument,
            one.law,
            one.says,
            one.period,
            to.since(one.event),
            one.cite,
            one.source,
            one.confidence,
        )
        for one in found.time_limits
    ]


def start(http: Http, found: Route, issuing: str, executing: str, on: date) -> Start:
    """The way to a new request, where the instrument is in the catalogue and open to us and to our reader."""
    if found.role == "closed" or issuing != settings.COMITY.country:
        return Start("")
    if not in_catalogue(found.instrument):
        return Start("", _("This instrument is not in the catalogue here, so the request is made on paper."))
    definition = told(catalogue.get(found.instrument))
    standing = open_to.standing(definition, open_to.ISSUING, issuing, on, language())
    if standing.word in ("closed", "outside"):
        return Start("", standing.says)
    if not begin.units(http, found.instrument):
        return Start("", _("None of your units handles this kind of request."))
    return Start(f"{reverse('new-receiver', args=[found.instrument])}?{urlencode({'country': executing})}")


def in_catalogue(instrument: str) -> bool:
    return any(one.id == instrument for one in catalogue.all())
