"""How far material is classified, and how far a person is cleared: the same four words, lowest first."""

from comity.lib.errors import BadInput

LEVELS = ("open", "restricted", "confidential", "secret")


class UnknownLevel(BadInput):
    code = "access.unknown-level"
    says = "{word!r} is not a level; the levels are open, restricted, confidential, secret."
    next_step = "Use one of these words."


def number(word: str) -> int:
    """The level as the number that tables keep, 0 (open) to 3 (secret).

    :raises UnknownLevel: it is none of the four words.
    """
    if word not in LEVELS:
        raise UnknownLevel(word=word)
    return LEVELS.index(word)


def word(level: int) -> str:
    """The word for a number that a table keeps.

    :raises UnknownLevel: it is none of the four numbers.
    """
    if level not in range(len(LEVELS)):
        raise UnknownLevel(word=level)
    return LEVELS[level]
