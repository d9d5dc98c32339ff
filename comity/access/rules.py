"""Who may do what: one table, read from top to bottom; the first row that fits decides.

Pure: values in, a decision out. ``queries.actor(user)`` makes the :class:`Actor`; the room that owns the
thing fills the :class:`Thing`. docs/rooms/access.md shows the table as people read it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from comity.access.roles import ROLES
from comity.lib.errors import BadInput, ComityError

VERBS = ("read", "draft", "submit", "send", "approve", "assign", "manage")
KINDS = ("dossier", "draft", "act", "log", "reads", "peers", "users", "units", "keys")


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
    """A role in the unit with this code, or in the whole authority when ``unit`` is None."""

    role: str
    unit: str | None = None


@dataclass(frozen=True)
class Actor:
    """Who asks: a user with the grants open at this moment."""

    username: str
    full_name: str = ""
    grants: frozenset[Grant] = frozenset()
    active: bool = True
    user_id: int | None = None


@dataclass(frozen=True)
class Thing:
    """What is asked about. Users are named by username, units by code.

    ``unit`` is None while the thing belongs to no unit: then only roles in the whole authority reach it.
    ``drafted_by`` names everyone who drafted or edited it, ``submitted_by`` who submitted it.
    """

    kind: str
    id: str = ""
    unit: str | None = None
    drafted_by: Iterable[str] = ()
    submitted_by: str | None = None

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
    """One line of the table. ``reach`` is "unit" (a role in the thing's unit or in the whole authority) or
    "every unit" (the role anywhere); a row that forbids holds for everybody who meets its condition."""

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

    def units(self, actor: Actor) -> "Reach":
        """The units in which the actor holds one of the row's roles."""
        held = [grant.unit for grant in actor.grants if grant.role in self.roles]
        everything = None in held or (bool(held) and self.reach == "every unit")
        return Reach(everything, frozenset(unit for unit in held if unit is not None))

    def fits(self, actor: Actor, verb: str, thing: Thing) -> bool:
        if not self.about(verb, thing.kind):
            return False
        if self.allows and not self.units(actor).covers(thing.unit):
            return False
        return self.condition(actor, thing)


@dataclass(frozen=True)
class Reach:
    """The units that somebody reaches: every one, or those with the codes in ``units``."""

    everything: bool
    units: frozenset[str]

    def covers(self, unit: str | None) -> bool:
        return self.everything or unit in self.units


def left(actor: Actor, thing: Thing) -> bool:
    return not actor.active


def had_a_hand_in_it(actor: Actor, thing: Thing) -> bool:
    return actor.username in thing.drafted_by or actor.username == thing.submitted_by


def concerns_oneself(actor: Actor, thing: Thing) -> bool:
    return thing.id == actor.username


def forbid(name: str, verbs: str, kinds: str, condition: Callable[[Actor, Thing], bool], says: str) -> Row:
    return Row(name, words(verbs, VERBS), words(kinds, KINDS), frozenset(), "every unit", False, says, condition)


def allow(name: str, verbs: str, kinds: str, roles: str, says: str, *, reach: str = "unit") -> Row:
    return Row(name, words(verbs, VERBS), words(kinds, KINDS), words(roles, ROLES), reach, True, says)


def words(told: str, known: tuple[str, ...]) -> frozenset[str]:
    """The words of ``told``, or all that are known for ``*``."""
    return frozenset(known) if told == "*" else frozenset(told.split())


TABLE: tuple[Row, ...] = (
    forbid("left", "*", "*", left, "A user who was deactivated may do nothing."),
    forbid("four-eyes", "approve", "*", had_a_hand_in_it,
           "Whoever drafted, edited or submitted a draft never approves it: a second person must."),
    forbid("own-roles", "manage", "users", concerns_oneself,
           "Nobody changes their own account or roles: another administrator must."),
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
)  # fmt: skip

NOTHING_FITS = "nothing-fits"


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
    return f"Someone who is {' or '.join(decision.needs)} may; an administrator grants roles."


def visible_units(actor: Actor, verb: str, kind: str) -> Reach:
    """The units whose things of this kind the actor may ``verb``, for filtering rows before they are read.

    Rows that forbid single things (the drafter's own draft) are not looked at: ask :func:`can` for those.
    """
    known(verb, "verb", VERBS)
    known(kind, "kind of thing", KINDS)
    if not actor.active:
        return Reach(False, frozenset())
    reaches = [row.units(actor) for row in TABLE if row.allows and row.about(verb, kind)]
    return Reach(any(reach.everything for reach in reaches), frozenset().union(*(reach.units for reach in reaches)))


def roles_that_may(verb: str, kind: str) -> tuple[str, ...]:
    """The roles to which some row allows this, in the table's order of roles."""
    roles = {role for row in TABLE if row.allows and row.about(verb, kind) for role in row.roles}
    return tuple(role for role in ROLES if role in roles)


def known(word: str, what: str, words_known: tuple[str, ...]) -> None:
    if word not in words_known:
        raise UnknownWord(word=word, what=what, known=", ".join(words_known))
