"""Where a name or an identifier stands in this node, whoever may see it: for answering the person whose it is.

First the search index, which knows other scripts and the order of words; then every column of text in every table of
the private rooms, taken from the models themselves so that none is forgotten, and the bytes of acts and custody.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.db.models.functions import Cast

from comity.access.queries import Compartment, Unit
from comity.search import queries as search

ROOMS = ("dossiers", "liaison", "subjects", "evidence", "disclosure", "cases", "work")
OWNERS = ("item", "subject", "window", "thread", "draft", "act", "call", "message", "brought_by", "into", "dossier",
          "case")  # fmt: skip
"""How a row points at the thing to which it belongs, the nearest first."""
KINDS = {
    "dossiers.Dossier": "dossier",
    "dossiers.Draft": "draft",
    "liaison.Thread": "thread",
    "subjects.Subject": "subject",
    "subjects.Import": "import",
    "evidence.Item": "item",
    "disclosure.Window": "window",
    "cases.Case": "case",
}
BYTES = ("dossiers.Act", "dossiers.Waiting", "evidence.Custody")
SHORT = 60
"""Columns of fewer letters hold words of the program, not of people."""
MOST = 2000


@dataclass(frozen=True)
class Spot:
    """A thing by kind and ref, with what says who decides on it."""

    kind: str
    ref: str
    unit: Unit | None = None
    compartment: Compartment | None = None


def spots(terms: Iterable[str]) -> dict[Spot, list[str]]:
    """Every thing in which one of the terms stands, with the terms. What stands in a circle is the circle's."""
    found: dict[tuple[str, str], Spot] = {}
    led: dict[tuple[str, str], list[str]] = defaultdict(list)
    for term in terms:
        for spot in (*_indexed(term), *_written(term)):
            key = spot.kind, spot.ref
            known = found.get(key)
            if known is None or (spot.compartment and spot.compartment.parent_id and not _in_circle(known)):
                found[key] = spot
            if term not in led[key]:
                led[key].append(term)
    return {spot: led[key] for key, spot in found.items()}


def _in_circle(spot: Spot) -> bool:
    return bool(spot.compartment and spot.compartment.parent_id)


def _indexed(term: str) -> Iterator[Spot]:
    for entry in search.everywhere(term):
        unit = entry.compartment.unit if entry.compartment else entry.unit
        yield Spot(entry.kind, entry.ref, unit, entry.compartment)


def _written(term: str) -> Iterator[Spot]:
    for model in apps.get_models():
        if model._meta.app_label in ROOMS:
            for row in _rows(model, term):
                if spot := spot_of(row):
                    yield spot


def _rows(model: type[models.Model], term: str) -> Iterator[models.Model]:
    """Small and capital letters are told apart by SQLite beyond ASCII, so the usual spellings are asked for."""
    rows, wanted = model._base_manager.all(), Q(pk__in=[])
    spellings = {term, term.lower(), term.upper(), term.title()}
    for field in model._meta.concrete_fields:
        if isinstance(field, models.JSONField):
            rows = rows.annotate(**{f"text_of_{field.name}": Cast(field.name, models.TextField())})
            for word in spellings | {json.dumps(one)[1:-1] for one in spellings}:
                wanted |= Q(**{f"text_of_{field.name}__icontains": word})
        elif isinstance(field, models.CharField | models.TextField) and (field.max_length or SHORT) >= SHORT:
            for word in spellings:
                wanted |= Q(**{f"{field.name}__icontains": word})
    yield from rows.filter(wanted)[:MOST]
    if model._meta.label in BYTES:
        folded = {one for word in spellings for one in (word, json.dumps(word)[1:-1])}
        for row in model._base_manager.iterator(chunk_size=500):
            text = bytes(row.raw).decode(errors="ignore")
            if any(word in text for word in folded):
                yield row


def spot_of(row: models.Model) -> Spot | None:
    """The thing to which a row belongs: itself, or what it points at."""
    now: Any = row
    for _step in range(6):
        if kind := KINDS.get(now._meta.label):
            return _spot(kind, now)
        if now._meta.label in ("cases.Note", "cases.Task"):
            return _spot("case", now, f"{now.case_id} {now._meta.model_name}-{now.pk}")
        owner = next((name for name in OWNERS if getattr(now, name, None)), "")
        if not owner:
            return None
        if isinstance(getattr(now, owner), str):  # the room `work` names dossiers by number
            return Spot(owner, getattr(now, owner), getattr(now, "unit", None))
        now = getattr(now, owner)
    return None


def _spot(kind: str, row: Any, ref: str = "") -> Spot:
    compartment = getattr(row, "compartment", None)
    unit = compartment.unit if compartment is not None else getattr(row, "unit", None)
    return Spot(kind, ref or str(getattr(row, "ref", row.pk)), unit, compartment)
