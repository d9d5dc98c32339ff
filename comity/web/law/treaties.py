"""Treaties and who is bound by them on a day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.http import Http404, HttpResponse

from comity.law import parties, reading, roll
from comity.law.parties import Answer, Party
from comity.law.roll import Reservation, Treaty
from comity.web.forms import choices
from comity.web.law import csvs, wording
from comity.web.law.asked import COURT, Asked, countries
from comity.web.pages import Http, language, page, signed_in
from comity.web.templatetags.law import source_title

COLUMNS = ("treaty", "country", "name", "on", "status", "since", "until", "confidence", "source", "note")


@dataclass(frozen=True)
class Row:
    """A treaty in the list, with how it stands to one country."""

    treaty: Treaty
    name: str
    kind: str
    answer: str


@dataclass(frozen=True)
class Line:
    """A party in the list of a treaty."""

    party: Party
    name: str
    status: str


@signed_in
def treaty_list(http: Http) -> HttpResponse:
    """Every treaty, and whether a country (ours, unless another is chosen) is bound on the day."""
    asked = Asked(http.GET)
    on = asked.day()
    country = asked.country("country", settings.COMITY.country)
    kind = asked.choice("kind", wording.kinds())
    text = http.GET.get("text", "").strip()
    rows = [row for row in listed(country, on) if matches(row, kind, text)]
    return page(
        http,
        "law/treaties.html",
        status=asked.status,
        rows=rows,
        on=on,
        country=country,
        kind=kind,
        kinds=wording.kinds().items(),
        text=text,
        filtered=bool(kind or text),
        countries=countries(),
        problems=asked.problems,
    )


@signed_in
def treaty(http: Http, id: str) -> HttpResponse:
    """One treaty: in force since when, its parties on the day, what they reserved; one country on request."""
    found = known(id)
    asked = Asked(http.GET)
    on = asked.day()
    country = asked.country("country")
    answer = parties.is_party(id, country, on, language=language()) if country and country != COURT else None
    rows = lines(id, on)
    return page(
        http,
        "law/treaty.html",
        status=asked.status,
        treaty=found,
        name=wording.treaty_name(found, language()),
        kind=wording.kinds()[found.kind],
        reach=wording.reaches()[found.reach],
        on=on,
        country=country,
        answer=answer,
        verdict=verdict(answer),
        countries=countries(),
        rows=rows,
        bound=sum(row.party.status != "unclear" for row in rows),
        unclear=sum(row.party.status == "unclear" for row in rows),
        stated=sorted(stated(id, on), key=lambda row: choices.plain(row[0])),
        problems=asked.problems,
    )


@signed_in
def parties_csv(http: Http, id: str) -> HttpResponse:
    """The parties on a day as a file."""
    known(id)
    on = Asked(http.GET).day()
    return csvs.answer(f"{id}-{on}", COLUMNS, (told(id, on, line) for line in lines(id, on)))


def told(id: str, on: date, line: Line) -> dict[str, object]:
    return {
        "treaty": id,
        "country": line.party.country,
        "name": line.name,
        "on": on,
        "status": line.status,
        "since": line.party.in_force or "",
        "until": line.party.until or "",
        "confidence": line.party.confidence,
        "source": source_title(line.party.source),
        "note": line.party.note,
    }


def known(id: str) -> Treaty:
    """The treaty with this id.

    :raises Http404: there is none.
    """
    try:
        return parties.treaty(id)
    except parties.UnknownTreaty:
        raise Http404 from None


def listed(country: str, on: date) -> Iterator[Row]:
    kinds, verdicts = wording.kinds(), wording.verdicts()
    for one in parties.treaties():
        answer = verdicts[parties.is_party(one.id, country, on).answer] if country and country != COURT else ""
        yield Row(one, wording.treaty_name(one, language()), kinds[one.kind], answer)


def matches(row: Row, kind: str, text: str) -> bool:
    """Whether a treaty is of the kind and has every word in its name, title or id."""
    named = choices.plain(f"{row.name} {row.treaty.title} {row.treaty.short} {row.treaty.id}")
    return (not kind or row.treaty.kind == kind) and all(choices.plain(word) in named for word in text.split())


def lines(id: str, on: date) -> list[Line]:
    """The parties by the name of the country."""
    statuses = wording.party_statuses()
    found = [
        Line(one, choices.country_name(one.country, language()), statuses[one.status])
        for one in parties.parties(id, on, language=language())
    ]
    return sorted(found, key=lambda line: choices.plain(line.name))


def stated(id: str, on: date) -> Iterator[tuple[str, str, Reservation]]:
    """What countries reserved or declared about a treaty: the country, the kind, the row."""
    kinds = wording.reservation_kinds()
    for treaty_id, country in roll.book(reading.DATA).reservations:
        for row in parties.reservations(id, country, on) if treaty_id == id else ():
            yield choices.country_name(country, language()), kinds[row.kind], row


def verdict(answer: Answer | None) -> str:
    return wording.verdicts()[answer.answer] if answer else ""
