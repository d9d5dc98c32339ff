"""A corpus of requests with one seeded defect each, and of sound ones, made from the examples of all instruments.

The generator knows the forms and what is wrong in law or logic, not the rules that should find it. Each kind of
defect is one small function from a sound request to broken ones; docs/how-to/corpus.md explains them. The same seed
makes the same corpus.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from comity.instruments import catalogue, conditions, forms, lawful
from comity.instruments.model import Definition, Field
from comity.law import parties, thresholds

ON = date(2026, 11, 23)
"""The day on which the corpus is checked."""

Request = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """One request. ``pointer`` is where the defect was seeded; a sound one has the kind "sound" and no pointer."""

    id: str
    kind: str
    instrument: str
    pointer: str
    says: str
    request: Request
    requirements: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True)
class Defect:
    pointer: str
    says: str
    request: Request
    requirements: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True)
class Place:
    """One answer of a request: its pointer, its field and what holds it."""

    pointer: str
    field: Field
    value: Any
    beside: dict[str, Any]


def places(definition: Definition, form: dict[str, Any]) -> Iterator[Place]:
    """Every field of the form that is asked, answered or not, with its pointer from ``/form``."""
    for section in definition.sections:
        answers = form.get(section.id, {})
        yield from _below(section.fields, answers, f"/form/{section.id}", form)


def _below(fields: tuple[Field, ...], answers: dict[str, Any], above: str, form: dict[str, Any]) -> Iterator[Place]:
    for field in fields:
        if not conditions.visible(field, form, answers):
            continue
        pointer, value = f"{above}/{field.id}", answers.get(field.id)
        yield Place(pointer, field, value, answers)
        rows = value if field.repeated and isinstance(value, list) else [value]
        for index, row in enumerate(rows):
            if field.fields and isinstance(row, dict):
                yield from _below(field.fields, row, f"{pointer}/{index}" if field.repeated else pointer, form)


def put(request: Request, pointer: str, value: Any) -> Request:
    """A copy with a value at a pointer; None takes it out."""
    made = copy.deepcopy(request)
    here: Any = made
    parts = pointer.split("/")[1:]
    for part in parts[:-1]:
        here = here[int(part)] if isinstance(here, list) else here[part]
    last: Any = int(parts[-1]) if isinstance(here, list) else parts[-1]
    if value is None:
        del here[last]
    else:
        here[last] = value
    return made


# What is wrong, one function each ---------------------------------------------------------------------------------


def missing(definition: Definition, request: Request) -> Iterator[Defect]:
    """A required answer is left out."""
    for place in places(definition, request["form"]):
        if place.field.required and place.value is not None:
            yield Defect(place.pointer, f"{place.field.label}: left out", put(request, place.pointer, None))


def not_asked(definition: Definition, request: Request) -> Iterator[Defect]:
    """An answer that contradicts another one: it belongs to a choice that was not made."""
    for section in definition.sections:
        if section.id not in request["form"]:
            continue
        answers = request["form"][section.id]
        for field in section.fields:
            plain = field.type in ("text", "longtext") and not field.repeated
            if plain and not conditions.visible(field, request["form"], answers):
                pointer = f"/form/{section.id}/{field.id}"
                yield Defect(pointer, f"{field.label}: not asked", put(request, pointer, "An answer"))


def reversed_period(definition: Definition, request: Request) -> Iterator[Defect]:
    """A period that ends before it begins."""
    for place in places(definition, request["form"]):
        if place.field.type == "period" and isinstance(place.value, dict) and place.value["from"] != place.value["to"]:
            turned = {"from": place.value["to"], "to": place.value["from"]}
            yield Defect(place.pointer, f"{place.field.label}: reversed", put(request, place.pointer, turned))


def malformed(definition: Definition, request: Request) -> Iterator[Defect]:
    """An answer that cannot be what the field asks for."""
    wrong = {"date": "31.02.2026", "country": "XX", "language": "english", "email": "nobody", "phone": "call me",
             "number": "twelve", "yes_no": "maybe", "choice": "no such choice", "moment": "yesterday",
             "money": {"amount": "much", "currency": "EUR"}}  # fmt: skip
    for place in places(definition, request["form"]):
        if place.value is not None and place.field.type in wrong and not place.field.repeated:
            value = wrong[place.field.type]
            yield Defect(place.pointer, f"{place.field.label}: {value!r}", put(request, place.pointer, value))


def same_state(definition: Definition, request: Request) -> Iterator[Defect]:
    """A request from a State to itself."""
    country = request["issuing"]["country"]
    yield Defect("/executing/country", "from a State to itself", put(request, "/executing/country", country))


def wrong_part(definition: Definition, request: Request) -> Iterator[Defect]:
    """A party that cannot play its part: the Court where only States act, a State where only the Court does."""
    for role in ("issuing", "executing"):
        country = "FR" if request[role]["country"] == "ICC" else "ICC"
        party = next(one for one in definition.parties if one.id == role)
        if not party.open_to(country):
            yield Defect(f"/{role}/country", f"{country} as {role}", put(request, f"/{role}/country", country))


def wrong_authority(definition: Definition, request: Request) -> Iterator[Defect]:
    """A kind of authority that no instrument lets ask: a prison signs as the authority that makes the request."""
    found = [place for place in places(definition, request["form"]) if place.field.type == "authority"]
    asking = [place for place in found if place.field.id in ASKING] or found
    for place in asking[:1]:
        if isinstance(place.value, dict) and place.value.get("kind"):
            pointer = f"{place.pointer}/kind"
            yield Defect(pointer, "a prison signs the request", put(request, pointer, "prison_service"))


ASKING = ("requesting", "issuing", "details")
"""What the forms call the authority that asks."""

OTHERS = ("US", "CN", "JP", "CH", "TH", "KP", "SS", "TV", "NR", "PW", "VA")
"""Countries that are tried in turn until one is certainly not bound."""


def wrong_treaty(definition: Definition, request: Request) -> Iterator[Defect]:
    """The other side is not bound, or nobody was on the day of the request."""
    for basis, roles in lawful.needed(definition, request["form"]):
        for role in roles:
            if request[role]["country"] == "ICC":
                continue
            for country in OTHERS:
                answer = parties.is_party(basis.treaty, country, ON)
                if answer.answer == "no" and answer.confidence == "verified":
                    made = put(request, f"/{role}/country", country)
                    yield Defect(f"/{role}/country", f"{country} is not bound by {basis.short}", made)
                    break


def before_the_treaty(definition: Definition, request: Request) -> Iterator[Defect]:
    """The request is dated before its treaty bound anybody."""
    if definition.dated and any(lawful.needed(definition, request["form"])):
        pointer = f"/form{definition.dated}"
        dated = _at(request, pointer)
        if isinstance(dated, str):
            early = "1899-01-02" + dated[10:]
            yield Defect("/executing/country", "dated before the treaty", put(request, pointer, early))


def wrong_language(definition: Definition, request: Request) -> Iterator[Defect]:
    """A language that the receiver does not take; it published which it does."""
    requirement = {
        "id": "languages", "instrument": definition.id, "pointer": "/language", "severity": "stop",
        "require": f'language in ["{request["language"]}"]', "says": {"en": "We take one language."},
        "remedy": {"en": "Translate the request."},
    }  # fmt: skip
    yield Defect("/language", "in Icelandic", put(request, "/language", "is"), (requirement,))


def low_threshold(definition: Definition, request: Request) -> Iterator[Defect]:
    """Every offence carries no year, where the text sets a firm minimum or the request relies on the list."""
    rule = thresholds.of(definition.id)
    firm = [
        one
        for one in (rule.thresholds if rule else ())
        if one.prosecution_months and not one.unless_convention_offence and not one.only_when
    ]
    relies = any(place.field.id == "listed" and place.value for place in places(definition, request["form"]))
    if not firm and not (rule and rule.waiver and relies):
        return
    made, touched = copy.deepcopy(request), ""
    for place in places(definition, made["form"]):
        if place.field.type == "offence" and place.value:
            for offence in place.value if isinstance(place.value, list) else [place.value]:
                if "maximum_penalty_years" in offence:
                    offence["maximum_penalty_years"] = 0
                    touched = place.pointer
    if touched:
        yield Defect(touched, "a maximum of no year", made)


def immune_person(definition: Definition, request: Request) -> Iterator[Defect]:
    """The person concerned is a serving head of another State. Not before the Court (Rome Statute art 27)."""
    if "ICC" in _countries(request):
        return
    for pointer, field, _value in lawful.composites(definition, request["form"]):
        if field.type == "person":
            made = put(request, f"{pointer}/office", "head-of-state")
            state = next(one for one in ("NO", "CL", "SN") if one not in _countries(request))
            yield Defect(f"{pointer}/office", "a head of State", put(made, f"{pointer}/office_state", state))
            return


def _countries(request: Request) -> set[str]:
    return {request["issuing"]["country"], request["executing"]["country"]}


def beyond_terms(definition: Definition, request: Request) -> Iterator[Defect]:
    """Material is used beyond the terms on which another State gave it."""
    material = {"from_country": "CH", "description": "Bank records of March 2026", "consent": False}
    for place in places(definition, request["form"]):
        if place.field.type == "prior_material":
            for terms in ("this_proceeding", "intelligence_only", "no_passing_on"):
                row = {**material, "terms": terms}
                value = [row] if place.field.repeated else row
                made = put(request, place.pointer, value)
                where = f"{place.pointer}/0/consent" if place.field.repeated else f"{place.pointer}/consent"
                yield Defect(where, f"{terms}, without consent", made)


def expired(definition: Definition, request: Request) -> Iterator[Defect]:
    """A day until which something is needed lies long before the request."""
    words = ("deadline", "latest", "until", "needed_by", "valid")
    for place in places(definition, request["form"]):
        limit = place.field.type in ("date", "moment") and any(word in place.field.id for word in words)
        if limit and isinstance(place.value, str) and f"/form{definition.dated}" != place.pointer:
            past = (ON - timedelta(days=4000)).isoformat() + place.value[10:]
            yield Defect(place.pointer, f"{place.field.label}: years ago", put(request, place.pointer, past))


def future_offence(definition: Definition, request: Request) -> Iterator[Defect]:
    """An offence that would be committed after the request."""
    for pointer, field, value in lawful.composites(definition, request["form"]):
        if field.type == "offence" and isinstance(value.get("committed"), dict):
            later = {"from": "2031-01-01", "to": "2031-02-01"}
            yield Defect(f"{pointer}/committed", "in the future", put(request, f"{pointer}/committed", later))
            return


KINDS: dict[str, Callable[[Definition, Request], Iterator[Defect]]] = {
    "missing": missing, "not asked": not_asked, "reversed period": reversed_period, "malformed": malformed,
    "same State": same_state, "wrong part": wrong_part, "wrong authority": wrong_authority,
    "wrong treaty": wrong_treaty, "before the treaty": before_the_treaty, "language": wrong_language,
    "threshold": low_threshold, "immunity": immune_person, "speciality": beyond_terms, "expired limit": expired,
    "future offence": future_offence,
}  # fmt: skip


def sound(definition: Definition, request: Request, chance: random.Random) -> Iterator[Request]:
    """Requests with nothing wrong: optional answers left out, other words, an office without immunity."""
    yield request
    for _ in range(6):
        made = copy.deepcopy(request)
        for place in list(places(definition, made["form"])):
            optional = not place.field.required and place.value is not None and place.field.id in place.beside
            if optional and not _needed_by_a_rule(definition, place) and chance.random() < 0.3:
                del place.beside[place.field.id]
            elif place.field.type == "longtext" and isinstance(place.value, str):
                place.beside[place.field.id] = place.value + " " + chance.choice(SENTENCES)
        made["form"] = forms.prune(definition, made["form"])
        yield made


SENTENCES = ("See the annex.", "The file is at your disposal.", "Call us with any question.", "Details follow.")


def _needed_by_a_rule(definition: Definition, place: Place) -> bool:
    """Whether a rule speaks of the field: it may need an answer that the form alone does not require."""
    ids = {part for part in place.pointer.split("/")[2:] if not part.isdigit()}
    return any(
        place.field.id in f"{rule.require} {rule.when or ''}"
        or set(rule.pointer.split("/")[2:]) & ids & {place.field.id}
        for rule in definition.rules
    )


def _at(request: Request, pointer: str) -> Any:
    here: Any = request
    for part in pointer.split("/")[1:]:
        here = here.get(part) if isinstance(here, dict) else None
    return here


def corpus(seed: int = 1, per_kind: int = 3) -> list[Case]:
    """At most ``per_kind`` defects of each kind and seven sound requests for every instrument."""
    chance = random.Random(seed)
    found: list[Case] = []
    for definition in catalogue.all():
        example = catalogue.example(definition.id)
        for kind, make in KINDS.items():
            made = list(make(definition, copy.deepcopy(example)))
            for number, one in enumerate(chance.sample(made, min(per_kind, len(made)))):
                id = f"{definition.id}-{kind.replace(' ', '-')}-{number}"
                found.append(Case(id, kind, definition.id, one.pointer, one.says, one.request, one.requirements))
        for number, request in enumerate(sound(definition, example, chance)):
            found.append(Case(f"{definition.id}-sound-{number}", "sound", definition.id, "", "", request))
    return found
