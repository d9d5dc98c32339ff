"""The other side, played with wire functions alone: its keys, its card, its acts, its channel to us and back."""

import io
from typing import Any

from comity.dossiers import body
from comity.exchange import actions as exchange
from comity.exchange import queries as network
from comity.exchange.wire import blob as wire_blob
from comity.exchange.wire import card as wire_card
from comity.exchange.wire import envelope, push, receipt, signed
from comity.exchange.wire.keys import SecretKeys
from comity.exchange.wire.push import Position
from comity.exchange.wire.strict import b64
from comity.instruments import catalogue, model, procedure
from comity.lib.clock import moment

US = "fr-central"
EIO = catalogue.get("eio")


class Peer:
    """An authority abroad that holds its own copy of each dossier."""

    def __init__(self, authority: str, country: str, at, languages=("en",), requirements=(), definitions=None):
        self.authority, self.country = authority, country
        self.keys = SecretKeys.generate()
        self.card = wire_card.issue(
            self.keys,
            authority=authority,
            country=country,
            names={"en": authority.title()},
            languages=list(languages),
            endpoint="http://127.0.0.1:9",
            at=at,
            serial=1,
            requirements=list(requirements),
            instruments=definitions or [{"id": EIO.id, "version": EIO.version, "digest": EIO.digest}],
        )
        exchange.add_peer(self.card.raw, fingerprint=self.card.fingerprint, by="test", at=at)
        self.acts: dict[str, dict[str, model.Act]] = {}
        self.position = Position(authority, US)
        self.got = Position(US, authority)

    # What it holds

    def hold(self, one: signed.Signed) -> None:
        told = one.body
        self.acts.setdefault(told["dossier"], {})[one.id] = model.Act(
            one.id, told["type"], told["by"], moment(told["at"]), tuple(told["parents"]), told["content"]
        )

    def state(self, dossier: str) -> model.State:
        return procedure.fold(EIO, self.acts[dossier].values())

    def digest(self, dossier: str) -> str:
        return procedure.digest(self.state(dossier))

    # What it says

    def act(self, dossier: str, type: str, content: dict[str, Any], at, **other: Any) -> signed.Signed:
        """A signed act that follows everything the peer holds; ``other`` replaces parts of the body."""
        parents = self.state(dossier).heads if dossier in self.acts else ()
        told = body.build(
            dossier=dossier,
            type=type,
            by=self.authority,
            at=at,
            parents=parents,
            definition=EIO,
            content=content,
        )
        one = signed.sign(body.KIND, {**told, **other}, self.keys)
        self.hold(one)
        return one

    def opening(self, at, number=1, **other: Any) -> signed.Signed:
        """An order from this peer to us, made from the example with the parties turned round."""
        request = catalogue.example("eio")
        content = {
            "form": request["form"],
            "facts": request["facts"],
            "language": request["language"],
            "parties": {
                "issuing": {"authority": self.authority, "country": self.country},
                "executing": {"authority": US, "country": "FR"},
            },
            "items": [],
        }
        return self.act(f"{self.authority}-2026-{number:04d}", "request", {**content, **other}, at)

    def send(self, *acts: signed.Signed, at) -> receipt.Receipt:
        """Push acts through the channel; our receipt for them."""
        from comity.exchange.identity import me

        sealed, here = [], self.position
        for one in acts:
            letter = envelope.seal(
                one.raw, to_keys=me().keys.public, sender=self.authority, receiver=US, seq=here.seq + 1, prev=here.hash
            )
            sealed.append(letter)
            here = here.after(letter)
        raw = push.build(sealed, head=here, keys=self.keys, at=at)
        answer = exchange.accept_push(raw, sender=self.authority, at=at)
        self.position = here
        return receipt.read(answer, me().keys.public, sender=self.authority, receiver=US)

    def item(self, content: bytes, name="statement.csv") -> tuple[dict[str, Any], wire_blob.Manifest, bytes]:
        """A sealed document: the item as an act names it, its manifest, and the sealed bytes."""
        sealed_bytes = io.BytesIO()
        sealed = wire_blob.seal_stream(io.BytesIO(content), sealed_bytes)
        told = {
            "name": name,
            "media_type": "text/csv",
            "size": sealed.size,
            "sha256": sealed.sha256,
            "blob": sealed.id,
            "key": b64(sealed.key),
        }
        return told, sealed.manifest, sealed_bytes.getvalue()

    # What it receives

    def fetch(self, at, refuse: dict[str, tuple[str, str]] | None = None) -> list[signed.Signed]:
        """Take what waits in our channel, hold the acts, and sign a receipt for them."""
        from comity.exchange import outbox
        from comity.exchange.identity import me
        from comity.exchange.models import Channel

        channel = Channel.objects.get(peer__authority=self.authority, direction="out")
        taken, refusals = [], []
        since, here = self.got.seq, self.got
        for row in channel.envelopes.filter(seq__gt=here.seq).order_by("seq"):
            letter = envelope.read(bytes(row.raw))
            one = signed.read(envelope.open_sealed(letter, self.keys), body.KIND, me().keys.public)
            here = here.after(letter)
            if refuse and one.body["type"] in refuse:
                code, says = refuse[one.body["type"]]
                refusals.append(receipt.Refusal(seq=letter.seq, hash=letter.hash, code=code, says=says))
                continue
            self.hold(one)
            taken.append(one)
        self.got = here
        outbox.settle(channel, receipt.issue(self.keys, holds=here, refusals=refusals, since=since, at=at).raw, at=at)
        return taken

    def deliver_blob(self, manifest: wire_blob.Manifest, sealed: bytes, at, chunks: int | None = None) -> None:
        """Send the first chunks of a blob, or all of them."""
        exchange.begin_blob(manifest.id, manifest.raw, sender=self.authority, at=at)
        for n in range(manifest.count if chunks is None else chunks):
            start = manifest.offset(n)
            exchange.take_chunk(
                manifest.id, n, sealed[start : start + manifest.length(n)], sender=self.authority, at=at
            )


def deliveries(act_id: str) -> list[str]:
    return [one.state for one in network.delivery(act_id)]
