"""The peer of tests/dossiers, which speaks messages as well: played with wire functions alone."""

from comity.exchange.wire import card as wire_card
from comity.exchange.wire import envelope, receipt, signed
from comity.liaison import body
from comity.lib.clock import stamp
from tests.dossiers.peer import US
from tests.dossiers.peer import Peer as Acting

WEEK = {"zone": "America/Sao_Paulo", "open": [{"days": [1, 2, 3, 4, 5], "opens": "09:00", "closes": "18:00"}]}


class Peer(Acting):
    """An authority abroad that talks."""

    def __init__(self, authority, country, at, contacts=(), competences=(), **more):
        super().__init__(authority, country, at, **more)
        self.heard = []
        self.made = 0
        if contacts or competences:
            self.show(contacts, competences, at)

    def show(self, contacts, competences, at):
        """A newer card with contacts."""
        from comity.exchange import actions as exchange

        self.card = wire_card.issue(
            self.keys,
            authority=self.authority,
            country=self.country,
            names=self.card.names,
            languages=list(self.card.languages),
            endpoint=self.card.endpoint,
            at=at,
            serial=self.card.serial + 1,
            contacts=contacts,
            competences=competences,
            instruments=self.card.instruments,
        )
        exchange.update_card(self.card.raw, by="test", at=at)

    def message(self, at, /, text="Good morning.", thread="", **more):
        """A signed message; without a thread it opens one. What is None is left out."""
        if not thread:
            self.made += 1
            thread = f"{self.authority}-2026-t{self.made:04d}"
            more = {"subject": "A question", **more}
        told = {
            "thread": thread,
            "by": self.authority,
            "at": stamp(at),
            "parents": [],
            "language": "en",
            "text": text,
            **more,
        }
        return signed.sign(body.KIND, {key: value for key, value in told.items() if value is not None}, self.keys)

    def says(self, at, *messages):
        """Push messages; the refusals of our receipt by code."""
        got = self.send(*messages, at=at)
        return [one.code for one in got.refusals]

    def hear(self, at, refuse=None):
        """Take what waits in our channel, whatever it is, and sign a receipt; the messages among it."""
        from comity.exchange import outbox
        from comity.exchange.identity import me
        from comity.exchange.models import Channel

        channel = Channel.objects.get(peer__authority=self.authority, direction="out")
        since, here, taken, refusals = self.got.seq, self.got, [], []
        for row in channel.envelopes.filter(seq__gt=here.seq).order_by("seq"):
            letter = envelope.read(bytes(row.raw))
            raw = envelope.open_sealed(letter, self.keys)
            one = signed.read(raw, signed.kind_of(raw), me().keys.public)
            here = here.after(letter)
            if refuse:
                refusals.append(receipt.Refusal(seq=letter.seq, hash=letter.hash, code=refuse[0], says=refuse[1]))
            elif one.kind == body.KIND:
                body.read(one.body)
                taken.append(one)
            else:
                self.hold(one)
        self.got = here
        outbox.settle(channel, receipt.issue(self.keys, holds=here, refusals=refusals, since=since, at=at).raw, at=at)
        self.heard += taken
        return taken


__all__ = ["US", "WEEK", "Peer"]
