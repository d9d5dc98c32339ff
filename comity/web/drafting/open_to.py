"""To whom an instrument is open: who may play a part in it, and who is bound by its treaty."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from comity.exchange.queries import PeerInfo
from comity.instruments import lawful, parts
from comity.instruments.codes import COURT
from comity.instruments.model import Definition
from comity.law import parties
from comity.web.forms import choices

ISSUING, EXECUTING = "issuing", "executing"


@dataclass(frozen=True)
class Standing:
    """Whether a country may take a part. ``closed``: not at all; ``outside``: its State is not bound; else open."""

    word: str  # open, unsure, outside or closed
    says: str = ""  # why, or what is not known


@dataclass(frozen=True)
class Offer:
    """An instrument as it is offered to us."""

    definition: Definition
    standing: Standing

    @property
    def open(self) -> bool:
        return self.standing.word in ("open", "unsure")


@dataclass(frozen=True)
class Receiver:
    """A peer as a receiver of an instrument."""

    peer: PeerInfo
    standing: Standing


def standing(definition: Definition, role: str, country: str, on: date, language: str) -> Standing:
    """How a country stands to a part of an instrument, with the reason in the reader's words."""
    if found := parts.closed(definition, role, country, language):
        return Standing("closed", found.says)
    if country == COURT:  # bound by its own statute, of which it is no party
        return Standing("open")
    needed = [basis for basis in definition.legal_basis if role in lawful.ROLES[basis.needs]]
    always = [basis for basis in needed if basis.when is None]
    # What is needed whatever the request says binds together; of what depends on its answers one is enough.
    for bases, enough in ((always, all), ([basis for basis in needed if basis.when is not None], any)):
        answers = [bound(basis.treaty, country, on) for basis in bases]
        if not bases or enough(answer == "yes" for answer in answers):
            continue
        treaty = ", ".join(basis.short for basis, answer in zip(bases, answers, strict=True) if answer != "yes")
        named = {"country": choices.country_name(country, language), "treaty": treaty}
        if "not known" in answers and (enough is any or "no" not in answers):
            return Standing("unsure", _("Whether this binds it is not known here: %(country)s, %(treaty)s.") % named)
        return Standing("outside", _("%(country)s is not bound by it: %(treaty)s.") % named)
    return Standing("open")


def bound(treaty: str, country: str, on: date) -> str:
    """Whether a country is bound by a treaty; one that our lists do not hold is "not known"."""
    try:
        return parties.is_party(treaty, country, on).answer
    except parties.UnknownTreaty:
        return "not known"


def offers(definitions: Iterable[Definition], country: str, on: date, language: str) -> list[Offer]:
    """Every instrument, those that are open to us first."""
    found = [Offer(one, standing(one, ISSUING, country, on, language)) for one in definitions]
    return sorted(found, key=lambda offer: not offer.open)


def receivers(definition: Definition, peers: Iterable[PeerInfo], on: date, language: str) -> list[Receiver]:
    """Every peer, those whose State is bound first and those who cannot take the part last."""
    found = [Receiver(one, standing(definition, EXECUTING, one.card.country, on, language)) for one in peers]
    order = ("open", "unsure", "outside", "closed")
    return sorted(found, key=lambda receiver: order.index(receiver.standing.word))
