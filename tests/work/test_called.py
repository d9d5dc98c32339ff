"""A mail to whoever is called urgently: only that a call waits."""

import pytest
from django.core import mail

from comity.work import called
from comity.work.models import Profile
from tests.dossiers import conftest as cast
from tests.dossiers.conftest import AT

node, own_keys, alice, bob = cast.node, cast.own_keys, cast.alice, cast.bob


@pytest.fixture
def at_once(monkeypatch):
    monkeypatch.setattr(called, "start", called.post)


def profile(user, rhythm="at-once", address="on.duty@example.org"):
    Profile.objects.create(user=user, address=address, rhythm=rhythm, changed_at=AT)


def test_goes_to_who_has_an_address_when_the_call_is_stored(alice, bob, at_once, django_capture_on_commit_callbacks):
    profile(alice)
    with django_capture_on_commit_callbacks(execute=True):
        called.called([alice, bob], 7, AT)
        assert mail.outbox == []
    [one] = mail.outbox
    assert one.to == ["on.duty@example.org"]
    assert "/liaison/calls/7/" in one.body
    assert "Alice" not in one.body + one.subject


def test_respects_who_wants_no_mail(alice, at_once, django_capture_on_commit_callbacks):
    profile(alice, rhythm="none")
    with django_capture_on_commit_callbacks(execute=True):
        called.called([alice], 7, AT)
    assert mail.outbox == []


def test_a_mail_server_that_is_away_holds_up_nothing(alice, monkeypatch, caplog):
    def away(*_, **__):
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.mail.EmailMessage.send", away)
    called.post(called.message(alice, "a@example.org", 1))
    assert "ConnectionRefusedError" in caplog.text


def test_speaks_the_language_of_its_reader(alice):
    alice.language = "fr"
    assert called.message(alice, "a@example.org", 1).subject == "Comity\u00a0: un appel urgent vous attend"
