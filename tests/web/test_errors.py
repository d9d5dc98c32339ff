"""Errors are told as pages: what happened, what to do next, with the right status."""

import logging

import pytest
from django.template.loader import render_to_string
from django.urls import reverse

from comity.access.rules import NotAllowed
from comity.dossiers.queries import NotFound
from comity.lib.errors import BadInput, ComityError
from comity.web.middleware import status_of


class Refused(ComityError):
    code = "tests.refused"
    says = "The {thing} was refused."
    next_step = "Try another {thing}."


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (NotFound(what="dossier", id="x"), 404),
        (NotAllowed(why="No.", remedy="Ask."), 403),
        (Refused(thing="act"), 400),
        (BadInput(), 400),
    ],
)
def test_each_kind_has_its_status(error, status):
    assert status_of(error) == status


def test_an_error_says_what_happened_and_what_to_do(browse, alice, monkeypatch):
    def refuse(*_args, **_named):
        raise Refused(thing="<b>list</b>")

    monkeypatch.setattr("comity.dossiers.queries.drafts", refuse)
    page = browse(alice).get(reverse("drafts"), HTTP_REFERER="http://elsewhere.example/")
    shown = page.content.decode()
    assert page.status_code == 400
    assert "The &lt;b&gt;list&lt;/b&gt; was refused." in shown
    assert "Try another" in shown
    assert "tests.refused" in shown
    assert "elsewhere.example" not in shown


def test_a_fault_of_ours_is_a_page_that_gives_nothing_away(browse, alice, monkeypatch, caplog):
    def break_down(*_args, **_named):
        raise RuntimeError("secret detail")

    monkeypatch.setattr("comity.dossiers.queries.drafts", break_down)
    client = browse(alice)
    client.raise_request_exception = False
    with caplog.at_level(logging.CRITICAL, logger="django.request"):
        page = client.get(reverse("drafts"))
    assert page.status_code == 500
    assert "Something went wrong on this node" in page.content.decode()
    assert "secret detail" not in page.content.decode()


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "500"])
def test_error_pages_need_nothing_from_the_view(name):
    assert "<h1" in render_to_string(f"{name}.html")


def test_a_form_without_its_token_is_refused_in_plain_words(alice):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    page = client.post(reverse("language"), {"language": "fr"})
    assert page.status_code == 403
    assert "open for too long" in page.content.decode()
