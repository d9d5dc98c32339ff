"""Items out of documents that acts of other authorities brought: the same bytes, bound by the limits of the act."""

from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.db import transaction

from comity.access import handling as codes
from comity.access.handling import OWN, Handling
from comity.access.queries import Compartment, User
from comity.dossiers import queries as dossiers
from comity.evidence import keeping
from comity.evidence.models import Item
from comity.evidence.values import TakingFacts
from comity.exchange import actions as exchange
from comity.lib.errors import BadInput


class NotReceived(BadInput):
    code = "evidence.not-received"
    says = "The document {id} did not come with an act of another authority."
    next_step = "Take in what is our own as a file."


def from_attachment(
    attachment_id: int,
    compartment: Compartment,
    *,
    by: User,
    at: datetime,
    title: str = "",
    kind: str = "document",
    description: str = "",
    level: int = 0,
    language: str = "",
    handling: Handling = OWN,
    taking: TakingFacts | None = None,
) -> Item:
    """An item from a document of a dossier that the user may read; that they read it is recorded.

    Handling follows the limits under which the act came; what is given here may only add to it.

    :raises NotReceived: no act of another authority brought it. dossiers.StillArriving: parts are on the way.
    :raises NoTitle, UnknownKind, NotFound, NotAllowed.
    """
    document, _ = dossiers.open_attachment(by, attachment_id, at)
    came = dossiers.came_with(document, at)
    if came is None or document.act is None:
        raise NotReceived(id=attachment_id)
    act, title = document.act, title.strip() or document.name
    level = max(level, compartment.level)
    keeping.demand_new(compartment, level, title, kind, by, at)
    taking = taking or TakingFacts()
    keeping.not_later(taking.at, at)
    taking = replace(taking, instrument=taking.instrument or act.dossier.instrument)
    binding = codes.strictest([came.handling, handling])
    with transaction.atomic():
        exchange.lock_log()
        row = keeping.create(
            compartment,
            by=by,
            at=at,
            title=title[:200],
            kind=kind,
            description=description,
            level=level,
            language=language,
            handling=replace(binding, originator=came.giver, consents=came.handling.consents).as_json(),
            name=document.name,
            media_type=document.media_type,
            size=document.size,
            sha256=document.sha256,
            blob=document.blob,
            key=document.key,
            originator=came.giver,
            country=came.country,
            dossier=act.dossier.pk,
            act=act.act_id,
            **keeping.taken(taking),
        )
        keeping.add(
            row,
            "received",
            by=by,
            at=at,
            when=act.arrived_at,
            from_whom=came.giver,
            to_whom=settings.COMITY.authority,
            why=f"{act.dossier.pk} {act.act_id}",
            power=taking.provision,
            sha256=row.sha256,
        )
    return row
