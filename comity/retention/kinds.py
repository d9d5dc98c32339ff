"""The kinds of thing that grow old: since when each is over, and how it is erased."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from comity.dossiers import erasing as dossiers
from comity.lib.errors import BadInput


class UnknownKind(BadInput):
    code = "retention.unknown-kind"
    says = "{kind!r} is not a kind of thing that is erased; the kinds are {known}."
    next_step = "Use one of these."


@dataclass(frozen=True)
class Expiring:
    """Something that a rule reaches: its number, its unit, since when it is over, and how much goes with it."""

    ref: str
    unit: str
    since: datetime
    parts: dict[str, int]


@dataclass(frozen=True)
class Kind:
    """``over`` says since when things of this kind count; the functions take the moment before which they were over."""

    id: str
    title: str
    over: str
    total: Callable[[datetime], int]
    expiring: Callable[[datetime, int, int], list[Expiring]]
    erase: Callable[[str, str, datetime, datetime], dict[str, int]]  # ref, rule, before, at


def _dossiers(before: datetime, limit: int, offset: int) -> list[Expiring]:
    return [
        Expiring(one.ref, one.unit, one.since, {"acts": one.acts, "documents": one.documents})
        for one in dossiers.expiring(before, limit=limit, offset=offset)
    ]


def _drafts(before: datetime, limit: int, offset: int) -> list[Expiring]:
    rows = dossiers.discarded_before(before).select_related("unit")[offset : offset + limit]
    return [Expiring(str(row.pk), row.unit.code, row.changed_at, {"drafts": 1}) for row in rows]


KINDS = {
    one.id: one
    for one in (
        Kind(
            "dossier",
            "Closed dossiers",
            "since their last act, once nothing is owed under them any more",
            lambda before: dossiers.over_before(before).count(),
            _dossiers,
            lambda ref, rule, before, at: dossiers.erase(ref, rule=rule, before=before, at=at),
        ),
        Kind(
            "draft",
            "Drafts put aside",
            "since they were put aside",
            lambda before: dossiers.discarded_before(before).count(),
            _drafts,
            lambda ref, rule, before, at: dossiers.erase_draft(int(ref), rule=rule, before=before, at=at),
        ),
    )
}


def kind(id: str) -> Kind:
    """:raises UnknownKind: there is none with this id."""
    if id not in KINDS:
        raise UnknownKind(kind=id, known=", ".join(KINDS))
    return KINDS[id]
