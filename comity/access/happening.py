"""One thing that happened, as the room that keeps it tells it; a case's timeline is made of them."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Happening:
    """``says`` is a sentence with fields in braces, marked for translation where it is written; ``values`` fill it.

    ``by`` is the full name of a colleague or the id of an authority; ``kind`` and ``id`` name the thing (as
    ``rules.Thing``) so that a page can lead to it.
    """

    at: datetime
    by: str
    kind: str
    id: str
    says: str
    values: dict[str, Any] = field(default_factory=dict)
