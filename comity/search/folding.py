"""What words become before they are compared. Pure, and the same for what is written and what is asked."""

import re
import unicodedata
from functools import lru_cache

from normality import ascii_text

SIGN = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"  # kana, han, hangul: no spaces between words
ALONE = re.compile(f"([{SIGN}])")
TOKEN = re.compile(r"\w+")
LONGEST = 60  # of a token, in characters: what is longer is no word


def fold(text: str) -> str:
    """Lower case, without marks that a person leaves out when typing, punctuation as spaces."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    plain = ALONE.sub(r" \1 ", unicodedata.normalize("NFKC", plain)).replace("_", " ")
    return " ".join(token[:LONGEST] for token in TOKEN.findall(plain))


def words(text: str) -> str:
    """The folded words, and once more in Latin letters those of other scripts, in the same order behind them."""
    folded = fold(text)
    foreign = [token for token in folded.split() if not token.isascii()]
    if not foreign:
        return folded
    latin = " ".join(fold(latin_of(token)) for token in foreign)
    # Chinese and Korean names are read together, although each sign is a word of its own here.
    runs = re.findall(f"[{SIGN}]+", text)
    together = " ".join(fold(latin_of(run)) for run in runs)
    return " ".join(f"{folded} {latin} {together}".split())


@lru_cache(maxsize=50_000)
def latin_of(token: str) -> str:
    """A word in Latin letters, as the transliteration of ICU has it."""
    return ascii_text(token) or ""


def asked(text: str) -> list[list[str]]:
    """What is asked for: single words as lists of one, "quoted words" as lists of several. Signs without spaces
    between them are asked for together."""
    groups = []
    for quoted, single in re.findall(r'"([^"]*)"|(\S+)', text):
        tokens = fold(quoted or single).split()
        if quoted or any(ALONE.fullmatch(token) for token in tokens):
            groups.append(tokens)
        else:
            groups += [[token] for token in tokens]
    return [group for group in groups if group]


def snippet(text: str, groups: list[list[str]], *, width: int = 160) -> str:
    """The piece of the text around the first word that was asked for; its beginning where only other words matched."""
    flat = " ".join(text.split())
    found = next((match.start() for match in re.finditer(r"\S+", flat) if _matches(match.group(), groups)), 0)
    start = max(0, found - width // 3)
    start = flat.rfind(" ", 0, start) + 1 if start else 0
    piece = flat[start : start + width]
    return ("…" if start else "") + piece + ("…" if start + width < len(flat) else "")


def _matches(word: str, groups: list[list[str]]) -> bool:
    tokens = words(word).split()
    return any(token.startswith(group[0]) for token in tokens for group in groups)
