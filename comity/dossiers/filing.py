"""Documents: their names, how far they have arrived, and opening them."""

import re
from collections.abc import Iterator
from datetime import datetime

from comity.access.queries import User
from comity.access.rules import Thing
from comity.dossiers import sight
from comity.dossiers.models import Act, Attachment, Dossier
from comity.dossiers.values import ItemView
from comity.exchange import queries as network
from comity.exchange.blobs import UnknownBlob
from comity.exchange.wire.strict import unb64
from comity.lib.errors import ComityError

CONTROL = re.compile("[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]*/[a-z0-9][a-z0-9!#$&^_.+-]*")
LONGEST = 255  # of a name, in characters


class StillArriving(ComityError):
    code = "dossiers.still-arriving"
    says = "'{name}' is still arriving: {percent} % of it is here."
    next_step = "It opens by itself once it is complete; the dossier shows how far it is."


def file_name(told: str, number: int) -> str:
    """The last part of a name as browsers send it, without what could be taken for a path or a command."""
    name = CONTROL.sub("", re.split(r"[/\\]", told)[-1]).strip()
    if name in ("", ".", ".."):
        return f"document-{number}"
    stem, dot, ending = name.rpartition(".")
    if len(name) > LONGEST and dot and len(ending) < 20:
        return stem[: LONGEST - len(ending) - 1] + dot + ending
    return name[:LONGEST]


def media_type(told: str) -> str:
    """A media type without parameters; what cannot be one is just bytes."""
    plain = told.partition(";")[0].strip().lower()
    return plain if MEDIA_TYPE.fullmatch(plain) and len(plain) <= 120 else "application/octet-stream"


def items(dossier: Dossier) -> list[tuple[ItemView, Act]]:
    """Every document of a dossier's acts with how far it has arrived, oldest act first."""
    rows = list(
        Attachment.objects.filter(act__dossier=dossier).select_related("act").order_by("act__at", "act__id", "number")
    )
    return [(_view(row), row.act) for row in rows if row.act]


def _view(row: Attachment) -> ItemView:
    state = arrived(row)
    complete = state is not None and state.state == "complete"
    act = row.act
    return ItemView(
        id=row.pk,
        act=act.act_id if act else "",
        name=row.name,
        media_type=row.media_type,
        size=row.size,
        sha256=row.sha256,
        blob=row.blob,
        state="complete" if complete else "arriving",
        percent=100 if complete else percent(state),
        from_authority=act.by if act else "",
    )


def arrived(attachment: Attachment) -> network.BlobState | None:
    """How far its bytes are here; None before anything was announced."""
    try:
        return network.blob_state(attachment.blob)
    except UnknownBlob:
        return None


def percent(state: network.BlobState | None) -> int:
    """How much is here, never 100 before all of it is."""
    if state is None or not state.chunks:
        return 0
    return min(99, state.have * 100 // state.chunks)


def open_attachment(user: User, id: int, at: datetime) -> tuple[Attachment, Iterator[bytes]]:
    """A document and its plaintext in pieces; the read is recorded.

    :raises NotFound: there is none, or not for this user.
    :raises StillArriving: parts of it are still on the way.
    """
    found = sight.attachment(user, id)
    state = arrived(found)
    if state is None or state.state != "complete":
        raise StillArriving(name=found.name, percent=percent(state))
    sight.saw(user, of_document(found), at)
    return found, network.open_blob(found.blob, unb64(found.key, "the key"), sha256=found.sha256)


def of_document(attachment: Attachment) -> Thing:
    """A document as the record of reads names it: under the dossier or draft that it belongs to."""
    if attachment.act is not None:
        dossier = attachment.act.dossier
        return Thing("dossier", f"{dossier.id} document {attachment.pk}", dossier.unit.code)
    if attachment.draft is None:  # the table's constraint keeps this from happening
        raise ValueError(f"document {attachment.pk} belongs to nothing")
    return Thing("draft", f"{attachment.draft.pk} document {attachment.pk}", attachment.draft.unit.code)
