"""What the check found, with the way to the very box."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from comity.dossiers.values import DraftView
from comity.instruments.model import Definition, Finding
from comity.web.forms import boxes, words

DOCUMENTS = ("/attachments", "/items")
ORDER = {"stop": 0, "mend": 1, "note": 2}


@dataclass(frozen=True)
class Told:
    """A finding with where it leads: the address of the page and box, and what that place is called."""

    severity: str
    says: str
    remedy: str
    article: str
    confidence: str
    where: str
    href: str


def told(found: Iterable[Finding], view: DraftView, definition: Definition) -> list[Told]:
    """The findings for a page; those that stop stand first."""
    return [
        Told(
            one.severity,
            one.says,
            one.remedy,
            one.article,
            one.confidence,
            words.where(definition, one.pointer) if view.opens else words.act_where(view.act_type, one.pointer),
            address(view, definition, one.pointer),
        )
        for one in sorted(found, key=lambda one: ORDER[one.severity])
    ]


def address(view: DraftView, definition: Definition, pointer: str) -> str:
    """Where a person mends what stands at a pointer of the draft."""
    number, parts = view.draft.pk, pointer.split("/")[1:]
    if pointer.startswith(DOCUMENTS):
        return reverse("draft-documents", args=[number])
    if not view.opens:
        return f"{reverse('draft-act', args=[number])}?check#{boxes.anchor(pointer)}"
    if parts[:1] == ["form"] and any(one.id == parts[1] for one in definition.sections if len(parts) > 1):
        return f"{reverse('draft-section', args=[number, parts[1]])}?check#{boxes.anchor(pointer)}"
    if parts[:1] == ["language"]:
        return reverse("draft-language", args=[number])
    return reverse("draft", args=[number])


def at_boxes(found: Iterable[Finding], here: str) -> tuple[list[dict[str, str]], dict[str, tuple[str, ...]]]:
    """The findings under ``here``: lines of the error summary, and sentences by pointer for the boxes."""
    mine = [one for one in found if one.severity != "note" and under(one.pointer, here)]
    errors: dict[str, tuple[str, ...]] = {}
    for one in mine:
        errors[one.pointer] = (*errors.get(one.pointer, ()), one.says)
    return [{"id": boxes.anchor(one.pointer), "says": one.says} for one in mine], errors


def under(pointer: str, here: str) -> bool:
    """Whether a pointer belongs to the boxes under ``here``; documents have a page of their own."""
    return not pointer.startswith(DOCUMENTS) and (pointer == here or pointer.startswith(f"{here}/"))


def stops(found: Iterable[Finding], here: str) -> int:
    """How many findings under ``here`` stop the draft."""
    return sum(one.severity == "stop" and under(one.pointer, here) for one in found)
