"""The rules as a page: every row in words, who may what at a glance, and why somebody may not."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from comity.access import asking, rules
from comity.access import queries as access
from comity.access.queries import User
from comity.access.roles import ROLES, WHOLE_AUTHORITY_ONLY
from comity.access.rules import KINDS, PARTS, TABLE, VERBS, Actor, Grant, Seat, Thing
from comity.lib import clock
from comity.web.pages import Http, page, signed_in
from comity.web.people import words
from comity.web.people.sub import tabs

HERE = "x"  # a unit and a case that stand for "its unit" and "the case" in the picture


@dataclass(frozen=True)
class Answer:
    """Why somebody may, or may not."""

    decision: rules.Decision
    who: User
    verb: str
    kind: str
    case: str
    needs: list[str]


@signed_in
def rule_table(http: Http) -> HttpResponse:
    asked = {name: http.GET.get(name, "").strip() for name in ("verb", "kind", "case", "unit", "who")}
    may_ask_for_others = rules.can(access.actor(http.user), "read", Thing("users")).allowed
    problems: list[dict[str, str]] = []
    answer = None
    if asked["verb"] in VERBS and asked["kind"] in KINDS:
        try:
            who = access.user(asked["who"]) if asked["who"] and may_ask_for_others else http.user
            answer = explained(http.user, who, asked)
        except access.NoUser:
            problems = [{"id": "who", "says": _("There is no user of that name.")}]
    kind = asked["kind"] if asked["kind"] in KINDS else "case"
    return page(
        http,
        "people/rules.html",
        status=400 if problems else 200,
        tabs=tabs(http, "rules"),
        forbidding=[(row, words.may(row), words.what(row)) for row in TABLE if not row.allows],
        allowing=[(row, words.who(row), words.may(row), words.what(row)) for row in TABLE if row.allows],
        asked=asked,
        answer=answer,
        picture=picture(kind),
        picture_of=words.kinds()[kind],
        verbs=words.verbs(),
        kinds=words.kinds(),
        units=access.units(),
        others=may_ask_for_others,
        problems=problems,
    )


def explained(asker: User, who: User, asked: dict[str, str]) -> Answer:
    """The row that decides. Of a case that the asker may not know of, no more is said than of one that is not there."""
    thing = thing_asked(asker, asked)
    decision = rules.can(access.actor(who, moment()), asked["verb"], thing)
    return Answer(decision, who, words.verbs()[asked["verb"]], words.kinds()[asked["kind"]], asked["case"],
                  words.needs(decision))  # fmt: skip


def thing_asked(asker: User, asked: dict[str, str]) -> Thing:
    name = asked["case"].lower()
    for verb in ("read", "oversee", "audit"):
        found = access.compartments(asker, verb=verb, at=moment()).filter(name=name).select_related("unit").first()
        if name and found is not None:
            return access.thing(asked["kind"], name, found)
    return Thing(asked["kind"], name, asked["unit"] or None, compartment=name or None)


def moment() -> Any:
    return asking.moment() or clock.now()


def picture(kind: str) -> dict[str, Any]:
    """Who may what with one kind of thing: a line for each verb, a column for each part and role."""
    cast = [
        *((words.parts()[part], Actor("a", clearance=3, seats=frozenset({Seat(HERE, part)}))) for part in PARTS),
        (_("Glass broken"), Actor("a", clearance=3, opened=frozenset({HERE}))),
        *((words.roles()[role], holder(role)) for role in ROLES),
    ]
    lines = []
    for verb in VERBS:
        row = [(name, mark(actor, verb, kind)) for name, actor in cast]
        if any(told for _name, told in row):
            lines.append((words.verbs()[verb], row))
    return {"columns": [name for name, _actor in cast], "lines": lines}


def holder(role: str) -> Actor:
    return Actor("a", clearance=3, grants=frozenset({Grant(role, None if role in WHOLE_AUTHORITY_ONLY else HERE)}))


def mark(actor: Actor, verb: str, kind: str) -> str:
    """``yes``, ``open`` (only where the unit needs to know), ``alone`` (only outside cases), or nothing."""
    case = HERE if kind in rules.MATERIAL.split() else None
    if rules.can(actor, verb, Thing(kind, "1", HERE, compartment=case)).allowed:
        return "yes"
    if case and rules.can(actor, verb, Thing(kind, "1", HERE, compartment=case, need="unit")).allowed:
        return "open"
    if case and rules.can(actor, verb, Thing(kind, "1", HERE)).allowed:
        return "alone"
    return ""
