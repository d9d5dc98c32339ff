"""Canonical JSON (RFC 8785) and the digests taken over it."""

import hashlib
import json
from typing import Any

import rfc8785

from comity.lib.errors import BadInput

LARGEST = 2**53 - 1  # RFC 8785 section 3.2.2.3: whole numbers that every reader keeps


class NotCanonical(BadInput):
    code = "lib.not-canonical"
    says = "The value has no canonical form: {why}."
    next_step = "Use objects, lists, text, whole numbers up to 2^53, true, false and null; write amounts as text."


def canonical(value: Any) -> bytes:
    """The RFC 8785 bytes of a JSON value.

    Fractions are refused although the RFC allows them: signed content must not depend on how a
    number is printed.

    :raises NotCanonical: a float, an integer out of range, a key that is not text, or another type.
    """
    try:
        if _ordinary(value):
            return _write(value).encode()
        _refuse_floats(value)
        return rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeError) as error:
        raise NotCanonical(why=str(error)) from None


# Python's own writer is in C and spells ordinary values as RFC 8785 does, in a fraction of the time.
_write = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def _ordinary(value: Any) -> bool:
    """Whether Python's writer agrees with RFC 8785: whole numbers in range, and keys that sort alike as Python and as
    UTF-16 sort them, which ASCII does."""
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return True
    if kind is int:
        return bool(-LARGEST <= value <= LARGEST)
    if kind is dict:
        for key, item in value.items():  # noqa: SIM110 - generators cost as much again
            if not (type(key) is str and key.isascii() and _ordinary(item)):
                return False
        return True
    if kind is list or kind is tuple:
        for item in value:  # noqa: SIM110
            if not _ordinary(item):
                return False
        return True
    return False


def _refuse_floats(value: Any) -> None:
    if isinstance(value, float):
        raise NotCanonical(why=f"the fraction {value!r}")
    if isinstance(value, dict):
        for item in value.values():
            _refuse_floats(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _refuse_floats(item)


def parse(raw: bytes) -> Any:
    """Read JSON that must already be canonical, so that equal values have equal bytes.

    :raises NotCanonical: not JSON, or JSON in another spelling.
    """
    try:
        value = json.loads(raw)
        spelled = canonical(value)
    except NotCanonical:
        raise
    except (ValueError, RecursionError) as error:
        raise NotCanonical(why=str(error)) from None
    if spelled != raw:
        raise NotCanonical(why="it is JSON, but not spelled as RFC 8785 asks")
    return value


def digest(value: Any) -> str:
    """SHA-256 over the canonical bytes, in hexadecimal."""
    return hashlib.sha256(canonical(value)).hexdigest()
