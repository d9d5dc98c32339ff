"""A security key in software: makes and uses ES256 credentials as WebAuthn describes (Level 2, sections 6 and 7)."""

import base64
import hashlib
import json
import secrets
import struct

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2 import cbor

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class SoftKey:
    """One credential at one origin; ``verified``: it knew its owner by PIN, finger or face."""

    def __init__(self, *, origin: str = "http://localhost", rp: str = "localhost", verified: bool = True) -> None:
        self.origin, self.rp, self.verified = origin, rp, verified
        self.id, self.key, self.user = secrets.token_bytes(16), ec.generate_private_key(ec.SECP256R1()), b""

    def head(self, *flags: int) -> bytes:
        bits = PRESENT | (VERIFIED if self.verified else 0) | sum(flags)
        return hashlib.sha256(self.rp.encode()).digest() + struct.pack(">BI", bits, 0)

    def client(self, kind: str, challenge: str) -> bytes:
        told = {"type": f"webauthn.{kind}", "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(told).encode()

    def create(self, options: dict) -> str:
        """What ``navigator.credentials.create`` answers, as the page sends it."""
        asked = options["publicKey"]
        self.user = base64.urlsafe_b64decode(asked["user"]["id"] + "==")
        numbers = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        data = self.head(ATTESTED) + bytes(16) + struct.pack(">H", len(self.id)) + self.id + cbor.encode(cose)
        made = cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})
        response = {"clientDataJSON": b64(self.client("create", asked["challenge"])), "attestationObject": b64(made)}
        return self.told(response, credProps={"rk": self.verified})

    def get(self, options: dict) -> str:
        """What ``navigator.credentials.get`` answers."""
        client, data = self.client("get", options["publicKey"]["challenge"]), self.head()
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        return self.told(
            {
                "clientDataJSON": b64(client),
                "authenticatorData": b64(data),
                "signature": b64(signature),
                "userHandle": b64(self.user) if self.user else None,
            }
        )

    def told(self, response: dict, **extensions: object) -> str:
        return json.dumps(
            {
                "id": b64(self.id),
                "rawId": b64(self.id),
                "type": "public-key",
                "response": response,
                "clientExtensionResults": extensions,
            }
        )
