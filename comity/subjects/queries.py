"""What is known of subjects, as far as the reader may see it. docs/rooms/subjects.md lists the doors."""

from datetime import datetime

from comity.access.queries import User
from comity.subjects import sight
from comity.subjects.evaluation import schemes
from comity.subjects.exporting import UnknownFormat, as_csv, as_ftm, rejects_csv
from comity.subjects.importing import NoImport, Preview, imports, preview, rejected, since, templates
from comity.subjects.importing import found as import_
from comity.subjects.models import Import, Merge, Reject, Statement, Subject, Template
from comity.subjects.passing import MayNotPassOn, as_person, limits
from comity.subjects.roles import CATEGORIES
from comity.subjects.sight import NotFound, key, of_ref, ref_of
from comity.subjects.telling import history
from comity.subjects.values import Bound, Filled, Group, Listed, Related, Relation, Row, SubjectView
from comity.subjects.viewing import captions, in_compartment, relations, seen, statements, subject


def find(user: User, case: str, key: str, at: datetime, *, removed: bool = False) -> Subject:
    """The subject that is called ``3`` or ``a-1`` within a case.

    :raises NotFound: there is none that this user may see.
    """
    return of_ref(user, ref_of(case, key), at, removed=removed)


def statement(user: User, number: int, at: datetime) -> Statement:
    """One statement, retracted or not.

    :raises NotFound: there is none that this user may see.
    """
    row = Statement.objects.filter(pk=number).select_related("subject__compartment").first()
    if row is None:
        raise NotFound(ref=str(number))
    subject = sight.found(user, row.subject, at)
    found = sight.statements(user, at, [subject.pk], retracted=True).filter(pk=number).first()
    if found is None:
        raise NotFound(ref=str(number))
    return found


def merges(user: User, subject: Subject, at: datetime) -> list[Merge]:
    """Every merge of a subject of which this reader sees both ends, also those undone, the newest first."""
    rows = Merge.objects.filter(
        sight.reach(user, at, prefix="into__"), sight.reach(user, at, prefix="absorbed__")
    ).select_related("by", "undone_by", "into__compartment__unit", "absorbed__compartment__unit")
    return list((rows.filter(into=subject) | rows.filter(absorbed=subject)).order_by("-at", "-id"))


def merge(user: User, number: int, at: datetime) -> Merge:
    """One merge of which this reader sees both ends.

    :raises NotFound: as it says.
    """
    row = Merge.objects.filter(pk=number).select_related("into__compartment", "absorbed__compartment").first()
    if row is None:
        raise NotFound(ref=str(number))
    for one in (row.into, row.absorbed):
        sight.found(user, one, at)
    return row


__all__ = [
    "CATEGORIES",
    "Bound",
    "Filled",
    "Group",
    "Import",
    "Listed",
    "MayNotPassOn",
    "Merge",
    "NoImport",
    "NotFound",
    "Preview",
    "Reject",
    "Related",
    "Relation",
    "Row",
    "Statement",
    "Subject",
    "SubjectView",
    "Template",
    "UnknownFormat",
    "as_csv",
    "as_ftm",
    "as_person",
    "captions",
    "find",
    "history",
    "import_",
    "imports",
    "in_compartment",
    "key",
    "limits",
    "merge",
    "merges",
    "of_ref",
    "preview",
    "ref_of",
    "rejected",
    "rejects_csv",
    "relations",
    "schemes",
    "seen",
    "since",
    "statement",
    "statements",
    "subject",
    "templates",
]  # fmt: skip
