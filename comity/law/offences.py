"""Offences by their conduct: the common definitions, the 32 categories, the classification of crimes, and their words.

An offence may be named by the id of a definition (``illegal-access``), by a code of the classification (``09031``) or
by one of the categories of the Union (``computer_crime``); ``resolve`` turns each into definitions.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Literal

from comity.law import concordance, reading
from comity.law.concordance import Category, Iccs, Pivot, Token
from comity.lib.errors import BadInput

__all__ = [
    "Category",
    "Iccs",
    "Pivot",
    "Resolved",
    "Token",
    "UnknownOffence",
    "UnknownToken",
    "categories",
    "iccs",
    "pivot",
    "pivots",
    "resolve",
    "resolve_all",
    "token",
    "tokens",
]


class UnknownOffence(BadInput):
    code = "law.unknown-offence"
    says = "{offence!r} is not an offence that is known here."
    next_step = "The nearest are: {near}. A code of the ICCS or one of the 32 categories will do as well."


class UnknownToken(BadInput):
    code = "law.unknown-token"
    says = "{token!r} is not an element that is known here."
    next_step = "The nearest are: {near}."


@dataclass(frozen=True)
class Resolved:
    """What a name stands for: its definitions, in the order of the file. None, where a code has no definition."""

    told: str
    kind: Literal["offence", "iccs", "category"]
    title: str
    pivots: tuple[Pivot, ...]


def pivots(*, folder: Path = reading.DATA) -> tuple[Pivot, ...]:
    """Every common definition, in the order of the file.

    :raises reading.LawFaults: the data cannot be used.
    """
    return tuple(concordance.book(folder).pivots.values())


def pivot(id: str, *, folder: Path = reading.DATA) -> Pivot:
    """One common definition.

    :raises UnknownOffence: naming the nearest.
    """
    found = concordance.book(folder).pivots.get(id)
    if found is None:
        raise UnknownOffence(offence=id, near=_near(id, folder))
    return found


def categories(*, folder: Path = reading.DATA) -> tuple[Category, ...]:
    """The 32 categories, by number."""
    return tuple(concordance.book(folder).categories.values())


def tokens(*, folder: Path = reading.DATA) -> tuple[Token, ...]:
    """Every word that elements are made of, with its meaning in plain English."""
    return tuple(concordance.book(folder).tokens.values())


def token(id: str, *, folder: Path = reading.DATA) -> Token:
    """One word.

    :raises UnknownToken: naming the nearest.
    """
    known = concordance.book(folder).tokens
    if id not in known:
        close = get_close_matches(id, known, n=5, cutoff=0.5) or ["act.access", "circ.without_right"]
        raise UnknownToken(token=id, near=", ".join(close))
    return known[id]


def iccs(*, folder: Path = reading.DATA) -> tuple[Iccs, ...]:
    """The whole International Classification of Crime for Statistical Purposes, by code."""
    return tuple(concordance.book(folder).iccs.values())


def resolve(told: str, *, folder: Path = reading.DATA) -> Resolved:
    """What somebody meant by an id, a code of the classification or a category.

    A code without a definition of its own stands for those below it, else for those of the nearest code above it.

    :raises UnknownOffence: naming the nearest.
    """
    book = concordance.book(folder)
    if told in book.pivots:
        return Resolved(told, "offence", book.pivots[told].title, (book.pivots[told],))
    if told in book.categories:
        found = (pivot for pivot in book.pivots.values() if told in pivot.categories)
        return Resolved(told, "category", book.categories[told].title, tuple(found))
    code = told.upper().removeprefix("ICCS").strip(" -:")
    if code in book.iccs:
        names = _coded(book, code)
        return Resolved(told, "iccs", book.iccs[code].title, tuple(book.pivots[name] for name in names))
    raise UnknownOffence(offence=told, near=_near(told, folder))


def resolve_all(told: str | Iterable[str], *, folder: Path = reading.DATA) -> tuple[Resolved, ...]:
    """The same for one name or several.

    :raises UnknownOffence: naming the first that is not known.
    """
    names = [told] if isinstance(told, str) else list(told)
    return tuple(resolve(name, folder=folder) for name in names)


def _coded(book: concordance.Book, code: str) -> tuple[str, ...]:
    """The ids of the definitions that a code stands for."""
    below = [found for known, found in book.iccs.items() if known.startswith(code)]
    names = dict.fromkeys(name for found in below for name in found.pivots)
    above = book.iccs[code].parent
    while not names and above is not None:
        names = dict.fromkeys(book.iccs[above].pivots)
        above = book.iccs[above].parent
    return tuple(names)


def _near(told: str, folder: Path) -> str:
    """Names that look like what was told: those that hold it first, then those that are spelled like it."""
    book = concordance.book(folder)
    names = {pivot.title.lower(): pivot.id for pivot in book.pivots.values()}
    names |= {category.title.lower(): category.id for category in book.categories.values()}
    names |= {id: id for id in (*book.pivots, *book.categories)}
    word = told.lower().strip()
    close = [name for name in names if len(word) > 3 and word in name]
    close += get_close_matches(word, names, n=5, cutoff=0.45)
    return ", ".join(list(dict.fromkeys(names[name] for name in close))[:5]) or ", ".join(list(book.pivots)[:5])
