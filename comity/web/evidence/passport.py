"""The admissibility passport of an item: what a State may need, what is there, what is missing, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from comity.evidence import queries
from comity.evidence.passport import STATUSES, Passport, Reason
from comity.law.calendars import UnknownCountry
from comity.web.cases.asking import moment
from comity.web.context import names
from comity.web.evidence import words
from comity.web.evidence.items import opened
from comity.web.forms import choices
from comity.web.forms import words as day_and_month
from comity.web.pages import Http, language, page, signed_in

MARKS = {"there": "✓", "missing": "!", "open": "?", "against": "✕", "unknown": "–"}
WIDTH = 600


@dataclass(frozen=True)
class Told:
    """A reason in the reader's language, with the text it rests on."""

    says: str
    article: str
    source: str
    confidence: str


@dataclass(frozen=True)
class Line:
    key: str
    title: str
    status: str
    mark: str
    word: str
    reasons: tuple[Told, ...]
    mend: str


@dataclass(frozen=True)
class Share:
    """A piece of the bar above the list: how many rows stand so."""

    status: str
    word: str
    mark: str
    count: int
    x: int
    width: int


@signed_in
def passport(http: Http, number: str, label: str) -> HttpResponse:
    """Asked in the address (``country``), so that an answer can be passed on as a link."""
    case, view = opened(http, number, label)
    country = http.GET.get("country", "").strip().upper()
    found, problems = None, []
    if country:
        try:
            found = queries.passport(http.user, view.facts.ref, country, moment())
        except UnknownCountry:
            problems = [{"id": "country", "says": _("Choose one of the answers that are offered.")}]
    return page(
        http,
        "evidence/passport.html",
        400 if problems else 200,
        here="items",
        case=case,
        view=view,
        facts=view.facts,
        country=country,
        countries=choices.countries(language()),
        found=found,
        day=date_format(found.on, day_and_month.DAY) if found else "",
        lines=lines(found) if found else [],
        shares=shares(found) if found else [],
        problems=problems,
    )


def lines(found: Passport) -> list[Line]:
    statuses, known = words.statuses(), names(language())
    return [
        Line(
            row.key, _(row.title), row.status, MARKS[row.status], statuses[row.status],
            tuple(told(one, known) for one in row.reasons), _(row.mend) if row.mend else "",
        )
        for row in found.rows
    ]  # fmt: skip


def told(one: Reason, known: Mapping[str, str]) -> Told:
    values = dict(one.values)
    if "languages" in values:
        values["languages"] = languages(values)
    return Told(words.said(one.says, values, known), one.article, one.source, one.confidence)


def languages(values: Mapping[str, Any]) -> str:
    return ", ".join(choices.language_name(code.strip(), language()) for code in str(values["languages"]).split(","))


def shares(found: Passport) -> list[Share]:
    statuses, x, told = words.statuses(), 0, []
    for status in STATUSES:
        if count := found.count(status):
            width = round(WIDTH * count / len(found.rows))
            told.append(Share(status, statuses[status], MARKS[status], count, x, width))
            x += width
    return told
