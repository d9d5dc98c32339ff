"""The check of a request that came to us: the verdict that its sender saw, with the way to each box."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from comity.dossiers import queries
from comity.dossiers.queries import Received
from comity.instruments.model import Definition, Finding
from comity.lib import clock
from comity.web.drafting.findings import DOCUMENTS, ORDER, Told
from comity.web.forms import boxes, words
from comity.web.pages import Http, language


@dataclass(frozen=True)
class Checked:
    """A request that we received, as the check judges it."""

    received: Received
    findings: list[Told]


def checked(http: Http, id: str, definition: Definition, sections: list[dict[str, Any]]) -> Checked | None:
    """The check of the request of a dossier; None where we sent it.

    :param definition: in the reader's language.
    :param sections: what the page shows, so that a finding leads to a box that is there.
    """
    received = queries.received_report(http.user, id, language(), clock.now())
    if received is None:
        return None
    here = {row.id for one in sections for block in one["blocks"] for row in block.rows}
    here |= {f"form-{one['id']}" for one in sections if one["blocks"]}
    found = sorted(received.report.findings, key=lambda one: ORDER[one.severity])
    return Checked(received, [_told(one, id, definition, here) for one in found])


def _told(one: Finding, id: str, definition: Definition, here: Collection[str]) -> Told:
    where = words.where(definition, one.pointer)
    return Told(
        one.severity, one.says, one.remedy, one.article, one.confidence, where, address(one.pointer, id, here)
    )  # fmt: skip


def address(pointer: str, id: str, here: Collection[str]) -> str:
    """Where on the page a pointer stands: its box, or the nearest part around it. Empty when nothing is shown there."""
    if pointer.startswith(DOCUMENTS):
        return reverse("dossier-documents", args=[id])
    while pointer:
        anchor = boxes.anchor(pointer)
        if anchor in here:
            return f"#{anchor}"
        pointer = pointer.rpartition("/")[0]
    return ""
