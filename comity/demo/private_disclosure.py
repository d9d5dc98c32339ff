"""A window for the defence in a case of the French authority: proposed, approved by another person, and looked through.

Told through the actions that the pages call. Everybody in it is invented.
"""

from datetime import datetime, timedelta

from comity.access import queries as people
from comity.access.queries import Compartment, User
from comity.disclosure import actions, queries
from comity.disclosure.values import Candidate, Choice
from comity.lib import clock

RECIPIENT = {
    "recipient": "Maître Odile Blanc",
    "function": "avocate de la personne mise en cause",
    "contact": "paper",
    "purpose": "préparation de l'audience devant le juge d'instruction",
}
WITNESS = Choice(False, "protection-of-a-person", "Un témoin qui a demandé la protection y est reconnaissable.")
VISITED_FROM = "192.0.2.44"


def play(number: str) -> str:
    """Play the window of a case, unless it has one. Returns its name, or nothing where the case cannot have one."""
    now = clock.now()
    lead = leading(number, now)
    compartment = people.compartments(lead, kind="window", at=now).filter(name=number).first() if lead else None
    if lead is None or compartment is None:
        return ""
    for row in queries.in_compartment(lead, compartment, now):
        return row.id
    second = approver(compartment, lead)
    found = queries.candidates(lead, compartment, now)
    if second is None or not found:
        return ""
    made = actions.propose(
        compartment, **RECIPIENT, opens_at=now - timedelta(days=2), closes_at=now + timedelta(days=28),
        choices=chosen(found), by=lead, at=now - timedelta(days=2, hours=3), language="fr",
    )  # fmt: skip
    actions.approve(made.pk, by=second, at=now - timedelta(days=2, hours=1))
    visit(made.pk, lead, now)
    return made.pk


def leading(number: str, at: datetime) -> User | None:
    """Who leads a case: the demo's people are asked in turn, so that nobody needs a right of their own."""
    for user in people.users(active_only=True):
        held = people.compartments(user, kind="window", verb="disclose", at=at)
        if held.filter(name=number).exists():
            return user
    return None


def approver(compartment: Compartment, lead: User) -> User | None:
    """A second person who may approve in the case's unit."""
    return next((user for user in people.approvers(compartment.unit) if user.pk != lead.pk), None)


def chosen(found: list[Candidate]) -> dict[str, Choice]:
    """What may be disclosed is, but for the second of them; what its originator keeps from evidence is withheld."""
    free = [one.ref for one in found if not one.barred]
    told = {one.ref: Choice(True) if one.ref in free else Choice(False, "not-as-evidence") for one in found}
    if len(free) > 2:
        told[free[1]] = WITNESS
    return told


def visit(id: str, lead: User, now: datetime) -> None:
    """The lawyer comes with the code from the paper, reads the list, opens what has a file, and takes the bundle."""
    code = actions.hand_code(id, by=lead, at=now - timedelta(days=2))
    at = now - timedelta(days=1)
    _, secret = actions.enter(id, code, at=at, source=VISITED_FROM)
    visiting = queries.stay(id, secret, at=at)
    if visiting is None:
        return
    shown = queries.shown(visiting, at, source=VISITED_FROM)
    for minutes, entry in enumerate((one for one in shown.entries if one.content), start=1):
        taken = queries.item(visiting, entry.n, at + timedelta(minutes=minutes), source=VISITED_FROM)
        for _ in taken.pieces:
            pass
    actions.leave(visiting, at=at + timedelta(minutes=30), source=VISITED_FROM)
    actions.hand_code(id, by=lead, at=now - timedelta(hours=2))
