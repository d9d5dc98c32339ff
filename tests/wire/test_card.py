import pytest

from comity.exchange.wire import card
from comity.lib import clock
from tests.vectors.make import AT, CARD
from tests.wire.test_vectors import KEYS

FR = KEYS["fr-central"]


def issue(keys=FR, serial=3, **change):
    return card.issue(keys, at=AT, serial=serial, **{**CARD, **change})


def test_says_what_was_told():
    one = card.read(issue().raw)
    assert one.keys == FR.public
    assert one.fingerprint == FR.fingerprint
    assert one.issued_at == AT
    assert one.requirements == tuple(CARD["requirements"])
    assert one.contacts == tuple(CARD["contacts"])
    assert one.instruments == tuple(CARD["instruments"])
    assert (one.name("fr"), one.name("nl")) == (CARD["names"]["fr"], CARD["names"]["en"])
    assert issue(names={"nl": "Parket"}).name("fr") == "Parket"


def test_the_icc_is_no_country_and_has_a_card():
    assert issue(authority="icc-otp", country="ICC").country == "ICC"


@pytest.mark.parametrize(
    "change",
    [
        {"country": "France"},
        {"languages": []},
        {"languages": ["French"]},
        {"endpoint": "ftp://x.example"},
        {"endpoint": "https://x.example/?a=b"},
        {"endpoint": "https://user@x.example"},
        {"contacts": [{"role": "desk"}]},
        {"contacts": [{"role": "desk", "languages": ["fr"], "hours": "always", "email": "no address"}]},
        {"contacts": [{"role": "desk", "languages": ["fr"], "hours": "always", "phone": "call me"}]},
        {"requirements": [{**CARD["requirements"][0], "severity": "maybe"}]},
        {"requirements": [{**CARD["requirements"][0], "pointer": "form.case"}]},
        {"instruments": [{"id": "eio", "version": "1", "digest": "ab" * 32}]},
        {"instruments": [{"id": "eio", "version": 1, "digest": "AB" * 32}]},
        {"authority": "FR"},
    ],
)
def test_our_own_mistakes_are_found_before_signing(change):
    with pytest.raises(card.NotACard, match=next(iter(change))):
        issue(**change)


class TestSuccessor:
    def test_takes_the_place_with_a_higher_number(self):
        card.demand_successor(issue(), issue(serial=4, endpoint="https://new.example"))
        assert card.may_replace(issue(), issue(serial=4))

    @pytest.mark.parametrize(
        ("error", "change"),
        [
            (card.NotNewer, {"serial": 3}),
            (card.NotNewer, {"serial": 2}),
            (card.AnotherAuthority, {"authority": "fr-other", "serial": 4}),
            (card.AnotherAuthority, {"country": "NL", "serial": 4}),
            (card.KeysChanged, {"keys": KEYS["stranger"], "serial": 4}),
        ],
    )
    def test_is_refused(self, error, change):
        with pytest.raises(error):
            card.demand_successor(issue(), issue(**change))
        assert not card.may_replace(issue(), issue(**change))


def test_moments_are_whole_seconds_in_utc():
    assert clock.stamp(issue().issued_at) == "2026-11-23T14:05:00Z"
