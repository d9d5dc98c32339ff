"""Dossiers of a case: who may see both sees that they belong together."""

from datetime import datetime

from django.db import transaction

from comity.access.queries import User
from comity.cases import events, sight
from comity.cases.models import Link
from comity.dossiers import queries as dossiers
from comity.lib.errors import ComityError


class LinkedAlready(ComityError):
    code = "cases.linked-already"
    says = "{dossier} belongs to this case already."
    next_step = "Nothing to do."


@transaction.atomic
def link(number: str, dossier: str, *, by: User, at: datetime, why: str = "") -> Link:
    """Say that a dossier belongs to a case. Who links it may read both.

    :raises LinkedAlready: as it says. NotFound (cases or dossiers), NotAllowed, CaseClosed: the rules.
    """
    case = sight.locked(by, number, "write", at)
    found = dossiers.one(by, dossier)
    if Link.objects.filter(case=case, dossier=found, ended_at=None).exists():
        raise LinkedAlready(dossier=dossier)
    made = Link.objects.create(
        case=case, compartment=case.compartment, dossier=found, why=why.strip()[:200], by=by, at=at
    )
    events.note(case, "linked", by=by, at=at, about=dossier, why=made.why)
    return made


@transaction.atomic
def unlink(number: str, dossier: str, *, by: User, at: datetime) -> None:
    """Take a dossier out of a case; that it stood there stays in the history.

    :raises NotFound, NotAllowed, CaseClosed: the rules, or it was not linked.
    """
    case = sight.locked(by, number, "write", at)
    row = Link.objects.filter(case=case, dossier=dossier, ended_at=None).first()
    if row is None:
        raise sight.NotFound(what="dossier", id=dossier)
    row.ended_by, row.ended_at = by, at
    row.save(update_fields=["ended_by", "ended_at"])
    events.note(case, "unlinked", by=by, at=at, about=dossier)
