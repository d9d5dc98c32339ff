"""The timeline of a case: one story out of every room, as a drawing and in words."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.utils.translation import gettext as _

from comity.access.happening import Happening
from comity.cases import queries
from comity.cases.brief import Word
from comity.disclosure import queries as disclosure
from comity.web.cases.asking import moment
from comity.web.cases.leading import address
from comity.web.cases.strip import strip
from comity.web.pages import Http, language, page, signed_in, zone

A_PAGE = 200


def lanes() -> list[tuple[str, str, str]]:
    """Kinds of happenings: id, name, and the class that colours the marks."""
    return [
        ("act", _("Acts of dossiers"), "comity-mark--act"),
        ("case", _("The case itself"), "comity-mark--case"),
        ("subject", _("People and things"), "comity-mark--subject"),
        ("item", _("Evidence"), "comity-mark--item"),
        ("note", _("Case notes"), "comity-mark--note"),
        ("task", _("Tasks"), "comity-mark--task"),
        ("thread", _("Conversations"), "comity-mark--thread"),
        ("people", _("Access"), "comity-mark--people"),
        ("window", _("Disclosure"), "comity-mark--window"),
    ]


LANE = {"dossier": "act"}
"""What is drawn in the lane of something else."""


def lane(one: Happening) -> str:
    return LANE.get(one.kind, one.kind)


@signed_in
def timeline(http: Http, number: str) -> HttpResponse:
    """What happened, the newest day first, by kind and by person."""
    at = moment()
    case = queries.case(http.user, number, at)
    told = queries.timeline(http.user, number, at, language())
    for compartment in case.compartments:
        told += disclosure.history(http.user, compartment, at)
    told.sort(key=lambda one: one.at)
    speaker = queries.Speaker(language())
    kinds, people = {lane(one) for one in told}, sorted({one.by for one in told})
    kind, by = http.GET.get("kind", ""), http.GET.get("by", "")
    shown = [one for one in told if kind in ("", lane(one)) and by in ("", one.by)]
    return page(
        http,
        "cases/timeline.html",
        here="timeline",
        case=case,
        total=len(told),
        days=days(shown[-A_PAGE:], case.number, speaker),
        more=max(len(shown) - A_PAGE, 0),
        strip=strip([(local(one), lane(one)) for one in told], lanes(), at.astimezone(ZoneInfo(zone())).date()),
        kinds=[(id, name) for id, name, _css in lanes() if id in kinds],
        people=[(one, speaker.names.get(one, one)) for one in people],
        asked={"kind": kind, "by": by},
    )


def local(one: Happening) -> date:
    return one.at.astimezone(ZoneInfo(zone())).date()


def days(shown: Sequence[Happening], number: str, speaker: queries.Speaker) -> list[dict[str, Any]]:
    """The newest day first; within a day the newest first."""
    names = {id: (name, css) for id, name, css in lanes()}
    return [
        {"on": on, "rows": [row(one, number, speaker, names) for one in found]}
        for on, found in groupby(reversed(shown), key=local)
    ]


def worded(values: dict[str, Any]) -> dict[str, Any]:
    """Values of a room: words of ours among them are translated as they stand."""
    return {name: Word(value) if type(value) is str else value for name, value in values.items()}


def row(one: Happening, number: str, speaker: queries.Speaker, names: dict[str, tuple[str, str]]) -> dict[str, Any]:
    name, css = names.get(lane(one), (one.kind, ""))
    return {
        "at": one.at,
        "by": speaker.names.get(one.by, one.by),
        "kind": name,
        "css": css,
        "says": speaker.say(one.says, worded(one.values)),
        "href": address(one.kind, one.id, number),
    }
