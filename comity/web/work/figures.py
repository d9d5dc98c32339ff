"""Figures: how many, how long, where they wait, why they were refused; as a page, as CSV, and the dossiers behind."""

import csv
from collections.abc import Iterator
from dataclasses import fields
from datetime import date, datetime, time, timedelta
from io import StringIO
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.utils.translation import gettext as _

from comity.dossiers import queries
from comity.dossiers.queries import AskedFigures, Figures
from comity.instruments import catalogue, texts
from comity.lib import clock
from comity.web.forms import choices
from comity.web.pages import Http, language, page, signed_in, today, zone
from comity.web.safeguards.sheet import MARK, harmless
from comity.web.work import drawing
from comity.web.work.unit import number_of

WORDS = ("unit", "instrument", "country", "way", "outcome", "ground", "stage", "holder", "month")


class Asked:
    """What the address asks: a period in whole days at the node, and words. What cannot be read is told."""

    def __init__(self, http: Http) -> None:
        self.problems: list[dict[str, str]] = []
        now = today()
        self.since = self._day(http.GET.get("since", ""), now.replace(day=1, month=1), "since")
        self.until = self._day(http.GET.get("until", ""), now, "until")
        if self.until < self.since:
            self.problems.append({"id": "until", "says": _("The last day comes before the first.")})
            self.until = self.since
        self.words = {name: http.GET.get(name, "").strip()[:60] for name in WORDS}

    def _day(self, text: str, otherwise: date, name: str) -> date:
        if not text:
            return otherwise
        try:
            return date.fromisoformat(text)
        except ValueError:
            self.problems.append({"id": name, "says": _("“%(text)s” is not a day.") % {"text": text[:20]}})
            return otherwise

    def value(self) -> AskedFigures:
        return AskedFigures(moment(self.since), moment(self.until + timedelta(days=1)), **self.words)

    def query(self, **more: str) -> str:
        """The same question with other words, as the end of an address."""
        told = {"since": self.since.isoformat(), "until": self.until.isoformat(), **self.words, **more}
        return urlencode({name: value for name, value in told.items() if value})


def moment(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=ZoneInfo(zone()))


@signed_in
def figures(http: Http) -> HttpResponse:
    """Numbers of a period, with pictures; each number leads to its dossiers."""
    asked = Asked(http)
    found = queries.figures(http.user, asked.value(), language())
    linked = link(found, asked)
    return page(
        http,
        "work/figures.html",
        status=400 if asked.problems else 200,
        problems=asked.problems,
        asked=asked,
        words=asked.words,
        query=asked.query(),
        figures=found,
        linked=linked,
        months=drawing.columns([(one["name"], one["count"]) for one in linked["months"]]),
        waiting=drawing.plain([(one["name"], one["count"]) for one in linked["waiting"]]),
        grounds=drawing.plain([(one["name"], one["count"]) for one in linked["grounds"]]),
        instruments=[(one.asks["instrument"], one.name) for one in found.instruments],
    )


def link(found: Figures, asked: Asked) -> dict[str, list[dict[str, Any]]]:
    """The rows of every table with their names in the reader's language and the way to what is behind them."""
    linked: dict[str, list[dict[str, Any]]] = {}
    for field in fields(found):
        rows = getattr(found, field.name)
        if not isinstance(rows, tuple) or field.name == "units":
            continue
        linked[field.name] = [
            {
                "name": word(field.name, row.name, row.asks),
                "count": row.count,
                "href": asked.query(**row.asks),
                **({"median": row.median, "p90": row.p90, "turn": row.turn} if hasattr(row, "median") else {}),
            }
            for row in rows
        ]
    return linked


def word(table: str, name: str, asks: dict[str, str]) -> str:
    """What a row is called: some words are the room's, countries and pairs are told here."""
    if table in ("countries", "refusals_by_country"):
        return choices.country_name(name, language())
    if table == "grounds":
        return name or _("Without a ground")
    known = {
        "in": _("Asked of us"), "out": _("Asked by us"), "open": _("Not answered yet"), "answered": _("Answered"),
        "refused": _("Refused"), "withdrawn": _("Withdrawn"), "us": _("We must act"),
        "them": _("The other side must act"), "nobody": _("Nobody must act"),
    }  # fmt: skip
    return known.get(name, name) if table in ("ways", "outcomes", "waiting", "answered") else name


@signed_in
def dossiers(http: Http) -> HttpResponse:
    """The dossiers behind a number, as far as the reader may see them."""
    asked = Asked(http)
    number = number_of(http)
    rows, more = queries.behind(http.user, asked.value(), at=clock.now(), language=language(), page=number)
    return page(
        http, "work/behind.html", rows=rows, more=more, number=number, query=asked.query(), asked=asked, told=told(asked)
    )  # fmt: skip


def told(asked: Asked) -> list[str]:
    """In words what was asked, beside the period."""
    words, said = asked.words, []
    if words["instrument"] in catalogue.ids():
        definition = texts.of(catalogue.get(words["instrument"]), language())
        said.append(definition.t("title"))
        said += [definition.t(f"stages.{words['stage']}.title")] if words["stage"] else []
        said += [definition.t(f"grounds.{words['ground']}")] if words["ground"] else []
    if words["country"]:
        said.append(choices.country_name(words["country"], language()))
    said += [word("ways", words["way"], {})] if words["way"] else []
    said += [word("outcomes", words["outcome"], {})] if words["outcome"] else []
    said += [word("waiting", words["holder"], {})] if words["holder"] else []
    return [one for one in [*said, words["month"]] if one]


@signed_in
def export(http: Http) -> HttpResponse:
    """Every table of the page as one CSV file (RFC 4180)."""
    asked = Asked(http)
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(("table", "name", "count", "median_seconds", "p90_seconds"))
    found = queries.figures(http.user, asked.value(), language())
    writer.writerows([harmless(cell) for cell in row] for row in lines(found, link(found, asked)))
    answer = HttpResponse(MARK + text.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="figures-{asked.since}-{asked.until}.csv"'
    return answer


def lines(found: Figures, linked: dict[str, list[dict[str, Any]]]) -> Iterator[tuple[object, ...]]:
    yield "total", "", found.total, "", ""
    for table, rows in linked.items():
        for row in rows:
            yield table, row["name"], row["count"], row.get("median", ""), row.get("p90", "")
