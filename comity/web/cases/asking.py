"""The boxes of these pages, and the moment that they ask about."""

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from comity.access import asking, levels
from comity.access import queries as access
from comity.access.handling import PAP, TLP
from comity.access.queries import Unit, User
from comity.cases import queries
from comity.cases.tasks import PRIORITIES
from comity.cases.values import CaseView, Table
from comity.instruments.model import Field
from comity.lib import clock
from comity.lib.errors import ComityError
from comity.web.safeguards.asking import Form, box, options
from comity.web.telling import told


def moment() -> datetime:
    """The moment of this request: what was asked once need not be asked again (`access.asking`)."""
    return asking.moment() or clock.now()


def failed(form: Form, id: str, error: ComityError) -> Form:
    """The form with what a room said against it, at the box that it concerns."""
    form.wrong(id, " ".join(told(error).values()))
    return form


def level_words() -> list[tuple[str, str]]:
    words = {
        "open": _("Open: for everybody who may see the case"),
        "restricted": _("Restricted"),
        "confidential": _("Confidential"),
        "secret": _("Secret"),
    }
    return [(word, words[word]) for word in levels.LEVELS]


def level_box(user: User, at: datetime, least: int = 0) -> tuple[Field, ...]:
    """The levels for which the reader is cleared, from that of the case on; nothing where there is no choice."""
    rows = level_words()[least : access.clearance_of(user, at) + 1]
    return (box("level", "choice", _("Level"), required=True, options=options(rows)),) if len(rows) > 1 else ()


def purposes_box() -> Field:
    rows = [(one.id, _(one.title)) for one in queries.purposes()]
    return box(
        "purposes", "choices", _("For what is it worked on?"),
        _("Handling codes and limits of later use name these purposes. Leave it empty to take those of the template."),
        options=options(rows),
    )  # fmt: skip


def codes_box() -> Field:
    rows = [(code, code) for code in (*TLP[1:], *PAP[1:], "H1", "H2", "H3")]
    return box(
        "codes", "choices", _("Handling codes"), _("Only where the source of the note set them."), options=options(rows)
    )


def colleagues(unit: Unit) -> list[tuple[str, str]]:
    return [(one.username, one.full_name) for one in access.members(unit)]


def workers(tables: list[Table]) -> list[tuple[str, str]]:
    """Who may be given a task: those who add to the case."""
    return [(row.user.username, row.user.full_name) for row in tables[0].seats if row.part in ("lead", "member")]


def priority_words() -> list[tuple[str, str]]:
    words = {"later": _("When there is time"), "normal": _("Normal"), "first": _("First")}
    return [(word, words[word]) for word in reversed(PRIORITIES)]


def circle_box(case: CaseView, label: str, whole: str) -> tuple[Field, ...]:
    """The case itself or one of its circles; nothing to choose where there is none."""
    rows = [(case.number, whole), *((one.compartment.name, one.title) for one in case.circles)]
    return (box("circle", "choice", label, required=True, options=options(rows)),) if case.circles else ()


def folded(form: Form, *names: str) -> dict[str, Any]:
    """The boxes of a form; those that few people need stand ``behind`` one click, unless something is in them."""
    behind = [one for one in form.boxes if one.pointer.strip("/") in names]
    return {
        "boxes": [one for one in form.boxes if one not in behind],
        "behind": behind,
        "open": any(one.value or one.faulty for one in behind),
    }


def day(value: Any) -> date | None:
    return date.fromisoformat(value) if value else None
