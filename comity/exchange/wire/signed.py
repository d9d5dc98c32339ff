"""One shape for everything that is signed: cards, acts, heads, receipts (docs/spec/signed.md)."""

import hashlib
import re
from dataclasses import dataclass, field
from typing import Any

from comity.exchange.wire.keys import ED25519_SIGNATURE, MLDSA65_SIGNATURE, PublicKeys, SecretKeys
from comity.exchange.wire.strict import Malformed, b64, read_object, sized, unb64
from comity.lib.canonical import canonical
from comity.lib.errors import BadInput

LIMIT = 1024 * 1024
OPENING = b'{"body":'
# Keys stand in canonical order and the signatures have fixed lengths, so everything after the body is known
# in advance: the body's bytes can be cut out and verified before anything is parsed.
CLOSING = re.compile(
    rb',"kind":"(comity-[a-z]{1,20}/[1-9][0-9]?)",'
    rb'"signatures":\{"ed25519":"([A-Za-z0-9_-]{86})","mldsa65":"([A-Za-z0-9_-]{4412})"\}\}\Z'
)
CLOSING_AT_MOST = 4620


class NotSigned(BadInput):
    code = "wire.not-signed"
    says = "These bytes are not a signed object: {why}."
    next_step = "Ask the sender to send it again; if it stays so, one side runs a version with a fault."


class BadSignature(BadInput):
    code = "wire.bad-signature"
    says = "This {kind} is not signed by the keys we hold for the sender, or its content was changed."
    next_step = "Do not use it. Compare fingerprints with the sender over another way, such as the phone."


class WrongKind(BadInput):
    code = "wire.wrong-kind"
    says = "This is a {kind} where a {expected} belongs."
    next_step = "Ask the sender which version of Comity it runs."


@dataclass(frozen=True)
class Signed:
    """A signed object whose signatures were made here or have been verified. ``raw`` is what to keep."""

    raw: bytes = field(repr=False)
    id: str
    kind: str
    body: dict[str, Any]


@dataclass(frozen=True)
class Peeked:
    """What an object says about itself. **Nothing of it is verified.**"""

    kind: str
    body: dict[str, Any]


def sign(kind: str, body: dict[str, Any], keys: SecretKeys) -> Signed:
    """Sign a body with both keys.

    :raises NotCanonical: the body holds something that has no canonical form.
    :raises TooLarge: the result would exceed 1 MiB.
    """
    content = canonical(body)
    message = _message(kind.encode(), content)
    ed25519, mldsa65 = keys.sign(message, kind.encode())
    raw = b'%s%s,"kind":"%s","signatures":{"ed25519":"%s","mldsa65":"%s"}}' % (
        OPENING, content, kind.encode(), b64(ed25519).encode(), b64(mldsa65).encode(),
    )  # fmt: skip
    return Signed(sized(raw, LIMIT, "A signed object"), _id(message), kind, body)


def read(raw: bytes, kind: str, keys: PublicKeys) -> Signed:
    """Verify a signed object, following docs/spec/signed.md section 4.

    :raises TooLarge: (1) more than 1 MiB.
    :raises NotSigned: (2) another shape, or (5) a body that is not a canonical object.
    :raises WrongKind: (3) another kind than the caller expects.
    :raises BadSignature: (4) one of the two signatures is not good.
    """
    content, told, ed25519, mldsa65 = _split(raw)  # (1) size, (2) shape
    if told != kind:  # (3) kind
        raise WrongKind(kind=told, expected=kind)
    message = _message(told.encode(), content)
    if not keys.verifies(message, told.encode(), ed25519, mldsa65):  # (4) both, over the bytes as received
        raise BadSignature(kind=kind)
    return Signed(raw, _id(message), kind, _body(content))  # (5) only now parse


def peek(raw: bytes) -> Peeked:
    """Kind and body, **unverified**: only for finding out whose keys to verify with.

    :raises TooLarge: more than 1 MiB.
    :raises NotSigned: another shape.
    """
    content, kind, _, _ = _split(raw)
    return Peeked(kind, _body(content))


def kind_of(raw: bytes) -> str:
    """The kind alone, **unverified**: for finding out who reads it.

    :raises TooLarge: more than 1 MiB.
    :raises NotSigned: another shape.
    """
    return _split(raw)[1]


def _split(raw: bytes) -> tuple[bytes, str, bytes, bytes]:
    sized(raw, LIMIT, "A signed object")
    closing = CLOSING.search(raw, max(0, len(raw) - CLOSING_AT_MOST))
    if not raw.startswith(OPENING) or closing is None:
        raise NotSigned(why="body, kind and two signatures are not where they belong")
    try:
        ed25519 = unb64(closing[2].decode(), "the Ed25519 signature", ED25519_SIGNATURE)
        mldsa65 = unb64(closing[3].decode(), "the ML-DSA-65 signature", MLDSA65_SIGNATURE)
    except Malformed as error:
        raise NotSigned(why=error.sentence.rstrip(".")) from None
    return raw[len(OPENING) : closing.start()], closing[1].decode(), ed25519, mldsa65


def _body(content: bytes) -> dict[str, Any]:
    try:
        return read_object(content, LIMIT, "the body")
    except Malformed as error:
        raise NotSigned(why=error.sentence.rstrip(".")) from None


def _message(kind: bytes, content: bytes) -> bytes:
    return kind + b"\x00" + content


def _id(message: bytes) -> str:
    return hashlib.sha256(message).hexdigest()
