"""Proposing a window, deciding on it, ending it. ``actions`` offers these."""

import re
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext, override

from comity.access import handling, rules
from comity.access import queries as people
from comity.access.actions import READABLE
from comity.access.queries import Compartment, User
from comity.disclosure import sight
from comity.disclosure.models import CONTACTS, GROUNDS, Listed, Sealed, Window
from comity.disclosure.sight import WrongState
from comity.disclosure.values import COMING, OPEN, PROPOSED, Candidate, Choice
from comity.disclosure.wording import GROUND_WORDS
from comity.evidence import chain
from comity.evidence import queries as evidence
from comity.evidence.packages import bundle, index, items, listing, logged
from comity.evidence.packages.listing import Entry
from comity.evidence.values import ItemFile
from comity.exchange import actions as exchange
from comity.exchange import queries as exchanged
from comity.lib import clock
from comity.lib.errors import BadInput, ComityError
from comity.search import actions as search


class BadWindow(BadInput):
    code = "disclosure.bad-window"
    says = "{why}."
    next_step = "Mend it and try again."


class Incomplete(BadInput):
    code = "disclosure.incomplete"
    says = "Nobody chose what happens to {items}."
    next_step = "Disclose each item of the case, or withhold it with a ground: the list names them all."


class NeedsGround(BadInput):
    code = "disclosure.needs-ground"
    says = "{item} is withheld without a ground."
    next_step = "Choose a ground, and say in words which provision it rests on."


class NotAllSeen(ComityError):
    code = "disclosure.not-all-seen"
    says = "{count} items of this case are kept where you do not see them, and the list must name every item."
    next_step = "Somebody who leads the case, is cleared for it and sits in each of its circles proposes the window."


class NothingToList(ComityError):
    code = "disclosure.nothing-to-list"
    says = "The case {case} has no items."
    next_step = "Take items in first."


class Changed(ComityError):
    code = "disclosure.changed"
    says = "Since this was proposed, the items of the case or their custody have changed: {items}."
    next_step = "Decline it with that reason; the lead proposes it again as things stand now."


class NoReason(BadInput):
    code = "disclosure.no-reason"
    says = "This needs a reason in words, and none was given."
    next_step = "Write why."


def candidates(user: User, compartment: Compartment, at: datetime) -> list[Candidate]:
    """Every item of the case, for choosing; recorded as read.

    :raises NotAllowed: the user does not lead the case. NotAllSeen: circles that they do not see.
    """
    return [_candidate(user, file, compartment, at) for file in files_of(user, compartment, at)]


def files_of(user: User, compartment: Compartment, at: datetime) -> list[ItemFile]:
    """Every item of the case with its custody, in the order of the list."""
    rules.demand(people.actor(user, at), "disclose", people.thing("window", "", compartment))
    refs = refs_of(user, compartment, at)
    if unseen := held(compartment) - set(refs):
        raise NotAllSeen(count=len(unseen))
    return evidence.facts_of(user, refs, at)


def refs_of(user: User, compartment: Compartment, at: datetime) -> list[str]:
    """The names of every item of the case: those of the case itself first, each by number."""
    rows = [row.ref for row in evidence.in_compartment(user, compartment, at)]
    return sorted(rows, key=lambda ref: (ref.rpartition("/")[0], int(ref.rpartition("/")[2])))


ERASED = 20
"""So many numbers in a row without an item, and there are no more: an item that was erased leaves its number unused."""


def held(compartment: Compartment) -> set[str]:
    """The names of every item of the case and of its circles, whoever may see them; each has a first custody entry."""
    found: set[str] = set()
    for name in (compartment.name, *compartment.circles.values_list("name", flat=True)):
        number = last = 0
        while number - last < ERASED:
            number += 1
            if evidence.stored_custody(f"{name}/{number}/1") is not None:
                found.add(f"{name}/{number}")
                last = number
    return found


def _candidate(user: User, file: ItemFile, compartment: Compartment, at: datetime) -> Candidate:
    item = file.item
    return Candidate(
        item.ref,
        item.title,
        item.kind,
        item.name,
        tuple(sorted(item.handling.codes)),
        barred(user, file, compartment, at),
    )


def barred(user: User, file: ItemFile, compartment: Compartment, at: datetime) -> str:
    """Why the rules forbid disclosing this item, or nothing."""
    what = people.thing(
        "item", file.item.ref, compartment, level=file.item.level, handling=handling.read(file.item.handling.as_json())
    )
    decision = rules.can(people.actor(user, at), "disclose", what)
    return "" if decision.allowed else decision.says


@transaction.atomic
def propose(
    compartment: Compartment,
    *,
    recipient: str,
    function: str,
    contact: str,
    purpose: str,
    opens_at: datetime,
    closes_at: datetime,
    choices: Mapping[str, Choice],
    by: User,
    at: datetime,
    language: str = "en",
) -> Window:
    """Propose a window: for whom, from when to when, and for **every** item of the case what a person chose.

    :raises NotAllowed: only the lead of a case discloses; an item that its originator keeps from evidence.
    :raises BadWindow, Incomplete, NeedsGround: something is missing or makes no sense.
    """
    files = files_of(by, compartment, at)
    told = {"recipient": recipient, "function": function, "purpose": purpose}
    cleaned = {name: " ".join(text.split()) for name, text in told.items()}
    check_window(cleaned, contact, opens_at, closes_at, at)
    check_choices(files, choices, compartment)
    for file in files:
        if choices[file.item.ref].disclosed and (why := barred(by, file, compartment, at)):
            raise rules.NotAllowed(why=f"{file.item.ref}: {why}", rule="not-as-evidence", remedy="Withhold it.")
    made = Window.objects.create(
        id=new_id(), compartment=compartment, contact=contact, language=language, opens_at=opens_at,
        closes_at=closes_at, proposed_by=by, proposed_at=at, **cleaned,
        level=max([compartment.level, *(file.item.level for file in files)]),
    )  # fmt: skip
    Listed.objects.bulk_create(_line(made, n, file, choices[file.item.ref]) for n, file in enumerate(files, start=1))
    search.put(
        "window", made.pk, title=made.recipient, text=f"{made.function} {made.purpose}", at=at,
        compartment=compartment, level=made.level,
    )  # fmt: skip
    return made


def check_window(told: Mapping[str, str], contact: str, opens_at: datetime, closes_at: datetime, at: datetime) -> None:
    if not all(told.values()):
        raise BadWindow(why="The name, the function and the purpose are all needed")
    if contact not in CONTACTS:
        raise BadWindow(why=f"{contact!r} is not a way to reach somebody")
    if closes_at <= opens_at or closes_at <= at:
        raise BadWindow(why="The window would be closed before it opens")


def check_choices(files: Sequence[ItemFile], choices: Mapping[str, Choice], compartment: Compartment) -> None:
    if not files:
        raise NothingToList(case=compartment.name)
    refs = {file.item.ref for file in files}
    if missing := sorted(refs - choices.keys()):
        raise Incomplete(items=", ".join(missing))
    if unknown := sorted(choices.keys() - refs):
        raise BadWindow(why=f"{unknown[0]} is no item of this case")
    for ref in sorted(refs):
        choice = choices[ref]
        if not choice.disclosed and (choice.ground not in GROUNDS or (choice.ground == "other" and not choice.words)):
            raise NeedsGround(item=ref)
        if len(choice.words) > 1000:
            raise BadWindow(why="A ground in words has at most 1000 letters")


def _line(made: Window, n: int, file: ItemFile, choice: Choice) -> Listed:
    hidden = not choice.disclosed
    return Listed(
        window=made, compartment=made.compartment, level=max(made.compartment.level, file.item.level), n=n,
        item=file.item.ref, disclosed=choice.disclosed, ground=choice.ground if hidden else "",
        words=" ".join(choice.words.split()) if hidden else "", entry=items.item_of(file),
        salt=secrets.token_hex(listing.SALT) if hidden else "",
    )  # fmt: skip


def new_id() -> str:
    return "w-" + "".join(secrets.choice(READABLE) for _ in range(16))


WINDOW_ID = re.compile(rf"w-[{READABLE}]{{16}}")


def entries_of(window: Window) -> list[Entry]:
    """The lines as they are signed and shown."""
    rows = Listed.objects.filter(window=window).order_by("n")
    return [
        listing.disclosed(row.n, row.entry)
        if row.disclosed
        else listing.withheld(row.n, row.entry, ground=row.ground, says=row.words, salt=bytes.fromhex(row.salt))
        for row in rows
    ]


@transaction.atomic
def approve(id: str, *, by: User, at: datetime) -> Window:
    """A second person approves: the list is signed, recorded in the node's log, and never changes again.

    :raises NotAllowed: whoever proposed it does not approve it.
    :raises Changed: the case has other items, or other custody, than were proposed.
    :raises WrongState: it was decided already.
    """
    exchange.lock_log()
    window = sight.demanded(by, id, "approve", at)
    demand_proposed(window, at)
    if window.closes_at <= at:
        raise BadWindow(why="The window is over before it was approved")
    demand_unchanged(window, at)
    window.decided_by, window.decided_at, window.approved = by, at, True
    window.save(update_fields=["decided_by", "decided_at", "approved"])
    seal(window, at)
    return window


def demand_proposed(window: Window, at: datetime) -> None:
    if window.approved is not None:
        raise WrongState(id=window.pk, state=sight.state(window, at))


def demand_unchanged(window: Window, at: datetime) -> None:
    """The approver may not read the items; the node compares what it holds now with what was proposed."""
    then = {row.item: row.entry for row in window.lines.all()}
    changed = held(window.compartment) ^ set(then)
    changed |= {ref for ref, entry in then.items() if not stands(ref, entry)}
    if changed:
        raise Changed(items=", ".join(sorted(changed)))


def stands(ref: str, entry: Mapping[str, Any]) -> bool:
    """Whether the custody of an item ends as the line says."""
    count = len(entry["custody"])
    head = chain.head(ref, count, listing.custody_head(entry))
    return evidence.stored_custody(f"{ref}/{count}") == head and evidence.stored_custody(f"{ref}/{count + 1}") is None


def seal(window: Window, at: datetime) -> Sealed:
    """Sign the list and record it, following docs/spec/court-bundle.md section 2."""
    entries, authority = entries_of(window), settings.COMITY.authority
    root = listing.root_of(listing.leaves(entries))
    with override(window.language):
        page = index.page(
            entries, authority=authority, case=window.compartment.name, purpose=window.purpose,
            recipient=f"{window.recipient}, {window.function}", on=clock.stamp(at), root=root,
            language=window.language, word=gettext, grounds=lambda ground: gettext(GROUND_WORDS[ground]),
        )  # fmt: skip
    head = exchange.sign(
        listing.KIND,
        listing.head(
            entries, authority=authority, case=window.compartment.name, purpose=window.purpose, at=at,
            files={bundle.INDEX: page}, recipient={"name": window.recipient, "function": window.function},
            opens_at=window.opens_at, closes_at=window.closes_at,
        ),
        at=at,
    )  # fmt: skip
    card = exchanged.own_card(at=at)
    log_index = exchange.record(bundle.LOG_KIND, head.id, head.raw, at)
    proof = logged.carried(exchanged.prove(bundle.LOG_KIND, head.id, at=at))
    return Sealed.objects.create(
        window=window, head=head.raw, name=head.id, root=root, index=page, card=card.raw, log=proof, at=at,
        log_index=log_index,
    )  # fmt: skip


@transaction.atomic
def decline(id: str, *, reason: str, by: User, at: datetime) -> Window:
    """Do not approve it; the reason goes back to the lead.

    :raises NoReason, WrongState, NotAllowed: as they say.
    """
    window = sight.demanded(by, id, "approve", at)
    demand_proposed(window, at)
    if not reason.strip():
        raise NoReason
    window.decided_by, window.decided_at, window.approved, window.reason = by, at, False, reason.strip()
    window.save(update_fields=["decided_by", "decided_at", "approved", "reason"])
    return window


@transaction.atomic
def end(id: str, *, reason: str, by: User, at: datetime) -> Window:
    """Close a window early: nothing opens from now on. The lead may, and whoever may approve.

    :raises NoReason, WrongState, NotAllowed: as they say.
    """
    seen, _ = sight.window(by, id, at, "read", "approve")
    verb = "disclose" if sight.allowed(by, "disclose", seen, at).allowed else "approve"
    window = sight.demanded(by, id, verb, at)
    if sight.state(window, at) not in (COMING, OPEN):
        raise WrongState(id=id, state=sight.state(window, at))
    if not reason.strip():
        raise NoReason
    window.ended_by, window.ended_at, window.end_reason = by, at, reason.strip()
    window.save(update_fields=["ended_by", "ended_at", "end_reason"])
    return window


__all__ = [
    "PROPOSED", "BadWindow", "Changed", "Incomplete", "NeedsGround", "NoReason", "NotAllSeen", "approve",
    "candidates", "decline", "end", "propose",
]  # fmt: skip
