"""Assurances of a dossier as the law room takes them, and their projection for lists.

What a peer wrote is read with care: the fold keeps an undertaking whatever it says, so an unknown kind counts as
"other", and a day or an interval that is none is left out.
"""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from comity.dossiers.models import Assured, Breach, Dossier
from comity.instruments.model import State, Undertaking
from comity.law import assurances as law

# The options of the composite "assurance", and the kinds of the law room that they mean.
KINDS = {
    "death_penalty": "death_penalty",
    "life_sentence_review": "life_sentence_review",
    "retrial": "retrial",
    "return_of_national": "return_of_national",
    "detention_conditions": "detention_conditions",
    "no_onward_extradition": "no_onward_extradition",
    "speciality": "speciality",
    "limited_use": "limited_use",
    "confidentiality": "confidentiality",
    "safe_conduct": "safe_conduct",
    "return_of_person": "return_of_person",
    "return_of_items": "return_of_items",
    "protection_of_witness": "protection_of_witness",
    "costs": "costs",
    "reciprocity": "reciprocity",
    "other": "other",
}
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2200, 1, 1)  # beyond these a day is a slip, and days can be reckoned with
LONGEST = 1200  # months between two checks


def day_of(at: datetime) -> date:
    """The day at this node."""
    return min(max(at.astimezone(ZoneInfo(settings.COMITY.time_zone)).date(), FIRST_DAY), LAST_DAY)


def day(told: Any) -> date | None:
    """A day as a form has it; None when it is none."""
    try:
        found = date.fromisoformat(told) if isinstance(told, str) else None
    except ValueError:
        return None
    return found if found and FIRST_DAY <= found <= LAST_DAY else None


def months(told: Any) -> int | None:
    return told if isinstance(told, int) and not isinstance(told, bool) and 1 <= told <= LONGEST else None


def text(told: Any) -> str:
    return told if isinstance(told, str) else ""


def owed_to(by: str, parties: dict[str, dict[str, str]]) -> str:
    """The role to which somebody undertakes: the other one of the two that a request has."""
    issuing, executing = "issuing", "executing"
    return executing if by == issuing else issuing if issuing in parties else by


def of(given: Undertaking, state: State) -> tuple[law.Assurance, tuple[law.Check, ...]]:
    """An undertaking with what was found since, as values of the law room."""
    given_on = day_of(given.given_at)
    known = law.Assurance(
        id=given.id,
        kind=KINDS.get(text(given.terms.get("kind")), "other"),
        owed_by=authority(state, given.by),
        owed_to=authority(state, owed_to(given.by, state.parties)),
        given_on=given_on,
        first_check=day(given.terms.get("first_check")),
        every_months=months(given.terms.get("every_months")),
        until=day(given.terms.get("until")),
    )
    # The clock of the other side may be behind ours: a finding never lies before what it speaks of.
    found = tuple(
        law.Check(max(day_of(one["at"]), given_on), one["kept"], authority(state, one["by"]), one["text"])
        for one in given.checks
    )
    return known, found


def authority(state: State, role: str) -> str:
    return state.parties.get(role, {}).get("authority", role)


def project(dossier: Dossier, state: State) -> None:
    """Write what lists show of assurances and breaches. It follows from the acts alone."""
    if not state.assurances and not Assured.objects.filter(dossier=dossier).exists():
        return  # almost every dossier: one look, nothing written
    Assured.objects.filter(dossier=dossier).delete()
    Breach.objects.filter(dossier=dossier).delete()
    Assured.objects.bulk_create(_row(dossier, given, state) for given in state.assurances)
    Breach.objects.bulk_create(
        Breach(dossier=dossier, assurance=given.id, act=one["act"], by=authority(state, one["by"]), at=one["at"])
        for given in state.assurances
        for one in given.checks
        if not one["kept"]
    )


def _row(dossier: Dossier, given: Undertaking, state: State) -> Assured:
    known, found = of(given, state)
    last = max((one.on for one in found), default=known.given_on)
    return Assured(
        dossier=dossier,
        act=given.id,
        kind=known.kind,
        ours=given.by == dossier.role,
        given_at=given.given_at,
        next_check=law.next_check(known, found),
        breached=law.standing(known, found, last).state == "breached",
    )
