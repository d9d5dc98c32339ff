"""Authorities abroad that work under any instrument, and what they hand over: for the registers of safeguards."""

from datetime import timedelta
from typing import Any

from comity.dossiers import actions, body
from comity.exchange.wire import signed
from comity.instruments import catalogue, procedure
from tests.dossiers.conftest import AT
from tests.dossiers.peer import US, Peer
from tests.dossiers.test_receiving import ACKNOWLEDGED

EXTRADITION = "extradition-coe-1957"
DEATH = {
    "kind": "death_penalty",
    "undertaking": "The death penalty will not be carried out.",
    "check_how": "The judgment is sent.",
    "first_check": "2026-12-20",
    "every_months": 3,
}


class Abroad(Peer):
    """A peer that holds and folds dossiers of one instrument."""

    def __init__(self, authority: str, country: str, instrument: str = "eio", at=AT):
        self.definition = catalogue.get(instrument)
        held = {"id": instrument, "version": self.definition.version, "digest": self.definition.digest}
        super().__init__(authority, country, at, definitions=[held])

    def state(self, dossier):
        return procedure.fold(self.definition, self.acts[dossier].values())

    def act(self, dossier, type, content, at, **other: Any) -> signed.Signed:
        parents = self.state(dossier).heads if dossier in self.acts else ()
        told = body.build(
            dossier=dossier, type=type, by=self.authority, at=at, parents=parents, definition=self.definition,
            content=content,
        )  # fmt: skip
        one = signed.sign(body.KIND, {**told, **other}, self.keys)
        self.hold(one)
        return one

    def opening(self, at, number=1, **form: Any) -> signed.Signed:
        """A request to us made from the example; ``form`` replaces sections of it."""
        request = catalogue.example(self.definition.id)
        content = {
            "form": {**request["form"], **form},
            "facts": request.get("facts", {}),
            "language": request["language"],
            "parties": {
                "issuing": {"authority": self.authority, "country": self.country},
                "executing": {"authority": US, "country": "FR"},
            },
            "items": [],
        }
        return self.act(f"{self.authority}-2026-{number:04d}", self.definition.opening.id, content, at)

    def says(self, dossier, type, content, at):
        """Take an act and send it to us; its id."""
        one = self.act(dossier, type, content, at)
        answer = self.send(one, at=at)
        assert not answer.refusals, answer.refusals
        return one.id


def handles(unit, *instruments):
    """A unit that handles these instruments too."""
    unit.handles = [*unit.handles, *instruments]
    unit.save(update_fields=["handles"])


def surrendered(alice, bob, unit, country="CH"):
    """Our request for extradition under the European Convention, up to the person in our hands: dossier and peer."""
    abroad = Abroad("ch-justice", country, EXTRADITION)
    handles(unit, EXTRADITION)
    form = catalogue.example(EXTRADITION)
    draft = actions.start(
        EXTRADITION, to="ch-justice", unit=unit, by=alice, at=AT, language="de", form=form["form"], facts=form["facts"]
    )
    dossier = actions.approve(actions.submit(draft, by=alice, at=AT), by=bob, at=AT).dossier
    abroad.fetch(AT)
    steps = (
        ("acknowledge", {"received_at": "2026-11-23T09:10:00Z"}),
        ("examine", {}),
        ("grant", {"scope": "whole", "reasons": "All conditions are met."}),
        ("arrange", {"place": "Basel", "surrender_at": "2026-12-17T10:00:00Z"}),
        (
            "surrender",
            {
                "surrendered_at": "2026-11-23T14:00:00Z",
                "for_offences": "Betrug\nUrkundenfälschung",
                "limits": [{"kind": "no_death_penalty"}],
            },
        ),
    )
    for hours, (type, content) in enumerate(steps, start=1):
        handed = abroad.says(dossier.pk, type, content, AT + timedelta(hours=hours))
    return dossier, abroad, handed


def transferred(dossier, peer, limits=(), hours=3):
    """Evidence of an EIO, handed over by the other side; the act."""
    item, _manifest, _sealed = peer.item(b"account;amount\n")
    for step, (type, content) in enumerate((("acknowledge", ACKNOWLEDGED), ("recognise", {"scope": "full"}))):
        peer.says(dossier.pk, type, content, AT + timedelta(hours=step + 1))
    content = {"items": [item], "description": "Statements of the account.", "limits": list(limits)}
    return peer.says(dossier.pk, "transfer_part", content, AT + timedelta(hours=hours))
