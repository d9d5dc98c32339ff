"""The keys of an authority: two for signing, two for sealing, always used in pairs (docs/spec/keys.md)."""

import json
import os
import secrets
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PrivateKey, MLDSA65PublicKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from mnemonic import Mnemonic

from comity.exchange.wire.strict import Malformed, b64, unb64
from comity.lib.canonical import canonical, digest
from comity.lib.errors import BadInput

SECRET_LENGTHS = {"ed25519": 32, "mldsa65": 32, "mlkem768": 64, "x25519": 32}
PUBLIC_LENGTHS = {"ed25519": 32, "mldsa65": 1952, "mlkem768": 1184, "x25519": 32}
ED25519_SIGNATURE = 64
MLDSA65_SIGNATURE = 3309
KIND = "comity-keys/1"
# RFC 9106 section 4, second recommended option: 64 MiB, three passes, four lanes.
ARGON = {"iterations": 3, "lanes": 4, "memory_kib": 65536}


class BadKeys(BadInput):
    code = "wire.bad-keys"
    says = "The keys cannot be used: {why}."
    next_step = "Ask for the card again; if these are this node's own keys, restore them from the backup."


class NeedsPassphrase(BadInput):
    code = "wire.needs-passphrase"
    says = "The key file {file} is locked with a passphrase."
    next_step = "Give the passphrase."


class WrongPassphrase(BadInput):
    code = "wire.wrong-passphrase"
    says = "The passphrase does not open the key file {file}, or the file was changed."
    next_step = "Try again; if it never opens, restore the file from the backup."


@dataclass(frozen=True)
class PublicKeys:
    """What others need to verify an authority and to seal for it. Raw public keys, lengths checked."""

    ed25519: bytes
    mldsa65: bytes
    mlkem768: bytes
    x25519: bytes

    def __post_init__(self) -> None:
        _check(self, PUBLIC_LENGTHS)
        try:
            _ = self._verifiers, self.sealing
        except ValueError as error:
            raise BadKeys(why=str(error)) from None

    def to_json(self) -> dict[str, str]:
        return {name: b64(getattr(self, name)) for name in PUBLIC_LENGTHS}

    @classmethod
    def from_json(cls, value: Any) -> "PublicKeys":
        """:raises BadKeys: a key is missing, unknown, misspelt or of the wrong length."""
        return cls(**_decoded(value, PUBLIC_LENGTHS))

    @cached_property
    def fingerprint(self) -> str:
        """Hex SHA-256 over the canonical public keys: what two people compare out of band."""
        return digest(self.to_json())

    @cached_property
    def _verifiers(self) -> tuple[Ed25519PublicKey, MLDSA65PublicKey]:
        return Ed25519PublicKey.from_public_bytes(self.ed25519), MLDSA65PublicKey.from_public_bytes(self.mldsa65)

    @cached_property
    def sealing(self) -> hpke.MLKEM768X25519PublicKey:
        """The X-Wing public key for HPKE."""
        return hpke.MLKEM768X25519PublicKey(
            MLKEM768PublicKey.from_public_bytes(self.mlkem768), X25519PublicKey.from_public_bytes(self.x25519)
        )

    def verifies(self, message: bytes, context: bytes, ed25519: bytes, mldsa65: bytes) -> bool:
        """Whether **both** signatures are good. The ML-DSA context separates kinds of objects."""
        classical, quantum = self._verifiers
        try:
            classical.verify(ed25519, message)
            quantum.verify(mldsa65, message, context)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True)
class SecretKeys:
    """The seeds of one authority's keys; key objects are made once, because ML-DSA takes its time."""

    ed25519: bytes = field(repr=False)
    mldsa65: bytes = field(repr=False)
    mlkem768: bytes = field(repr=False)
    x25519: bytes = field(repr=False)

    def __post_init__(self) -> None:
        _check(self, SECRET_LENGTHS)

    @classmethod
    def generate(cls) -> "SecretKeys":
        """Fresh keys from the operating system's randomness."""
        return cls(**{name: secrets.token_bytes(length) for name, length in SECRET_LENGTHS.items()})

    def to_json(self) -> dict[str, str]:
        return {name: b64(getattr(self, name)) for name in SECRET_LENGTHS}

    @classmethod
    def from_json(cls, value: Any) -> "SecretKeys":
        """:raises BadKeys: a seed is missing, unknown, misspelt or of the wrong length."""
        return cls(**_decoded(value, SECRET_LENGTHS))

    @cached_property
    def signing(self) -> tuple[Ed25519PrivateKey, MLDSA65PrivateKey]:
        """The key objects; HTTP message signatures use the first alone."""
        return Ed25519PrivateKey.from_private_bytes(self.ed25519), MLDSA65PrivateKey.from_seed_bytes(self.mldsa65)

    @cached_property
    def opening(self) -> hpke.MLKEM768X25519PrivateKey:
        """The X-Wing private key for HPKE."""
        return hpke.MLKEM768X25519PrivateKey(
            MLKEM768PrivateKey.from_seed_bytes(self.mlkem768),
            X25519PrivateKey.from_private_bytes(self.x25519),
        )

    @cached_property
    def public(self) -> PublicKeys:
        classical, quantum = self.signing
        return PublicKeys(
            ed25519=classical.public_key().public_bytes_raw(),
            mldsa65=quantum.public_key().public_bytes_raw(),
            mlkem768=MLKEM768PrivateKey.from_seed_bytes(self.mlkem768).public_key().public_bytes_raw(),
            x25519=X25519PrivateKey.from_private_bytes(self.x25519).public_key().public_bytes_raw(),
        )

    @property
    def fingerprint(self) -> str:
        return self.public.fingerprint

    def sign(self, message: bytes, context: bytes) -> tuple[bytes, bytes]:
        """The Ed25519 and the ML-DSA-65 signature over the message."""
        classical, quantum = self.signing
        return classical.sign(message), quantum.sign(message, context)

    def save(self, file: Path, passphrase: str | None = None) -> None:
        """Write the key file (docs/spec/keys.md, section 4): all or nothing, for the owner alone."""
        content = self.to_json() if passphrase is None else _lock(self.to_json(), passphrase)
        # Made 0600 from the first byte; the rename is the moment at which the file exists.
        part = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "wb") as out:
                out.write(canonical({"kind": KIND, **content}) + b"\n")
                out.flush()
                os.fsync(out.fileno())
            part.replace(file)
        finally:
            part.unlink(missing_ok=True)
        folder = os.open(file.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    @classmethod
    def load(cls, file: Path, passphrase: str | None = None) -> "SecretKeys":
        """Read a key file.

        :raises BadKeys: there is none, or it is malformed.
        :raises NeedsPassphrase: it is locked and no passphrase was given.
        :raises WrongPassphrase: the passphrase does not open it.
        """
        try:
            value = json.loads(file.read_bytes())
        except OSError as error:
            raise BadKeys(why=f"{file}: {error.strerror}") from None
        except ValueError:
            raise BadKeys(why=f"{file} is not JSON") from None
        if not isinstance(value, dict) or value.pop("kind", None) != KIND:
            raise BadKeys(why=f"{file} is not a key file of version 1")
        if "locked" not in value:
            return cls.from_json(value)
        if passphrase is None:
            raise NeedsPassphrase(file=file)
        return cls.from_json(_unlock(value, passphrase, file))


def _check(keys: PublicKeys | SecretKeys, lengths: dict[str, int]) -> None:
    for name, length in lengths.items():
        if len(getattr(keys, name)) != length:
            raise BadKeys(why=f"{name} has {len(getattr(keys, name))} bytes instead of {length}")


def _decoded(value: Any, lengths: dict[str, int]) -> dict[str, bytes]:
    if not isinstance(value, dict) or value.keys() != lengths.keys():
        raise BadKeys(why=f"the fields are not exactly {', '.join(sorted(lengths))}")
    try:
        return {name: unb64(_text(value[name]), name, length) for name, length in lengths.items()}
    except Malformed as error:
        raise BadKeys(why=error.sentence.rstrip(".")) from None


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise BadKeys(why="a key is not text")
    return value


def _stretch(passphrase: str, salt: bytes) -> bytes:
    argon = Argon2id(
        salt=salt,
        length=32,
        iterations=ARGON["iterations"],
        lanes=ARGON["lanes"],
        memory_cost=ARGON["memory_kib"],
    )
    return argon.derive(passphrase.encode("utf-8"))


def _lock(content: dict[str, str], passphrase: str) -> dict[str, Any]:
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    # The key is used once: every save draws a new salt.
    box = AESGCM(_stretch(passphrase, salt)).encrypt(nonce, canonical(content), KIND.encode())
    return {"locked": b64(box), "salt": b64(salt), "nonce": b64(nonce), "argon2id": ARGON}


def _unlock(value: dict[str, Any], passphrase: str, file: Path) -> Any:
    if value.keys() != {"locked", "salt", "nonce", "argon2id"} or value["argon2id"] != ARGON:
        raise BadKeys(why=f"{file} is locked in a way that this version does not know")
    try:
        salt, nonce = unb64(_text(value["salt"]), "salt", 16), unb64(_text(value["nonce"]), "nonce", 12)
        box = unb64(_text(value["locked"]), "locked")
    except Malformed as error:
        raise BadKeys(why=error.sentence.rstrip(".")) from None
    try:
        return json.loads(AESGCM(_stretch(passphrase, salt)).decrypt(nonce, box, KIND.encode()))
    except InvalidTag:
        raise WrongPassphrase(file=file) from None


@cache
def _list() -> Mnemonic:
    return Mnemonic("english")


def words(fingerprint: str) -> tuple[str, ...]:
    """Twelve English words (BIP-39) for the first 128 bits of a fingerprint, to be read out by phone."""
    return tuple(_list().to_mnemonic(bytes.fromhex(fingerprint)[:16]).split(" "))


def matches(fingerprint: str, told: str) -> bool:
    """Whether what a person typed is this fingerprint: all its hex digits, or its twelve words.

    Spaces, colons, hyphens and capitals do not count.
    """
    plain = told.casefold()
    if "".join(c for c in plain if c not in " :-\t\r\n") == fingerprint:
        return True
    return tuple(plain.replace("-", " ").split()) == words(fingerprint)
