import pytest

from comity.access import queries
from comity.access.rules import PARTS
from comity.lib import clock

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("node")]


@pytest.fixture
def people(comity):
    """A unit, Ada who administers, and Alice without a role."""
    assert comity("access", "add-unit", "mla", "Mutual assistance", "--handles", "eio").code == 0
    assert comity("access", "add-user", "ada", "Ada Roche").code == 0
    assert comity("access", "add-user", "alice", "Alice Martin", "--function", "Magistrate").code == 0
    assert comity("access", "grant", "ada", "administrator").code == 0


@pytest.mark.usefixtures("people")
class TestUsers:
    def test_are_listed_with_their_roles(self, comity):
        comity("access", "grant", "alice", "officer", "--unit", "mla")
        rows = {row["username"]: row for row in comity("access", "users", "--json").json}
        assert rows["alice"]["roles"] == [{"role": "officer", "unit": "mla"}]
        assert rows["alice"]["function"] == "Magistrate"
        assert "officer in mla" in comity("access", "users").out

    def test_get_a_one_time_password_that_works(self, comity):
        password = comity("access", "set-password", "alice", "--json").json["password"]
        assert queries.user("alice").check_password(password)

    def test_come_and_go(self, comity):
        assert comity("access", "deactivate", "alice").code == 0
        assert not queries.user("alice").is_active
        assert comity("access", "reactivate", "alice").code == 0
        assert comity("access", "reset-second-factor", "alice").code == 0
        assert queries.user("alice").is_active

    def test_a_stranger_is_named(self, comity):
        ran = comity("access", "grant", "zoe", "clerk", "--json")
        assert (ran.code, ran.json["error"]) == (1, "access.no-user")


@pytest.mark.usefixtures("people")
class TestGrant:
    def test_and_revoke_leave_a_history(self, comity):
        assert comity("access", "grant", "alice", "officer", "--unit", "mla", "--as", "ada").code == 0
        assert comity("access", "revoke", "alice", "officer", "--unit", "mla").code == 0
        what = [(row["what"], row["by"]) for row in comity("access", "changes", "--json").json["changes"]]
        assert what[:2] == [("revoke", None), ("grant", "ada")]
        assert "(command line)" in comity("access", "changes").out

    def test_as_someone_who_may_not_is_refused(self, comity):
        ran = comity("access", "grant", "alice", "officer", "--unit", "mla", "--as", "alice", "--json")
        assert (ran.code, ran.json["error"]) == (1, "access.not-allowed")

    def test_an_unknown_role_is_bad_input(self, comity):
        assert comity("access", "grant", "alice", "king").code == 2


@pytest.mark.usefixtures("people")
class TestExplain:
    def test_says_yes_with_the_rule(self, comity):
        comity("access", "grant", "alice", "approver", "--unit", "mla")
        words = ("access", "explain", "alice", "approve", "draft:1", "--unit", "mla")
        assert comity(*words, "--json").json["rule"] == "approver-approves"
        ran = comity(*words, "--drafted-by", "bob", "alice")
        assert ran.code == 1
        assert ran.out.startswith("no, by the rule four-eyes")

    def test_says_no_with_the_roles_that_could(self, comity):
        ran = comity("access", "explain", "alice", "read", "log", "--json")
        assert (ran.code, ran.json["needs"]) == (1, ["auditor", "administrator"])

    def test_an_unknown_verb_is_bad_input(self, comity):
        assert comity("access", "explain", "alice", "eat", "log").code == 2


@pytest.mark.usefixtures("people")
class TestReads:
    def test_are_listed_by_thing_and_user(self, comity):
        from comity.access import actions, rules
        from comity.lib import clock

        comity("access", "grant", "alice", "officer", "--unit", "mla")
        thing = rules.Thing("dossier", "fr-central-2026-0001", "mla")
        actions.record_read(queries.actor(queries.user("alice")), thing, clock.moment("2026-11-23T09:00:00Z"))
        ran = comity("access", "reads", "--thing", "dossier:fr-central-2026-0001", "--user", "alice", "--json")
        assert ran.json["reads"] == [
            {
                "at": "2026-11-23T09:00:00Z",
                "user": "alice",
                "verb": "read",
                "kind": "dossier",
                "id": "fr-central-2026-0001",
                "rule": "unit-reads",
            }
        ]
        assert comity("access", "reads", "--since", "2026-11-24T00:00:00Z", "--json").json == {"reads": []}


class TestUnits:
    def test_are_listed_with_what_they_handle(self, comity):
        comity("access", "add-unit", "all", "Everything")
        comity("access", "add-unit", "desk", "Desk", "--handles", "--desk")
        rows = comity("access", "units", "--json").json
        assert rows == [
            {"code": "all", "name": "Everything", "handles": ["*"], "is_desk": False},
            {"code": "desk", "name": "Desk", "handles": [], "is_desk": True},
        ]
        assert "desk" in comity("access", "units").out


@pytest.mark.usefixtures("people")
class TestSigningIn:
    @pytest.fixture
    def signed_in(self, comity):
        from django.test import Client

        password = comity("access", "set-password", "alice", "--json").json["password"]
        client = Client(HTTP_USER_AGENT="Firefox")
        client.post("/account/login/", {"login": "alice", "password": "wrong"})
        client.post("/account/login/", {"login": "alice", "password": password})
        return client

    def test_shows_who_came_in_and_who_tried(self, comity, signed_in):
        rows = comity("access", "sign-ins", "--json").json["sign_ins"]
        assert [(row["user"], row["what"], row["why"]) for row in rows] == [
            ("alice", "signed in", ""), ("alice", "sign-in failed", "wrong password"),
        ]  # fmt: skip
        assert len(comity("access", "sign-ins", "--failed", "--user", "alice", "--json").json["sign_ins"]) == 1
        assert comity("access", "sign-ins", "--user", "ada", "--json").json["sign_ins"] == []
        assert "wrong password" in comity("access", "sign-ins").out

    def test_shows_open_sessions_and_ends_them(self, comity, signed_in):
        assert [row["ip"] for row in comity("access", "sessions", "alice", "--json").json["sessions"]] == ["127.0.0.1"]
        assert comity("access", "sessions", "alice", "--end", "--json").json == {"username": "alice", "ended": 1}
        assert "nowhere" in comity("access", "sessions", "alice").out
        assert signed_in.get("/account/").status_code == 302
        assert comity("access", "changes", "--json").json["changes"][0]["what"] == "end sessions"

    def test_binds_an_identity_only_where_there_is_a_provider(self, comity, settings):
        from dataclasses import replace

        from comity.config.provider import Provider

        assert comity("access", "bind", "alice", "her-subject", "--json").json["error"] == "cli.no-provider"
        settings.COMITY = replace(settings.COMITY, oidc=Provider("https://login.example.fr", "c", "s", "Ministry"))
        assert comity("access", "bind", "alice", "her-subject", "--as", "ada").code == 0
        assert comity("access", "bind", "ada", "her-subject", "--json").json["error"] == "access.bound-to-another"
        assert comity("access", "bind", "alice", "other", "--json").json["error"] == "access.already-bound"
        assert comity("access", "unbind", "alice").code == 0
        assert comity("access", "unbind", "alice", "--json").json["error"] == "access.not-bound"


@pytest.mark.usefixtures("people")
class TestNeedToKnow:
    @pytest.fixture
    def case(self, comity):
        from comity.access import actions

        comity("access", "add-user", "bob", "Bob Laurent")
        comity("access", "grant", "alice", "officer", "--unit", "mla")
        comity("access", "grant", "bob", "approver", "--unit", "mla")
        at = clock.now()
        return actions.create_compartment("c-2026-0001", unit=queries.unit("mla"), by=queries.user("alice"), at=at)

    def test_a_clearance_is_set_and_shown(self, comity):
        ran = comity("access", "clearance", "alice", "secret", "--until", "2099-01-01T00:00:00Z", "--json")
        assert ran.json["clearances"] == [{"username": "alice", "level": "secret", "until": "2099-01-01T00:00:00Z"}]
        levels = {row["username"]: row["level"] for row in comity("access", "clearance", "--json").json["clearances"]}
        assert levels["alice"] == "secret"
        assert levels["ada"] == "open"
        assert comity("access", "clearance", "alice", "purple").code == 2

    def test_seats_are_listed_by_case_and_by_person(self, comity, case):
        for of in ("c-2026-0001", "alice"):
            (row,) = comity("access", "seats", of, "--json").json["seats"]
            assert row == {"case": "c-2026-0001", "username": "alice", "part": "lead", "until": None}
        assert comity("access", "seats", "zoe").code == 1

    def test_an_absence_is_named_and_listed(self, comity, case):
        words = ("absence", "alice", "--from", "2026-01-01T00:00:00Z", "--until", "2099-01-01T00:00:00Z")
        ran = comity("access", *words, "--deputy", "bob", "--as", "alice", "--json")
        assert ran.json["deputy"] == "bob"
        assert comity("access", "absences", "--json").json["absences"] == [ran.json]
        assert "bob" in comity("access", "absences").out

    def test_why_somebody_may_not_is_explained_in_a_case(self, comity, case):
        assert comity("access", "explain", "alice", "lead", "case", "--case", "c-2026-0001").code == 0
        ran = comity("access", "explain", "bob", "read", "item", "--case", "c-2026-0001", "--json")
        assert (ran.code, ran.json["needs"]) == (1, ["clerk", "officer", "approver", "liaison", *PARTS])
        ran = comity(
            "access", "explain", "alice", "read", "item", "--case", "c-2026-0001", "--level", "secret", "--json"
        )
        assert ran.json["rule"] == "not-cleared"
        assert comity("access", "explain", "alice", "read", "item", "--case", "c-2026-0009").code == 1

    def test_emergencies_are_listed_with_their_review(self, comity, case):
        from comity.access import actions

        assert "No glass" in comity("access", "emergencies").out
        row = actions.break_glass("c-2026-0001", reason="A hostage.", by=queries.user("bob"), at=clock.now())
        assert comity("access", "emergencies", "--open", "--json").json["emergencies"][0]["reason"] == "A hostage."
        assert "waits" in comity("access", "emergencies").out
        comity("access", "add-user", "olga", "Olga Petit")
        comity("access", "grant", "olga", "auditor")
        actions.review_emergency(row, justified=True, finding="Yes.", by=queries.user("olga"), at=clock.now())
        assert comity("access", "emergencies", "--open", "--json").json["emergencies"] == []
        assert "justified (olga)" in comity("access", "emergencies").out
