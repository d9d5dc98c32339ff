"""Dual criminality on a page: two laws, an offence or conduct told by its elements, and what both laws say of it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from comity.instruments import catalogue
from comity.law import dual, dual_cases, elements, national, offences, texts, thresholds
from comity.law.dual import Finding
from comity.law.elements import ROLES, Clause
from comity.web.law import wording
from comity.web.law.asked import COURT, Asked, countries
from comity.web.pages import Http, language, page, signed_in
from comity.web.pages import told as told_in

STATED = {"yes": True, "no": False}
PENALTIES = ("penalty.maximum_months", "penalty.maximum_months_requested", "penalty.sentence_months")
FACT = "fact."


@dataclass(frozen=True)
class Element:
    """One element that may be alleged, excluded or left open; ``asked``: countries that ask for more."""

    token: str
    says: str
    value: str
    asked: tuple[str, ...]


@dataclass(frozen=True)
class Typical:
    """Conduct told in words, with the address that fills the form with it."""

    title: str
    says: str
    href: str


@signed_in
def dual_criminality(http: Http) -> HttpResponse:
    """The form; the finding once both sides and an offence are chosen."""
    asked = Asked(http.GET)
    sides = (asked.country("from", settings.COMITY.country), asked.country("to"))
    for name, code in zip(("from", "to"), sides, strict=True):
        if code == COURT:
            asked.problem(name, _("The Court has no law of its own here. Choose two countries."))
    if sides[0] and sides[0] == sides[1]:
        asked.problem("to", _("Choose two different countries."))
    pivots = asked.several("offence", {one.id for one in offences.pivots()})
    instrument = asked.choice("instrument", thresholds.rules())
    on, numbers = asked.day(), penalties(asked)
    shown = tokens(pivots, sides, http.GET)
    if all(sides) and "offence" in http.GET and not pivots and not asked.problems:
        asked.problem("offence", _("Choose the offence. What it is called in the other law does not matter."))
    ready = all(sides) and pivots and not asked.problems
    facts = stated(http.GET, shown, numbers)
    return page(
        http,
        "law/dual.html",
        status=asked.status,
        issuing=sides[0],
        executing=sides[1],
        on=on,
        instrument=instrument,
        instruments=titles(),
        first=pivots[0] if pivots else "",
        second=pivots[1] if len(pivots) > 1 else "",
        sections=wording.sections(language()),
        countries=countries(),
        roles=list(by_role(shown, http.GET)),
        closed="closed" in http.GET,
        numbers={name.partition(".")[2]: http.GET.get(name, "") for name in PENALTIES},
        finding=found(sides, pivots, facts, instrument, on) if ready else None,
        typical=list(typical(sides, on)),
        problems=asked.problems,
    )


def found(sides: tuple[str, str], pivots: list[str], facts: Mapping[str, Any], instrument: str, on: date) -> Finding:
    return dual.compare(*sides, pivots, facts=facts, instrument=instrument or None, on=on, language=language())


def penalties(asked: Asked) -> dict[str, float]:
    """The penalties that somebody stated, in months."""
    told = {}
    for name in PENALTIES:
        if text := asked.told.get(name, "").strip():
            if text.isdecimal():
                told[name] = float(text)
            else:
                asked.problem(name.replace(".", "-"), _("Write the months as a whole number, such as 36."))
    return told


def tokens(pivots: Iterable[str], sides: Iterable[str], told: QueryDict) -> dict[str, tuple[str, ...]]:
    """The elements to ask about: those of the common definitions, of both laws, and whatever was stated before.

    Each with the countries whose law asks for it beyond the common definition.
    """
    shown: dict[str, tuple[str, ...]] = {}
    for id in pivots:
        for clause in offences.pivot(id).clauses:
            shown |= {token: shown.get(token, ()) for token in clause.alternatives}
        for token, country in beyond(id, sides):
            shown[token] = tuple(dict.fromkeys((*shown.get(token, ()), country)))
    known = {one.id for one in offences.tokens()}
    named = (name.removeprefix(FACT) for name in told if name.startswith(FACT))
    return shown | {token: shown.get(token, ()) for token in named if token in known}


def beyond(pivot: str, sides: Iterable[str]) -> Iterator[tuple[str, str]]:
    """What a national law asks, excludes or covers beside the common definition."""
    common = {token for clause in offences.pivot(pivot).clauses for token in clause.alternatives}
    for country in sides:
        law = national.of(country) if country else None
        for clause in clauses(law, pivot):
            yield from ((token, country) for token in clause.alternatives if token not in common)


def clauses(law: national.Country | None, pivot: str) -> Iterator[Clause]:
    for provision in law.provisions(pivot) if law else ():
        yield from provision.clauses


def by_role(shown: Mapping[str, tuple[str, ...]], told: QueryDict) -> Iterator[tuple[str, list[Element]]]:
    """The elements under what they are about, in the order in which a definition tells them."""
    to, says = texts.of(language()), {one.id: one.says for one in offences.tokens()}
    for role, title in roles().items():
        rows = [
            Element(token, to.text(says[token]), told.get(FACT + token, ""), asked)
            for token, asked in shown.items()
            if elements.role(token) == role
        ]
        if rows:
            yield title, rows


def roles() -> dict[str, str]:
    told = {
        "actor": _("Who"),
        "act": _("What was done"),
        "object": _("To what or to whom"),
        "means": _("By which means"),
        "mental": _("State of mind"),
        "purpose": _("What for"),
        "circumstance": _("Circumstances"),
        "result": _("Result"),
        "threshold": _("How much or how many"),
    }
    return {role: told[role] for role in dict.fromkeys(ROLES.values())}


def stated(told: QueryDict, shown: Iterable[str], numbers: Mapping[str, float]) -> dict[str, Any]:
    """The facts as the law room takes them. ``closed``: what stands in no row of the form did not happen."""
    facts: dict[str, Any] = {token: STATED[value] for token in shown if (value := told.get(FACT + token, "")) in STATED}
    if facts and "closed" in told:
        facts |= {one.id: False for one in offences.tokens() if one.id not in set(shown)}
    return facts | dict(numbers)


def typical(sides: tuple[str, str], on: date) -> Iterator[Typical]:
    """Typical conduct, each as a filled form: what it does not name did not happen."""
    to = texts.of(language())
    for one in dual_cases.conducts().values():
        asked = [("from", sides[0]), ("to", sides[1]), *(("offence", id) for id in one.offences), ("closed", "1")]
        shown = [*tokens(one.offences, sides, QueryDict()), *one.facts_true, *one.facts_unknown]
        answers = [(token, value_in(one, token)) for token in dict.fromkeys(shown)]
        query = [*asked, ("on", on.isoformat()), *((FACT + token, value) for token, value in answers)]
        yield Typical(to.text(one.title), to.text(one.says), f"{reverse('law-dual')}?{urlencode(query)}")


def value_in(conduct: dual_cases.Conduct, token: str) -> str:
    if token in conduct.facts_true:
        return "yes"
    return "" if token in conduct.facts_unknown else "no"


def titles() -> list[tuple[str, str]]:
    """(id, title) of the instruments whose rule on dual criminality is recorded."""
    known = {one.id for one in catalogue.all()}
    return [(id, told_in(catalogue.get(id)).title if id in known else id) for id in thresholds.rules()]
