"""One flipped bit anywhere in any object is refused, by an error with a name."""

import pytest

from comity.exchange.wire import blob, card, checkpoint, envelope, push, receipt, signed
from comity.exchange.wire.push import Position
from comity.lib.errors import ComityError
from tests.wire.test_vectors import KEYS, load

FR, NL = KEYS["fr-central"], KEYS["nl-om"]


def good(name, key="cases"):
    return load(name)[key][0]["raw"].encode()


def open_envelope(raw):
    return envelope.open_sealed(envelope.read(raw), NL)


def short_push():
    lines = good("push").split(b"\n")
    one = envelope.read(lines[1])
    head = Position("fr-central", "nl-om", 1, one.hash)
    at = push.read(good("push"), FR.public, expects=Position("fr-central", "nl-om")).at
    return push.build([one], head=head, keys=FR, at=at)


OBJECTS = {
    "act": (lambda: good("signed"), lambda raw: signed.read(raw, "comity-act/1", FR.public)),
    "card": (lambda: good("card"), card.read),
    "envelope": (lambda: good("envelope"), open_envelope),
    "push": (short_push, lambda raw: push.read(raw, FR.public, expects=Position("fr-central", "nl-om"))),
    "receipt": (
        lambda: good("receipt"),
        lambda raw: receipt.read(raw, NL.public, sender="fr-central", receiver="nl-om"),
    ),
    "manifest": (
        lambda: good("blob", "manifests"),
        lambda raw: blob.read_manifest(raw, load("blob")["manifests"][0]["id"]),
    ),
    "checkpoint": (
        lambda: good("log", "checkpoints"),
        lambda raw: checkpoint.read(raw, "comity/fr-central", FR.public),
    ),
}


@pytest.mark.parametrize("name", OBJECTS)
def test_a_flipped_bit_in_any_byte_is_refused(name):
    make, read = OBJECTS[name]
    raw = make()
    assert read(raw)
    accepted = []
    for place in range(len(raw)):
        changed = bytearray(raw)
        changed[place] ^= 1 << place % 8
        try:
            read(bytes(changed))
        except ComityError:
            continue
        accepted.append(place)
    assert accepted == []


@pytest.mark.parametrize("name", OBJECTS)
def test_cutting_off_or_adding_a_byte_is_refused(name):
    make, read = OBJECTS[name]
    raw = make()
    for changed in (
        raw[:-1],
        raw[1:],
        raw[: len(raw) // 2],
        raw + b" ",
        raw + raw,
        b"\xff" + raw,
        b"\x00" * 100,
    ):
        with pytest.raises(ComityError):
            read(changed)
