"""What happened to the subjects of a case, for its timeline."""

from collections.abc import Iterator
from datetime import datetime

from comity.access.happening import Happening
from comity.access.queries import Compartment, User
from comity.subjects import sight
from comity.subjects.models import Import, Merge, Role, Statement, Subject
from comity.subjects.viewing import captions, recorded

MOST = 500
"""Of each kind of happening; the newest count."""

ADDED = "Subject added: {caption}"
RELATED = "Relation added: {kind}"
REMOVED = "Subject removed: {caption} ({reason})"
STATED = "{caption}: {prop} stated"
CORRECTED = "{caption}: {prop} corrected ({reason})"
RETRACTED = "{caption}: {prop} retracted ({reason})"
ROLE = "{caption}: category {role}"
MERGED = "{absorbed} merged into {caption} ({reason})"
UNMERGED = "{absorbed} and {caption} are two again ({reason})"
IMPORTED = "{accepted} records imported from {name}"
IMPORT_UNDONE = "The import from {name} was undone"


def history(user: User, compartment: Compartment, at: datetime) -> list[Happening]:
    """What happened to subjects in a case and its circles, as far as this reader may see it, oldest first.

    What an import brought is told once, as the import.
    """
    told = Told(user, compartment, at)
    return sorted([*told.subjects(), *told.statements(), *told.roles(), *told.merges(), *told.imports()], key=_order)


def _order(one: Happening) -> tuple[datetime, str, str]:
    return one.at, one.id, one.says


class Told:
    """The happenings of one case for one reader."""

    def __init__(self, user: User, compartment: Compartment, at: datetime) -> None:
        self.user, self.compartment, self.at = user, compartment, at
        self.case = sight.in_case(compartment)
        rows = sight.things(user, at, removed=True).filter(self.case, brought_by__isnull=True)
        self.known = {one.pk: one for one in rows.order_by("-at", "-id")[:MOST]}
        self.called = captions(user, list(self.known.values()), at)
        recorded(user, self.known.values(), at)

    def subjects(self) -> Iterator[Happening]:
        for one in self.known.values():
            called = {"caption": self.called[one.pk]}
            yield Happening(one.at, one.by.full_name, "subject", one.ref, ADDED, called)
            if one.removed_at is not None and one.removed_by is not None:
                values = {**called, "reason": one.removed_why}
                yield Happening(one.removed_at, one.removed_by.full_name, "subject", one.ref, REMOVED, values)
        edges = sight.edges(self.user, self.at).filter(self.case, brought_by__isnull=True).select_related("by")
        for edge in edges.order_by("-at", "-id")[:MOST]:
            yield Happening(edge.at, edge.by.full_name, "subject", edge.ref, RELATED, {"kind": edge.schema})

    def statements(self) -> Iterator[Happening]:
        rows = sight.statements(self.user, self.at, list(self.known), retracted=True).filter(brought_by__isnull=True)
        for one in rows.select_related("retracted_by").order_by("-at", "-id")[:MOST]:
            values = self._values(one.subject, prop=one.prop, reason=one.retracted_why)
            if one.at != one.subject.at and one.corrects_id is None:
                yield self._of(one, one.at, one.by.full_name, STATED, values)
            if one.retracted_at is not None and one.retracted_by is not None:
                corrected = Statement.objects.filter(corrects=one).exists()
                says = CORRECTED if corrected else RETRACTED
                yield self._of(one, one.retracted_at, one.retracted_by.full_name, says, values)

    def _of(self, one: Statement, at: datetime, by: str, says: str, values: dict[str, str]) -> Happening:
        return Happening(at, by, "subject", one.subject.ref, says, values)

    def _values(self, subject: Subject, **more: str) -> dict[str, str]:
        return {"caption": self.called.get(subject.pk, subject.ref), **more}

    def roles(self) -> Iterator[Happening]:
        rows = Role.objects.filter(subject__in=list(self.known)).select_related("by", "subject__compartment")
        for one in rows.order_by("-at", "-id")[:MOST]:
            values = self._values(one.subject, role=one.role)
            yield Happening(one.at, one.by.full_name, "subject", one.subject.ref, ROLE, values)

    def merges(self) -> Iterator[Happening]:
        rows = Merge.objects.filter(
            sight.reach(self.user, self.at, prefix="into__"), sight.reach(self.user, self.at, prefix="absorbed__"),
            absorbed__in=list(self.known),
        ).select_related("by", "undone_by", "into__compartment", "absorbed__compartment")  # fmt: skip
        for one in rows.order_by("-at", "-id")[:MOST]:
            values = self._values(one.into, absorbed=one.absorbed.ref, reason=one.reason)
            yield Happening(one.at, one.by.full_name, "subject", one.into.ref, MERGED, values)
            if one.undone_at is not None and one.undone_by is not None:
                values = {**values, "reason": one.undone_why}
                yield Happening(one.undone_at, one.undone_by.full_name, "subject", one.into.ref, UNMERGED, values)

    def imports(self) -> Iterator[Happening]:
        rows = Import.objects.filter(
            self.case, sight.reach(self.user, self.at), status__in=["done", "undoing", "undone"]
        ).select_related("by", "undone_by")
        for one in rows.order_by("-at")[:MOST]:
            values = {"accepted": one.accepted, "name": one.name}
            ref = f"{self.compartment.name}.0"
            yield Happening(one.finished_at or one.at, one.by.full_name, "subject", ref, IMPORTED, values)
            if one.undone_at is not None and one.undone_by is not None:
                yield Happening(one.undone_at, one.undone_by.full_name, "subject", ref, IMPORT_UNDONE, values)
