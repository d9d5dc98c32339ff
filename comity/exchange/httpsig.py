"""HTTP message signatures between nodes (RFC 9421, with Content-Digest of RFC 9530). docs/spec/http.md.

The library does the work; this file fixes what is covered, for how long, and with which key.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import http_sf
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from http_message_signatures import (
    HTTPMessageSigner,
    HTTPMessageVerifier,
    InvalidSignature,
    MappingKeyResolver,
    algorithms,
)
from http_message_signatures.exceptions import HTTPMessageSignaturesException

from comity.exchange.limits import limits
from comity.exchange.wire.keys import PublicKeys, SecretKeys
from comity.lib.errors import BadInput

TAG = "comity-1"
COVERED = ("@method", "@authority", "@path", "@query")
SKEW = timedelta(seconds=60)


class BadRequestSignature(BadInput):
    code = "exchange.bad-request-signature"
    says = "The request is not signed as it must be: {why}."
    next_step = "Sign it with the Ed25519 key on the card that the receiver has pinned; check the clock."


@dataclass
class Message:
    """A request as the library wants to see it; ``url`` is absolute."""

    method: str
    url: str
    headers: MutableMapping[str, str] = field(default_factory=dict)


def sign(message: Message, *, authority: str, keys: SecretKeys, digest: bytes | None, at: datetime) -> None:
    """Add Content-Digest (when there is a body), Signature-Input and Signature to the headers.

    :param digest: SHA-256 of the body.
    """
    covered: tuple[str, ...] = COVERED
    if digest is not None:
        message.headers["Content-Digest"] = content_digest(digest)
        covered = (*COVERED, "content-digest")
    known = MappingKeyResolver(public_keys={}, private_keys={authority: keys.signing[0]})
    signer = HTTPMessageSigner(signature_algorithm=algorithms.ED25519, key_resolver=known)
    signer.sign(
        message, key_id=authority, created=at, label="comity", tag=TAG, covered_component_ids=covered,
        use_existing_digest=digest is not None,
    )  # fmt: skip


def claimed_sender(headers: Mapping[str, str]) -> str:
    """The authority that a request says it is from: the key id. **Unverified.**

    :raises BadRequestSignature: there is no readable signature.
    """
    told = next((value for name, value in headers.items() if name.lower() == "signature-input"), None)
    if told is None:
        raise BadRequestSignature(why="it has no signature")
    try:
        labels: Any = http_sf.parse(told.encode(), tltype="dictionary")
        (_, params), *others = labels.values()
        key_id = params["keyid"]
    except (ValueError, TypeError, KeyError, AttributeError):
        raise BadRequestSignature(why="its Signature-Input cannot be read") from None
    if others or not isinstance(key_id, str):
        raise BadRequestSignature(why="it must have exactly one signature with a key id")
    return key_id


def verify(message: Message, *, sender: str, keys: PublicKeys, has_body: bool) -> None:
    """Verify method, address, query, age and, when there is a body, that its digest is signed.

    The digest itself is compared by ``demand_digest`` once the body was read.

    :raises BadRequestSignature: saying what is wrong.
    """
    known = MappingKeyResolver(public_keys={sender: Ed25519PublicKey.from_public_bytes(keys.ed25519)}, private_keys={})
    verifier = HTTPMessageVerifier(signature_algorithm=algorithms.ED25519, key_resolver=known)
    verifier.max_clock_skew = SKEW
    required = (*COVERED, "content-digest") if has_body else COVERED
    try:
        verifier.verify(
            message, max_age=timedelta(seconds=limits().signature_age), expect_tag=TAG, require_components=required
        )
    except (InvalidSignature, HTTPMessageSignaturesException) as error:
        raise BadRequestSignature(why=str(error).rstrip(".")) from None


def content_digest(sha256: bytes) -> str:
    """The Content-Digest field for a SHA-256."""
    return f"sha-256=:{base64.b64encode(sha256).decode()}:"


def demand_digest(told: str | None, sha256: bytes) -> None:
    """The signed Content-Digest must be exactly this SHA-256.

    :raises BadRequestSignature: it is not.
    """
    if told is None or not hmac.compare_digest(told.strip().encode(), content_digest(sha256).encode()):
        raise BadRequestSignature(why="the Content-Digest is not the SHA-256 of the body")


def digest_of(body: bytes) -> bytes:
    return hashlib.sha256(body).digest()
