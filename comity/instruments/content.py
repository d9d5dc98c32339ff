"""Effects of acts, and the fields that an effect needs in the act's content."""

from __future__ import annotations

EFFECTS = ("open", "none", "question", "answer", "amend", "transfer", "extend", "withdraw")

NEEDED: dict[str, dict[str, str]] = {
    "question": {"pointer": "text", "asks": "longtext", "due": "moment"},
    "answer": {"question": "text", "answer": "longtext"},
    "extend": {"clock": "choice", "until": "moment", "reasons": "longtext"},
    "withdraw": {"reasons": "longtext"},
}
"""Effect -> content field -> type. ``amends`` and ``items`` have shapes of their own and are not listed."""

OPTIONAL = frozenset({"due", "amends", "items"})


def needed(effect: object, grounds: bool) -> dict[str, str]:
    """The fields that an act's content holds because of its effect, and of its list of grounds."""
    return {
        **(NEEDED.get(effect, {}) if isinstance(effect, str) else {}),
        **({"ground": "choice"} if grounds else {}),
    }
