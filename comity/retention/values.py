"""What this room tells others: plain values."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Expiring:
    """Something that a rule reaches: its number, its unit, since when it is over, and how much goes with it."""

    ref: str
    unit: str
    since: datetime
    parts: dict[str, int]
