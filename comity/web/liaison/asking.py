"""Whom to ask, and the directory."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext as _

from comity.law import calendars
from comity.liaison import queries
from comity.liaison.queries import Answer, Asked, Desk, Listed, Now
from comity.lib import clock
from comity.web.forms import choices
from comity.web.law import wording as law_wording
from comity.web.law.asked import countries
from comity.web.law.wording import Group
from comity.web.liaison import wording
from comity.web.liaison.worldclock import clock as world_clock
from comity.web.opening import hours
from comity.web.pages import Http, language, page, signed_in, zone


@dataclass(frozen=True)
class Shown:
    """A desk as pages show it."""

    desk: Desk
    state: dict[str, str]
    hours: str
    competences: tuple[str, ...]
    peer: bool


@dataclass(frozen=True)
class Ranked:
    """A desk that may be asked: at its rank, with its reasons as sentences and how they speak."""

    rank: int
    shown: Shown
    reasons: tuple[tuple[str, str], ...]


def shown(desk: Desk, now: Now, at: datetime) -> Shown:
    return Shown(
        desk,
        wording.state(desk, now, at, zone()),
        hours(desk.hours),
        tuple(wording.subject(one) for one in desk.competences),
        not desk.ours,
    )


@signed_in
def who(http: Http) -> HttpResponse:
    """Whom do I ask for this in that country, now?"""
    at = clock.now()
    what, country = http.GET.get("what", ""), http.GET.get("in", "")
    urgent = {"yes": True, "no": False}.get(http.GET.get("urgent", ""))
    problems, answer = [], None
    if what or country:
        if not wording.is_known(what):
            problems.append({"id": "what", "says": _("Choose what you need.")})
        if country not in calendars.countries() or country == settings.COMITY.country:
            problems.append({"id": "in", "says": _("Choose another country than ours.")})
    if what and country and not problems:
        answer = queries.who(http.user, what, country, at, urgent=urgent, language=language())
    return page(
        http,
        "liaison/who.html",
        status=400 if problems else 200,
        here="who",
        what=what,
        country=country,
        urgent=http.GET.get("urgent", ""),
        families=[*law_wording.families(language()), instruments()],
        sides=countries(court=True),
        answer=answer,
        ranked=[ranked(one, at) for one in answer.asked] if answer else [],
        notes=[wording.reason(one) for one in answer.notes] if answer else [],
        drawing=drawing([(one.desk, one.now) for one in answer.asked], at) if answer else None,
        writable=writable(answer) if answer else [],
        may_write=bool(queries.units_to_talk(http.user)),
        problems=problems,
    )


def instruments() -> Group:
    rows = tuple((id, title) for id, title, family in queries.subjects(language()) if family == "instrument")
    return Group(_("Instruments"), rows)


def ranked(one: Asked, at: datetime) -> Ranked:
    reasons = tuple((told.speaks, wording.reason(told)) for told in one.reasons)
    return Ranked(one.rank, shown(one.desk, one.now, at), reasons)


def writable(answer: Answer) -> list[tuple[str, str]]:
    """The peers among those who may be asked, the best first."""
    found = {one.desk.authority: one.desk.name for one in answer.asked if not one.desk.ours}
    return list(found.items())


def drawing(desks: list[tuple[Desk, Now]], at: datetime):  # type: ignore[no-untyped-def]
    return world_clock(desks, at, zone())


@signed_in
def directory(http: Http) -> HttpResponse:
    """Who answers where: found by words and country, with the day of their desks as a picture."""
    at = clock.now()
    text, country = http.GET.get("text", "").strip()[:100], http.GET.get("country", "")
    found = queries.directory(http.user, at, language=language(), text=text, country=country)
    desks = [one for listed in found.found for one in listed.desks]
    return page(
        http,
        "liaison/directory.html",
        here="directory",
        found=[(listed, told(listed, at)) for listed in found.found],
        total=found.total,
        countries=sorted(
            ((code, choices.country_name(code, language())) for code in found.countries), key=lambda one: one[1]
        ),
        text=text,
        country=country,
        drawing=drawing(desks, at),
        may_write=bool(queries.units_to_talk(http.user)),
    )


def told(listed: Listed, at: datetime) -> list[Shown]:
    return [shown(desk, now, at) for desk, now in listed.desks]
