"""The kinds of thing that grow old: since when each is over, and how it is erased."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count

from comity.access import forgetting
from comity.access.erasing import erase_rows
from comity.dossiers import erasing as dossiers
from comity.exchange import erase as exchange
from comity.liaison import erasing as liaison
from comity.lib.errors import BadInput
from comity.retention import inquiries, whole
from comity.retention.values import Expiring
from comity.subjects import erasing as subjects

__all__ = ["KINDS", "Expiring", "Kind", "UnknownKind", "kind"]


class UnknownKind(BadInput):
    code = "retention.unknown-kind"
    says = "{kind!r} is not a kind of thing that is erased; the kinds are {known}."
    next_step = "Use one of these."


@dataclass(frozen=True)
class Kind:
    """``over`` says since when things of this kind count. ``total`` and ``expiring`` take the moment before which they
    were over, and now; ``erase`` takes ref, rule, both moments; ``exists`` says whether there is such a thing at all."""

    id: str
    title: str
    over: str
    total: Callable[[datetime, datetime], int]
    expiring: Callable[[datetime, datetime, int, int], list[Expiring]]
    erase: Callable[[str, str, datetime, datetime], dict[str, int]]
    exists: Callable[[str], bool]


def _drafts(before: datetime, at: datetime, limit: int, offset: int) -> list[Expiring]:
    rows = dossiers.discarded_before(before).select_related("unit")[offset : offset + limit]
    return [Expiring(str(row.pk), row.unit.code, row.changed_at, {"drafts": 1}) for row in rows]


@transaction.atomic
def _erase_draft(ref: str, rule: str, before: datetime, at: datetime) -> dict[str, int]:
    counts = dossiers.erase_draft(int(ref), rule=rule, before=before, at=at, used=whole.needed_beside_dossiers)
    return {**counts, **whole.told("draft", [ref])}


def _threads(before: datetime, at: datetime, limit: int, offset: int) -> list[Expiring]:
    rows = liaison.expiring(before, limit=limit, offset=offset)
    return [Expiring(one.ref, one.unit, one.since, {"messages": one.messages}) for one in rows]


def _imports(before: datetime, at: datetime, limit: int, offset: int) -> list[Expiring]:
    rows = subjects.discarded_before(before).select_related("compartment__unit")[offset : offset + limit]
    return [
        Expiring(str(row.pk), row.compartment.unit.code, row.finished_at or row.at, {"rows": row.rejected})
        for row in rows
    ]


def _erase_import(ref: str, rule: str, before: datetime, at: datetime) -> dict[str, int]:
    return subjects.erase_import(int(ref), rule=rule, before=before, at=at, used=whole.needed_beside_imports)


def _sign_ins(before: datetime, at: datetime, limit: int, offset: int) -> list[Expiring]:
    rows = forgetting.batches(before, limit=limit, offset=offset)
    return [Expiring(one.name, "", one.at, {"sign_ins": one.count}) for one in rows]


@transaction.atomic
def _erase_sign_ins(ref: str, rule: str, before: datetime, at: datetime) -> dict[str, int]:
    whole.lock()
    gone = forgetting.erase_sign_ins(ref, before=before)
    exchange.erase(rule=rule, other=[exchange.Thing(forgetting.RECORD, gone.name, gone.sha256)], at=at)
    return {"access.SignIn": gone.count}


def _inquiries(before: datetime, at: datetime, limit: int, offset: int) -> list[Expiring]:
    rows = inquiries.over_before(before).select_related("unit").annotate(count=Count("places"))
    return [
        Expiring(row.number, row.unit.code, row.ended_at or row.opened_at, {"places": row.count})
        for row in rows[offset : offset + limit]
    ]


def _erase_inquiry(ref: str, rule: str, before: datetime, at: datetime) -> dict[str, int]:
    return erase_rows(inquiries.over_before(before).filter(pk=ref), rooms=["retention"])


def _number(exists: Callable[[int], bool]) -> Callable[[str], bool]:
    return lambda ref: ref.isascii() and ref.isdigit() and len(ref) < 18 and exists(int(ref))


KINDS = {
    one.id: one
    for one in (
        Kind(
            "case",
            "Closed cases",
            "since they were closed",
            lambda before, at: whole.cases_over(before, at).count(),
            whole.cases,
            whole.erase_case,
            whole.case_exists,
        ),
        Kind(
            "dossier",
            "Closed dossiers",
            "since their last act, once nothing is owed under them any more",
            lambda before, at: whole.dossiers_over(before).count(),
            whole.dossiers_expiring,
            whole.erase_dossier,
            dossiers.exists,
        ),
        Kind(
            "draft",
            "Drafts put aside",
            "since they were put aside",
            lambda before, at: dossiers.discarded_before(before).count(),
            _drafts,
            _erase_draft,
            _number(dossiers.draft_exists),
        ),
        Kind(
            "thread",
            "Closed conversations",
            "since their last message",
            lambda before, at: liaison.closed_before(before).count(),
            _threads,
            lambda ref, rule, before, at: liaison.erase_thread(ref, rule=rule, before=before, at=at),
            liaison.exists,
        ),
        Kind(
            "import",
            "Files discarded before they were imported",
            "since they were discarded",
            lambda before, at: subjects.discarded_before(before).count(),
            _imports,
            _erase_import,
            _number(subjects.import_exists),
        ),
        Kind(
            "sign-in",
            "Record of sign-ins",
            "since they were sealed in the log",
            lambda before, at: forgetting.sealed_before(before).count(),
            _sign_ins,
            _erase_sign_ins,
            forgetting.exists,
        ),
        Kind(
            "inquiry",
            "Answered inquiries",
            "since they were answered or withdrawn",
            lambda before, at: inquiries.over_before(before).count(),
            _inquiries,
            _erase_inquiry,
            inquiries.exists,
        ),
    )
}


def kind(id: str) -> Kind:
    """:raises UnknownKind: there is none with this id."""
    if id not in KINDS:
        raise UnknownKind(kind=id, known=", ".join(KINDS))
    return KINDS[id]
