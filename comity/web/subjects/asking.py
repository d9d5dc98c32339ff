"""The boxes of these pages: values by kind, and what every statement carries with it."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from followthemoney.property import Property
from followthemoney.types import registry

from comity.access import levels
from comity.access.queries import User
from comity.cases.values import CaseView
from comity.instruments.model import Field
from comity.subjects import evaluation, kinds, queries
from comity.subjects.actions import BadEvaluation, BadStatement, BadValue, Said
from comity.subjects.roles import CATEGORIES
from comity.web.cases.asking import circle_box, codes_box, level_box, moment
from comity.web.safeguards.asking import Form, box, options
from comity.web.subjects import words
from comity.web.telling import told

PERSON = ("name", "firstName", "lastName", "alias", "birthDate", "birthPlace", "nationality", "gender",
          "passportNumber", "idNumber", "phone", "email", "address", "notes")  # fmt: skip
SEVERAL = ("name", "alias", "nationality")
FEW = 8
BEHIND = ("source", "item", "act", "said_on", "reliability", "credibility", "codes", "originator", "restriction")
"""Boxes that stand behind one click: where it comes from and how it may be used."""


def asked_first(kind: str) -> tuple[Property, ...]:
    """The properties that the page of a new subject asks for."""
    usual = [one for one in kinds.offered(kind) if one.type != registry.entity]
    if kinds.is_person(kind):
        known = {one.name: one for one in usual}
        return tuple(known[name] for name in PERSON)
    notes = [one for one in usual[FEW:] if one.name == "notes"]
    return tuple(usual[:FEW] + notes)


def value_box(kind: str, one: Property, **how: Any) -> Field:
    """The box for a value of a property."""
    label = words.prop(kind, one.name)
    if one.name in SEVERAL:
        how["repeated"] = True
    if one.type == registry.country:
        return box(one.name, "country", label, **how)
    if one.type == registry.gender:
        rows = [("female", _("Female")), ("male", _("Male")), ("other", _("Other"))]
        return box(one.name, "choice", label, options=options(rows), **how)
    if one.type == registry.date:
        return box(one.name, "text", label, _("Such as 1985-03-27, or 1985 where no more is known."), **how)
    if one.type == registry.text:
        return box(one.name, "longtext", label, **how)
    return box(one.name, "text", label, **how)


def about_it(user: User, case: CaseView, *, with_circle: bool = True) -> tuple[Field, ...]:
    """What every statement carries: source, evaluation, handling, who may see it."""
    circle = circle_box(case, _("Who may see it?"), _("Everybody in the case")) if with_circle else ()
    return (
        box("source", "text", _("Who or what says so?"), _("A witness, a register, a document.")),
        box("item", "text", _("Item of evidence"), _("Its number in the case, where there is one.")),
        box("act", "text", _("Dossier or act"), _("Such as fr-central-2026-0001.")),
        box("said_on", "date", _("When was it said?")),
        grades("reliability", _("How reliable is the source?")),
        grades("credibility", _("How sure is what it says?")),
        codes_box(),
        box("originator", "text", _("Whose codes are these?"),
            _("The authority that decides about passing on, such as nl-prosecution; empty: ours.")),
        box("restriction", "text", _("Restriction (H3)"), _("The words of the source.")),
        *circle,
        *level_box(user, moment(), case.level),
    )  # fmt: skip


def grades(what: str, label: str) -> Field:
    rows = [
        (f"{scheme.id}:{one.code}", f"{scheme.title}: {one.code} – {_(one.says)}")
        for scheme in evaluation.schemes().values()
        for one in getattr(scheme, what)
    ]
    return box(what, "choice", label, _("Both grades are of one scheme."), options=options(rows))


def role_box() -> Field:
    return box(
        "role", "choice", _("Category of the person"), _("Directive (EU) 2016/680, Article 6. Leave it empty if open."),
        options=options((one.id, f"{_(one.label)} – {_(one.says)}") for one in CATEGORIES),
    )  # fmt: skip


def start(case: CaseView) -> dict[str, Any]:
    return {"circle": case.number, "level": case.level_word}


def carried(case: CaseView, form: Form, sent: Any) -> dict[str, Any]:
    """What the boxes of :func:`about_it` say, as a statement keeps it.

    What was sent counts, not what is offered now: a circle that the writer has left must not become the whole case.
    """
    given = form.given
    scheme, reliability = split(given.get("reliability"))
    other, credibility = split(given.get("credibility"))
    if scheme and other and scheme != other:
        form.wrong("credibility", _("Choose both grades from one scheme."))
    circle = sent.get("/circle", "") or case.number
    place = next((one for one in case.compartments if one.name == circle), None)
    if place is None:
        form.wrong("circle" if case.circles else "source", _("You no longer see the circle that was chosen."))
    handling = {"codes": given.get("codes") or [], "restriction": given.get("restriction") or "",
                "originator": given.get("originator") or ""}  # fmt: skip
    return {
        "source": given.get("source") or "",
        "item": given.get("item") or "",
        "act": given.get("act") or "",
        "said_on": date.fromisoformat(given["said_on"]) if given.get("said_on") else None,
        "scheme": scheme or other,
        "reliability": reliability,
        "credibility": credibility,
        "handling": {name: value for name, value in handling.items() if value},
        "level": levels.number(sent.get("/level") or case.level_word),
        "compartment": place,
    }


def split(choice: Any) -> tuple[str, str]:
    scheme, _mark, code = str(choice or "").partition(":")
    return scheme, code


def refused(form: Form, error: Exception, otherwise: str) -> None:
    """Put what the room said at the box that it concerns."""
    name = otherwise
    if isinstance(error, BadValue) and error.fields.get("prop") in {one.id for one in form.fields}:
        name = str(error.fields["prop"])
    if isinstance(error, BadEvaluation):
        name = "reliability"
    says = " ".join(told(error).values()) if isinstance(error, BadValue | BadStatement) else ""
    form.wrong(name, says or " ".join(told(error).values()))  # type: ignore[arg-type]


def said(kind: str, form: Form, carried: dict[str, Any]) -> list[Said]:
    """A statement for each value that was given."""
    found = []
    for one in asked_first(kind):
        values = form.given.get(one.name)
        for value in values if isinstance(values, list) else [values]:
            if value:
                found.append(Said(one.name, str(value), **carried))
    return found


def statement_of(user: User, case: CaseView, kind: str, form: Form, carried: dict[str, Any]) -> Said:
    """The one statement of a form with a property and a value; a property of another subject names it by number."""
    prop = kinds.prop(kind, form.given["prop"])
    if prop.type == registry.entity:
        about = queries.find(user, case.number, form.given["value"].strip(), moment())
        return Said(prop.name, about=about, **carried)
    return Said(prop.name, form.given["value"], **carried)
