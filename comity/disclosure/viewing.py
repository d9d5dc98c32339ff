"""What is told about windows: to the case, to whoever decides, to the auditor. ``queries`` offers these."""

from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.db.models import Count, Max, Q, QuerySet

from comity.access import actions as access
from comity.access import queries as people
from comity.access.happening import Happening
from comity.access.queries import Compartment, User
from comity.disclosure import bundling, sight
from comity.disclosure.models import Listed, Sealed, Visit, Window
from comity.disclosure.sight import NotFound
from comity.disclosure.values import COMING, OPEN, PROPOSED, CodeRow, Line, VisitRow, WindowRow, WindowView
from comity.evidence.packages import listing
from comity.exchange.wire import card


def in_compartment(user: User, compartment: Compartment, at: datetime) -> list[WindowRow]:
    """The windows of a case, newest first."""
    rows = counted(sight.windows(user, at).filter(compartment=compartment))
    return [row_of(row, at) for row in rows]


def to_approve(user: User, at: datetime) -> list[WindowRow]:
    """The windows that wait for this user's approval, oldest first; never their own."""
    rows = sight.windows(user, at, "approve").filter(approved__isnull=True).exclude(proposed_by=user)
    return [row_of(row, at) for row in counted(rows).order_by("proposed_at", "id")]


def waiting(user: User, at: datetime) -> int:
    """How many windows wait for this user's approval, for the menu."""
    found = Window.objects.filter(people.material(user, kind="window", verb="approve", at=at), approved__isnull=True)
    return found.exclude(proposed_by=user).count()


def audited(user: User, at: datetime) -> list[WindowRow]:
    """Every window, for an auditor: who has one, and when; not what is in it."""
    return [blank(row_of(row, at)) for row in counted(sight.windows(user, at, "audit"))]


def counted(rows: QuerySet[Window]) -> QuerySet[Window]:
    """With how many lines are disclosed and withheld, and when somebody was last there."""
    return rows.annotate(
        out=Count("lines", filter=Q(lines__disclosed=True), distinct=True),
        kept=Count("lines", filter=Q(lines__disclosed=False), distinct=True),
        last=Max("visits__at", filter=~Q(visits__what="refused")),
    )


def row_of(row: Window, at: datetime) -> WindowRow:
    return WindowRow(
        row.pk, row.compartment.name, row.recipient, row.function, row.purpose, row.opens_at, row.closes_at,
        sight.state(row, at), getattr(row, "out", 0), getattr(row, "kept", 0), getattr(row, "last", None),
    )  # fmt: skip


def blank(row: WindowRow) -> WindowRow:
    """Without what the case says."""
    return replace(row, purpose="")


def window(user: User, id: str, at: datetime) -> WindowView:
    """One window, for the case, for who may approve it, or for an auditor; recorded.

    :raises NotFound: there is none, or not for this user.
    """
    row, verb = sight.window(user, id, at, "read", "approve", "audit")
    access.record_read(people.actor(user, at), sight.thing(row), at, verb=verb)
    full = counted(Window.objects.filter(pk=row.pk).select_related("compartment__unit", "proposed_by")).get()
    told = row_of(full, at)
    sealed = Sealed.objects.filter(window=row).first()
    return WindowView(
        row=blank(told) if verb == "audit" else told,
        contact=row.contact,
        language=row.language,
        proposed_by=row.proposed_by.full_name,
        proposed_at=row.proposed_at,
        decided_by=row.decided_by.full_name if row.decided_by else "",
        decided_at=row.decided_at,
        reason="" if verb == "audit" else row.reason,
        ended_by=row.ended_by.full_name if row.ended_by else "",
        ended_at=row.ended_at,
        end_reason="" if verb == "audit" else row.end_reason,
        root=sealed.root if sealed else "",
        log_index=sealed.log_index if sealed else None,
        fingerprint=card.read(bytes(sealed.card)).fingerprint if sealed else "",
        lines=() if verb == "audit" else tuple(map(line_of, Listed.objects.filter(window=row).order_by("n"))),
        codes=tuple(CodeRow(one.made_by.full_name, one.made_at, one.used_at, one.ended_at)
                    for one in row.codes.select_related("made_by").order_by("made_at", "id")),
        visits=visits_of(row.pk),
        may=may(user, row, verb, at),
    )  # fmt: skip


def line_of(row: Listed) -> Line:
    return Line(
        row.n, row.item, row.entry["title"], row.entry["kind"], row.disclosed, row.ground, row.words,
        "content" in row.entry,
    )  # fmt: skip


def visits_of(window: str) -> tuple[VisitRow, ...]:
    rows = Visit.objects.filter(window=window).order_by("at", "id")
    return tuple(VisitRow(one.what, one.at, one.n, one.source) for one in rows)


def may(user: User, row: Window, verb: str, at: datetime) -> frozenset[str]:
    """What a page offers this user now."""
    state, told = sight.state(row, at), set()
    approves = sight.allowed(user, "approve", row, at).allowed
    leads = sight.allowed(user, "disclose", row, at).allowed
    if state == PROPOSED and approves:
        told |= {"approve", "decline"}
    if state in (COMING, OPEN) and (approves or leads):
        told.add("end")
    if state in (COMING, OPEN) and leads:
        told.add("code")
    if verb == "read" and row.approved:
        told.add("bundle")
    return frozenset(told)


def history(user: User, compartment: Compartment, at: datetime) -> list[Happening]:
    """What happened around the windows of a case, oldest first."""
    told: list[Happening] = []
    for row in sight.windows(user, at).filter(compartment=compartment).prefetch_related("visits", "codes__made_by"):
        told += happened(row)
    return sorted(told, key=lambda one: one.at)


def happened(row: Window) -> list[Happening]:
    def one(moment: datetime, by: str, says: str, **values: object) -> Happening:
        return Happening(moment, by, "window", row.pk, says, {"recipient": row.recipient, **values})

    told = [one(row.proposed_at, row.proposed_by.full_name, "A window for {recipient} was proposed.")]
    if row.decided_at and row.decided_by:
        says = (
            "The window for {recipient} was approved." if row.approved else "The window for {recipient} was declined."
        )
        told.append(one(row.decided_at, row.decided_by.full_name, says))
    told += [
        one(code.made_at, code.made_by.full_name, "A code for {recipient} was handed out.") for code in row.codes.all()
    ]
    for visit in row.visits.all():
        if visit.what in VISIT_SAYS:
            told.append(one(visit.at, row.recipient, VISIT_SAYS[visit.what], n=visit.n))
    if row.ended_at and row.ended_by:
        told.append(one(row.ended_at, row.ended_by.full_name, "The window for {recipient} was closed early."))
    return told


VISIT_SAYS = {
    "signed-in": "{recipient} came in.",
    "item": "{recipient} opened item {n} of the list.",
    "bundle": "{recipient} took the whole bundle.",
    "refused": "A wrong code was tried at the window for {recipient}.",
}


def bundle(user: User, id: str, at: datetime) -> bundling.Bundle:
    """The court bundle of a window's list, for the case; recorded.

    :raises NotFound: not theirs to read, or not approved.
    """
    row, _ = sight.window(user, id, at, "read")
    if not row.approved:
        raise NotFound(id=id)
    actor = people.actor(user, at)
    things = [people.thing("item", line.item, row.compartment, level=line.level)
              for line in row.lines.filter(disclosed=True)]  # fmt: skip
    access.record_reads(actor, [sight.thing(row), *things], at)
    return bundling.bundle(row)


def opening(user: User, id: str, n: int, at: datetime) -> dict[str, object]:
    """What opens the commitment of a withheld item, for the court alone; recorded.

    :raises NotFound: no such line, or not theirs to read.
    """
    row, _ = sight.window(user, id, at, "read")
    line = row.lines.filter(n=n, disclosed=False).first()
    if line is None:
        raise NotFound(id=f"{id}/{n}")
    access.record_read(people.actor(user, at), people.thing("item", line.item, row.compartment, level=line.level), at)
    return {
        "window": id, "n": n, "item": line.entry, "salt": line.salt,
        "commitment": listing.commitment(line.entry, bytes.fromhex(line.salt)),
    }  # fmt: skip


def stored_list(name: str) -> bytes | None:
    """The signed list that a log entry stands for."""
    found = Sealed.objects.filter(name=name).values_list("head", flat=True).first()
    return bytes(found) if found is not None else None


def authority() -> str:
    return str(settings.COMITY.authority)
