"""Who may play which part: the Court asks a State, a State orders from another."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from babel import Locale, UnknownLocaleError

from comity.instruments import texts
from comity.instruments.codes import COURT
from comity.instruments.model import Cite, Definition, Finding
from comity.instruments.texts import message


def findings(definition: Definition, request: Any, language: str) -> Iterator[Finding]:
    """A finding for each of the two parties of a request whose country may not play its part."""
    for party in definition.parties[:2]:
        given = request.get(party.id) if isinstance(request, dict) else None
        country = given.get("country") if isinstance(given, dict) else None
        if isinstance(country, str) and (found := closed(definition, party.id, country, language)):
            yield found


def closed(definition: Definition, role: str, country: str, language: str) -> Finding | None:
    """Why a country may not play a part, with its article; None when it may."""
    party = next(one for one in definition.parties if one.id == role)
    if party.open_to(country):
        return None
    cite = party.cite or Cite("", "", "memory")
    label = texts.of(definition, language).t(f"parties.{role}.title")
    others = ", ".join(named(one, language) for one in party.only)
    return Finding(
        pointer=f"/{role}/country",
        severity="stop",
        rule="part.only" if others else "part.never",
        article=cite.article,
        says=message(language, "part.says", label=label, country=named(country, language)),
        remedy=message(language, "part.only.remedy" if others else "part.never.remedy", countries=others),
        confidence=cite.confidence,
    )


def named(country: str, language: str) -> str:
    """A country, or the Court, in words."""
    if country == COURT:
        return message(language, "part.court")
    return str(_locale(language).territories.get(country, country))


def language_named(code: str, language: str) -> str:
    """A language in words."""
    return str(_locale(language).languages.get(code, code))


@lru_cache(maxsize=64)
def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en")
