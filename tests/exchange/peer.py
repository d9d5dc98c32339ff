"""A peer that the tests play themselves: its own keys, through the functions of the wire alone."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from comity.exchange.wire import card, envelope, push, receipt, signed
from comity.exchange.wire.envelope import Envelope
from comity.exchange.wire.keys import PublicKeys, SecretKeys
from comity.exchange.wire.push import Position

AT = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)
KIND = "comity-test/1"


@dataclass
class PlayedPeer:
    """Charlie's node. ``sent`` is its channel to us; ``got`` is what it holds of ours."""

    us: str
    our_keys: PublicKeys
    authority: str = "nl-prosecution"
    country: str = "NL"
    endpoint: str = "http://127.0.0.1:9"
    keys: SecretKeys = field(default_factory=SecretKeys.generate)
    sent: list[Envelope] = field(default_factory=list)
    got: list[Envelope] = field(default_factory=list)
    refuses: dict[int, tuple[str, str]] = field(default_factory=dict)

    def card(self, *, serial: int = 1, endpoint: str | None = None, keys: SecretKeys | None = None) -> bytes:
        return card.issue(
            keys or self.keys, authority=self.authority, country=self.country, names={"en": "Public Prosecutor (test)"},
            languages=["nl", "en"], endpoint=endpoint or self.endpoint, at=AT, serial=serial,
        ).raw  # fmt: skip

    @property
    def fingerprint(self) -> str:
        return self.keys.fingerprint

    # The channel to us

    def act(self, n: int, **more: Any) -> signed.Signed:
        return signed.sign(KIND, {"n": n, "by": self.authority, **more}, self.keys)

    def seal(self, payload: bytes, *, keys: PublicKeys | None = None) -> Envelope:
        """The next envelope of the channel."""
        last = self.sent[-1] if self.sent else None
        one = envelope.seal(
            payload, to_keys=keys or self.our_keys, sender=self.authority, receiver=self.us,
            seq=last.seq + 1 if last else 1, prev=last.hash if last else envelope.FIRST_PREV,
        )  # fmt: skip
        self.sent.append(one)
        return one

    def send(self, *numbers: int) -> list[Envelope]:
        return [self.seal(self.act(n).raw) for n in numbers]

    def push(self, envelopes: Sequence[Envelope] | None = None, *, keys: SecretKeys | None = None) -> bytes:
        chosen = self.sent if envelopes is None else envelopes
        last = chosen[-1]
        head = Position(self.authority, self.us, last.seq, last.hash)
        return push.build(chosen, head=head, keys=keys or self.keys, at=AT)

    def read_receipt(self, raw: bytes) -> receipt.Receipt:
        return receipt.read(raw, self.our_keys, sender=self.authority, receiver=self.us)

    # The channel from us

    @property
    def position(self) -> Position:
        last = self.got[-1] if self.got else None
        return Position(self.us, self.authority, last.seq, last.hash) if last else Position(self.us, self.authority)

    def take(self, raw: bytes, *, since: int = 0) -> bytes:
        """Take our push as a real node does; the answer is the receipt."""
        hashes = {one.seq: one.hash for one in self.got}
        told = push.read(raw, self.our_keys, expects=self.position, hash_at=hashes.get)
        self.got += told.envelopes
        return self.receipt(since=since)

    def receipt(self, *, since: int = 0, holds: Position | None = None) -> bytes:
        holds = holds or self.position
        refused = [
            receipt.Refusal(seq=one.seq, hash=one.hash, code=self.refuses[one.seq][0], says=self.refuses[one.seq][1])
            for one in self.got
            if one.seq in self.refuses and since < one.seq <= holds.seq
        ]
        return receipt.issue(self.keys, holds=holds, refusals=refused, since=since, at=AT).raw

    def open(self, one: Envelope) -> dict[str, Any]:
        return signed.read(envelope.open_sealed(one, self.keys), KIND, self.our_keys).body
