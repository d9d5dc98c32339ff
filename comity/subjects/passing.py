"""What may leave this authority of what is known of a subject: limits by statement, and forms filled within them."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from comity.access import handling, rules
from comity.access import queries as people
from comity.access.handling import Limit
from comity.access.queries import User
from comity.lib.errors import ComityError
from comity.subjects import kinds, sight, viewing
from comity.subjects.models import Statement, Subject
from comity.subjects.values import Bound, Filled, SubjectView


class MayNotPassOn(ComityError):
    code = "subjects.may-not-pass-on"
    says = "{ref} may not be passed on to {to}: {why}"
    next_step = "Ask the originator for its consent, or leave the subject out."


def limits(user: User, subject: Subject, to: str, at: datetime) -> list[Bound]:
    """The statements that may not be passed on to this authority, each with the sentence that forbids it.

    A reader without the right to pass anything on gets every statement, with that sentence.
    """
    view = viewing.seen(user, sight.found(user, subject, at), at)
    return [bound for one in stated(view) for bound in against(user, one, to, at)]


def stated(view: SubjectView) -> Iterator[Statement]:
    for group in view.groups:
        yield from group.statements


def against(user: User, statement: Statement, to: str, at: datetime) -> list[Bound]:
    """What stands in the way of passing one statement on."""
    bound = handling.read(statement.handling)
    found = handling.against_passing_on(bound, to)
    if not found:
        asked = sight.of_statement(statement, handling=bound, to=to)
        decision = rules.can(people.actor(user, at), "pass-on", asked)
        found = [] if decision.allowed else [Limit(decision.rule, decision.says)]
    return [Bound(statement, statement.prop, one) for one in found]


Free = tuple[SubjectView, dict[str, list[Statement]], tuple[Bound, ...]]


def free(user: User, subject: Subject, to: str, at: datetime) -> Free:
    """The statements that may be passed on, by property, and those that may not.

    :raises MayNotPassOn: nothing by which the subject is called may be passed on.
    """
    view = viewing.seen(user, sight.found(user, subject, at), at)
    allowed: dict[str, list[Statement]] = defaultdict(list)
    left_out: list[Bound] = []
    for one in stated(view):
        bound = against(user, one, to, at)
        left_out += bound
        if not bound:
            allowed[one.prop].append(one)
    names = {prop: [one.value for one in rows] for prop, rows in allowed.items()}
    if left_out and not kinds.caption(view.kind, names):
        raise MayNotPassOn(ref=view.ref, to=to, why=left_out[0].limit.says)
    return view, allowed, tuple(left_out)


def as_person(user: User, subject: Subject, to: str, at: datetime) -> Filled:
    """The ``person`` composite of instruments, as far as it may be passed on to this authority.

    :raises MayNotPassOn: no name may be passed on.
    """
    _view, allowed, left_out = free(user, subject, to, at)
    value = Person(allowed).value()
    used = tuple(one for prop in USED if prop in allowed for one in allowed[prop])
    return Filled(value, left_out, used)


USED = (
    "name", "lastName", "firstName", "middleName", "alias", "weakAlias", "previousName", "gender", "nationality",
    "citizenship", "birthDate", "birthPlace", "birthCountry", "idNumber", "socialSecurityNumber", "passportNumber",
    "address", "phone", "email", "spokenLanguage",
)  # fmt: skip
"""The properties that the composite has a place for."""
SEXES = {"female": "female", "male": "male", "other": "other"}


class Person:
    """Turns statements into the fields of the composite. What has no value is left out."""

    def __init__(self, allowed: dict[str, list[Statement]]) -> None:
        self.values = {prop: list(dict.fromkeys(one.value for one in rows)) for prop, rows in allowed.items()}

    def first(self, *props: str) -> str:
        return next((value for prop in props for value in self.values.get(prop, ())), "")

    def all(self, *props: str) -> list[str]:
        return list(dict.fromkeys(value for prop in props for value in self.values.get(prop, ())))

    def value(self) -> dict[str, Any]:
        surname, given, used = self.names()
        others = [one for one in self.all("name", "alias", "weakAlias", "previousName") if one != used]
        birth = self.first("birthDate")
        told = {
            "surname": surname,
            "given_names": given,
            "aliases": others,
            "sex": SEXES.get(self.first("gender"), ""),
            "nationalities": [one.upper() for one in self.all("nationality", "citizenship") if len(one) == 2],
            "date_of_birth": birth if len(birth) == 10 else "",
            "place_of_birth": ", ".join(part for part in (self.first("birthPlace"),) if part),
            "identity_number": self.first("idNumber", "socialSecurityNumber"),
            "documents": [{"kind": "passport", "number": one} for one in self.all("passportNumber")],
            "address": {"street": self.first("address")} if self.first("address") else {},
            "telephone": self.first("phone"),
            "email": self.first("email"),
        }
        return {key: one for key, one in told.items() if one}

    def names(self) -> tuple[str, str, str]:
        """Surname and given names, and the whole name that they come from. Only who filed it knows which is which:

        without separate statements the whole name stands as the surname, for the drafter to part.
        """
        last = self.first("lastName")
        given = " ".join(self.all("firstName") + self.all("middleName"))
        if last:
            whole = next((one for one in self.all("name") if last in one and all(p in one for p in given.split())), "")
            return last, given, whole
        whole = kinds.caption("Person", self.values)
        return whole, given, whole
