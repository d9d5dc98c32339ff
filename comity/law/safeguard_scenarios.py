"""How a scenario of a ground, an immunity, a use, an assurance or competing requests is run; docs/rooms/law.md.

Sets hold at least what a scenario expects of them; everything else is equal.
"""

from collections.abc import Callable, Mapping
from typing import Any

from comity.law import assurances, competing, grounds, immunity, speciality

Given = Mapping[str, Any]
Answer = dict[str, Any]


def ground(given: Given) -> Answer:
    """``{instrument, ground, from, to, on, facts}``, or ``test`` with or without an instrument."""
    sides = {"issuing": given["from"], "executing": given["to"], "on": given["on"]}
    facts = given.get("facts", {})
    grounds.check(facts)
    if "ground" in given:
        found = grounds.ground(given["instrument"], given["ground"], facts, **sides)
    else:
        found = grounds.test(given["test"], facts, instrument=given.get("instrument"), **sides)
    return {
        "applies": found.applies,
        "kind": found.kind,
        "effect": found.effect,
        "article": found.article,
        "asks": {ask.fact for ask in found.asks},
        "asks_nothing": not found.asks,
        "cites": {reason.cite for reason in found.reasons},
        "verified": found.verified,
    }


def immune(given: Given) -> Answer:
    """``{office, forum, state, acts, national, ended, waived, on}``, or ``{place, forum, on}``."""
    if "place" in given:
        place = immunity.inviolable(given["place"], given["forum"], on=given["on"])
        return {"consent_by": place.consent_by, "cites": {reason.cite for reason in place.reasons}}
    found = immunity.immunity(**given)
    return {
        "verdict": found.verdict,
        "kind": found.kind,
        "waiver_by": found.waiver_by,
        "cites": {reason.cite for reason in found.reasons},
        "open": {reason.cite for reason in found.reasons if reason.speaks == "open"},
        "verified": found.verified,
    }


def use(given: Given) -> Answer:
    """``{received: [{instrument or terms, giver, case, persons, offences, until}], use: {...}, on}``."""
    limits = [limit for received in given["received"] for limit in _limits(received)]
    told = dict(given["use"])
    for name in ("persons", "offences"):
        told[name] = tuple(told.get(name, ()))
    told["consents"] = frozenset(told.get("consents", ()))
    found = speciality.check(limits, speciality.Use(**told), on=given["on"])
    return {
        "allowed": found.allowed,
        "consent_from": list(found.consent_from),
        "tell": list(found.tell),
        "cites": {reason.cite for reason in found.reasons},
    }


def _limits(received: Given) -> list[speciality.Limit]:
    told = dict(received)
    if "terms" in told:
        return [speciality.from_terms(told.pop("terms"), **told)]
    return list(speciality.defaults(told.pop("instrument"), **told))


def assured(given: Given) -> Answer:
    """``{kind, given_on, first_check, every_months, until, checks: [{on, kept}], on}``, owed by A to B."""
    told = {key: value for key, value in given.items() if key not in ("checks", "on")}
    assurance = assurances.Assurance(id="one", owed_by="A", owed_to="B", **told)
    checks = [assurances.Check(**check) for check in given.get("checks", [])]
    found = assurances.standing(assurance, checks, given["on"])
    return {
        "state": found.state,
        "ended": found.ended,
        "next_check": found.next_check,
        "last_check": found.last_check,
        "alarm": list(found.alarm),
        "cites": {reason.cite for reason in found.reasons},
    }


def compared(given: Given) -> Answer:
    """``{requested, nationality, requests: [...], on}``."""
    found = competing.compare(
        [competing.request(request) for request in given["requests"]],
        requested=given["requested"],
        nationality=given.get("nationality", ()),
        on=given["on"],
    )
    return {
        "timeline": [entry.request for entry in found.timeline],
        "texts": {text.id for text in found.texts},
        "priorities": {priority.id: priority.met for priority in found.priorities},
        "answered": {one.id for text in found.texts for one in text.considerations if one.answered},
        "open": {one.id for text in found.texts for one in text.considerations if not one.answered},
        "cites": {text.reason.cite for text in found.texts} | {priority.cite for priority in found.priorities},
    }


KINDS: dict[str, Callable[[dict[str, Any]], Answer]] = {
    "ground": ground,
    "immunity": immune,
    "speciality": use,
    "assurance": assured,
    "competing": compared,
}
