"""The start page of the demo: who may sign in where."""

import pytest

from comity.demo import run
from comity.demo.federation import free_ports
from tests.journeys.browsing import NARROW, Visitor
from tests.journeys.conftest import PASSWORD
from tests.journeys.test_for_everyone import overflow

pytestmark = pytest.mark.journey


@pytest.fixture(scope="module")
def start_page(federation):
    port = free_ports(1)[0]
    looks = [
        {"id": "fr-central-2026-0001", "instrument": "eio", "state": "received", "look": "The clocks of both sides"}
    ]
    run.serve_start_page(federation, {"password": PASSWORD, "dossiers": looks}, port)
    return f"http://127.0.0.1:{port}"


class TestStartPage:
    @pytest.mark.parametrize("width", [NARROW, 1280])
    def test_it_names_everyone_of_the_cast_and_where_they_work(self, browser, start_page, federation, width):
        guest = Visitor(browser, start_page, width=width)
        guest.go("/")
        guest.picture("start-page")
        assert overflow(guest) == []
        for node in federation.nodes.values():
            assert guest.page.get_by_role("link", name=node.authority.name).get_attribute("href") == f"{node.address}/"
            assert all(guest.says(f"{one.full_name}, {one.function}") for one in node.authority.people)
        assert guest.says(PASSWORD)
        guest.close()
