"""A new request: what is open to our country, and to whom it may go."""

import re
from dataclasses import replace
from datetime import date

import pytest
from django.urls import reverse

from comity.instruments import catalogue
from comity.instruments.model import Basis
from comity.web.drafting import open_to
from tests.dossiers.conftest import AT
from tests.dossiers.peer import Peer

TODAY = date(2026, 11, 23)


def card(page, title):
    """The card with this heading: its class, and what it says."""
    for kind, inside in re.findall(r'<li class="(comity-card[^"]*)">(.*?)</li>', page, re.S):
        if title in inside:
            return kind, inside
    raise AssertionError(f"no card {title!r}")


class TestStanding:
    @pytest.mark.parametrize(
        ("instrument", "role", "country", "word"),
        [
            ("eio", "issuing", "FR", "open"),
            ("eio", "issuing", "BR", "outside"),
            ("eio", "executing", "ICC", "closed"),
            ("mla-untoc", "issuing", "BR", "open"),
            ("icc-assistance", "issuing", "NL", "closed"),
            ("icc-assistance", "issuing", "ICC", "open"),
            ("icc-assistance", "executing", "US", "outside"),
            ("icc-assistance", "executing", "BR", "open"),
        ],
    )
    def test_comes_from_the_part_and_from_the_treaty(self, instrument, role, country, word):
        found = open_to.standing(catalogue.get(instrument), role, country, TODAY, "en")
        assert found.word == word
        assert bool(found.says) == (word != "open")

    def test_is_open_with_a_remark_where_our_lists_do_not_reach(self):
        unknown = replace(catalogue.get("eio"), legal_basis=(Basis("no-such-treaty", "New Treaty", "", "both"),))
        found = open_to.standing(unknown, "issuing", "FR", TODAY, "en")
        assert (found.word, found.says) == ("unsure", "Whether this binds it is not known here: France, New Treaty.")
        assert open_to.Offer(unknown, found).open

    def test_is_said_in_the_readers_language(self, db):
        from django.utils.translation import override

        with override("fr"):
            found = open_to.standing(catalogue.get("eio"), "issuing", "BR", TODAY, "fr")
        assert found.says.startswith("Brésil\u00a0:")


class TestInstruments:
    @pytest.fixture(autouse=True)
    def whole(self, mla):
        type(mla).objects.filter(pk=mla.pk).update(handles=["*"])

    def test_of_the_court_are_not_offered_to_a_state(self, browse, alice):
        title = catalogue.get("icc-assistance").title
        kind, inside = card(browse(alice).get(reverse("new")).content.decode(), title)
        assert kind == "comity-card comity-card--closed"
        assert "<a " not in inside
        assert "Not open to us." in inside
        assert "is not open to France" in inside

    def test_that_are_open_stand_first_with_a_link(self, browse, alice):
        page = browse(alice).get(reverse("new")).content.decode()
        kind, inside = card(page, "European Investigation Order")
        assert kind == "comity-card"
        assert reverse("new-receiver", args=["eio"]) in inside
        assert page.index("European Investigation Order") < page.index("comity-card--closed")

    def test_of_the_union_are_not_offered_outside_it(self, browse, alice, settings):
        settings.COMITY = replace(settings.COMITY, country="BR")
        kind, inside = card(browse(alice).get(reverse("new")).content.decode(), "European Investigation Order")
        assert kind.endswith("--closed")
        assert "Brazil is not bound by it: EIO Directive." in inside


class TestReceivers:
    @pytest.fixture
    def peers(self, nl):
        return nl, Peer("br-central", "BR", AT), Peer("icc-court", "ICC", AT)

    def test_whose_state_is_not_bound_stand_last_with_the_reason(self, browse, alice, peers):
        page = browse(alice).get(reverse("new-receiver", args=["eio"])).content.decode()
        names = [page.index(name) for name in ("Nl-Prosecution", "Br-Central", "Icc-Court")]
        assert names == sorted(names)
        kind, inside = card(page, "Br-Central")
        assert kind.endswith("--closed")
        assert "Brazil is not bound by it: EIO Directive." in inside
        assert "to=br-central" in inside

    def test_that_cannot_take_the_part_are_not_chosen(self, browse, alice, peers):
        _kind, inside = card(browse(alice).get(reverse("new-receiver", args=["eio"])).content.decode(), "Icc-Court")
        assert "is not open to the International Criminal Court" in inside
        assert "to=icc-court" not in inside
