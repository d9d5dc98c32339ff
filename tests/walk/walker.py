"""People who, at random, open cases, write, merge, take evidence, go on leave, break glass, and look at everything."""

import random
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from comity.access import actions as access
from comity.access import asking
from comity.access import queries as people
from comity.cases import actions as cases
from comity.cases import queries as case_queries
from comity.evidence import actions as evidence
from comity.evidence import queries as evidence_queries
from comity.lib.errors import ComityError
from comity.search import queries as search
from comity.subjects import actions as subjects
from comity.subjects import queries as subject_queries
from comity.subjects.actions import Said
from tests.walk import looking
from tests.walk.world import Place, World

START = datetime(2026, 11, 23, 9, tzinfo=UTC)
PEOPLE = {
    "alice": {("officer", "mla")},
    "bob": {("officer", "mla")},
    "carla": {("clerk", "mla")},
    "dora": {("approver", "mla")},
    "emil": {("officer", "cyber")},
    "frida": {("approver", "cyber"), ("officer", "mla")},
    "gus": {("auditor", None)},
    "hana": {("administrator", None)},
}
COMMON = "harbour"  # a word that stands in every text, so that a search for it meets all of them


class Leak(AssertionError):
    """Somebody was shown what the table forbids them."""


class Walker:
    """Does things and looks at things; ``looks`` counts answers, ``shown`` the texts that were shown in them."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.world = World({name: set(roles) for name, roles in PEOPLE.items()}, START)
        self.users: dict[str, Any] = {}
        self.rows: list[Any] = []  # subjects
        self.items: list[Any] = []
        self.notes: list[Any] = []
        self.merges: list[Any] = []
        self.looks = self.shown = self.done = self.refused = 0

    # The stage

    def set_up(self) -> None:
        for code in ("mla", "cyber"):
            access.create_unit(code, code.upper(), handles=["eio"] if code == "mla" else [], at=START)
        for name, roles in PEOPLE.items():
            user, _ = access.create_user(name, f"{name.title()} Martin", at=START)
            for role, unit in roles:
                access.grant(user, role, unit=people.unit(unit) if unit else None, at=START)
            self.users[name] = user
        for name in PEOPLE:
            self.clear(name, self.dice.choice([0, 1, 2, 3]))

    def clear(self, name: str, level: int) -> None:
        access.set_clearance(self.users[name], level, by=None, at=self.at)
        self.world.clearances[name] = level

    @property
    def at(self) -> datetime:
        return self.world.at

    def one_of(self, rows: Any) -> Any:
        return self.dice.choice(list(rows))

    def who(self) -> str:
        return str(self.one_of(PEOPLE))

    def text(self, place: Place, level: int = 0) -> str:
        return f"{COMMON} {self.world.secret(place.name, level)}"

    def walk(self, steps: int) -> None:
        for _ in range(steps):
            self.step()

    # One step

    def step(self) -> None:
        self.world.at += timedelta(seconds=self.dice.choice([1, 60, 3600, 9000]))
        if not self.world.places:
            move: Callable[..., Any] = Walker.open_case
        else:
            move = self.one_of(self.MOVES) if self.dice.random() < 0.45 else Walker.look
        known = len(self.world.secrets)
        who = self.who()
        with asking.asking(self.users[who].pk, self.at):
            try:
                move(self, who)
                self.done += 1
            except ComityError as error:
                self.refused += 1
                self.judge(who, move, [error.sentence, error.remedy, error.fields])
                for marker in list(self.world.secrets)[known:]:  # it was not written
                    del self.world.secrets[marker]

    def judge(self, who: str, look: Callable[..., Any], answer: Any) -> None:
        seen = looking.markers(answer)
        self.looks += 1
        self.shown += len(seen)
        for marker in seen:
            if marker in self.world.secrets and not self.world.may_read(who, marker):
                raise Leak(
                    f"{who} was shown {self.world.secrets[marker]} by {getattr(look, '__name__', look)} at {self.at}"
                )

    # What people do

    def open_case(self, who: str) -> None:
        unit, need = self.one_of(["mla", "cyber"]), self.one_of(["members", "members", "unit"])
        level = self.one_of([0, 0, 0, 1, 2])
        place = Place("", unit, need, level)
        number = len(self.world.secrets)
        marker = f"zq{number:06d}"
        self.world.secrets[marker] = None  # type: ignore[assignment]
        try:
            row = cases.open(
                f"{COMMON} {marker}", unit=people.unit(unit), by=self.users[who], at=self.at, need=need, level=level
            )
        finally:
            del self.world.secrets[marker]
        place.name = row.number
        place.seats[who] = ("lead", None)
        self.world.places[place.name] = place
        assert self.world.secret(place.name, level) == marker

    def place(self) -> Place:
        return self.one_of(self.world.places.values())  # type: ignore[no-any-return]

    def row(self, place: Place) -> Any:
        return people.Compartment.objects.get(name=place.name)

    def open_circle(self, who: str) -> None:
        place = self.place()
        case = self.world.places[place.parent or place.name]
        made = cases.open_circle(case.name, "Named people", by=self.users[who], at=self.at)
        self.world.places[made.compartment.name] = Place(
            made.compartment.name, case.unit, level=case.level, parent=case.name, seats={who: ("lead", None)}
        )

    def seat(self, who: str) -> None:
        place, other = self.place(), self.who()
        part = self.one_of(["reader", "member", "lead"])
        until = (
            self.at + timedelta(hours=self.one_of([1, 5, 48])) if part != "lead" and self.dice.random() < 0.4 else None
        )
        access.seat(self.row(place), self.users[other], part=part, by=self.users[who], at=self.at, until=until)
        place.seats[other] = (part, until)

    def unseat(self, who: str) -> None:
        place, other = self.place(), self.who()
        access.unseat(self.row(place), self.users[other], by=self.users[who], at=self.at)
        for one in self.world.places.values():
            if one.name == place.name or one.parent == place.name:
                one.seats.pop(other, None)

    def raise_level(self, who: str) -> None:
        place, level = self.place(), self.one_of([1, 2, 3])
        access.raise_level(self.row(place), level, by=self.users[who], at=self.at)
        for one in self.world.places.values():
            if one.name == place.name or one.parent == place.name:
                one.level = max(one.level, level)

    def set_need(self, who: str) -> None:
        place, need = self.place(), self.one_of(["members", "unit"])
        if place.parent:
            return
        access.set_need(self.row(place), need, by=self.users[who], at=self.at)
        place.need = need

    def go_on_leave(self, who: str) -> None:
        deputy, hours = self.who(), self.one_of([2, 12, 60])
        until = self.at + timedelta(hours=hours)
        access.name_deputy(
            self.users[who], self.users[deputy], starts_at=self.at, until=until, by=self.users[who], at=self.at
        )
        self.world.deputies.append((who, deputy, self.at, until))

    def break_glass(self, who: str) -> None:
        place = self.place()
        if place.parent:
            return
        access.break_glass(place.name, reason="A life is at stake", by=self.users[who], at=self.at)
        self.world.glass.append((who, place.name, self.at + timedelta(hours=4)))

    def change_clearance(self, who: str) -> None:
        if self.dice.random() < 0.3:
            self.clear(who, self.one_of([0, 1, 2, 3]))
            asking.forget()

    def note(self, who: str) -> None:
        place, level = self.place(), self.one_of([0, 0, 1, 2])
        made = cases.note(
            place.parent or place.name,
            self.text(place, level),
            by=self.users[who],
            at=self.at,
            level=level,
            circle=place.name if place.parent else "",
        )
        self.notes.append((made, place, level))

    def correct_note(self, who: str) -> None:
        if self.notes:
            made, place, level = self.one_of(self.notes)
            cases.correct_note(made.pk, self.text(place, level), reason="A slip", by=self.users[who], at=self.at)

    def task(self, who: str) -> None:
        place = self.place()
        if not place.parent:
            cases.task(place.name, self.text(place), by=self.users[who], at=self.at, details=self.text(place))

    def add_subject(self, who: str) -> None:
        place, level = self.place(), self.one_of([0, 0, 1])
        row = self.row(place)
        said = [Said("name", self.text(place, level), level=level), Said("alias", self.text(place, level), level=level)]
        self.rows.append((subjects.add(row, "Person", said, by=self.users[who], at=self.at, level=level), place, level))

    def state(self, who: str) -> None:
        if self.rows:
            row, place, base = self.one_of(self.rows)
            level = self.one_of([0, 1, 2])
            said = Said(self.one_of(["name", "alias", "notes"]), self.text(place, max(base, level)), level=level)
            subjects.state(row, said, by=self.users[who], at=self.at)

    def merge(self, who: str) -> None:
        if len(self.rows) > 1:
            one, other = self.dice.sample(self.rows, 2)
            self.merges.append(subjects.merge(one[0], other[0], "The same person", by=self.users[who], at=self.at))

    def unmerge(self, who: str) -> None:
        if self.merges:
            subjects.unmerge(self.one_of(self.merges), "Two people", by=self.users[who], at=self.at)

    def relate(self, who: str) -> None:
        if len(self.rows) > 1:
            one, other = self.dice.sample(self.rows, 2)
            place = one[1]
            said = [Said("role", self.text(place, max(one[2], other[2])))]
            subjects.relate(one[0], other[0], "UnknownLink", said, by=self.users[who], at=self.at)

    def take_item(self, who: str) -> None:
        place, level = self.place(), self.one_of([0, 0, 1, 2])
        made = evidence.take(
            self.row(place),
            title=self.text(place, level),
            kind="object",
            description=self.text(place, level),
            seal="S-1",
            place=self.text(place, level),
            level=level,
            by=self.users[who],
            at=self.at,
        )
        self.items.append((made, place, level))

    def move_item(self, who: str) -> None:
        if self.items:
            made, place, level = self.one_of(self.items)
            evidence.move(
                made, to_whom=self.text(place, level), why=self.text(place, level), by=self.users[who], at=self.at
            )

    MOVES: tuple[Callable[["Walker", str], None], ...] = (
        open_case, open_circle, seat, seat, seat, unseat, raise_level, set_need, go_on_leave, break_glass,
        change_clearance, note, note, correct_note, task, add_subject, add_subject, state, merge, unmerge, relate,
        take_item, move_item,
    )  # fmt: skip

    # What people look at

    def look(self, who: str) -> None:
        user, at = self.users[who], self.at
        place = self.place()
        case = place.parent or place.name
        look = self.one_of(self.LOOKS)
        self.judge(who, look, look(self, user, case, place, at))

    def a_case(self, user: Any, case: str, place: Place, at: datetime) -> Any:
        return case_queries.case(user, case, at)

    def the_cases(self, user: Any, case: str, place: Place, at: datetime) -> Any:
        return case_queries.cases(user, at, text=self.one_of(["", COMMON])), case_queries.overseen(user, at)

    def papers(self, user: Any, case: str, place: Place, at: datetime) -> Any:
        return case_queries.notes(user, case, at), case_queries.tasks(user, case, at)

    def the_story(self, user: Any, case: str, place: Place, at: datetime) -> Any:
        return case_queries.timeline(user, case, at, "en")

    def the_brief(self, user: Any, case: str, place: Place, at: datetime) -> Any:
        return case_queries.brief(user, case, at, "en")

    def people_and_things(self, user: Any, case: str, place: Place, at: datetime) -> Any:
        return subject_queries.in_compartment(user, self.row(self.world.places[case]), at)

    def one_subject(self, user: Any, case: str, place: Place, at: datetime) -> Any:
        if not self.rows:
            return None
        row, *_ = self.one_of(self.rows)
        compartment = people.Compartment.objects.get(pk=row.compartment_id)
        return (
            subject_queries.subject(user, compartment, row.number, at),
            subject_queries.relations(user, row, at),
            subject_queries.statements(user, row, at),
        )

    def an_export(self, user: Any, case: str, place: Place, at: datetime) -> Any:
        compartment = self.row(place)
        return subject_queries.as_ftm(user, compartment, at), subject_queries.as_csv(user, compartment, at)

    def evidence(self, user: Any, case: str, place: Place, at: datetime) -> Any:
        return evidence_queries.in_compartment(user, self.row(self.world.places[case]), at)

    def one_item(self, user: Any, case: str, place: Place, at: datetime) -> Any:
        if not self.items:
            return None
        made, where, _ = self.one_of(self.items)
        ref = f"{where.name}/{made.number}"
        return evidence_queries.item(user, ref, at), evidence_queries.custody(user, ref, at)

    def a_search(self, user: Any, case: str, place: Place, at: datetime) -> Any:
        words = self.one_of([COMMON, *list(self.world.secrets)[-40:]])
        return search.find(user, words, at=at)

    def histories(self, user: Any, case: str, place: Place, at: datetime) -> Any:
        compartment = self.row(place)
        answers = []
        for room in (case_queries, subject_queries, evidence_queries):
            with suppress(ComityError):
                answers.append(room.history(user, compartment, at))
        return answers

    LOOKS: tuple[Callable[..., Any], ...] = (
        a_case, the_cases, papers, the_story, the_brief, people_and_things, one_subject, one_subject, an_export,
        evidence, one_item, a_search, a_search, histories,
    )  # fmt: skip
