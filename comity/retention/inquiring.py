"""Taking a person's inquiry, finding where they stand, deciding on each place, and answering.

Directive (EU) 2016/680, articles 12 to 17, cited from memory (confidence "memory"); the machine finds and prints, people
decide what is told, and the law of the node says what must be.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from comity.access import actions as access
from comity.access import queries as people
from comity.access import rules
from comity.access.asking import as_node
from comity.access.queries import Compartment, Unit, User
from comity.access.rules import Thing
from comity.lib.errors import BadInput, ComityError
from comity.retention import looking
from comity.retention.asked import DONE, GROUNDS, WISHES, Inquiry, Numbering, Place
from comity.subjects import actions as subjects
from comity.subjects import queries as subjects_known
from comity.subjects import reviewing as subjects_review

SHORTEST = 3
RULE = "approver-answers-inquiries"
SAID = ("data", "purpose", "origin", "recipients")


class NotFound(ComityError):
    code = "retention.inquiry-not-found"
    says = "There is no inquiry {number} here."
    next_step = "Check the number, or ask the unit that answers it."


class BadInquiry(BadInput):
    code = "retention.bad-inquiry"
    says = "{why}."
    next_step = "Mend it and try again."


class NotOpen(ComityError):
    code = "retention.inquiry-not-open"
    says = "The inquiry {number} was {state} already."
    next_step = "Look at what was answered."


class NotSearched(ComityError):
    code = "retention.not-searched"
    says = "Nobody has looked yet where this person stands."
    next_step = "Search the node first."


class Undecided(ComityError):
    code = "retention.undecided"
    says = "{count} places are not decided yet."
    next_step = "The people who lead those cases decide; their tasks stand under Inquiries."


class NotDone(ComityError):
    code = "retention.not-done"
    says = "{what}."
    next_step = "Do that first, then note it here."


def thing(row: Inquiry) -> Thing:
    return Thing("inquiry", row.number, row.unit.code)


@transaction.atomic
def open_inquiry(
    *,
    name: str,
    identity: str,
    unit: Unit,
    wishes: Iterable[str],
    received_on: date,
    by: User,
    at: datetime,
    also: Iterable[str] = (),
    words: str = "",
    language: str = "en",
    due_on: date | None = None,
    due_basis: str = "",
) -> Inquiry:
    """Take in what a person asks about data on them.

    :param identity: how it was checked that they are who they say.
    :param due_on: the day by which the law of the node wants an answer, with ``due_basis``; the directive itself says
        "without undue delay".
    :raises BadInquiry: something is missing. NotAllowed: approvers of the unit answer inquiries.
    """
    rules.demand(people.actor(by, at), "open", Thing("inquiry", unit=unit.code))
    wanted = [one for one in WISHES if one in set(wishes)]
    terms = list(dict.fromkeys(" ".join(one.split()) for one in also if one.strip()))
    if not name.strip() or not identity.strip():
        raise BadInquiry(why="The name, and how it was checked who asks, are both needed")
    if not wanted:
        raise BadInquiry(why="Nothing is asked for")
    if any(len(one) < SHORTEST for one in (name.strip(), *terms)):
        raise BadInquiry(why="A name or identifier of fewer than three letters would be found everywhere")
    if due_on is not None and (not due_basis.strip() or due_on < received_on):
        raise BadInquiry(why="A day for the answer comes after the inquiry and has a legal basis")
    made = Inquiry.objects.create(
        number=_number(at), unit=unit, name=" ".join(name.split()), also=terms, wishes=wanted, words=words.strip(),
        language=language, identity=identity.strip(), received_on=received_on, due_on=due_on,
        due_basis=due_basis.strip(), opened_by=by, opened_at=at,
    )  # fmt: skip
    access.record_read(people.actor(by, at), thing(made), at, verb="open")
    return made


def _number(at: datetime) -> str:
    Numbering.objects.get_or_create(year=at.year)
    row = Numbering.objects.select_for_update().get(year=at.year)
    row.last += 1
    row.save(update_fields=["last"])
    return f"i-{at.year:04d}-{row.last:04d}"


def locked(number: str, verb: str, by: User, at: datetime) -> Inquiry:
    """:raises NotFound: a stranger, or no such inquiry. NotOpen: it was ended."""
    rows = Inquiry.objects.select_for_update(of=("self",)).select_related("unit", "opened_by")
    row = rows.filter(pk=number).first()
    if row is None or not rules.can(people.actor(by, at), verb, thing(row)).allowed:
        raise NotFound(number=number)
    if row.state != "open":
        raise NotOpen(number=number, state=row.state)
    return row


@transaction.atomic
def search_for(number: str, *, by: User, at: datetime) -> list[Place]:
    """Look through the whole node for the person's names and identifiers; what was decided before stays.

    Whoever answers learns of each place its kind, number and unit. Each place is recorded as a look.
    """
    row = locked(number, "write", by, at)
    with as_node():  # the person has a right to an answer about every case; no single officer sees them all
        found = looking.spots([row.name, *row.also])
    known = {(one.kind, one.ref): one for one in row.places.all()}
    for spot, terms in found.items():
        if place := known.get((spot.kind, spot.ref)):
            place.found_by = terms
            place.save(update_fields=["found_by"])
            continue
        Place.objects.create(
            inquiry=row, kind=spot.kind, ref=spot.ref, unit=spot.unit, found_by=terms, found_at=at,
            within=spot.compartment.name if spot.compartment else "",
        )  # fmt: skip
    things = [Thing(spot.kind, spot.ref) for spot in found]
    access.record_reads(people.actor(by, at), [thing(row), *things], at, rule=RULE, verb="search")
    row.searched_at = at
    row.save(update_fields=["searched_at"])
    return list(row.places.select_related("unit"))


def may_decide(user: User, place: Place, at: datetime) -> bool:
    """Who leads the case, or the circle, in which it stands; for what stands in none, the approvers of its unit."""
    who = people.actor(user, at)
    if place.within:
        with as_node():
            compartment = Compartment.objects.select_related("unit").get(name=place.within)
        return rules.can(who, "lead", people.thing("case", place.within, compartment)).allowed
    unit = place.unit or place.inquiry.unit
    return rules.can(who, "write", Thing("inquiry", place.inquiry_id, unit.code)).allowed


@transaction.atomic
def decide(
    place_id: int,
    decision: str,
    *,
    by: User,
    at: datetime,
    ground: str = "",
    reason: str = "",
    said: Mapping[str, str] | None = None,
    done: str = "",
) -> Place:
    """Decide on one place: told (``said`` is what the person reads), withheld on a ground, or somebody else's data.

    :param ground: letter of article 15(1). ``done``: what was done about it, with ``reason``.
    :raises BadInquiry: something is missing. NotDone: it was not corrected, or still stands there.
    :raises NotFound: this place is not theirs to decide on.
    """
    place = Place.objects.select_for_update(of=("self",)).select_related("inquiry__unit", "unit").filter(pk=place_id)
    row = place.first()
    if row is None or not may_decide(by, row, at):
        raise NotFound(number=place_id)
    if row.inquiry.state != "open":
        raise NotOpen(number=row.inquiry_id, state=row.inquiry.state)
    told = {name: (said or {}).get(name, "").strip() for name in SAID}
    _check(decision, ground, reason, told, done)
    _demand_done(row, done)
    row.decision, row.ground, row.reason = decision, ground if decision == "withheld" else "", reason.strip()
    row.said, row.done = told if decision == "told" else {}, done
    row.decided_by, row.decided_at = by, at
    row.save()
    access.record_read(people.actor(by, at), thing(row.inquiry), at, rule="decides-on-a-place", verb="write")
    return row


def _check(decision: str, ground: str, reason: str, told: Mapping[str, str], done: str) -> None:
    if decision not in ("told", "withheld", "somebody-else"):
        raise BadInquiry(why="Say whether it is told, withheld, or about somebody else")
    if decision == "withheld" and (ground not in GROUNDS or not reason.strip()):
        raise BadInquiry(why="What is withheld has a ground, and a reason in words")
    if decision == "told" and not told["data"]:
        raise BadInquiry(why="Write which data are kept: the person reads it")
    if done not in DONE or (done and not reason.strip()):
        raise BadInquiry(why="What is done about the data has a reason in words")


def _demand_done(row: Place, done: str) -> None:
    """What is said to be done with a subject was done where it stands."""
    if row.kind != "subject" or done not in ("corrected", "erased"):
        return
    with as_node():
        gone = not subjects_review.exists(row.ref)
        corrected = gone or subjects_review.corrected_since(row.ref, row.inquiry.opened_at)
    if done == "erased" and not gone:
        raise NotDone(what=f"{row.ref} is still kept")
    if not corrected:
        raise NotDone(what=f"No statement of {row.ref} was corrected or retracted since the inquiry came")


@transaction.atomic
def correct(place_id: int, statement: int, value: str, reason: str, *, by: User, at: datetime) -> Any:
    """Correct one statement of a subject as the person asks, through the action of the room that keeps it.

    :raises NotFound: the place or the statement is not theirs. What ``subjects.actions.correct`` raises.
    """
    row = Place.objects.select_related("inquiry__unit").filter(pk=place_id, kind="subject").first()
    if row is None or not may_decide(by, row, at):
        raise NotFound(number=place_id)
    before = subjects_known.statement(by, statement, at)
    if before.subject.ref != row.ref:
        raise NotFound(number=place_id)
    said = subjects.Said(
        before.prop, value, lang=before.lang, source=row.inquiry_id, level=before.level,
        handling=before.handling, compartment=before.compartment,
    )  # fmt: skip
    return subjects.correct(before, said, reason, by=by, at=at)


@transaction.atomic
def withdraw(number: str, *, reason: str, by: User, at: datetime) -> Inquiry:
    """The person takes it back, or it is nobody's: with the reason."""
    row = locked(number, "write", by, at)
    if not reason.strip():
        raise BadInquiry(why="Say why it is not answered")
    row.state, row.reason, row.ended_by, row.ended_at = "withdrawn", reason.strip(), by, at
    row.save(update_fields=["state", "reason", "ended_by", "ended_at"])
    return row


def finish(row: Inquiry, answer: dict[str, Any], *, by: User, at: datetime) -> Inquiry:
    """Keep the answer as it is given; inside the caller's transaction."""
    row.state, row.answer, row.ended_by, row.ended_at = "answered", answer, by, at
    row.save(update_fields=["state", "answer", "ended_by", "ended_at"])
    return row
