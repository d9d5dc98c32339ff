"""The directory: what the cards of our peers, and our own, say of who answers where, in which language, and when."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings

from comity.access import actions as access
from comity.access import queries as people
from comity.access import rules
from comity.access.queries import User
from comity.access.rules import Thing
from comity.exchange import queries as exchange
from comity.exchange.wire.card import Card
from comity.instruments import catalogue
from comity.law import texts
from comity.liaison import asking, hours
from comity.liaison.asking import Us
from comity.liaison.hours import Now
from comity.liaison.values import Answer, Desk, Directory, Listed


def us() -> Us:
    node = settings.COMITY
    return Us(node.country, tuple(node.languages), node.time_zone)


def cards(at: datetime) -> list[tuple[Card, bool]]:
    """The cards of our peers by name, and ours at the end; with whether it is ours."""
    own = exchange.own_card_on(at)
    return [(one.card, False) for one in exchange.peers()] + ([(own, True)] if own else [])


def desks(card: Card, *, ours: bool, language: str) -> tuple[Desk, ...]:
    """The contacts of a card."""
    return tuple(_desk(card, number, one, ours, language) for number, one in enumerate(card.contacts, start=1))


def _desk(card: Card, number: int, told: dict[str, Any], ours: bool, language: str) -> Desk:
    posted_in = told.get("posted_in") or ""
    return Desk(
        authority=card.authority, name=card.name(language), country=card.country, number=number, role=told["role"],
        languages=tuple(told["languages"]), hours=hours.read(told["hours"], posted_in or card.country),
        person=told.get("name") or "", phone=told.get("phone") or "", email=told.get("email") or "",
        posted_in=posted_in,
        competences=tuple(told.get("competences") or ()), taken=card.competences, ours=ours,
    )  # fmt: skip


def every(at: datetime, language: str) -> list[Desk]:
    return [desk for card, ours in cards(at) for desk in desks(card, ours=ours, language=language)]


def of_authority(authority: str, at: datetime, language: str) -> tuple[tuple[Desk, Now], ...]:
    """The desks of one authority with whether each answers now, those that do first."""
    found = [
        desk
        for card, ours in cards(at)
        if card.authority == authority
        for desk in desks(card, ours=ours, language=language)
    ]
    told = [(desk, hours.at(desk.hours, at, language=language)) for desk in found]
    return tuple(sorted(told, key=lambda one: {True: 0, None: 1, False: 2}[one[1].open]))


def who(
    user: User, what: str, country: str, at: datetime, *, urgent: bool | None = None, language: str = "en"
) -> Answer:
    """Whom to ask for a measure or an instrument in a country at a moment. The look is recorded: contacts are people.

    :raises NotAllowed: the user holds no role.
    :raises UnknownSubject, OurOwnCountry, UnknownCountry: as ``asking.ask``.
    """
    demand(user, at)
    answer = asking.ask(what, country, at, desks=every(at, language), us=us(), urgent=urgent, language=language)
    _saw(user, f"who/{answer.what}/{country}", at)
    return answer


def demand(user: User, at: datetime) -> None:
    rules.demand(people.actor(user, at), "read", Thing("directory"))


def _saw(user: User, what: str, at: datetime) -> None:
    access.record_read(people.actor(user, at), Thing("directory", what), at)


def directory(user: User, at: datetime, *, language: str = "en", text: str = "", country: str = "") -> Directory:
    """Authorities with their desks, by country, as far as they fit the words and the country. The look is recorded.

    :raises NotAllowed: the user holds no role.
    """
    demand(user, at)
    everybody = [_listed(card, ours, at, language) for card, ours in cards(at)]
    countries = tuple(
        sorted(
            {one.country for one in everybody} | {desk.posted_in for one in everybody for desk, _ in one.desks} - {""}
        )
    )
    words = text.casefold().split()
    found = [one for one in everybody if _in(one, country) and all(word in _text(one, language) for word in words)]
    _saw(user, f"list/{country or 'all'}", at)
    found.sort(key=lambda one: (one.ours, one.country, one.name))
    return Directory(tuple(found), countries, len(everybody))


def _listed(card: Card, ours: bool, at: datetime, language: str) -> Listed:
    told = [(desk, hours.at(desk.hours, at, language=language)) for desk in desks(card, ours=ours, language=language)]
    known = set(catalogue.ids())
    return Listed(
        authority=card.authority, name=card.name(language), country=card.country, languages=card.languages,
        competences=tuple(one for one in card.competences if one not in known),
        instruments=tuple(one for one in card.competences if one in known), desks=tuple(told), ours=ours,
    )  # fmt: skip


def _in(one: Listed, country: str) -> bool:
    return not country or one.country == country or any(desk.posted_in == country for desk, _ in one.desks)


def _text(one: Listed, language: str) -> str:
    """What the words of a search are looked for in."""
    return " ".join(_words(one, language)).casefold()


def _words(one: Listed, language: str) -> Iterable[str]:
    titles = {id: title for id, title, _ in asking.subjects(language)}
    territories = texts.of(language).locale.territories
    yield from (one.authority, one.name, one.country, *one.languages, *one.competences)
    yield territories.get(one.country, "")
    yield from _titled((*one.instruments, *one.competences), titles)
    for desk, _ in one.desks:
        yield from (desk.role, desk.person, desk.phone, desk.email, desk.posted_in, *desk.languages, *desk.competences)
        yield from _titled(desk.competences, titles)


def _titled(ids: Sequence[str], titles: dict[str, str]) -> Iterable[str]:
    return (titles.get(id, id) for id in ids)
