"""What it takes to get help from a country, and two countries side by side."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from comity.exchange import queries as exchange
from comity.law import calendars, countries, national, parties, reading, texts
from comity.law.countries import Bound, Channel, Limit, Profile, Row, Side
from comity.web.forms import choices
from comity.web.law import wording
from comity.web.law.asked import COURT, Asked
from comity.web.law.asked import countries as listed
from comity.web.law.wording import Group
from comity.web.pages import Http, language, page, signed_in


@dataclass(frozen=True)
class Opened:
    """A channel with the treaty that opens it."""

    channel: Channel
    treaty: Bound
    about: str


@dataclass(frozen=True)
class Binding:
    """A treaty that binds, with the day on which a withdrawal takes effect."""

    treaty: Bound
    until: date | None


@dataclass(frozen=True)
class Limits:
    """The time limits that one treaty sets."""

    treaty: Bound
    rows: tuple[Limit, ...]


@dataclass(frozen=True)
class Stated:
    """What a country reserved, declared or notified."""

    kind: str
    row: Row


@signed_in
def country_list(http: Http) -> HttpResponseBase:
    """Every country: those whose law is recorded first, then all by their first letter."""
    asked = Asked(http.GET)
    chosen = asked.country("code")
    if chosen:
        day = {"on": http.GET["on"]} if http.GET.get("on") else {}
        return redirect(f"{reverse('law-country', args=[chosen])}{'?' + urlencode(day) if day else ''}")
    text = http.GET.get("text", "").strip()
    found = [
        (code, name) for code, name in listed() if choices.plain(text) in choices.plain(name) or text.upper() == code
    ]
    recorded = set(national.known())
    return page(
        http,
        "law/countries.html",
        status=asked.status,
        recorded=[row for row in found if row[0] in recorded],
        letters=by_letter(row for row in found if row[0] not in recorded),
        peers={one.card.country for one in exchange.peers()},
        text=text,
        problems=asked.problems,
    )


@signed_in
def country(http: Http, code: str) -> HttpResponse:
    """One country on a day. What is not known is said to be so."""
    code = code.upper()
    if code not in calendars.countries() or code == COURT:
        raise Http404
    asked = Asked(http.GET)
    on = asked.day()
    found = countries.profile(code, on, language())
    bound = {one.treaty: one for one in found.treaties}
    about = wording.about()
    return page(
        http,
        "law/country.html",
        status=asked.status,
        profile=found,
        code=code,
        name=choices.country_name(code, language()) if code != "EU" else found.name,
        on=on,
        ours=settings.COMITY.country,
        channels=[Opened(one, bound[one.treaty], about[one.about]) for one in found.channels],
        limits=by_treaty(found, bound),
        treaties=[Binding(one, until(one.treaty, code, on)) for one in found.treaties],
        stated=[Stated(wording.reservation_kinds()[one.topic.partition(".")[0]], one) for one in found.reservations],
        peers=[one for one in exchange.peers() if one.card.country == code],
        problems=asked.problems,
    )


@signed_in
def compare(http: Http) -> HttpResponse:
    """Two countries, fact by fact, each with its source; those that differ are marked."""
    asked = Asked(http.GET)
    left, right, on = asked.country("a", settings.COMITY.country), asked.country("b"), asked.day()
    for name, code in (("a", left), ("b", right)):
        if code == COURT:
            asked.problem(name, _("The Court is no country. Choose two countries."))
    if left and left == right:
        asked.problem("b", _("Choose two different countries."))
    parts = tuple(pairs(left, right, on)) if left and right and not asked.problems else ()
    only = "differ" in http.GET
    kept = [one for one in parts if one.same is not True or not only]
    return page(
        http,
        "law/compare.html",
        status=asked.status,
        left=left,
        right=right,
        on=on,
        only=only,
        countries=listed(),
        parts=[
            (title, rows)
            for title, topic in (
                (_("Conditions of the national law"), "conditions"),
                (_("Treaties"), "treaty"),
                (_("Offences recorded, with their maximum penalty"), "offence"),
            )
            if (rows := [one for one in kept if one.part == topic and one.told])
        ],
        unknown=[one.label for one in kept if not one.told],
        compared=bool(parts),
        problems=asked.problems,
    )


@dataclass(frozen=True)
class Told:
    """One fact of one side, with its source."""

    says: str
    note: str
    cite: str
    source: str
    confidence: reading.Confidence
    known: bool = True


@dataclass(frozen=True)
class Pair:
    """One topic of two countries with the facts of both. ``same`` is None where nobody can say."""

    part: str
    label: str
    left: tuple[Told, ...]
    right: tuple[Told, ...]
    same: bool | None

    @property
    def told(self) -> bool:
        """Whether anything is known of one side at least."""
        return any(one.known for one in (*self.left, *self.right))


def pairs(left: str, right: str, on: date) -> Iterator[Pair]:
    """What ``countries.compare`` found, each side with its citations."""
    one, other = (countries.profile(code, on, language()) for code in (left, right))
    for side in countries.compare(left, right, on, language()):
        part, dot, id = side.topic.partition(".")
        part = part if dot and part in ("treaty", "offence") else "conditions"
        yield Pair(
            part,
            side.label,
            tuple(facts(one, part, id, side, side.left)),
            tuple(facts(other, part, id, side, side.right)),
            side.same,
        )


def facts(profile: Profile, part: str, id: str, side: Side, says: str) -> Iterator[Told]:
    if part == "conditions":
        for row in profile.row(side.topic):
            yield Told(row.value, row.note, row.provision, row.source, row.confidence, row.known)
    elif part == "treaty":
        answer = parties.is_party(id, profile.code, profile.on, language=language())
        yield Told(says, "", "", answer.source, answer.confidence, answer.answer != "not known")
    else:
        found = [one for one in profile.offences if one.offence == id]
        for one in found:
            yield Told(one.maximum, one.notes, one.provision, one.source, one.confidence)
        if not found:
            yield Told(says, "", "", "", "memory", known=False)


def by_letter(rows: Iterator[tuple[str, str]]) -> list[Group]:
    """Countries under the first letter of their names, without accents."""
    letters: dict[str, list[tuple[str, str]]] = {}
    for code, name in rows:
        letters.setdefault(choices.plain(name)[:1].upper(), []).append((code, name))
    return [Group(letter, tuple(found)) for letter, found in letters.items()]


def by_treaty(profile: Profile, bound: dict[str, Bound]) -> list[Limits]:
    """The time limits under the treaty that sets them."""
    found: dict[str, list[Limit]] = {}
    for row in profile.limits:
        found.setdefault(row.treaty, []).append(row)
    return [Limits(bound[treaty], tuple(rows)) for treaty, rows in found.items()]


def until(treaty: str, code: str, on: date) -> date | None:
    return parties.is_party(treaty, code, on, language=texts.ENGLISH).until
