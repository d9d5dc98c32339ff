"""The check of requests that came to us: the sender's verdict again, and what a list of requirements would do."""

import copy
import json
from dataclasses import replace

import pytest

from comity.access import actions as access
from comity.access import queries as people
from comity.access.rules import NotAllowed
from comity.dossiers import actions, body, queries
from comity.dossiers.sight import NotFound
from comity.exchange import actions as exchange
from comity.exchange import queries as network
from comity.exchange.requirements import FILE
from comity.instruments import catalogue
from tests.dossiers.conftest import AT, person
from tests.dossiers.peer import EIO, Peer

DUTCH = {
    "id": "dutch-or-english", "instrument": "eio", "pointer": "/language", "severity": "stop",
    "require": "language in ['nl', 'en']",
    "says": {"en": "An order must be in Dutch or English."}, "remedy": {"en": "Have it translated."},
}  # fmt: skip
LONGER = {
    "id": "say-more", "instrument": "eio", "pointer": "/form/grounds/stage", "severity": "mend",
    "require": "size(form.grounds.stage) >= 10",
    "says": {"en": "We need to know the stage in some detail."}, "remedy": {"en": "Write a sentence."},
}  # fmt: skip


def changed(**changes):
    """The example, with values put at places such as ``language`` or ``form__grounds__stage``; None takes one out."""
    request = catalogue.example("eio")
    for place, value in changes.items():
        *groups, last = place.split("__")
        here = request
        for group in groups:
            here = here[group]
        if value is None:
            del here[last]
        else:
            here[last] = value
    return request


REQUESTS = {
    "the example": (changed(), "send"),
    "a measure that nobody describes": (changed(form__measures__description=None), "stop"),
    "a language that the receiver does not take": (changed(language="fr"), "stop"),
    "a requirement that it does not meet": (changed(form__grounds__stage="Early."), "mend"),
}


@pytest.fixture
def sender(node, alice, mla):
    """``sender(request)``: what our own check says of it before it goes to the Netherlands, and the peer."""
    peer = Peer("nl-prosecution", "NL", AT, languages=("nl", "en"), requirements=[DUTCH, LONGER])

    def checked(request):
        draft = actions.start(
            "eio", to=peer.authority, unit=mla, by=alice, at=AT, language=request["language"], form=request["form"],
            facts=request["facts"],
        )  # fmt: skip
        return queries.preflight(draft, AT.date(), "en")

    checked.peer = peer
    return checked


@pytest.fixture
def receiver(sender, settings, tmp_path):
    """``receiver(request)``: the same request at the node of the Netherlands, which publishes what its card says."""
    us = settings.COMITY
    ours = exchange.sign  # with our keys, as long as the node is ours

    def checked(request):
        content = {
            "form": request["form"], "facts": request["facts"], "language": request["language"], "items": [],
            "parties": {
                "issuing": {"authority": us.authority, "country": us.country},
                "executing": {"authority": sender.peer.authority, "country": sender.peer.country},
            },
        }  # fmt: skip
        told = body.build(
            dossier=f"{us.authority}-2026-0001", type="request", by=us.authority, at=AT, parents=(), definition=EIO,
            content=content,
        )  # fmt: skip
        act, card = ours(body.KIND, told, at=AT), network.own_card(at=AT)
        settings.COMITY = replace(us, authority=sender.peer.authority, country=sender.peer.country, folder=tmp_path)
        sender.peer.keys.save(settings.COMITY.keys_file)
        (tmp_path / FILE).write_text(json.dumps([DUTCH, LONGER]), encoding="utf-8")
        network.own_card(at=AT)
        exchange.add_peer(card.raw, fingerprint=card.fingerprint, by="test", at=AT)
        assert actions.receive([act], us.authority, AT) == [None]
        access.create_unit("irc", "International legal assistance centre", handles=["eio"], at=AT)
        return queries.received_report(person("femke", "approver", "mla"), told["dossier"], "en", AT)

    return checked


@pytest.mark.parametrize("name", REQUESTS)
def test_both_nodes_give_the_same_verdict_and_the_same_findings(sender, receiver, name):
    request, verdict = REQUESTS[name]
    before = sender(copy.deepcopy(request))
    after = receiver(copy.deepcopy(request))
    assert before.verdict == verdict
    assert after.report == before
    assert after.on == AT.date()


def test_a_stranger_learns_nothing(alice, charlie, nl):
    nl.send(nl.opening(AT), at=AT)
    assert queries.received_report(alice, "nl-prosecution-2026-0001", "en", AT) is not None
    with pytest.raises(NotFound):
        queries.received_report(charlie, "nl-prosecution-2026-0001", "en", AT)


def test_what_we_sent_ourselves_is_not_checked_again(alice, dossier):
    assert queries.received_report(alice, dossier.pk, "en", AT) is None


def test_a_later_list_does_not_change_the_verdict_of_an_earlier_request(alice, nl, settings, tmp_path, later):
    """The sender saw the requirements of that day; what we publish afterwards is for those who send afterwards."""
    nl.send(nl.opening(AT), at=AT)
    network.own_card(at=AT)
    before = queries.received_report(alice, "nl-prosecution-2026-0001", "en", AT)
    settings.COMITY = replace(settings.COMITY, names={"en": "Renamed"})
    assert network.own_card(at=later(days=1)).serial == 2
    assert queries.received_report(alice, "nl-prosecution-2026-0001", "en", later(days=2)) == before
    assert before.card == 1


class TestTheEffectOnRequestsReceived:
    @pytest.fixture
    def ada(self, node):
        return person("ada", "administrator", None)

    @pytest.fixture
    def four(self, nl):
        """Four orders from the Netherlands: two in English, one in French, one of whose stage says little."""
        example = catalogue.example("eio")
        brief = copy.deepcopy(example["form"])
        brief["grounds"]["stage"] = "Early."
        for number, other in enumerate(({}, {}, {"language": "fr"}, {"form": brief}), 1):
            nl.send(nl.opening(AT, number, **other), at=AT)

    def test_is_counted_by_instrument_for_both_lists(self, ada, four):
        [(before, after)] = queries.effect(ada, [], [DUTCH, LONGER], AT)
        assert (before.received, before.stopped, before.mended) == (4, 0, 0)
        assert (after.received, after.stopped, after.mended) == (4, 1, 1)

    def test_is_not_counted_where_it_would_speak_of_one_request(self, ada, nl):
        nl.send(nl.opening(AT), at=AT)
        [(_, after)] = queries.effect(ada, [], [DUTCH], AT)
        assert (after.received, after.counted, after.stopped) == (1, False, 0)

    def test_is_for_administrators_and_every_counting_is_recorded(self, ada, alice, four):
        with pytest.raises(NotAllowed):
            queries.effect(alice, [], [DUTCH], AT)
        queries.effect(ada, [], [DUTCH], AT)
        [read] = people.reads(by=ada)
        assert (read.kind, read.thing) == ("peers", "requests received, counted for 1 requirements")
