"""Where a thing that a case names has its page: hits of the search, lines of the brief, marks of the timeline."""

import re

from django.urls import NoReverseMatch, reverse

CASE = re.compile(r"(c-\d{4}-\d{4,})(?:-([a-z]+))?")


def address(kind: str, id: str, number: str = "") -> str:
    """The page of a thing, or "" where there is none. ``number`` is the case around it, where that is known."""
    match kind:
        case "case" | "people" | "subjects" | "items" | "dossiers" | "notes":
            return _reverse("case" if kind == "case" else f"case-{kind}", number or id)
        case "case-change":
            return _reverse("case-change", id)
        case "note" | "task":
            return f"{_reverse('case-notes', number)}#{kind}-{id}" if number else ""
        case "subject":
            return _inside("case-subject", id, ".")
        case "item":
            return _inside("case-item", id, "/")
        case "dossier":
            return _reverse("dossier", id)
        case "act":
            return _reverse("dossier-timeline", id)
        case "draft":
            return _reverse("draft", id)
        case "window":
            return _reverse("window", number, id) if number else ""
        case "thread":
            return _reverse("liaison-thread", id)
    return ""


def case_of(compartment: str) -> str:
    """The number of the case to which a compartment belongs: its own name, or that without the circle's letter."""
    found = CASE.fullmatch(compartment)
    return found[1] if found else ""


def _inside(name: str, ref: str, mark: str) -> str:
    """``c-2026-0001.3`` stands in the case as ``3``, ``c-2026-0001-a.3`` as ``a-3``."""
    where, _, place = ref.partition(mark)
    found = CASE.fullmatch(where)
    if not found or not place:
        return ""
    return _reverse(name, found[1], f"{found[2]}-{place}" if found[2] else place)


def _reverse(name: str, *args: str) -> str:
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
