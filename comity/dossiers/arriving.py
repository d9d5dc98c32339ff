"""Whether an act that arrived belongs here: read strictly, and refused with a sentence for the sender when it does not.

Nothing is written here; `receiving` stores what passed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings

from comity.access import queries as people
from comity.access.queries import Unit
from comity.dossiers import body as bodies
from comity.dossiers import checking, folding
from comity.dossiers.body import Body, Item
from comity.dossiers.models import Dossier, Waiting
from comity.exchange.refusal import Refused
from comity.exchange.wire.signed import Signed
from comity.instruments import catalogue, model
from comity.lib.errors import ComityError


class NobodyHandles(ComityError):
    """Not a refusal: the sender's act waits until an administrator here has made a unit."""

    code = "dossiers.nobody-handles"
    says = "No unit here handles {instrument}, and there is no desk."
    next_step = "Create a unit that handles it, or mark one as the desk."


@dataclass(frozen=True)
class Arrived:
    """An act on its way into a dossier; ``row`` is where it waited, if it came before the dossier was open."""

    id: str
    raw: bytes
    body: dict[str, Any]
    told: Body
    items: Sequence[Item]
    sender: str
    at: datetime
    row: Waiting | None = None

    @property
    def opens(self) -> bool:
        return self.told.type == catalogue.get(self.told.instrument.id).opening.id and not self.told.parents


def read(one: Signed, sender: str, at: datetime) -> Arrived:
    """An act that ``sender`` signed, under an instrument that we hold.

    :raises Refused: with one of the codes in docs/rooms/dossiers.md, "Refusing what arrives".
    """
    told, items = bodies.read(one.body)
    if told.by != sender:
        raise Refused("dossiers.signed-by-another", f"The act names {told.by} as its author, but {sender} signed it.")
    _definition(told)
    return Arrived(one.id, one.raw, one.body, told, items, sender, at)


def waited(row: Waiting) -> Arrived:
    """An act that was kept until its dossier opens."""
    raw = bytes(row.raw)
    body = folding.unpack(raw)
    told, items = bodies.read(body)
    return Arrived(row.act_id, raw, body, told, items, row.sender, row.arrived_at, row)


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


def demand_place(dossier: Dossier, told: Body, sender: str) -> None:
    """:raises Refused: the act comes from no party, or runs under another instrument than its dossier."""
    if sender not in {party["authority"] for party in dossier.parties.values()}:
        # Not "there is such a dossier, but not for you": a stranger learns nothing about it.
        raise Refused("dossiers.not-a-party", f"{sender} has no part in a dossier {told.dossier} here.")
    if told.instrument.digest != dossier.definition_digest:
        raise Refused(
            "dossiers.other-definition",
            f"The dossier {told.dossier} runs under another text of its instrument.",
        )


def opened(arrived: Arrived) -> Dossier:
    """The dossier that an opening act starts here, in the unit that handles its instrument; not stored yet.

    :raises Refused: it does not open a dossier with us. NobodyHandles: no unit takes it.
    """
    told, sender = arrived.told, arrived.sender
    definition = _definition(told)
    content = bodies.opening(told.content)
    if bodies.opener(told.dossier) != sender:
        raise Refused(
            "dossiers.another-opens",
            f"{sender} cannot open the dossier {told.dossier}: its number is another's.",
        )
    parties = {role: party.model_dump() for role, party in content.parties.items()}
    return Dossier(
        id=told.dossier,
        instrument=definition.id,
        version=definition.version,
        definition_digest=definition.digest,
        role=_our_role(parties, definition, sender),
        unit=_unit(definition.id),
        opened_at=arrived.at,
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
