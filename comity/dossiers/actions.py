"""What changes dossiers and drafts. (Signatures first; bodies follow.)"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, BinaryIO

from comity.access.queries import Unit, User
from comity.dossiers.models import Act, Attachment, Dossier, Draft


def start(
    instrument: str, *, to: str, unit: Unit, by: User, at: datetime, language: str | None = None,
    form: Mapping[str, Any] | None = None, facts: Mapping[str, Any] | None = None,
) -> Draft:
    """A draft of the act that opens a dossier with the authority ``to``. Its content is {"form","facts"}."""
    raise NotImplementedError


def begin_act(
    dossier: Dossier, act_type: str, *, by: User, at: datetime, content: Mapping[str, Any] | None = None
) -> Draft:
    """A draft of a further act."""
    raise NotImplementedError


def save(
    draft: Draft, *, pointer: str, value: Any, by: User, at: datetime, revision: int | None = None,
    language: str | None = None,
) -> Draft:
    """Put ``value`` at ``pointer`` of the content ("" for the whole, "/form/urgency" for a section).

    ``revision`` is the draft's revision that the page showed: raises ChangedMeanwhile (who, when) when it moved on.
    """
    raise NotImplementedError


def attach(draft: Draft, *, name: str, media_type: str, stream: BinaryIO, by: User, at: datetime) -> Attachment:
    raise NotImplementedError


def detach(attachment: Attachment, *, by: User, at: datetime) -> Draft:
    raise NotImplementedError


def reattach(attachment: Attachment, *, by: User, at: datetime) -> Draft:
    """Undo ``detach``."""
    raise NotImplementedError


def submit(draft: Draft, *, by: User, at: datetime, revision: int | None = None) -> Draft:
    raise NotImplementedError


def give_back(draft: Draft, *, by: User, reason: str, at: datetime) -> Draft:
    raise NotImplementedError


def approve(draft: Draft, *, by: User, at: datetime, revision: int | None = None) -> Act:
    raise NotImplementedError


def send(draft: Draft, *, by: User, at: datetime, revision: int | None = None) -> Act:
    """Sign an act that needs no second person (ActType.four_eyes is False)."""
    raise NotImplementedError


def discard(draft: Draft, *, by: User, at: datetime) -> Draft:
    raise NotImplementedError


def restore(draft: Draft, *, by: User, at: datetime) -> Draft:
    raise NotImplementedError


def assign(dossier: Dossier, *, to: User | None, by: User, at: datetime) -> Dossier:
    raise NotImplementedError


def receive(raw: bytes, body: Any, sender: str, at: datetime) -> None:
    raise NotImplementedError


def rebuild(dossier: str) -> None:
    raise NotImplementedError
