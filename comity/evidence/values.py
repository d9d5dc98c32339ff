"""What this room tells others about items: plain values, with neither tables nor keys.

Packages, the defence window and the pages take these. Everything is text, numbers and moments, so that a package made
from them depends on nothing else. What nobody said is empty (``""``, ``None``, ``()``).
"""

from dataclasses import dataclass, field
from datetime import datetime

from comity.access.handling import OWN, Handling

KINDS = (
    "document", "image", "audio", "video", "device", "data-set", "account-record", "cash", "valuable", "firearm",
    "drugs", "sample", "object",
)  # fmt: skip
"""What an item can be."""
PHYSICAL = ("device", "cash", "valuable", "firearm", "drugs", "sample", "object")
"""Kinds of things that can be held in a hand: they have a seal and a place, and need no bytes."""
WAYS = ("copy", "extract", "translation", "transcription", "enhancement")
"""How one item comes of others."""
STATES = ("held", "lent", "returned", "destroyed")


@dataclass(frozen=True)
class TakingFacts:
    """How the thing was taken: by whom, where, when, under which power (in words) and provision (as cited).

    ``from_whom`` is the person or authority that had it. ``instrument`` is the id of the instrument under which it
    came, ``treaty`` the id of a treaty or act of the law room.
    """

    at: datetime | None = None
    where: str = ""
    by: str = ""
    from_whom: str = ""
    power: str = ""
    provision: str = ""
    instrument: str = ""
    treaty: str = ""


@dataclass(frozen=True)
class ItemFacts:
    """One item as it stands.

    ``ref`` is its name in this node, ``c-2026-0001/7``: compartment and number. ``authority`` keeps it; ``originator``
    gave it (empty: it is our own) in ``dossier`` by ``act``. A thing without bytes has neither hash nor size.
    ``derived_from`` names its sources, ``way`` says how it came of them.
    """

    ref: str
    authority: str
    number: int
    title: str
    kind: str
    description: str = ""
    level: int = 0
    handling: Handling = OWN
    physical: bool = False
    name: str = ""
    media_type: str = ""
    size: int | None = None
    sha256: str = ""
    seal: str = ""
    place: str = ""
    taking: TakingFacts = field(default_factory=TakingFacts)
    originator: str = ""
    dossier: str = ""
    act: str = ""
    state: str = "held"
    holder: str = ""
    added_by: str = ""
    added_at: datetime | None = None
    derived_from: tuple[str, ...] = ()
    way: str = ""
    language: str = ""
    custody_head: str = ""


@dataclass(frozen=True)
class CustodyFacts:
    """One entry of an item's chain of custody. ``raw`` are its bytes (docs/spec/custody.md), ``hash`` their SHA-256."""

    item: str
    number: int
    what: str
    at: datetime
    recorded_at: datetime
    by: str
    raw: bytes
    hash: str
    previous: str
    from_whom: str = ""
    to_whom: str = ""
    left_at: datetime | None = None
    why: str = ""
    power: str = ""
    seal: str = ""
    place: str = ""
    sha256: str = ""
    corrects: int | None = None
    log_index: int | None = None


@dataclass(frozen=True)
class DerivationFacts:
    """That one item came of another: how, with which tool, made by whom, when; hashes of both where they have bytes."""

    item: str
    source: str
    way: str
    tool: str = ""
    by: str = ""
    at: datetime | None = None
    note: str = ""
    item_sha256: str = ""
    source_sha256: str = ""


@dataclass(frozen=True)
class ItemFile:
    """Everything about one item that a package needs, besides its bytes."""

    item: ItemFacts
    custody: tuple[CustodyFacts, ...]
    derivations: tuple[DerivationFacts, ...]
