"""An item as the list names it, from the plain values of the room."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from comity.evidence.values import DerivationFacts, ItemFacts, ItemFile
from comity.lib.clock import stamp


def item_of(file: ItemFile, passport: Iterable[Mapping[str, str]] = ()) -> dict[str, Any]:
    """What a list says of an item: what it is, its bytes, its custody as it was written, what it came of.

    ``passport`` are lines of its admissibility passport, each with texts only. What nobody said is left out.
    """
    item = file.item
    told: dict[str, Any] = {
        "ref": item.ref,
        "title": item.title,
        "kind": item.kind,
        "custody": [json.loads(entry.raw) for entry in file.custody],
        "derived": [_derived(one) for one in file.derivations if one.item == item.ref],
        "facts": _facts(item),
    }
    if item.sha256 and item.size is not None:
        told["content"] = {
            "name": item.name, "media_type": item.media_type, "size": item.size, "sha256": item.sha256
        }  # fmt: skip
    if lines := [dict(line) for line in passport]:
        told["passport"] = lines
    return told


def _facts(item: ItemFacts) -> dict[str, str]:
    taking = item.taking
    told = {
        "keeper": item.authority, "description": item.description, "seal": item.seal, "place": item.place,
        "state": item.state, "holder": item.holder, "language": item.language, "originator": item.originator,
        "dossier": item.dossier, "act": item.act, "taken_at": _moment(taking.at), "taken_where": taking.where,
        "taken_by": taking.by, "taken_from": taking.from_whom, "power": taking.power, "provision": taking.provision,
        "instrument": taking.instrument, "treaty": taking.treaty, "codes": " ".join(sorted(item.handling.codes)),
    }  # fmt: skip
    return {key: value for key, value in told.items() if value}


def _derived(one: DerivationFacts) -> dict[str, str]:
    told = {
        "source": one.source, "way": one.way, "tool": one.tool, "by": one.by, "at": _moment(one.at),
        "source_sha256": one.source_sha256,
    }  # fmt: skip
    return {key: value for key, value in told.items() if value}


def _moment(at: datetime | None) -> str:
    return stamp(at) if at else ""
