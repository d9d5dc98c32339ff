"""Whom do I ask for X in Y at this hour? Cards and law in, ranked desks with their reasons out. Pure.

The order follows from reasons that a reader can check, never from a number. What can wait goes to who is competent;
what cannot, to who answers now. The function names people to ask, it decides nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

from comity.instruments import catalogue, texts
from comity.law import calendars, countries, routes
from comity.law import texts as law_texts
from comity.law.routes import Route
from comity.law.routing.book import Measure
from comity.liaison import hours
from comity.liaison.hours import Now
from comity.liaison.values import Answer, Asked, Desk, Reason, Way
from comity.lib.errors import BadInput

# What is lost by the morning. For data the Budapest Convention, articles 29, 30 and 35, asks for a point that
# answers day and night; the others are our own judgement of what a desk is woken for. A reader may say otherwise.
CANNOT_WAIT = frozenset(
    {
        "preservation",
        "preserved_traffic_data",
        "emergency_data",
        "controlled_delivery",
        "surveillance",
        "freezing",
        "cyber-preservation-budapest",
        "icc-provisional-arrest",
    }
)
MOST_WAYS = 4


class UnknownSubject(BadInput):
    code = "liaison.unknown-subject"
    says = "{what!r} is neither a measure nor an instrument that is known here."
    next_step = "Choose one of the list; the nearest measures are: {near}."


class OurOwnCountry(BadInput):
    code = "liaison.our-own-country"
    says = "{country} is our own country; within it, ask your colleagues."
    next_step = "Choose another country."


@dataclass(frozen=True)
class Us:
    """Who asks."""

    country: str
    languages: tuple[str, ...]
    zone: str


@dataclass(frozen=True)
class Subject:
    """What is asked for: a measure with its routes, or an instrument. ``words`` are what a card may call it."""

    id: str
    title: str
    routes: tuple[Route, ...]
    instruments: tuple[str, ...]
    words: frozenset[str]
    waits: bool


def ask(
    what: str,
    country: str,
    at: datetime,
    *,
    desks: Iterable[Desk],
    us: Us,
    urgent: bool | None = None,
    language: str = "en",
) -> Answer:
    """Whom to ask for a measure or an instrument in a country at a moment, best first.

    :param desks: every contact on the cards of our peers, and on our own (liaison officers abroad stand there).
    :param urgent: that it cannot wait, or can; None leaves it to what is asked for.
    :raises UnknownSubject: neither a measure nor an instrument.
    :raises OurOwnCountry: the country is ours.
    :raises calendars.UnknownCountry: there is no such country.
    """
    calendars.known(country)
    if country == us.country:
        raise OurOwnCountry(country=country)
    subject = _subject(what, country, at, us, language)
    urgent = not subject.waits if urgent is None else urgent
    judged = [_judge(desk, subject, country, at, us, urgent, language) for desk in desks if _belongs(desk, country, us)]
    judged.sort(key=lambda one: one.key)
    asked = tuple(replace(one.asked, rank=rank) for rank, one in enumerate(judged, start=1))
    return Answer(
        what=subject.id,
        title=subject.title,
        country=country,
        at=at,
        urgent=urgent,
        instruments=subject.instruments,
        asked=asked,
        ways=_ways(subject, country, at, language),
        notes=tuple(_notes(asked, country, language)),
    )


def _subject(what: str, country: str, at: datetime, us: Us, language: str) -> Subject:
    if what in catalogue.ids():
        definition = catalogue.get(what)
        return Subject(
            what, texts.of(definition, language).t("title"), (), (what,), frozenset({what}), what not in CANNOT_WAIT
        )
    try:
        found = routes.measure(what)
    except routes.UnknownMeasure as error:
        raise UnknownSubject(what=what, near=error.fields["near"]) from None
    on = at.astimezone(ZoneInfo(us.zone)).date()
    ways = tuple(
        one for one in routes.routes(us.country, country, found.id, on, language=language) if one.applies is not False
    )
    return Subject(
        found.id,
        law_texts.of(language).text(found.title),
        ways,
        tuple(dict.fromkeys(one.instrument for one in ways)),
        frozenset(_wider(found)),
        found.id not in CANNOT_WAIT,
    )


def _wider(measure: Measure) -> set[str]:
    """The measure, the wider ones that hold it, and its family: whoever takes one of them takes it."""
    return {*measure.wider, *measure.aliases, measure.family}


def _belongs(desk: Desk, country: str, us: Us) -> bool:
    """Desks of that country, and our own liaison officers posted there."""
    return desk.posted_in == country if desk.ours else desk.country == country


@dataclass(frozen=True)
class _Judged:
    key: tuple[object, ...]
    asked: Asked


def _judge(desk: Desk, subject: Subject, country: str, at: datetime, us: Us, urgent: bool, language: str) -> _Judged:
    now = hours.at(desk.hours, at, language=language)
    competent, competence = _competence(desk, subject)
    shared = tuple(code for code in us.languages if code in desk.languages)
    posted = bool(desk.posted_in)
    day_and_night = desk.hours.kind == "always"
    reasons = {
        "competence": competence,
        "language": _language(shared, desk),
        "hours": _hours(now, desk),
        "posted": _posted(desk, country, us) if posted else None,
        "always": Reason("always", "Answers day and night, so also for what cannot wait.")
        if day_and_night and urgent
        else None,
        "phone": None
        if desk.phone or not urgent
        else Reason("no-phone", "Its card gives no telephone number.", speaks="against"),
    }
    answers = {True: 0, None: 1, False: 2}[now.open]
    opens = now.opens or at
    last = (desk.country, desk.name, desk.number)
    key: tuple[object, ...]
    order: tuple[str, ...]
    if urgent:
        order = ("hours", "always", "competence", "language", "posted", "phone")
        key = (answers, not day_and_night, not desk.phone, -competent, not shared, opens, not posted, *last)
    else:
        order = ("competence", "language", "hours", "posted", "always", "phone")
        key = (-competent, not shared, answers, opens, not posted, *last)
    told = tuple(reason for name in order if (reason := reasons[name]) is not None)
    here = now.opens.astimezone(ZoneInfo(us.zone)) if now.opens else None
    return _Judged(key, Asked(0, desk, now, here, told))


def _competence(desk: Desk, subject: Subject) -> tuple[int, Reason]:
    """How well the desk fits: 4 it names the thing itself, 3 an instrument by which it is asked, 2 its authority does,
    1 nothing is said, 0 it names other things only."""
    own = set(desk.competences)
    if own & subject.words:
        return 4, Reason("competent", "Its card names this among what it takes.")
    via = next((one for one in subject.instruments if one in own), None)
    if via:
        return 3, Reason(
            "competent-by", "Its card says that it takes {instrument}, a way to ask for this.", {"instrument": via}
        )
    if own:
        return 0, Reason("other-competence", "Its card names other things that it takes, not this.", speaks="against")
    taken = set(desk.taken)
    if taken & subject.words:
        return 2, Reason("authority", "Its authority names this among what it takes.")
    via = next((one for one in subject.instruments if one in taken), None)
    if via:
        return 2, Reason(
            "authority-by", "Its authority takes {instrument}, a way to ask for this.", {"instrument": via}
        )
    if taken:
        return 0, Reason(
            "other-authority", "Its authority names other things that it takes, not this.", speaks="against"
        )
    return 1, Reason("not-said", "Its card does not say what it takes: ask.", speaks="open")


def _language(shared: Sequence[str], desk: Desk) -> Reason:
    if shared:
        return Reason("language", "You share a language: {languages}.", {"languages": tuple(shared)})
    return Reason(
        "no-language", "You share no language; it speaks {languages}.", {"languages": desk.languages}, "against"
    )


def _hours(now: Now, desk: Desk) -> Reason:
    if now.open:
        until = {"until": now.until} if now.until else {}
        says = "Open now, until {until} there." if until else "Open now."
        return Reason("open", says, until)
    if now.open is None:
        return Reason(
            "hours-unknown", "Its hours are given in words only: {words}.", {"words": desk.hours.words}, "open"
        )
    if now.holiday:
        return Reason("holiday", "Closed now: a public holiday there ({holiday}).", {"holiday": now.holiday}, "against")
    return Reason("closed", "Closed now.", speaks="against")


def _posted(desk: Desk, country: str, us: Us) -> Reason:
    if desk.ours:
        return Reason("ours-there", "Our own liaison officer, posted there.")
    if desk.posted_in == us.country:
        return Reason("theirs-here", "Their liaison officer, posted in our country.")
    return Reason("posted", "Their liaison officer, posted in {country}.", {"country": desk.posted_in})


def _ways(subject: Subject, country: str, at: datetime, language: str) -> tuple[Way, ...]:
    """The authority that the routes name, else the channels of the country, without repeating one."""
    found: dict[tuple[str, str], Way] = {}
    unknown = law_texts.of(language).text("Which authority acts is not known here.")
    for route in subject.routes:
        actor = route.authority["executing"]
        if actor.says == unknown:
            continue
        known = () if found else tuple(str(fact["value"]) for fact in actor.known)  # the same for every route
        found.setdefault((actor.says, actor.cite), Way(actor.says, actor.cite, actor.source, actor.confidence, known))
    if not found:
        profile = countries.profile(country, at.date(), language)
        for one in profile.channels:
            found.setdefault((one.says, one.cite), Way(one.says, one.cite, one.source, one.confidence))
    return tuple(list(found.values())[:MOST_WAYS])


def _notes(asked: Sequence[Asked], country: str, language: str) -> Iterable[Reason]:
    if not asked:
        yield Reason("no-desk", "No authority there is a peer of ours, so no desk is known.", speaks="open")
    if any(one.now.unsure for one in asked):
        yield Reason(
            "no-calendar", "The public holidays there are not known; a desk may be closed for one.", speaks="open"
        )
    for says in calendars.notes(country, language=language):
        yield Reason("calendar", "{note}", {"note": says}, "open")


@cache
def subjects(language: str) -> tuple[tuple[str, str, str], ...]:
    """What may be asked for, as (id, title, family): every measure, then every instrument (family "instrument")."""
    to = law_texts.of(language)
    measures = [(one.id, to.text(one.title), one.family) for one in routes.measures()]
    instruments = [(one.id, texts.of(one, language).t("title"), "instrument") for one in catalogue.all()]
    return (*measures, *instruments)
