"""Sessions and their end, too many attempts, and the record of what happens at the door."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from comity.access import actions, sessions, signing
from comity.access import queries as access
from comity.access.models import OnlyGrows
from comity.access.rules import NotAllowed
from comity.lib import clock
from comity.web.templatetags.doors import WORDS, browser, door
from tests.dossiers.conftest import AT
from tests.web.soft_key import SoftKey

PASSWORD = "five unrelated words of mine"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture(autouse=True)
def fresh(db):
    cache.clear()


@pytest.fixture
def alice(alice):
    actions.set_password(alice, password=PASSWORD, by=alice, at=AT)
    return alice


@pytest.fixture
def time(monkeypatch):
    """``time.passes(minutes=31)``: for everything that asks Comity's clock."""

    class Time:
        def __init__(self):
            self.now = clock.now()
            monkeypatch.setattr(clock, "now", lambda: self.now)

        def passes(self, **much):
            self.now += timedelta(**much)

    return Time()


def sign_in(name="alice", password=PASSWORD, **told):
    client = Client(HTTP_USER_AGENT=FIREFOX, **told)
    client.answer = client.post(reverse("account_login"), {"login": name, "password": password})
    return client


def is_in(client):
    return client.get("/account/").status_code == 200


def record(**asked):
    return [(row.user and row.user.username, row.what, row.how, row.why) for row in signing.sign_ins(**asked)]


class TestASession:
    def test_ends_after_half_an_hour_without_work(self, alice, time):
        client = sign_in()
        time.passes(minutes=29)
        assert is_in(client)
        time.passes(minutes=29)
        assert is_in(client), "work keeps it open"
        time.passes(minutes=30)
        answer = client.get("/drafts/")
        assert answer["Location"] == reverse("account_login") + "?next=/drafts/"
        assert "nothing was done" in client.get(answer["Location"]).content.decode()
        assert record(limit=1) == [("alice", "session ended", "", "idle")]
        assert sessions.sessions(alice, at=time.now) == []

    def test_ends_as_soon_as_node_toml_says(self, alice, time, settings):
        settings.COMITY = replace(settings.COMITY, idle_minutes=5)
        client = sign_in()
        time.passes(minutes=5)
        assert not is_in(client)

    def test_is_not_kept_open_by_a_page_that_asks_by_itself(self, alice, time, dossier):
        client = sign_in()
        for _minute in range(30):
            time.passes(minutes=1)
            answer = client.get(reverse("dossier-timeline-part", args=[dossier.pk]), HTTP_HX_REQUEST="true")
        assert answer.headers["HX-Refresh"] == "true"
        assert not is_in(client)

    def test_ends_eight_hours_after_it_began_however_busy(self, alice, time):
        client = sign_in()
        for _ in range(23):
            time.passes(minutes=20)
            assert is_in(client)
        time.passes(minutes=20)
        assert not is_in(client)
        assert record(limit=1) == [("alice", "session ended", "", "too old")]

    def test_writes_once_a_minute_at_most(self, alice, time, django_assert_max_num_queries):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        client = sign_in()
        client.get("/account/")

        def writes():
            with CaptureQueriesContext(connection) as seen:
                client.get("/account/")
            return [one["sql"] for one in seen if re.match("INSERT|UPDATE", one["sql"])]

        time.passes(seconds=30)
        assert writes() == []
        time.passes(seconds=31)
        assert len(writes()) == 2  # the session, and when it was last seen
        assert sessions.sessions(alice, at=time.now)[0].seen == time.now


class TestOnesOwnSessions:
    def test_are_listed_with_where_and_since_when(self, alice):
        sign_in(REMOTE_ADDR="192.0.2.7")
        page = sign_in().get(reverse("sessions"))
        told = page.content.decode()
        assert "192.0.2.7" in told
        assert "Firefox, Linux" in told
        assert [one.here for one in page.context["sessions"]] == [True, False]

    def test_are_ended_one_by_one(self, alice):
        first, second, third = sign_in(), sign_in(), sign_in()
        number = third.get(reverse("sessions")).context["sessions"][-1].number
        third.post(reverse("sessions-end"), {"session": number})
        assert [is_in(one) for one in (first, second, third)] in ([False, True, True], [True, False, True])
        assert record(limit=1) == [("alice", "session ended", "", "ended elsewhere")]

    def test_are_ended_all_but_this_one(self, alice):
        first, second, third = sign_in(), sign_in(), sign_in()
        third.post(reverse("sessions-end"))
        assert [is_in(one) for one in (first, second, third)] == [False, False, True]

    def test_of_somebody_else_are_not_there(self, alice, browse, bob):
        client = sign_in()
        number = sessions.sessions(alice, at=clock.now())[0].number
        for told in (number, 999_999, "x"):
            assert browse(bob).post(reverse("sessions-end"), {"session": told}).status_code == 404
        assert is_in(client)

    def test_need_a_sign_in(self, db):
        assert Client().get(reverse("sessions"))["Location"].startswith(reverse("account_login"))
        assert Client().post(reverse("sessions-end"))["Location"].startswith(reverse("account_login"))

    def test_that_lapsed_are_not_listed(self, alice, time):
        sign_in()
        time.passes(minutes=31)
        assert len(sign_in().get(reverse("sessions")).context["sessions"]) == 1

    def test_is_gone_after_signing_out(self, alice):
        client = sign_in()
        client.post(reverse("account_logout"))
        assert sessions.sessions(alice, at=clock.now()) == []
        assert record(limit=1) == [("alice", "signed out", "", "")]


class TestSessionsOfOthers:
    def test_are_ended_by_an_administrator(self, alice, browse, ada):
        clients = [sign_in(), sign_in()]
        page = browse(ada).get(reverse("person", args=["alice"]))
        assert len(page.context["sessions"]) == 2
        browse(ada).post(reverse("person-change", args=["alice"]), {"do": "sessions"})
        assert [is_in(one) for one in clients] == [False, False]
        change = access.changes(limit=1)[0]
        assert (change.what, change.by, change.details) == ("end sessions", ada, {"sessions": 2})

    def test_are_ended_by_nobody_else(self, alice, bob, olga):
        client = sign_in()
        for user in (bob, olga):
            with pytest.raises(NotAllowed):
                sessions.end_all(alice, by=user, at=AT)
        assert is_in(client)

    def test_are_shown_to_administrators_only(self, alice, browse, olga):
        sign_in()
        assert browse(olga).get(reverse("person", args=["alice"])).context["sessions"] == []

    @pytest.mark.parametrize("change", [actions.deactivate, actions.set_password, actions.reset_second_factor])
    def test_end_with_what_they_rest_on(self, alice, ada, change):
        client = sign_in()
        change(alice, by=ada, at=AT)
        assert not is_in(client)
        assert sessions.sessions(alice, at=clock.now()) == []

    def test_a_password_changed_by_oneself_ends_all_but_this_one(self, alice):
        other, client = sign_in(), sign_in()
        new = "six other unrelated words of mine"
        client.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new})
        assert (is_in(other), is_in(client)) == (False, True)


class TestTooManyAttempts:
    def again(self, answer):
        assert answer.status_code == 429
        assert "Too many attempts" in answer.content.decode()
        return int(answer.headers["Retry-After"])

    def test_at_one_name_from_many_places(self, alice):
        for number in range(5):
            assert sign_in(password="wrong", REMOTE_ADDR=f"192.0.2.{number}").answer.status_code == 200
        client = sign_in(REMOTE_ADDR="192.0.2.99")  # the right password now
        assert 290 <= self.again(client.answer) <= 300
        assert not is_in(client)
        assert "Try again in 5 minutes." in client.answer.content.decode()

    def test_at_one_name_written_in_several_ways_at_several_of_our_hosts(self, alice):
        for name, host in [
            ("alice", "localhost"),
            ("ALICE", "127.0.0.1"),
            (" alice", "localhost"),
            ("Alice", "127.0.0.1"),
        ]:
            sign_in(name, "wrong", HTTP_HOST=host)
        sign_in(password="wrong")
        self.again(sign_in().answer)

    def test_from_one_place_at_many_names(self, alice):
        for number in range(10):
            sign_in(f"name{number}", "wrong")
        assert self.again(sign_in().answer) <= 60
        assert sign_in(REMOTE_ADDR="192.0.2.99").answer.status_code == 302

    def test_that_went_well_are_not_counted(self, alice):
        for _ in range(12):
            assert sign_in().answer.status_code == 302

    def test_of_the_sign_in_page_altogether(self, alice):
        for _ in range(30):
            sign_in()
        assert self.again(sign_in().answer) <= 60

    def test_at_the_second_factor(self, alice):
        TOTP.activate(alice, generate_totp_secret())
        client = sign_in()
        for _ in range(5):
            assert client.post(reverse("mfa_authenticate"), {"code": "000000"}).status_code == 200
        assert self.again(client.post(reverse("mfa_authenticate"), {"code": "000000"})) <= 300
        elsewhere = sign_in(REMOTE_ADDR="192.0.2.99")
        assert elsewhere.answer["Location"] == reverse("mfa_authenticate")
        self.again(elsewhere.post(reverse("mfa_authenticate"), {"code": "000000"}))
        key = SoftKey().get({"publicKey": {"challenge": "AAAA"}})
        self.again(elsewhere.post(reverse("mfa_authenticate"), {"credential": key}))

    def test_with_passkeys_from_one_place(self, db):
        there = reverse("mfa_login_webauthn")
        for _ in range(10):
            assert Client().post(there, {"credential": "{}"}).status_code == 302
        assert self.again(Client().post(there, {"credential": "{}"})) <= 60
        assert Client(REMOTE_ADDR="192.0.2.99").post(there, {"credential": "{}"}).status_code == 302

    def test_at_ones_own_password(self, alice):
        client = sign_in()
        for _ in range(5):
            client.post(reverse("account_change_password"), {"oldpassword": "wrong"})
        assert self.again(client.post(reverse("account_change_password"), {"oldpassword": "wrong"})) <= 60

    def test_at_confirming_that_it_is_oneself(self, alice, browse):
        client = browse(alice)
        for _ in range(5):
            assert client.post(reverse("account_reauthenticate"), {"password": "wrong"}).status_code == 200
        self.again(client.post(reverse("account_reauthenticate"), {"password": "wrong"}))

    def test_is_said_in_french(self, alice):
        for _ in range(5):
            sign_in(password="wrong")
        answer = sign_in(HTTP_ACCEPT_LANGUAGE="fr").answer
        assert "Réessayez dans 5 minutes" in answer.content.decode()

    def test_does_not_flood_the_record(self, alice):
        for _ in range(15):
            sign_in(password="wrong")
        assert [why for *_, why in record()].count("too many attempts") == 1


class TestTheRecord:
    def test_holds_who_came_in_and_how(self, alice):
        sign_in(REMOTE_ADDR="192.0.2.7")
        row = signing.sign_ins()[0]
        assert (row.user, row.what, row.how, row.ip, row.browser) == (
            alice,
            "signed in",
            "password",
            "192.0.2.7",
            FIREFOX,
        )

    def test_holds_who_tried_but_never_what_was_typed(self, alice):
        sign_in(password="hunter2-hunter2")
        sign_in("hunter2-typed-into-the-wrong-box", "x")
        assert record() == [
            (None, "sign-in failed", "password", "unknown name"),
            ("alice", "sign-in failed", "password", "wrong password"),
        ]
        assert "hunter2" not in str(list(signing.SignIn.objects.values()))

    def test_holds_a_wrong_code_but_not_the_code(self, alice):
        TOTP.activate(alice, generate_totp_secret())
        sign_in().post(reverse("mfa_authenticate"), {"code": "123456"})
        assert record() == [("alice", "sign-in failed", "code", "wrong code")]
        assert "123456" not in str(list(signing.SignIn.objects.values()))

    def test_holds_who_has_left_and_tried(self, alice):
        actions.deactivate(alice, at=AT)
        assert sign_in().answer["Location"] == reverse("account_inactive")
        assert record() == [("alice", "sign-in failed", "password", "access ended")]

    def test_is_read_by_auditors_and_administrators(self, alice, browse, ada, olga, bob):
        sign_in(password="wrong")
        sign_in()
        for user in (ada, olga):
            page = browse(user).get(reverse("sign-ins")).content.decode()
            assert "wrong password" in page
            assert "signed in" in page
        assert browse(bob).get(reverse("sign-ins")).status_code == 403
        assert browse(None).get(reverse("sign-ins"))["Location"].startswith(reverse("account_login"))
        assert reverse("sign-ins") in browse(olga).get(reverse("reads")).content.decode()

    def test_is_filtered(self, alice, browse, olga):
        sign_in(password="wrong")
        sign_in()
        sign_in("nobody", "x")

        def found(**asked):
            return [row.why for row in browse(olga).get(reverse("sign-ins"), asked).context["sign_ins"]]

        assert found() == ["unknown name", "", "wrong password"]
        assert found(failed="1") == ["unknown name", "wrong password"]
        assert found(by="alice") == ["", "wrong password"]
        assert found(by="alice", failed="1") == ["wrong password"]
        assert found(by="no-such-user") == found()

    def test_ones_own_is_shown_beside_ones_sessions(self, alice, bob):
        sign_in(password="wrong")
        sign_in("bob", "wrong")
        page = sign_in().get(reverse("sessions"))
        assert [row.why for row in page.context["sign_ins"]] == ["", "wrong password"]

    def test_only_grows(self, alice):
        sign_in()
        with pytest.raises(OnlyGrows):
            signing.SignIn.objects.all().delete()
        with pytest.raises(OnlyGrows):
            signing.SignIn.objects.all().update(why="x")

    @pytest.mark.parametrize(
        "row",
        [
            {"what": "something else", "why": "x"},
            {"what": "signed in"},
            {"what": "sign-in failed"},
        ],
    )
    def test_is_guarded_by_the_database(self, db, row):
        with pytest.raises(IntegrityError), transaction.atomic():
            signing.record(row.pop("what"), at=AT, **row)

    def test_has_words_for_everything_that_the_code_records(self):
        from pathlib import Path

        import comity.web.signing as room

        said = set()
        for path in [*Path(room.__path__[0]).glob("*.py"), Path(room.__path__[0]).parent / "accounts.py"]:
            code = path.read_text()
            said |= set(re.findall(r'why="([^"]+)"', code))
            for call in re.findall(r"(?:failed|refused|end)\(\w+, (.+)\)", code):
                said |= set(re.findall(r'"([a-z ]+)"', call))
        assert len(said) > 8
        assert said - set(WORDS) == set()
        assert door("password + totp") == "password + authenticator app"


@pytest.mark.parametrize(
    ("agent", "told"),
    [
        (FIREFOX, "Firefox, Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1", "Safari, iOS"),
        ("curl/8.0", "unknown browser"),
        ("", "unknown browser"),
    ],
)
def test_a_browser_is_told_as_people_know_it(agent, told):
    assert browser(agent) == told
