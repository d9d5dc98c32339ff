"""What is known about dossiers and drafts. (Signatures first; bodies follow.)"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from comity.access.queries import User
from comity.dossiers.models import Act, Attachment, Dossier, Draft, DraftStep  # noqa: F401  names for annotations
from comity.dossiers.values import DossierView, DraftRow, DraftView, Entry, Evidence, Owed, Worklist
from comity.instruments.model import ActType, Conflict, Report


def worklist(
    user: User, *, at: datetime, owed: Owed | None = None, instrument: str = "", text: str = "",
    overdue: bool = False, closed: bool = False, language: str = "en",
) -> Worklist:
    raise NotImplementedError


def dossier(user: User, id: str, at: datetime, language: str = "en") -> DossierView:
    """Records the read; NotFound for strangers."""
    raise NotImplementedError


def timeline(user: User, id: str, at: datetime, language: str = "en") -> list[Entry]:
    raise NotImplementedError


def draft(user: User, id: int, at: datetime, language: str = "en") -> DraftView:
    raise NotImplementedError


def drafts(user: User, language: str = "en") -> list[DraftRow]:
    raise NotImplementedError


def to_approve(user: User, language: str = "en") -> list[DraftRow]:
    raise NotImplementedError


def discarded(user: User, language: str = "en") -> list[DraftRow]:
    raise NotImplementedError


def possible_acts(user: User, dossier: Dossier) -> list[ActType]:
    raise NotImplementedError


def preflight(draft: Draft, language: str = "en") -> Report:
    raise NotImplementedError


def crossed(dossier: Dossier) -> tuple[Conflict, ...]:
    raise NotImplementedError


def items(user: User, id: str, at: datetime) -> list[Evidence]:
    raise NotImplementedError


def request_pdf(user: User, id: str, language: str, at: datetime) -> bytes:
    raise NotImplementedError


def draft_pdf(user: User, id: int, language: str, at: datetime) -> bytes:
    raise NotImplementedError


def attachment(user: User, id: int) -> Attachment:
    """For actions.detach."""
    raise NotImplementedError


def open_attachment(user: User, id: int, at: datetime) -> tuple[Attachment, Iterator[bytes]]:
    """Records the read. Raises StillArriving (with percent) until every chunk is here."""
    raise NotImplementedError


def stored_act(name: str) -> bytes | None:
    raise NotImplementedError


def summary() -> dict[str, Any]:
    """{"dossiers": [{"id","instrument","state","acts","digest"}]}"""
    raise NotImplementedError


def waiting() -> list[dict[str, Any]]:
    """Acts that arrived before their dossier: [{"act","dossier","sender","arrived_at","why"}]."""
    raise NotImplementedError
