"""A form of these pages: fields as an instrument has them, so that the same boxes draw and read them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from comity.instruments.model import Field, Option, When
from comity.web.forms import boxes, editing, reading
from comity.web.pages import language, zone


def box(id: str, type: str, label: str, help: str = "", **how: Any) -> Field:
    """A field without an article of its own."""
    return Field(id=id, type=type, label=label, help=help, cite=None, **how)


def options(rows: Iterable[tuple[str, str]]) -> tuple[Option, ...]:
    return tuple(Option(value, label) for value, label in rows)


def when(id: str, *values: Any) -> When:
    """Shown while another box of the page has one of these values."""
    return When(field=id, one_of=values)


@dataclass
class Form:
    """Fields with what was given, and what is wrong with it."""

    fields: tuple[Field, ...]
    given: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def posted(cls, fields: tuple[Field, ...], post: QueryDict) -> "Form":
        """What a page sent, one row more or less where a button asks for it."""
        value: Any = reading.read(fields, post, "", zone())
        for button, change in (("add", editing.add_item), ("remove", editing.remove_item)):
            if pointer := post.get(button, ""):
                value = change(value, pointer)
        return cls(fields, editing.asked(fields, value))

    @property
    def boxes(self) -> tuple[boxes.Box, ...]:
        return boxes.Page(self.given, "", "", self.fields, language(), zone(), self.errors).boxes()

    def check(self) -> bool:
        """Whether everything that must be answered is, and can be read."""
        asked = editing.asked(self.fields, {one.id: self.given.get(one.id) for one in self.fields})
        for one in self.fields:
            if one.id in asked:
                self._check(one, asked[one.id])
        return not self.errors

    def _check(self, one: Field, value: Any) -> None:
        if value in (None, "", [], {}):
            if one.required:
                self.wrong(one.id, _("Answer this: %(label)s") % {"label": one.label})
        elif one.type == "date" and not is_day(value):
            self.wrong(one.id, _("This is no day: %(value)s. Write day, month and year in numbers.") % {"value": value})
        elif one.type == "number" and (not isinstance(value, int) or value < 0):
            self.wrong(one.id, _("This is no whole number: %(value)s.") % {"value": value})
        elif one.options and not set(value if isinstance(value, list) else [value]) <= {o.value for o in one.options}:
            self.wrong(one.id, _("Choose one of the answers that are offered."))

    def wrong(self, id: str, says: str) -> None:
        self.errors[f"/{id}"] = (*self.errors.get(f"/{id}", ()), says)

    @property
    def problems(self) -> list[dict[str, str]]:
        """For the summary at the top of the page."""
        return [{"id": boxes.anchor(place), "says": says} for place, told in self.errors.items() for says in told]


def is_day(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(date.fromisoformat(value))
    except ValueError:
        return False


def several(told: Any) -> tuple[str, ...]:
    """Names typed one on a line."""
    rows = told.splitlines() if isinstance(told, str) else []
    return tuple(dict.fromkeys(" ".join(row.split()) for row in rows if row.strip()))
