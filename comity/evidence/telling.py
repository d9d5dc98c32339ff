"""The history of this room in sentences. Each is translated where it is shown; who did it stands beside it."""

from datetime import datetime

from comity.access import queries as people
from comity.access.happening import Happening
from comity.access.queries import Compartment, User
from comity.evidence import chain
from comity.evidence.models import Custody, Measure

SAYS = {
    "taken": "{title}: taken in.",
    "received": "{title}: received from {from_whom}.",
    "made": "{title}: made by {from_whom}.",
    "sealed": "{title}: sealed anew, {seal}.",
    "copied": "{title}: {to_whom} was made of it.",
    "moved": "{title}: moved to {to_whom}.",
    "lent": "{title}: lent to {to_whom}.",
    "back": "{title}: back with {to_whom}.",
    "examined": "{title}: examined by {to_whom}.",
    "checked": "{title}: all bytes were read and compared.",
    "permitted": "{title}: its originator agreed that it goes to {to_whom}.",
    "sent": "{title}: put into an act for {to_whom}.",
    "returned": "{title}: returned to {to_whom}.",
    "destroyed": "{title}: destroyed.",
    "corrected": "{title}: entry {corrects} of its custody was corrected.",
}
PROPOSED = {"return": "{title}: its return was proposed.", "destroy": "{title}: its destruction was proposed."}
DECIDED = {
    "rejected": "{title}: what was proposed was not approved.",
    "withdrawn": "{title}: what was proposed was withdrawn.",
}


def history(user: User, compartment: Compartment, at: datetime) -> list[Happening]:
    """What happened to the items of a compartment, oldest first, as far as this user may see them."""
    mine = people.material(user, kind="item", at=at)
    rows = Custody.objects.filter(mine, compartment=compartment).select_related("item__compartment", "by")
    told = [_entry(row) for row in rows.order_by("recorded_at", "id")]
    measures = Measure.objects.filter(mine, compartment=compartment).select_related(
        "item__compartment", "proposed_by", "decided_by"
    )
    for row in measures:
        values = {"title": row.item.title}
        told.append(
            Happening(row.proposed_at, row.proposed_by.full_name, "item", row.item.ref, PROPOSED[row.kind], values)
        )
        if row.decision in DECIDED and row.decided_by and row.decided_at:
            told.append(
                Happening(row.decided_at, row.decided_by.full_name, "item", row.item.ref, DECIDED[row.decision], values)
            )
    return sorted(told, key=lambda one: one.at)


def _entry(row: Custody) -> Happening:
    values = {"title": row.item.title, "from_whom": "", "to_whom": "", "seal": "", "corrects": ""}
    try:
        one = chain.read(bytes(row.raw))
        values |= {"from_whom": one.from_whom, "to_whom": one.to_whom, "seal": one.seal,
                   "corrects": str(one.corrects or "")}  # fmt: skip
    except chain.BadEntry:
        pass  # its page says what is wrong with it
    return Happening(row.recorded_at, row.by.full_name, "item", row.item.ref, SAYS[row.what], values)
