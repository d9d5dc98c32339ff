from datetime import timedelta

import pytest
from django.contrib.auth import authenticate
from django.db import IntegrityError, transaction

from comity.access import actions, queries, rules
from comity.access.models import Change, OnlyGrows, Read, RoleGrant, Unit, User
from comity.access.rules import Grant, Thing

pytestmark = pytest.mark.django_db


class TestCreateUser:
    def test_gives_a_one_time_password_that_signs_in(self, at):
        user, password = actions.create_user("Dora", "Dora Weiss", at=at)
        assert user.username == "dora"
        assert user.one_time_password
        assert len(password.replace("-", "")) == 20
        assert user.check_password(password)

    def test_takes_a_password_that_is_good_enough(self, at):
        user, password = actions.create_user("dora", "Dora Weiss", password="seven brown kettles sing", at=at)
        assert not user.one_time_password
        assert user.check_password(password)

    @pytest.mark.parametrize("weak", ["short", "password1234", "dora-weiss-dora"])
    def test_refuses_a_weak_password(self, at, weak):
        with pytest.raises(actions.BadPassword):
            actions.create_user("dora.weiss", "Dora Weiss", password=weak, at=at)
        assert not User.objects.exists()

    @pytest.mark.parametrize("name", ["", "d", "dora weiss", "-dora", "dörte", "d" * 61])
    def test_refuses_a_username_that_cannot_be_typed(self, at, name):
        with pytest.raises(actions.BadUser):
            actions.create_user(name, "Dora Weiss", at=at)

    def test_refuses_a_user_without_a_name(self, at):
        with pytest.raises(actions.BadUser):
            actions.create_user("dora", "  ", at=at)

    def test_refuses_a_name_that_is_taken_in_any_case(self, alice, at):
        with pytest.raises(actions.AlreadyThere):
            actions.create_user("ALICE", "Another Alice", at=at)

    def test_is_recorded_without_the_password(self, ada, at):
        _, password = actions.create_user("dora", "Dora Weiss", by=ada, at=at)
        change = queries.changes()[0]
        assert (change.what, change.by, change.at) == ("create user", ada, at)
        assert password not in str(change.details)

    def test_is_for_administrators(self, alice, at):
        with pytest.raises(rules.NotAllowed):
            actions.create_user("dora", "Dora Weiss", by=alice, at=at)


class TestSetPassword:
    def test_one_sets_ones_own(self, alice, at):
        actions.set_password(alice, password="seven brown kettles sing", by=alice, at=at)
        alice.refresh_from_db()
        assert alice.check_password("seven brown kettles sing")
        assert not alice.one_time_password

    def test_an_administrator_sets_a_one_time_password(self, alice, ada, at):
        actions.set_password(alice, by=ada, at=at)
        assert User.objects.get(pk=alice.pk).one_time_password

    def test_a_colleague_may_not(self, alice, bob, at):
        with pytest.raises(rules.NotAllowed):
            actions.set_password(alice, by=bob, at=at)

    def test_ends_the_sessions_of_the_user(self, alice, at):
        before = alice.get_session_auth_hash()
        actions.set_password(alice, at=at)
        assert alice.get_session_auth_hash() != before


class TestSetLanguage:
    def test_is_kept_and_recorded_once(self, alice, at):
        for _ in range(2):
            actions.set_language(alice, "fr", at=at)
        assert User.objects.get(pk=alice.pk).language == "fr"
        assert [row.what for row in queries.changes()].count("set language") == 1


class TestGrants:
    def test_a_role_is_held_until_revoked_and_the_row_stays(self, alice, mla, ada, at):
        later = at + timedelta(days=1)
        actions.revoke(alice, "officer", unit=mla, by=ada, at=later)
        assert queries.roles(alice) == []
        (row,) = queries.granted(alice)
        assert (row.granted_at, row.revoked_at, row.revoked_by) == (at, later, ada)

    def test_a_role_can_be_given_again(self, alice, mla, at):
        actions.revoke(alice, "officer", unit=mla, at=at)
        actions.grant(alice, "officer", unit=mla, at=at)
        assert queries.roles(alice) == [Grant("officer", "mla")]
        assert len(queries.granted(alice)) == 2

    def test_twice_is_refused(self, alice, mla, at):
        with pytest.raises(actions.AlreadyGranted):
            actions.grant(alice, "officer", unit=mla, at=at)

    def test_revoking_what_is_not_held_is_refused(self, alice, cyber, at):
        with pytest.raises(actions.NotGranted):
            actions.revoke(alice, "officer", unit=cyber, at=at)

    def test_an_unknown_role_is_refused(self, alice, at):
        with pytest.raises(actions.BadRole):
            actions.grant(alice, "king", at=at)

    def test_nobody_administers_one_unit(self, alice, mla, at):
        with pytest.raises(actions.BadRole):
            actions.grant(alice, "administrator", unit=mla, at=at)

    def test_an_administrator_gives_others_roles_but_never_herself(self, alice, ada, mla, at):
        actions.grant(alice, "liaison", unit=mla, by=ada, at=at)
        with pytest.raises(rules.NotAllowed):
            actions.grant(ada, "approver", unit=mla, by=ada, at=at)

    def test_an_officer_gives_nobody_a_role(self, alice, bob, mla, at):
        with pytest.raises(rules.NotAllowed):
            actions.grant(bob, "officer", unit=mla, by=alice, at=at)

    def test_the_last_administrator_stays(self, ada, at):
        with pytest.raises(actions.LastAdministrator):
            actions.revoke(ada, "administrator", at=at)
        with pytest.raises(actions.LastAdministrator):
            actions.deactivate(ada, at=at)

    def test_one_of_two_administrators_may_go(self, ada, alice, at):
        actions.grant(alice, "administrator", at=at)
        actions.revoke(ada, "administrator", at=at)
        assert queries.holders("administrator", None) == [alice]


class TestDeactivate:
    def test_ends_sign_in_and_every_right(self, alice, ada, mla, at):
        password = actions.set_password(alice, at=at)
        actions.deactivate(alice, by=ada, at=at)
        assert authenticate(username="alice", password=password) is None
        assert not rules.can(queries.actor(alice), "read", Thing("dossier", "1", "mla")).allowed
        assert alice not in queries.members(mla)

    def test_can_be_undone_by_an_administrator(self, alice, ada, at):
        actions.deactivate(alice, by=ada, at=at)
        actions.reactivate(alice, by=ada, at=at)
        assert rules.can(queries.actor(alice), "read", Thing("dossier", "1", "mla")).allowed


class TestUnits:
    @pytest.mark.parametrize(("code", "name"), [("MLA", "x"), ("", "x"), ("a b", "x"), ("mla", " ")])
    def test_a_malformed_unit_is_refused(self, code, name, at):
        with pytest.raises(actions.BadUnit):
            actions.create_unit(code, name, at=at)

    def test_a_code_is_used_once(self, mla, at):
        with pytest.raises(actions.AlreadyThere):
            actions.create_unit("mla", "Another", at=at)

    def test_there_is_one_desk(self, at):
        actions.create_unit("desk", "Desk", is_desk=True, at=at)
        with pytest.raises(actions.AlreadyThere):
            actions.create_unit("desk-2", "Second desk", is_desk=True, at=at)


class TestRecordRead:
    def test_keeps_who_what_when_and_the_rule(self, alice, at):
        thing = Thing("dossier", "fr-central-2026-0001", "mla")
        actions.record_read(queries.actor(alice), thing, at)
        (row,) = queries.reads(of=thing)
        assert (row.user, row.verb, row.rule, row.at) == (alice, "read", "unit-reads", at)

    def test_takes_the_rule_that_was_asked_before(self, alice, at):
        row = actions.record_read(queries.actor(alice), Thing("dossier", "d", "cyber"), at, "auditor-reads-all")
        assert row.rule == "auditor-reads-all"

    def test_a_read_that_no_rule_allows_is_refused(self, alice, at):
        with pytest.raises(rules.NotAllowed):
            actions.record_read(queries.actor(alice), Thing("dossier", "d", "cyber"), at)
        assert not queries.reads()

    def test_a_read_is_neither_changed_nor_deleted(self, alice, at):
        actions.record_read(queries.actor(alice), Thing("dossier", "d", "mla"), at)
        with pytest.raises(OnlyGrows):
            Read.objects.update(rule="other")
        with pytest.raises(OnlyGrows):
            Read.objects.all().delete()
        with pytest.raises(OnlyGrows):
            Change.objects.filter(what="grant").delete()


class TestTables:
    """What must hold even when an action has a fault."""

    @pytest.mark.parametrize(
        ("constraint", "row"),
        [
            ("a_username_is_lower_case", lambda t: User(username="Zoe", full_name="Zoe", created_at=t)),
            ("a_user_has_a_full_name", lambda t: User(username="zoe", full_name="", created_at=t)),
            ("a_user_has_a_username", lambda t: User(username="", full_name="Zoe", created_at=t)),
            ("a_unit_has_a_code", lambda t: Unit(code="", name="x", created_at=t)),
            ("a_unit_has_a_name", lambda t: Unit(code="x", name="", created_at=t)),
            (
                "a_role_is_one_of_the_six",
                lambda t: RoleGrant(user=queries.user("alice"), role="king", granted_at=t),
            ),
            (
                "auditors_and_administrators_serve_the_whole_authority",
                lambda t: RoleGrant(user=queries.user("alice"), role="auditor", unit=queries.unit("mla"), granted_at=t),
            ),
            (
                "a_role_is_revoked_after_it_is_granted",
                lambda t: RoleGrant(
                    user=queries.user("alice"), role="clerk", granted_at=t, revoked_at=t - timedelta(1)
                ),
            ),
            (
                "a_role_in_a_unit_is_held_once",
                lambda t: RoleGrant(user=queries.user("alice"), role="officer", unit=queries.unit("mla"), granted_at=t),
            ),
            (
                "a_role_in_the_authority_is_held_once",
                lambda t: RoleGrant(user=queries.user("ada"), role="administrator", granted_at=t),
            ),
            (
                "a_read_names_the_rule_that_allowed_it",
                lambda t: Read(user=queries.user("ada"), kind="dossier", thing="d", verb="read", rule="", at=t),
            ),
        ],
    )
    def test_the_database_itself_refuses(self, constraint, row, alice, ada, at):
        with pytest.raises(IntegrityError) as caught, transaction.atomic():
            row(at).save()
        told = str(caught.value)
        # SQLite names the columns of a broken UNIQUE, not the constraint.
        assert constraint in told or ("UNIQUE" in told and "access_rolegrant.role" in told)
