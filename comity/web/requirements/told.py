"""Requirements in words: what each kind is called, what follows from it, and what a sender reads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from comity.exchange.queries import Asked
from comity.instruments import catalogue
from comity.instruments import requirement_kinds as kinds
from comity.instruments.requirement_kinds import Entry
from comity.web.forms import choices, wording
from comity.web.pages import language


@dataclass(frozen=True)
class Kind:
    """A kind of requirement as it is offered: its name, and what it is good for."""

    id: str
    title: str
    hint: str


def kind(id: str) -> Kind:
    titles = {
        "languages": (_("Languages that we take"), _("The request is written in one of them.")),
        "answered": (_("An answer that must be given"), _("A field that the form leaves open, and that you need.")),
        "number": (_("A least or greatest number"), _("A penalty, an amount, a number of years or of days.")),
        "authority": (_("Kinds of authority that may ask"), _("Only from a court, for example, or from a prosecutor.")),
        "choice": (_("Answers that we take"), _("Among the choices of a field, those that you can act on.")),
        "attachments": (_("Documents that must be attached"), _("How many, and of which type.")),
        "size": (_("The greatest size of a document"), _("What your systems can take.")),
        "expression": (_("An expression of your own"), _("For experts: a rule in CEL over the whole request.")),
    }
    return Kind(id, *titles[id])


def kinds_of(instrument: str) -> list[Kind]:
    """The kinds that make sense for an instrument: its form must have a field of the sort."""
    definition = catalogue.get(instrument)
    return [
        kind(id) for id in kinds.KINDS if id not in kinds.ABOUT_A_FIELD or kinds.offered(definition, id)
    ]  # fmt: skip


def consequence(severity: str) -> str:
    """What follows for a request that does not meet it."""
    return {"stop": _("It is refused"), "mend": _("It is returned"), "note": _("A note")}.get(severity, severity)


@dataclass(frozen=True)
class Spoken:
    """What a sender reads in one language."""

    code: str
    name: str
    direction: str
    says: str
    remedy: str
    own: bool  # written by the administrator


def spoken(one: Entry) -> list[Spoken]:
    """The sentences of a requirement in every language in which it has any."""
    rule = kinds.rule(one)
    return [
        Spoken(
            code, choices.language_name(code, language()), choices.direction(code), rule["says"][code],
            rule["remedy"].get(code, ""), code in one.says or code in one.remedy,
        )
        for code in in_order(rule["says"])
    ]  # fmt: skip


def unspoken(one: Entry) -> list[str]:
    """The languages whose readers get the English, because nobody has translated the sentence."""
    says = kinds.rule(one)["says"]
    return [choices.language_name(code, language()) for code in kinds.ALL if code not in says]


def in_order(codes: Iterable[str]) -> list[str]:
    """Languages with the reader's own first, then those of the fixed texts, then any other."""
    first = dict.fromkeys([language(), *kinds.ALL])
    return sorted(codes, key=lambda code: (list(first).index(code) if code in first else len(first), code))


@dataclass(frozen=True)
class Line:
    """A requirement in the list."""

    entry: Entry
    kind: Kind
    state: str  # new, changed or published
    says: str
    remedy: str
    consequence: str


def line(one: Entry, state: str = "published") -> Line:
    rule = kinds.rule(one)
    says, remedy = (next(iter(text[code] for code in in_order(text)), "") for text in (rule["says"], rule["remedy"]))
    return Line(one, kind(one.kind), state, says, remedy, consequence(one.severity))


def lines(asked: Asked) -> list[Line]:
    return [line(one, asked.state(one)) for one in asked.entries]


def instruments() -> list[dict[str, Any]]:
    """Every instrument by its title in the reader's language."""
    told = [{"id": one.id, "title": wording.in_language(one, language()).title} for one in catalogue.all()]
    return sorted(told, key=lambda one: choices.plain(one["title"]))


def steps() -> dict[str, str]:
    """What a change of the list is called."""
    return {
        "imported": _("taken over from the file requirements.yaml"),
        "added": _("added"),
        "changed": _("changed"),
        "moved": _("moved"),
        "removed": _("removed"),
        "taken-back": _("earlier list taken up again"),
        "published": _("published"),
    }
