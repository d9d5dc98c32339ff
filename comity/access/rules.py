"""Who may do what: one table, read from top to bottom; the first row that fits decides.

Pure: values in, a decision out. ``queries.actor(user)`` makes the :class:`Actor`; the room that owns the
thing fills the :class:`Thing`. docs/rooms/access.md shows the table as people read it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from comity.access import handling
from comity.access.handling import OWN, Handling
from comity.access.roles import ROLES
from comity.lib.errors import BadInput, ComityError

VERBS = (
    "read", "draft", "submit", "send", "approve", "assign", "manage",
    "open", "write", "lead", "pass-on", "disclose", "destroy", "oversee", "audit", "break-glass", "review",
)  # fmt: skip
KINDS = (
    "dossier", "draft", "act", "log", "reads", "peers", "users", "units", "keys",
    "case", "subject", "item", "window", "thread", "emergency", "figures", "directory", "retention",
    "inquiry",
)  # fmt: skip
PARTS = ("lead", "member", "reader")
"""What a person can be in a case."""
MATERIAL = "case subject item window thread"
"""What is classified and stands in a compartment."""


class NotAllowed(ComityError):
    code = "access.not-allowed"
    says = "{why}"
    next_step = "{remedy}"


class UnknownWord(BadInput):
    code = "access.unknown-word"
    says = "{word!r} is not a {what}; known are {known}."
    next_step = "Use one of these words."


@dataclass(frozen=True)
class Grant:
    """A role in the unit with this code, or in the whole authority when ``unit`` is None.

    ``via`` names the absent colleague for whom it is held as a deputy.
    """

    role: str
    unit: str | None = None
    via: str = ""


@dataclass(frozen=True)
class Seat:
    """A place in a compartment (a case, or a circle within one), as lead, member or reader; ``via`` as in a grant."""

    compartment: str
    part: str
    via: str = ""


@dataclass(frozen=True)
class Actor:
    """Who asks: a user with the grants open at this moment."""

    username: str
    full_name: str = ""
    grants: frozenset[Grant] = frozenset()
    active: bool = True
    user_id: int | None = None
    clearance: int = 0  # see levels
    seats: frozenset[Seat] = frozenset()
    opened: frozenset[str] = frozenset()  # compartments whose glass this person broke


@dataclass(frozen=True)
class Thing:
    """What is asked about. Users are named by username, units by code.

    ``unit`` is None while the thing belongs to no unit: then only roles in the whole authority reach it.
    ``drafted_by`` names everyone who drafted or edited it, ``submitted_by`` who submitted it.

    Material stands in a ``compartment`` (by its name) at a ``level``; ``need`` is "unit" where the whole unit needs to
    know, otherwise its members only. ``to`` is the authority to which it would be passed on.
    """

    kind: str
    id: str = ""
    unit: str | None = None
    drafted_by: Iterable[str] = ()
    submitted_by: str | None = None
    compartment: str | None = None
    need: str = "members"
    level: int = 0
    handling: Handling = OWN
    to: str = ""

    def __post_init__(self) -> None:
        if isinstance(self.drafted_by, str):
            raise TypeError("drafted_by lists usernames; one name goes in a tuple")
        object.__setattr__(self, "drafted_by", frozenset(self.drafted_by))


@dataclass(frozen=True)
class Decision:
    """The answer and the row that gave it. ``needs`` are the roles that could have allowed it."""

    allowed: bool
    rule: str
    says: str
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Row:
    """One line of the table; a row that forbids holds for everybody who meets its condition.

    ``reach`` says where the role must be held: "unit" (in the thing's unit or in the whole authority), "every unit"
    (anywhere), "open case" (as "unit", where the unit needs to know), "no case" (as "unit", for what stands in no
    compartment), "seat" (``roles`` are then parts in the thing's compartment), "glass" (whoever broke the glass of
    the compartment).
    """

    name: str
    verbs: frozenset[str]
    kinds: frozenset[str]
    roles: frozenset[str]
    reach: str
    allows: bool
    says: str
    condition: Callable[[Actor, Thing], bool] = lambda actor, thing: True

    def about(self, verb: str, kind: str) -> bool:
        return verb in self.verbs and kind in self.kinds

    def units(self, actor: Actor, hands: frozenset[str] = frozenset()) -> "Reach":
        """The units in which the actor holds one of the row's roles, not counting those held for ``hands``."""
        held = [grant.unit for grant in actor.grants if grant.role in self.roles and grant.via not in hands]
        everything = None in held or (bool(held) and self.reach == "every unit")
        return Reach(everything, frozenset(unit for unit in held if unit is not None))

    def reaches(self, actor: Actor, thing: Thing) -> bool:
        hands = (frozenset(thing.drafted_by) | {thing.submitted_by or ""}) - {""}
        if self.reach == "glass":
            return thing.compartment is not None and thing.compartment in actor.opened
        if self.reach == "seat":
            seats = {(seat.compartment, seat.part) for seat in actor.seats}
            return any((thing.compartment, part) in seats for part in self.roles)
        if self.reach == "open case" and (thing.compartment is None or thing.need != "unit"):
            return False
        if self.reach == "no case" and thing.compartment is not None:
            return False
        return self.units(actor, hands).covers(thing.unit)

    def fits(self, actor: Actor, verb: str, thing: Thing) -> bool:
        if not self.about(verb, thing.kind):
            return False
        if self.allows and not self.reaches(actor, thing):
            return False
        return self.condition(actor, thing)


@dataclass(frozen=True)
class Reach:
    """The units that somebody reaches: every one, or those with the codes in ``units``."""

    everything: bool
    units: frozenset[str]

    def covers(self, unit: str | None) -> bool:
        return self.everything or unit in self.units


def classified(kind: str) -> bool:
    """Whether things of this kind stand at a level, above which nobody reaches them."""
    return kind in MATERIAL.split()


def parts_that_may(verb: str, kind: str) -> frozenset[str]:
    """The parts in a case to which some row allows this, for filtering rows before they are read."""
    rows = (row for row in TABLE if row.allows and row.about(verb, kind) and row.reach == "seat")
    return frozenset().union(*(row.roles for row in rows))


def left(actor: Actor, thing: Thing) -> bool:
    return not actor.active


def had_a_hand_in_it(actor: Actor, thing: Thing) -> bool:
    return actor.username in thing.drafted_by or actor.username == thing.submitted_by


def concerns_oneself(actor: Actor, thing: Thing) -> bool:
    return thing.id == actor.username


def above_clearance(actor: Actor, thing: Thing) -> bool:
    return thing.level > actor.clearance


def kept_by_its_originator(actor: Actor, thing: Thing) -> bool:
    return bool(handling.against_passing_on(thing.handling, thing.to))


def no_evidence(actor: Actor, thing: Thing) -> bool:
    return bool(handling.against_evidence(thing.handling))


def forbid(name: str, verbs: str, kinds: str, condition: Callable[[Actor, Thing], bool], says: str) -> Row:
    return Row(name, words(verbs, VERBS), words(kinds, KINDS), frozenset(), "every unit", False, says, condition)


def allow(name: str, verbs: str, kinds: str, roles: str, says: str, *, reach: str = "unit") -> Row:
    return Row(name, words(verbs, VERBS), words(kinds, KINDS), words(roles, ROLES), reach, True, says)


def seat(name: str, verbs: str, kinds: str, parts: str, says: str) -> Row:
    return Row(name, words(verbs, VERBS), words(kinds, KINDS), words(parts, PARTS), "seat", True, says)


def words(told: str, known: tuple[str, ...]) -> frozenset[str]:
    """The words of ``told``, or all that are known for ``*``."""
    return frozenset(known) if told == "*" else frozenset(told.split())


TABLE: tuple[Row, ...] = (
    forbid("left", "*", "*", left, "A user who was deactivated may do nothing."),
    forbid("four-eyes", "approve", "*", had_a_hand_in_it,
           "Whoever drafted, edited or submitted a draft never approves it: a second person must."),
    forbid("own-roles", "manage", "users", concerns_oneself,
           "Nobody changes their own account or roles: another administrator must."),
    forbid("own-glass", "review", "emergency", had_a_hand_in_it,
           "Nobody reviews a glass that they broke themselves."),
    forbid("not-cleared", "*", MATERIAL, above_clearance,
           "The material is classified above the level for which you are cleared."),
    forbid("originator-decides", "pass-on", "subject item", kept_by_its_originator,
           "Its originator has not allowed that it is passed on."),
    forbid("not-as-evidence", "disclose", "subject item", no_evidence,
           "Its originator has not allowed that it is used as evidence."),
    allow("unit-reads", "read", "dossier draft act", "clerk officer approver liaison",
          "People of a unit read its dossiers and drafts."),
    allow("auditor-reads-all", "read", "dossier draft act", "auditor",
          "Auditors read the dossiers of every unit.", reach="every unit"),
    allow("unit-drafts", "draft", "dossier draft act", "clerk officer approver liaison",
          "People of a unit draft for it."),
    allow("officer-submits", "submit", "dossier draft act", "officer approver liaison",
          "Officers, approvers and liaison officers submit the drafts of their unit."),
    allow("officer-sends", "send", "dossier draft act", "officer approver liaison",
          "Officers, approvers and liaison officers send acts that need no second person."),
    allow("approver-approves", "approve", "dossier draft act", "approver",
          "Approvers approve drafts of their unit in which they had no hand."),
    allow("officer-assigns", "assign", "dossier", "officer approver",
          "Officers and approvers assign the dossiers of their unit."),
    allow("liaison-reads-peers", "read", "peers", "liaison",
          "Liaison officers read the peers.", reach="every unit"),
    allow("overseers-read-records", "read", "log reads peers", "auditor administrator",
          "Auditors and administrators read the log, the record of reads and the peers.", reach="every unit"),
    allow("overseers-read-access", "read", "users units", "auditor administrator",
          "Auditors and administrators read users, units and roles.", reach="every unit"),
    allow("administrator-manages", "manage", "users units peers keys", "administrator",
          "Administrators manage users, units, peers and keys.", reach="every unit"),
    seat("member-reads", "read", MATERIAL, "lead member reader",
         "Who has a seat in a case reads what is in it."),
    seat("member-writes", "write", "case subject item thread", "lead member",
         "Leads and members add to a case."),
    seat("member-passes-on", "pass-on", "subject item", "lead member",
         "Leads and members pass on what is in a case, as far as its originator allows."),
    seat("lead-leads", "lead", "case", "lead",
         "The lead of a case says who needs to know, and closes it."),
    seat("lead-discloses", "disclose destroy", "subject item window", "lead",
         "The lead of a case proposes what is disclosed, returned or destroyed."),
    allow("unit-reads-open-cases", "read", MATERIAL, "clerk officer approver liaison",
          "People of a unit read the cases that are open to it.", reach="open case"),
    Row("glass-broken", words("read", VERBS), words(MATERIAL, KINDS), frozenset(), "glass", True,
        "Whoever broke the glass reads the case until the time is over."),
    allow("officer-opens-cases", "open", "case", "officer approver liaison",
          "Officers, approvers and liaison officers open cases for their unit."),
    allow("supervisor-oversees", "oversee", "case thread", "approver",
          "Approvers see which cases their unit has, who leads them and where they wait, and name another lead."),
    allow("approver-approves-measures", "approve", "item window", "approver",
          "Approvers approve disclosure, return and destruction in which they had no hand."),
    allow("auditor-audits", "audit", f"{MATERIAL} emergency figures retention", "auditor",
          "Auditors see who did what in every case, not what is in it.", reach="every unit"),
    allow("may-break-glass", "break-glass", "case", "officer approver liaison",
          "Who handles cases may break the glass of one, with a reason that a supervisor reviews.", reach="every unit"),
    allow("supervisor-reviews", "review", "emergency", "approver",
          "Approvers review each glass that was broken in a case of their unit."),
    allow("auditor-reviews", "review", "emergency", "auditor",
          "Auditors review every glass that was broken.", reach="every unit"),
    allow("unit-talks", "read write", "thread", "officer approver liaison",
          "People of a unit read and answer its conversations with other authorities that belong to no case.",
          reach="no case"),
    allow("supervisor-reads-figures", "read", "figures", "approver",
          "Approvers read the figures of their unit."),
    allow("auditor-reads-figures", "read", "figures", "auditor",
          "Auditors read the figures of every unit.", reach="every unit"),
    allow("everybody-finds-people", "read", "directory", "*",
          "Everybody with a role looks people up in the directory of authorities.", reach="every unit"),
    allow("administrator-keeps-time", "read manage", "retention", "administrator",
          "Administrators set how long what is kept.", reach="every unit"),
    allow("auditor-reads-retention", "read", "retention", "auditor",
          "Auditors read what was deleted, when and why.", reach="every unit"),
    allow("approver-answers-inquiries", "open read write", "inquiry", "approver",
          "Approvers answer for their unit what people ask about the data kept on them."),
    allow("auditor-audits-inquiries", "audit", "inquiry", "auditor",
          "Auditors see when an inquiry came and was answered, not who asked or what was told.", reach="every unit"),
)  # fmt: skip

NOTHING_FITS = "nothing-fits"
ALONE = ("unit", "every unit", "no case")
"""The reaches that need no compartment."""


def can(actor: Actor, verb: str, thing: Thing) -> Decision:
    """Decide whether ``actor`` may do ``verb`` to ``thing``; the answer names the row that decided.

    :raises UnknownWord: the verb or the kind of thing is not one of the table's.
    """
    known(verb, "verb", VERBS)
    known(thing.kind, "kind of thing", KINDS)
    needs = roles_that_may(verb, thing.kind)
    for row in TABLE:
        if row.fits(actor, verb, thing):
            return Decision(row.allows, row.name, row.says, () if row.allows else needs)
    return Decision(False, NOTHING_FITS, "No role that you hold here allows this.", needs)


def demand(actor: Actor, verb: str, thing: Thing) -> Decision:
    """The decision, when it is yes.

    :raises NotAllowed: it is no; the sentence is the row's.
    """
    decision = can(actor, verb, thing)
    if not decision.allowed:
        raise NotAllowed(why=decision.says, rule=decision.rule, remedy=remedy(decision))
    return decision


def remedy(decision: Decision) -> str:
    if not decision.needs:
        return "Nobody may do this."
    who = f"Someone who is {' or '.join(decision.needs)} may"
    if set(decision.needs) <= set(PARTS):
        return f"{who}; the lead of the case gives seats."
    return f"{who}; an administrator grants roles."


def visible_units(actor: Actor, verb: str, kind: str) -> Reach:
    """The units whose things of this kind, outside any case, the actor may ``verb``: for filtering rows.

    Rows that forbid single things (the drafter's own draft) are not looked at: ask :func:`can` for those.
    """
    known(verb, "verb", VERBS)
    known(kind, "kind of thing", KINDS)
    if not actor.active:
        return Reach(False, frozenset())
    rows = [row for row in TABLE if row.allows and row.about(verb, kind) and row.reach in ALONE]
    reaches = [row.units(actor) for row in rows]
    return Reach(any(reach.everything for reach in reaches), frozenset().union(*(reach.units for reach in reaches)))


def roles_that_may(verb: str, kind: str) -> tuple[str, ...]:
    """The roles, and parts in a case, to which some row allows this, in the table's order."""
    roles = {role for row in TABLE if row.allows and row.about(verb, kind) for role in row.roles}
    return tuple(role for role in (*ROLES, *PARTS) if role in roles)


def known(word: str, what: str, words_known: tuple[str, ...]) -> None:
    if word not in words_known:
        raise UnknownWord(word=word, what=what, known=", ".join(words_known))
