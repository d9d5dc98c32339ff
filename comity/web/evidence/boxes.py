"""The boxes of this area's forms, and what was given in them as the room takes it."""

from datetime import datetime
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _

from comity.access import handling, levels
from comity.access.handling import PAP, TLP, Handling
from comity.access.queries import Compartment
from comity.cases.values import CaseView
from comity.evidence.values import PHYSICAL, TakingFacts
from comity.instruments.model import Field
from comity.lib import clock
from comity.web.cases.asking import circle_box, level_box, moment
from comity.web.evidence import words
from comity.web.pages import Http
from comity.web.safeguards.asking import Form, box, options, when

TAKING = ("taken_at", "where", "taken_by", "from_whom", "power", "provision")
BOUND = ("originator", "codes", "restriction")


def about(http: Http, case: CaseView, *, physical: bool = True) -> tuple[Field, ...]:
    """What it is, and where it stands."""
    kinds = [(id, name) for id, name in words.kinds().items() if physical or id not in PHYSICAL]
    return (
        box("title", "text", _("What is it?"), _("In a few words, as the list shows it."), required=True),
        box("kind", "choice", _("Kind"), required=True, options=options(kinds)),
        box("description", "longtext", _("Description"), _("What somebody who never saw it should know.")),
        box("language", "language", _("Language"), _("Of what is written or spoken in it.")),
        *circle_box(case, _("Who may see it?"), _("Everybody in the case")),
        *level_box(http.user, moment(), case.level),
    )


def things() -> tuple[Field, ...]:
    shown = when("kind", *PHYSICAL)
    return (
        box("seal", "text", _("Number of the seal"), when=shown),
        box("place", "text", _("Where is it kept?"), _("For a thing, a seal or a place is needed."), when=shown),
    )


def taking() -> tuple[Field, ...]:
    """How it was taken."""
    return (
        box("taken_at", "moment", _("When was it taken?")),
        box("where", "text", _("Where?")),
        box("taken_by", "text", _("By whom?"), _("The officer or authority that took it.")),
        box("from_whom", "text", _("From whom?")),
        box("power", "text", _("Under which power?"), _("For example: search warrant of 20 November 2026.")),
        box("provision", "text", _("Provision"), _("As it is cited, for example: Code of criminal procedure art 94.")),
    )


def bound() -> tuple[Field, ...]:
    """Whose it is, and what they allow."""
    codes = [(code, code) for code in ("H0", "H1", "H2", "H3", *TLP[1:], *PAP[1:])]
    return (
        box("originator", "text", _("Authority that gave it"), _("Its label, such as nl-prosecution. Empty: our own.")),
        box("codes", "choices", _("Handling codes"), options=options(codes)),
        box("restriction", "text", _("Restriction (H3)"), _("The words of the source.")),
    )


def as_moment(value: Any) -> datetime | None:
    """:raises lib.NotAMoment: it cannot be read."""
    return clock.moment(str(value)) if value else None


def as_taking(given: dict[str, Any]) -> TakingFacts:
    return TakingFacts(
        at=as_moment(given.get("taken_at")),
        where=given.get("where") or "",
        by=given.get("taken_by") or "",
        from_whom=given.get("from_whom") or "",
        power=given.get("power") or "",
        provision=given.get("provision") or "",
    )


def as_handling(given: dict[str, Any]) -> Handling:
    """:raises BadHandling: codes that contradict each other, or H3 without its words."""
    return handling.read(
        {
            "originator": given.get("originator") or "",
            "codes": given.get("codes") or [],
            "restriction": given.get("restriction") or "",
        }
    )


def as_level(given: dict[str, Any], case: CaseView) -> int:
    return levels.number(given["level"]) if given.get("level") else case.level


def where(case: CaseView, post: Any) -> Compartment:
    """The case's compartment or that of the circle that was chosen.

    :raises Http404: the writer does not see that circle (any more): what was meant for it is not kept for everybody.
    """
    chosen = post.get("/circle", "") or case.number
    for one in case.compartments:
        if one.name == chosen:
            return one
    raise Http404


def groups(form: Form, **named: tuple[str, ...]) -> dict[str, Any]:
    """The boxes of a form under names, and the rest as ``first``."""
    placed = {id for ids in named.values() for id in ids}
    told = {name: [one for one in form.boxes if one.pointer.strip("/") in ids] for name, ids in named.items()}
    return {"first": [one for one in form.boxes if one.pointer.strip("/") not in placed], **told}
