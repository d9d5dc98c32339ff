"""Acts that arrive. Called by the exchange inside its transaction, after it verified the sender's signatures.

What cannot belong here is refused with a sentence for the sender. What merely comes too early, twice, or
at a stage that does not provide for it is kept: both sides must hold the same set of acts.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from comity.access import queries as people
from comity.access.queries import Unit
from comity.dossiers import body as bodies
from comity.dossiers import checking, folding, sending
from comity.dossiers.body import Body, Item
from comity.dossiers.models import Act, Attachment, Dossier, Waiting
from comity.exchange import actions as exchange
from comity.exchange.refusal import Refused
from comity.exchange.wire import signed
from comity.instruments import catalogue, model
from comity.lib.errors import ComityError


class NobodyHandles(ComityError):
    """Not a refusal: the sender's act waits until an administrator here has made a unit."""

    code = "dossiers.nobody-handles"
    says = "No unit here handles {instrument}, and there is no desk."
    next_step = "Create a unit that handles it, or mark one as the desk."


@dataclass(frozen=True)
class Arrived:
    """An act on its way into a dossier."""

    id: str
    raw: bytes
    body: dict[str, Any]
    told: Body
    items: tuple[Item, ...]
    sender: str
    at: datetime


@transaction.atomic
def receive(raw: bytes, body: Any, sender: str, at: datetime) -> None:
    """Take one act from ``sender``, who signed it.

    :raises Refused: with one of the codes in docs/rooms/dossiers.md, "Refusing what arrives".
    """
    told, items = bodies.read(body)
    if told.by != sender:
        raise Refused("dossiers.signed-by-another", f"The act names {told.by} as its author, but {sender} signed it.")
    definition = _definition(told)
    exchange.lock_log()  # before any row of ours, as in `sending`
    arrived = Arrived(signed.identify(raw), raw, body, told, items, sender, at)
    if Act.objects.filter(act_id=arrived.id).exists():
        return
    dossier = Dossier.objects.select_for_update().filter(pk=told.dossier).first()
    if dossier is not None:
        _demand_place(dossier, told, sender)
        _keep(dossier, arrived, _log(arrived))
    elif told.type == definition.opening.id and not told.parents:
        dossier = _open(told, definition, sender, at)
        _keep(dossier, arrived, _log(arrived))
        _admit_waiting(dossier)
    else:
        _wait(arrived)
        return
    folding.refresh(dossier)


def _log(arrived: "Arrived") -> int:
    return exchange.record("act", arrived.id, arrived.raw, arrived.at)


def _definition(told: Body) -> model.Definition:
    """:raises Refused: we do not hold this instrument, or hold another text of it."""
    named = told.instrument
    try:
        definition = catalogue.get(named.id)
    except catalogue.UnknownInstrument:
        raise Refused("dossiers.unknown-instrument", f"This node does not know the instrument '{named.id}'.") from None
    if definition.digest != named.digest or definition.version != named.version:
        raise Refused(
            "dossiers.other-definition",
            f"This node holds version {definition.version} of '{named.id}' with another text than version"
            f" {named.version} that the act was made under; both sides must run the same release.",
        )
    return definition


def _open(told: Body, definition: model.Definition, sender: str, at: datetime) -> Dossier:
    """The dossier that an opening act starts here, in the unit that handles its instrument."""
    content = bodies.opening(told.content)
    if bodies.opener(told.dossier) != sender:
        raise Refused(
            "dossiers.another-opens",
            f"{sender} cannot open the dossier {told.dossier}: its number is another's.",
        )
    parties = {role: party.model_dump() for role, party in content.parties.items()}
    return Dossier.objects.create(
        id=told.dossier,
        instrument=definition.id,
        version=definition.version,
        definition_digest=definition.digest,
        role=_our_role(parties, definition, sender),
        unit=_unit(definition.id),
        opened_at=at,
        parties=parties,
    )


def _our_role(parties: dict[str, dict[str, str]], definition: model.Definition, sender: str) -> str:
    """Our part, after checking that everybody's part fits.

    :raises Refused: other parts than the instrument's, a sender who does not open, or no part for us.
    """
    roles = [party.id for party in definition.parties]
    if sorted(parties) != sorted(roles):
        raise Refused("dossiers.malformed", f"The parties of '{definition.id}' are {', '.join(roles)}.")
    if parties[roles[0]]["authority"] != sender:
        raise Refused(
            "dossiers.another-opens", f"The {roles[0]} authority opens the dossier, and that is not {sender}."
        )
    ours = [role for role in roles[1:] if parties[role]["authority"] == folding.us()]
    if len(ours) != 1:
        raise Refused("dossiers.not-a-party", f"{folding.us()} has no part in this dossier.")
    _demand_countries(parties, sender, ours[0])
    return ours[0]


def _demand_countries(parties: dict[str, dict[str, str]], sender: str, ours: str) -> None:
    """Deadlines are reckoned in the country that an act names, so it must be the one on the card."""
    card = checking.card_of(sender)
    for party in parties.values():
        right = card.country if card and party["authority"] == sender else party["country"]
        right = settings.COMITY.country if party is parties[ours] else right
        if party["country"] != right:
            raise Refused(
                "dossiers.other-country",
                f"{party['authority']} belongs to {right}, not to {party['country']}.",
            )


def _unit(instrument: str) -> Unit:
    """:raises NobodyHandles: no unit takes it."""
    unit = people.unit_handling(instrument)
    if unit is None:
        raise NobodyHandles(instrument=instrument)
    return unit


def _demand_place(dossier: Dossier, told: Body, sender: str) -> None:
    """:raises Refused: the act comes from no party, or runs under another instrument than its dossier."""
    if sender not in {party["authority"] for party in dossier.parties.values()}:
        # Not "there is such a dossier, but not for you": a stranger learns nothing about it.
        raise Refused("dossiers.not-a-party", f"{sender} has no part in a dossier {told.dossier} here.")
    if told.instrument.digest != dossier.definition_digest:
        raise Refused(
            "dossiers.other-definition",
            f"The dossier {told.dossier} runs under another text of its instrument.",
        )


def _keep(dossier: Dossier, arrived: Arrived, log_index: int) -> None:
    act = sending.keep(
        dossier, arrived.id, arrived.raw, arrived.body, way=Act.RECEIVED, at=arrived.at, log_index=log_index
    )
    rows = [
        Attachment(act=act, number=number, added_at=arrived.at, **item.model_dump())
        for number, item in enumerate(arrived.items, start=1)
    ]
    Attachment.objects.bulk_create(rows)
    for row in rows:
        exchange.expect_blob(row.blob, from_peer=arrived.sender, at=arrived.at)


def _wait(arrived: Arrived) -> None:
    """Keep an act whose dossier is not open here yet."""
    if Waiting.objects.filter(act_id=arrived.id).exists():
        return
    Waiting.objects.create(
        act_id=arrived.id,
        dossier=arrived.told.dossier,
        sender=arrived.sender,
        raw=arrived.raw,
        arrived_at=arrived.at,
        log_index=_log(arrived),
        why="the act that opens its dossier has not arrived",
    )


def _admit_waiting(dossier: Dossier) -> None:
    """Move in what arrived before the opening act. What does not belong stays aside, and says why."""
    for row in Waiting.objects.filter(dossier=dossier.pk).order_by("arrived_at", "pk"):
        raw = bytes(row.raw)
        body = folding.unpack(raw)
        told, items = bodies.read(body)
        try:
            _demand_place(dossier, told, row.sender)
        except Refused as refused:
            row.why = refused.reason[:200]
            row.save(update_fields=["why"])
            continue
        _keep(dossier, Arrived(row.act_id, raw, body, told, items, row.sender, row.arrived_at), row.log_index)
        row.delete()


@transaction.atomic
def rebuild(dossier: str) -> None:
    """Make the projection of a dossier anew from its acts."""
    folding.refresh(sending.lock(dossier))
