"""The term list: legal terms that every translation renders in the same way."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from comity.lib import strict_yaml

FOLDER = Path(__file__).resolve().parent


@cache
def english() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The English terms with what finds them, longer ones first so that they hide what they hold."""
    terms: list[str] = sorted(strict_yaml.read(FOLDER / "en.yaml").value, key=len, reverse=True)
    return tuple((term, re.compile(rf"\b{re.escape(term)}(s|es)?\b", re.IGNORECASE)) for term in terms)


@cache
def forms(language: str) -> dict[str, tuple[str, ...]]:
    """What may stand for each term in a language; empty for one without a list."""
    path = FOLDER / f"{language}.yaml"
    if not path.exists():
        return {}
    raw: dict[str, list[str]] = strict_yaml.read(path).value
    return {term: tuple(one.casefold() for one in found) for term, found in raw.items()}


def missing(text: str, own: str, language: str) -> list[str]:
    """The terms of an English text of which the translation has no form; a form is compared as part of a word."""
    known, translated, lacking = forms(language), own.casefold(), []
    for term, pattern in english():
        if pattern.search(text):
            text = pattern.sub(" ", text)
            if term in known and not any(form in translated for form in known[term]):
                lacking.append(term)
    return lacking
