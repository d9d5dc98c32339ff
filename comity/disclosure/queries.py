"""What is known about windows. docs/rooms/disclosure.md lists the queries with their meaning."""

from comity.disclosure.bundling import Bundle
from comity.disclosure.door import stay
from comity.disclosure.exporting import Exported, case_package
from comity.disclosure.models import CONTACTS, GROUNDS
from comity.disclosure.proposing import WINDOW_ID, candidates
from comity.disclosure.sight import NotFound
from comity.disclosure.values import Candidate, Shown, Visiting, WindowRow, WindowView
from comity.disclosure.viewing import (
    audited,
    bundle,
    history,
    in_compartment,
    opening,
    stored_list,
    to_approve,
    waiting,
    window,
)
from comity.disclosure.visiting import item, shown, visitor_bundle
from comity.disclosure.wording import GROUND_WORDS

__all__ = [
    "CONTACTS",
    "GROUNDS",
    "GROUND_WORDS",
    "WINDOW_ID",
    "Bundle",
    "Candidate",
    "Exported",
    "NotFound",
    "Shown",
    "Visiting",
    "WindowRow",
    "WindowView",
    "audited",
    "bundle",
    "candidates",
    "case_package",
    "history",
    "in_compartment",
    "item",
    "opening",
    "shown",
    "stay",
    "stored_list",
    "to_approve",
    "visitor_bundle",
    "waiting",
    "window",
]
