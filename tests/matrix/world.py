"""A node with one of everything, and people who stand to it in every way there is.

Each person is written down twice: in the tables, through actions, and as the ``Actor`` that the rules are asked about.
Texts of private things carry a marker by which they are recognised wherever they appear.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.test import Client

from comity.access import actions as access
from comity.access import queries as people
from comity.access.roles import ROLES, WHOLE_AUTHORITY_ONLY
from comity.access.rules import Actor, Grant, Seat, Thing
from comity.cases import actions as cases
from comity.dossiers import actions as dossiers
from comity.evidence import actions as evidence
from comity.instruments import catalogue
from comity.liaison import actions as liaison
from comity.lib import clock
from comity.subjects import actions as subjects
from comity.subjects.actions import Said
from tests.dossiers.peer import Peer

HERE, ELSEWHERE = "mla", "cyber"
LEVEL = 1
CASE, OTHER_CASE = "zqcase", "zqother"  # in every text of the case, and of the other one
DAY = timedelta(days=1)


@dataclass
class World:
    """``users`` and ``actors`` by name (None: signed out), ``things`` by kind, ``ids`` of what addresses need."""

    users: dict[str, Any] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=dict)
    things: dict[str, Thing] = field(default_factory=dict)
    ids: dict[str, Any] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)  # the cookie with which each is signed in
    case: Any = None


def build() -> World:
    world, at = World(), clock.now()
    for code in (HERE, ELSEWHERE):
        access.create_unit(code, code.upper(), handles=["eio"] if code == HERE else [], at=at)
    maker = person("maker", [("officer", HERE)], at)
    checker = person("checker", [("approver", HERE)], at)
    private(world, maker, at)
    cast(world, maker, at)
    shared(world, maker, checker, at)
    for name, user in world.users.items():
        if user is not None:
            client = Client()
            client.force_login(user)
            world.sessions[name] = client.cookies[settings.SESSION_COOKIE_NAME].value
    return world


def person(name: str, roles: list[tuple[str, str | None]], at: Any, clearance: int = LEVEL) -> Any:
    user, _ = access.create_user(name, name.title(), password="five unrelated words", at=at)
    for role, unit in roles:
        access.grant(user, role, unit=people.unit(unit) if unit else None, at=at)
    if clearance:
        access.set_clearance(user, clearance, by=None, at=at)
    return user


# Things


def private(world: World, maker: Any, at: Any) -> None:
    """A case with a subject, an item, a note and a task, and another case."""
    unit = people.unit(HERE)
    case = cases.open(f"{CASE} in the harbour", unit=unit, by=maker, at=at, level=LEVEL)
    place = people.compartment(case.number)
    assert place is not None
    world.case = place
    note = cases.note(case.number, f"{CASE} note", by=maker, at=at)
    task = cases.task(case.number, f"{CASE} task", by=maker, at=at)
    subject = subjects.add(place, "Person", [Said("name", f"{CASE} Person")], by=maker, at=at)
    item = evidence.take(
        place, title=f"{CASE} telephone", kind="object", description="black", seal="S-1", place="Store",
        level=LEVEL, by=maker, at=at,
    )  # fmt: skip
    world.ids |= {"case": case.number, "note": note.pk, "task": task.pk, "subject": subject, "item": item}
    for kind in ("case", "subject", "item", "window", "thread"):
        world.things[kind] = people.thing(kind, case.number, place, level=LEVEL)


def shared(world: World, maker: Any, checker: Any, at: Any) -> None:
    """A dossier that a peer holds, a draft, a conversation without a case, an emergency, and the node's own things."""
    peer = Peer("nl-prosecution", "NL", at)
    example = catalogue.example("eio")
    told = {"to": "nl-prosecution", "by": maker, "at": at, "language": "en", "form": example["form"],
            "facts": example["facts"], "unit": people.unit(HERE)}  # fmt: skip
    sent = dossiers.approve(dossiers.submit(dossiers.start("eio", **told), by=maker, at=at), by=checker, at=at)
    peer.fetch(at)
    draft = dossiers.start("eio", **told)
    thread = liaison.open_thread(
        to="nl-prosecution", subject="zqthread", text="zqthread", language="en", by=maker, at=at,
        unit=people.unit(HERE),
    )  # fmt: skip
    section = catalogue.get("eio").sections[0].id
    world.ids |= {"dossier": sent.dossier_id, "draft": draft.pk, "talk": thread.id, "section": section}
    world.things |= {
        "dossier": Thing("dossier", sent.dossier_id, HERE),
        "draft": Thing("draft", str(draft.pk), HERE, drafted_by=["maker"]),
        "talk": Thing("thread", "", HERE),
        "emergency": Thing("emergency", "", HERE, drafted_by=["glass"]),
        "figures": Thing("figures", "", HERE),
        **{kind: Thing(kind) for kind in ("log", "reads", "peers", "units", "keys", "directory", "retention")},
        "users": Thing("users", "maker"),
    }


# People


def cast(world: World, maker: Any, at: Any) -> None:
    """Every role in the right unit, the wrong one and the whole authority; every way to stand to the case."""
    for role in ROLES:
        places = [(None, role)] if role in WHOLE_AUTHORITY_ONLY else [(HERE, role), (ELSEWHERE, f"{role}-elsewhere")]
        for unit, name in places:
            enter(world, name, [(role, unit)], at)
    enter(world, "nobody", [], at)
    for part in ("lead", "member", "reader"):
        seated(world, part, part, maker, at)
    seated(world, "uncleared", "member", maker, at, clearance=0)
    seated(world, "ended", "member", maker, at - 2 * DAY, until=at - DAY)
    deputies(world, at)
    enter(world, "glass", [("officer", ELSEWHERE)], at, opened=frozenset({world.case.name}))
    row = access.break_glass(world.case.name, reason="zqglass", by=world.users["glass"], at=at)
    world.ids["emergency"] = row.pk
    enter(world, "other-case", [("officer", ELSEWHERE)], at)
    other = cases.open(f"{OTHER_CASE} case", unit=people.unit(ELSEWHERE), by=world.users["other-case"], at=at)
    add(world, "other-case", seats={Seat(other.number, "lead")})
    world.users["signed-out"] = None


def enter(
    world: World, name: str, roles: list[tuple[str, str | None]], at: Any, clearance: int = LEVEL, **more: Any
) -> Any:
    user = person(name, roles, at, clearance)
    world.users[name] = user
    grants = frozenset(Grant(role, unit) for role, unit in roles)
    world.actors[name] = Actor(name, name.title(), grants, True, user.pk, clearance, **more)
    return user


def seated(
    world: World, name: str, part: str, maker: Any, at: Any, *, clearance: int = LEVEL, until: Any = None
) -> None:
    """An officer of another unit with a seat in the case: the seat alone counts."""
    user = enter(world, name, [("officer", ELSEWHERE)], at, clearance)
    access.seat(world.case, user, part=part, by=maker, at=at, until=until)
    if until is None:
        add(world, name, seats={Seat(world.case.name, part)})


def deputies(world: World, at: Any) -> None:
    """Of the lead, one now and one whose time is over."""
    lead = world.users["lead"]
    for name, starts, until in (("deputy", at - DAY, at + DAY), ("deputy-expired", at - 2 * DAY, at - DAY)):
        user = enter(world, name, [("officer", ELSEWHERE)], at)
        access.name_deputy(lead, user, starts_at=starts, until=until, by=lead, at=at - 2 * DAY)
    add(world, "deputy", seats={Seat(world.case.name, "lead", "lead")}, grants={Grant("officer", ELSEWHERE, "lead")})


def add(world: World, name: str, *, seats: Any = (), grants: Any = ()) -> None:
    from dataclasses import replace

    before = world.actors[name]
    world.actors[name] = replace(before, seats=before.seats | set(seats), grants=before.grants | set(grants))
