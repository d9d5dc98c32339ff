import pytest

from comity.access import queries

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
