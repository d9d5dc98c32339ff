"""The boxes of a page, made from fields: what a template needs to draw one, and nothing it would have to work out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from comity.instruments.conditions import visible
from comity.instruments.model import Cite, Field
from comity.web.forms import choices, conditions, reading

FEW = 9  # so many options are shown as radios; more become a list to pick from


@dataclass(frozen=True)
class Choice:
    value: str
    label: str
    chosen: bool
    id: str
    cite: Cite | None = None


@dataclass(frozen=True)
class Box:
    """One box. ``kind`` names its template; ``pointer`` is its POST name, ``id`` its place on the page."""

    kind: str
    pointer: str
    label: str
    help: str
    cite: Cite | None
    required: bool
    value: Any = None
    parts: dict[str, str] = field(default_factory=dict)
    choices: tuple[Choice, ...] = ()
    errors: tuple[str, ...] = ()
    condition: str = ""
    when: str = ""  # JSON for the script; empty when the box is always shown
    boxes: tuple[Box, ...] = ()  # of a group
    items: tuple[Box, ...] = ()  # of a repeated field
    limit: int | None = None
    removable: bool = False
    ends: tuple[Box, ...] = ()  # of a period: from and to

    @property
    def id(self) -> str:
        return anchor(self.pointer)

    @property
    def described(self) -> str:
        """The ids that describe the box, for screen readers."""
        told = [(self.help, "hint"), (self.cite, "cite"), (self.errors, "error")]
        return " ".join(f"{self.id}-{name}" for given, name in told if given)

    @property
    def folded(self) -> bool:
        """Whether the page shows only its name at first: nothing was answered, and nothing need be."""
        return not self.required and not self.value and not self.removable and not self.faulty

    @property
    def faulty(self) -> bool:
        """Whether something is wrong here or below."""
        return bool(self.errors) or any(box.faulty for box in (*self.boxes, *self.items, *self.ends))

    @property
    def template(self) -> str:
        return f"web/fields/{self.kind}.html"


@dataclass(frozen=True)
class Page:
    """What all boxes of one page share.

    ``root`` is the whole content, ``base`` the pointer of the form in it ("/form" of a request, "" of an act),
    ``here`` the pointer of what this page shows, ``fields`` its fields, ``errors`` sentences by pointer.
    """

    root: dict[str, Any]
    base: str
    here: str
    fields: tuple[Field, ...]
    language: str
    zone: str
    errors: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def boxes(self) -> tuple[Box, ...]:
        value = conditions.at(self.root, self.here)
        return tuple(self._visible(self.fields, value if isinstance(value, dict) else {}, self.here))

    def _visible(self, fields: Iterable[Field], value: dict[str, Any], parent: str) -> Iterable[Box]:
        for one in fields:
            made = self._conditional(one, value.get(one.id), parent, tuple(fields))
            if made is not None:
                yield made

    def _conditional(self, one: Field, value: Any, parent: str, beside: tuple[Field, ...]) -> Box | None:
        """The box with its condition; None when the condition looks at another page and does not hold."""
        box = self.box(one, value, f"{parent}/{one.id}")
        if one.when is None:
            return box
        target = conditions.target(one.when, parent, self.base)
        if not target.startswith(f"{self.here}/"):
            form = conditions.at(self.root, self.base) or {}
            return box if visible(one, form, conditions.at(self.root, parent) or {}) else None
        on = find(beside, one.when.field) if not one.when.field.startswith("/") else self._on_page(target)
        test, values = conditions.wanted(one.when)
        when = json.dumps({"name": target, "test": test, "values": values}, ensure_ascii=False)
        return replace(box, condition=conditions.in_words(one.when, on), when=when)

    def _on_page(self, pointer: str) -> Field | None:
        fields, found = self.fields, None
        for part in pointer.removeprefix(f"{self.here}/").split("/"):
            if part.isdigit():
                continue
            found = find(fields, part)
            fields = found.fields if found else ()
        return found

    def box(self, one: Field, value: Any, pointer: str) -> Box:
        if one.repeated:
            return self._repeated(one, value, pointer)
        return self._single(one, value, pointer)

    def _repeated(self, one: Field, value: Any, pointer: str) -> Box:
        rows = list(value) if isinstance(value, list) else []
        rows += [None] * (max(one.at_least, 1 if one.required else 0, 0 if one.fields else 1) - len(rows))
        single = replace(one, repeated=False, help="", cite=None, when=None)
        items = tuple(
            replace(
                self._single(single, row, f"{pointer}/{index}"),
                label=_("%(label)s: number %(number)s") % {"label": one.label, "number": index + 1},
                removable=len(rows) > max(one.at_least, 1 if one.required else 0),
            )
            for index, row in enumerate(rows)
        )
        return replace(self._bare(one, value, pointer, "repeated"), items=items)

    def _single(self, one: Field, value: Any, pointer: str) -> Box:
        if one.fields:
            below = tuple(self._visible(one.fields, value if isinstance(value, dict) else {}, pointer))
            return replace(self._bare(one, value, pointer, "group"), boxes=below)
        maker = MAKERS.get(one.type)
        box = self._bare(one, value, pointer, one.type)
        return maker(self, one, box) if maker else box

    def _bare(self, one: Field, value: Any, pointer: str, kind: str) -> Box:
        return Box(
            kind=kind,
            pointer=pointer,
            label=one.label,
            help=one.help,
            cite=one.cite,
            required=one.required or one.at_least > 0,
            value="" if value is None else value,
            errors=self._errors(pointer, kind),
            limit=one.max_length,
        )

    def _errors(self, pointer: str, kind: str) -> tuple[str, ...]:
        """The sentences at a box. Parts of one box (an amount, an end of a period) count as the box."""
        whole = kind in ("money", "choices")
        return tuple(
            says
            for place, told in self.errors.items()
            if place == pointer or (whole and place.startswith(f"{pointer}/"))
            for says in told
        )


def anchor(pointer: str) -> str:
    """The id of the box at a pointer."""
    return pointer.strip("/").replace("/", "-").replace("~", "_") or "top"


def find(fields: Iterable[Field], id: str) -> Field | None:
    return next((one for one in fields if one.id == id), None)


def options(page: Page, one: Field, box: Box) -> Box:
    chosen = box.value if isinstance(box.value, list) else [box.value]
    # One article for all options stands at the box already; repeated at each it would only be noise.
    told = len({option.cite for option in one.options}) > 1
    made = tuple(
        Choice(
            option.value,
            option.label,
            option.value in chosen,
            f"{box.id}-{index}" if index else box.id,
            option.cite if told else None,
        )
        for index, option in enumerate(one.options)
    )
    # Options with their own articles, such as grounds for refusal, are read before one is chosen: no drop-down list.
    kind = "choices" if one.type == "choices" else "choice" if told or len(made) <= FEW else "picked"
    return replace(box, kind=kind, choices=made)


def yes_no(page: Page, one: Field, box: Box) -> Box:
    rows = (("yes", _("Yes"), True), ("no", _("No"), False))
    made = tuple(
        Choice(value, label, box.value is stands, box.id if value == "yes" else f"{box.id}-no")
        for value, label, stands in rows
    )
    return replace(box, kind="choice", choices=made)


def listed(rows: Callable[[str], Iterable[tuple[str, str]]]) -> Maker:
    def make(page: Page, one: Field, box: Box) -> Box:
        known = tuple(rows(page.language))
        if box.value and box.value not in dict(known):
            known = ((str(box.value), str(box.value)), *known)
        return replace(
            box,
            kind="picked",
            choices=tuple(Choice(code, name, code == box.value, "") for code, name in known),
        )

    return make


def day(page: Page, one: Field, box: Box) -> Box:
    return replace(box, kind="date", parts=reading.day_parts(box.value))


def moment(page: Page, one: Field, box: Box) -> Box:
    return replace(box, kind="moment", parts={**reading.moment_parts(box.value, page.zone), "zone": page.zone})


def money(page: Page, one: Field, box: Box) -> Box:
    found = box.value if isinstance(box.value, dict) else {"amount": box.value}
    parts = {"amount": found.get("amount", ""), "currency": found.get("currency", "EUR")}
    known = tuple(Choice(code, name, code == parts["currency"], "") for code, name in choices.currencies(page.language))
    return replace(box, parts=parts, choices=known)


def period(page: Page, one: Field, box: Box) -> Box:
    found = box.value if isinstance(box.value, dict) else {}
    ends = (("from", _("From")), ("to", _("To")))
    made = tuple(
        Box(
            "date", f"{box.pointer}/{name}", label, "", None, True, found.get(name, ""),
            reading.day_parts(found.get(name)), errors=page._errors(f"{box.pointer}/{name}", "date"),
        )
        for name, label in ends
    )  # fmt: skip
    return replace(box, ends=made)


Maker = Callable[[Page, Field, Box], Box]
MAKERS: dict[str, Maker] = {
    "choice": options, "choices": options, "yes_no": yes_no, "date": day, "moment": moment, "money": money,
    "period": period, "country": listed(choices.countries), "language": listed(choices.languages),
}  # fmt: skip
