"""The pages of disclosure: proposing, deciding, the sheet with the code, and a visitor who reaches one window alone."""

import io
import re
from datetime import timedelta

import pytest
from django.urls import get_resolver

from comity.disclosure import actions, queries
from comity.disclosure.models import Sealed
from comity.evidence.packages import verifying
from comity.exchange import queries as exchange
from comity.lib import clock
from comity.web.disclosure.visiting import COOKIE
from tests.disclosure import conftest as cast
from tests.disclosure.conftest import CASE, LEDGER, choices
from tests.dossiers.conftest import AT

pytestmark = pytest.mark.django_db
dora = cast.dora
NEW = f"/cases/{CASE}/windows/new/"


@pytest.fixture
def compartment(alice, mla):
    """A case as its room opens it, so that its pages are there."""
    from comity.cases import actions as cases

    return cases.open("Ledgers of a bank", unit=mla, by=alice, at=AT).compartment


items = cast.items


@pytest.fixture
def proposed(compartment, items, alice):
    """Open now: pages ask for the time."""
    now = clock.now()
    return cast.proposal(
        compartment, alice, opens_at=now - timedelta(hours=1), closes_at=now + timedelta(days=30), at=now,
    )  # fmt: skip


@pytest.fixture
def window(proposed, bob):
    return actions.approve(proposed.pk, by=bob, at=clock.now())


@pytest.fixture
def code(window, alice):
    return actions.hand_code(window.pk, by=alice, at=clock.now())


@pytest.fixture
def visitor(browse, window, code):
    client = browse(None)
    answer = client.post(f"/window/{window.pk}/", {"code": code})
    assert answer.status_code == 302
    return client


def address(window):
    return f"/cases/{CASE}/windows/{window.pk}/"


def form(**more):
    told = {
        "/recipient": "Maître Odile Blanc", "/function": "counsel", "/contact": "paper", "/purpose": "the hearing",
        "/opens": ["23", "11", "2026"], "/closes": ["23", "12", "2099"], "/language": "fr",
    }  # fmt: skip
    sent = {}
    for name, value in told.items():
        if isinstance(value, list):
            sent |= dict(zip((f"{name}.day", f"{name}.month", f"{name}.year"), value, strict=True))
        else:
            sent[name] = value
    for ref, choice in choices().items():
        id = "item-" + ref.replace("/", "-")
        sent |= {f"{id}-choice": "disclose" if choice.disclosed else "withhold", f"{id}-ground": choice.ground,
                 f"{id}-words": choice.words}  # fmt: skip
    return sent | {"do": "propose"} | more


class TestProposing:
    def test_the_tab_says_what_to_do_when_there_is_none(self, browse, alice, compartment):
        page = browse(alice).get(f"/cases/{CASE}/windows/").content.decode()
        assert "Propose a window" in page
        assert "Nobody outside has looked" in page

    def test_every_item_stands_on_the_page_and_needs_a_choice(self, browse, alice, items):
        page = browse(alice).get(NEW).content.decode()
        for title in ("Ledger", "Telephone", "Letter", "Signal"):
            assert title in page
        answer = browse(alice).post(NEW, {"do": "propose"})
        assert answer.status_code == 400
        assert "Choose for Ledger" in answer.content.decode()
        assert queries.in_compartment(alice, items[0].compartment, AT) == []

    def test_what_cannot_be_disclosed_offers_no_such_choice(self, browse, alice, items):
        page = browse(alice).get(NEW).content.decode()
        assert f'id="item-{CASE}-1-yes"' in page
        assert f'id="item-{CASE}-4-yes"' not in page
        assert "Its originator has not allowed that it is used as evidence" in page

    def test_proposes(self, browse, alice, items):
        answer = browse(alice).post(NEW, form())
        assert answer.status_code == 302, answer.content.decode()
        view = queries.window(alice, answer["Location"].rstrip("/").rsplit("/", 1)[1], AT)
        assert (view.row.disclosed, view.row.withheld, view.language) == (2, 2, "fr")
        assert view.row.closes_at.isoformat() == "2099-12-23T22:59:59+00:00"

    def test_keeps_what_was_typed_beside_what_is_wrong(self, browse, alice, items):
        answer = browse(alice).post(NEW, form(**{f"item-{CASE}-3-ground": "", "/recipient": ""}))
        page = answer.content.decode()
        assert answer.status_code == 400
        assert "letters to counsel" in page
        assert "Choose the ground on which Letter is withheld" in page

    def test_fills_in_what_has_no_choice_yet(self, browse, alice, items):
        told = {"do": "all", f"item-{CASE}-3-choice": "withhold", f"item-{CASE}-3-ground": "privilege"}
        page = browse(alice).post(NEW, told).content.decode()
        assert page.count('value="disclose" checked') == 2
        assert page.count('value="withhold" checked') == 2

    def test_a_window_that_would_be_over_is_refused(self, browse, alice, items):
        answer = browse(alice).post(NEW, form(**{"/closes.year": "2020"}))
        assert answer.status_code == 400
        assert "closed before it opens" in answer.content.decode()

    def test_is_for_the_lead(self, browse, dora, bob, charlie, alice, compartment, items):
        from comity.access import actions as people

        people.seat(compartment, dora, part="member", by=alice, at=AT)
        assert browse(dora).get(NEW).status_code == 403
        assert browse(dora).get(f"/cases/{CASE}/windows/").status_code == 200
        for stranger in (bob, charlie):
            assert browse(stranger).get(NEW).status_code == 404
            assert browse(stranger).get(f"/cases/{CASE}/windows/").status_code == 404


class TestDeciding:
    def test_an_approver_without_a_seat_finds_it_in_the_menu_and_approves(self, browse, bob, proposed):
        client = browse(bob)
        assert "Maître Odile Blanc" in client.get("/windows/").content.decode()
        page = client.get(address(proposed)).content.decode()
        assert "Ledger" in page
        assert 'value="approve"' in page
        assert client.post(address(proposed), {"do": "approve"}).status_code == 302
        assert Sealed.objects.get(window=proposed).root in client.get(address(proposed)).content.decode().replace(
            " ", ""
        )

    def test_the_lead_is_not_offered_what_only_a_second_person_may(self, browse, alice, proposed):
        page = browse(alice).get(address(proposed)).content.decode()
        assert 'value="approve"' not in page
        assert "It waits for an approver" in page
        assert browse(alice).post(address(proposed), {"do": "approve"}).status_code == 403

    def test_not_approving_needs_a_reason(self, browse, bob, proposed):
        answer = browse(bob).post(address(proposed), {"do": "decline", "reason": ""})
        assert answer.status_code == 400
        assert "needs a reason" in answer.content.decode()
        browse(bob).post(address(proposed), {"do": "decline", "reason": "Letter is not privileged"})
        assert "Letter is not privileged" in browse(bob).get(address(proposed)).content.decode()

    def test_says_what_changed_meanwhile(self, browse, bob, alice, proposed, compartment):
        cast.taken(compartment, "Late", b"late", alice)
        answer = browse(bob).post(address(proposed), {"do": "approve"})
        assert answer.status_code == 400
        assert f"{CASE}/5" in answer.content.decode()

    def test_strangers_and_missing_windows_are_alike(self, browse, charlie, dora, alice, window):
        for somebody in (charlie, dora):
            for page in ("", "bundle.zip", "lines/3.json"):
                assert browse(somebody).get(address(window) + page).status_code == 404
        assert browse(alice).get(f"/cases/{CASE}/windows/w-2222222222222222/").status_code == 404
        assert browse(alice).get(f"/cases/c-2026-0009/windows/{window.pk}/").status_code == 404

    def test_an_auditor_sees_visits_and_not_the_list(self, browse, olga, window, visitor):
        visitor.get(f"/window/{window.pk}/items/1/")
        page = browse(olga).get(address(window)).content.decode()
        assert "Opened an item" in page
        assert "Ledger" not in page
        assert "preparing the defence" not in page
        assert browse(olga).get(address(window) + "bundle.zip").status_code == 404

    def test_the_sheet_shows_the_code_once(self, browse, alice, window):
        page = browse(alice).post(address(window), {"do": "code"})
        told = page.content.decode()
        assert f"/window/{window.pk}/" in told
        assert "no-store" in page["Cache-Control"]
        shown = told.split('comity-onetime" dir="ltr">')[1].split("<")[0]
        assert actions.enter(window.pk, shown, at=clock.now())
        assert shown not in browse(alice).get(address(window)).content.decode()

    def test_closing_early_needs_a_reason(self, browse, alice, window, visitor):
        assert browse(alice).post(address(window), {"do": "end", "reason": " "}).status_code == 400
        assert browse(alice).post(address(window), {"do": "end", "reason": "over"}).status_code == 302
        assert "Ledger" not in visitor.get(f"/window/{window.pk}/").content.decode()

    def test_the_case_takes_the_bundle_and_what_opens_a_withheld_item(self, browse, alice, window):
        raw = b"".join(browse(alice).get(address(window) + "bundle.zip").streaming_content)
        assert verifying.verify(io.BytesIO(raw), key=exchange.own_card(at=AT).fingerprint).ok
        told = browse(alice).get(address(window) + "lines/3.json").json()
        assert told["item"]["title"] == "Letter"


class TestAVisitor:
    def test_comes_in_and_sees_the_list(self, visitor, window):
        page = visitor.get(f"/window/{window.pk}/").content.decode()
        assert "Ledger" in page
        assert "letters to counsel" in page
        assert "Letter" not in page.replace("letters", "")
        assert Sealed.objects.get(window=window).root in page.replace(" ", "")

    def test_takes_an_item_and_the_bundle(self, visitor, window):
        item = visitor.get(f"/window/{window.pk}/items/1/")
        assert b"".join(item.streaming_content) == LEDGER
        assert item["Content-Disposition"].startswith("attachment")
        root = Sealed.objects.get(window=window).root
        bundle = visitor.get(f"/window/{window.pk}/bundle.zip")
        raw = b"".join(bundle.streaming_content)
        assert len(raw) == int(bundle["Content-Length"])
        assert verifying.verify(io.BytesIO(raw), key=exchange.own_card(at=AT).fingerprint, root=root).ok

    def test_is_told_how_to_verify(self, visitor, window):
        page = visitor.get(f"/window/{window.pk}/verify/").content.decode()
        assert "comity bundle verify" in page
        assert exchange.own_card(at=AT).fingerprint in page

    def test_gets_nothing_that_is_withheld(self, visitor, window):
        for n in (2, 3, 4, 9):
            assert visitor.get(f"/window/{window.pk}/items/{n}/").status_code == 404

    def test_reaches_no_other_window(self, visitor, window, compartment, alice, bob):
        now = clock.now()
        other = cast.proposal(compartment, alice, opens_at=now, closes_at=now + timedelta(days=1), at=now)
        actions.approve(other.pk, by=bob, at=now)
        visitor.cookies[COOKIE]["path"] = "/"  # even if a browser sent it there
        assert "Ledger" not in visitor.get(f"/window/{other.pk}/").content.decode()
        for page in ("items/1/", "bundle.zip", "verify/"):
            assert visitor.get(f"/window/{other.pk}/{page}").status_code == 404

    def test_reaches_nothing_but_the_window(self, visitor, window):
        """Every page of the node that takes no argument, and those of the very case."""
        visitor.cookies[COOKIE]["path"] = "/"
        pages = [
            f"/{pattern}" for pattern in plain_patterns(get_resolver().url_patterns)
            if not pattern.startswith(("account", "exchange", "api"))
        ]  # fmt: skip
        pages += [address(window) + more for more in ("", "bundle.zip", "lines/3.json")] + [f"/cases/{CASE}/"]
        assert len(pages) > 20
        for page in pages:
            answer = visitor.get(page)
            assert answer.status_code in (204, 302, 404, 405), (page, answer.status_code)
            assert b"Ledger" not in answer.content

    def test_sends_the_cookie_to_this_window_alone(self, visitor, window):
        cookie = visitor.cookies[COOKIE]
        assert cookie["path"] == f"/window/{window.pk}/"
        assert cookie["httponly"]
        assert cookie["samesite"] == "Strict"

    def test_signs_out(self, visitor, window):
        assert visitor.get(f"/window/{window.pk}/leave/").status_code == 405
        secret = visitor.cookies[COOKIE].value
        assert visitor.post(f"/window/{window.pk}/leave/").status_code == 302
        visitor.cookies[COOKIE] = secret
        for page in ("items/1/", "bundle.zip", "verify/", "leave/"):
            assert visitor.get(f"/window/{window.pk}/{page}").status_code in (404, 405)
        assert "Ledger" not in visitor.get(f"/window/{window.pk}/").content.decode()

    def test_a_wrong_code_says_so_and_nothing_more(self, browse, window, code):
        page = browse(None).post(f"/window/{window.pk}/", {"code": "wrong"})
        assert page.status_code == 400
        nowhere = browse(None).post("/window/w-2222222222222222/", {"code": "wrong"})
        assert nowhere.status_code == 400
        assert without_token(nowhere) == without_token(page)

    def test_too_many_tries(self, browse, window, code):
        client = browse(None)
        for _ in range(10):
            client.post(f"/window/{window.pk}/", {"code": "wrong"})
        assert client.post(f"/window/{window.pk}/", {"code": code}).status_code == 429

    def test_somebody_who_signed_in_to_the_node_gets_no_more_here(self, browse, charlie, window):
        client = browse(charlie)
        assert "Ledger" not in client.get(f"/window/{window.pk}/").content.decode()
        assert client.get(f"/window/{window.pk}/items/1/").status_code == 404

    def test_what_is_no_name_of_a_window_is_not_found(self, browse):
        assert browse(None).get("/window/everything/").status_code == 404

    def test_reads_it_in_french(self, browse, window, code):
        client = browse(None, "fr")
        client.post(f"/window/{window.pk}/", {"code": code})
        page = client.get(f"/window/{window.pk}/").content.decode()
        assert "Pièces de l’affaire" in page
        assert "Vous cache-t-on quelque chose" in page


def without_token(page):
    """What a page says, without the token that is another one each time."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page.content.decode().split("<main")[1])


def plain_patterns(patterns, before=""):
    """The addresses without an argument."""
    for one in patterns:
        route = before + str(one.pattern)
        if hasattr(one, "url_patterns"):
            yield from plain_patterns(one.url_patterns, route)
        elif "<" not in route and "^" not in route and one.name not in ("language", "built"):
            yield route
