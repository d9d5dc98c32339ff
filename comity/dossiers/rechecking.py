"""The check of requests that others sent to us: the same function, the requirements of our own card, the same day.

What it says is what the sender saw before sending, as long as the sender held the card that we had published by then.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from comity.access import actions as access
from comity.access import queries as people
from comity.access.queries import User
from comity.access.rules import Thing
from comity.dossiers import folding, sight
from comity.dossiers.models import Act, Dossier
from comity.exchange import queries as network
from comity.instruments import catalogue, preflight
from comity.instruments.model import Definition, Report
from comity.lib.clock import moment

FEWEST = 3
"""A count over fewer requests of one instrument would say something about a single one."""
MOST = 500
"""So many of the latest requests are looked through."""

Rules = Sequence[dict[str, Any]]


@dataclass(frozen=True)
class Received:
    """The check of a request as it was sent to us: on which day, and against which of our cards."""

    report: Report
    on: date
    card: int  # serial number; 0 when we had none


@dataclass(frozen=True)
class Effect:
    """How many requests received under one instrument a list of requirements would have kept back."""

    instrument: str
    received: int
    counted: bool  # False: too few to count
    stopped: int = 0
    mended: int = 0


def received_report(user: User, id: str, language: str, at: datetime) -> Received | None:
    """The check of the request in a dossier, as it was sent to us; None where we sent it.

    The look is recorded.

    :raises NotFound: there is none, or not for this user.
    """
    found = sight.dossier(user, id)
    sight.saw_dossier(user, found, at)
    definition = folding.definition_of(found)
    row = found.acts.filter(type=definition.opening.id, way=Act.RECEIVED).order_by("at", "id").first()
    if row is None:
        return None
    body = folding.unpack(bytes(row.raw))
    card = network.own_card_on(row.at)
    on = moment(body["at"]).date()
    report = preflight.run(
        definition,
        request(found.instrument, body["content"]),
        card.requirements if card else (),
        attachments=body["content"].get("items", ()),
        on=on,
        language=language,
    )
    return Received(report, on, card.serial if card else 0)


def request(instrument: str, content: dict[str, Any]) -> dict[str, Any]:
    """The content of an opening act as the check takes it."""
    return {
        "instrument": instrument,
        **content["parties"],
        "language": content["language"],
        "form": content["form"],
        "facts": content["facts"],
    }


def effect(user: User, before: Rules, after: Rules, at: datetime) -> list[tuple[Effect, Effect]]:
    """What two lists of requirements would have done to the requests received, by instrument that one of them names.

    Numbers only: whoever administers reads no dossier. Each counting is recorded as a look.

    :raises NotAllowed: this user does not manage what we tell our peers.
    """
    named = sorted({str(one["instrument"]) for one in (*before, *after)} & set(catalogue.ids()))
    what = Thing("peers", f"requests received, counted for {len(after)} requirements")
    access.record_read(people.actor(user), what, at, verb="manage")
    return [_both(catalogue.get(instrument), before, after) for instrument in named]


def _both(definition: Definition, before: Rules, after: Rules) -> tuple[Effect, Effect]:
    contents = list(_received(definition))
    if len(contents) < FEWEST:
        nothing = Effect(definition.id, len(contents), counted=False)
        return nothing, nothing
    return _counted(definition, before, contents), _counted(definition, after, contents)


def _received(definition: Definition) -> Iterator[dict[str, Any]]:
    """The contents of the latest opening acts that came to us under this text of an instrument."""
    here = Dossier.objects.filter(instrument=definition.id, definition_digest=definition.digest)
    rows = Act.objects.filter(dossier__in=here, type=definition.opening.id, way=Act.RECEIVED)
    for raw in rows.order_by("-at", "-id").values_list("raw", flat=True)[:MOST]:
        yield folding.unpack(bytes(raw))["content"]


def _counted(definition: Definition, rules: Rules, contents: Iterable[dict[str, Any]]) -> Effect:
    verdicts = Counter(
        preflight.asked(
            definition, request(definition.id, one), rules, attachments=one.get("items", ())
        ).verdict
        for one in contents
    )  # fmt: skip
    return Effect(definition.id, verdicts.total(), True, verdicts["stop"], verdicts["mend"])
