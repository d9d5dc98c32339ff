from datetime import timedelta

import pytest

from comity.access import actions, queries
from comity.access.rules import Grant, Thing

pytestmark = pytest.mark.django_db


class TestUser:
    def test_is_found_in_any_case(self, alice):
        assert queries.user("Alice") == alice

    def test_a_missing_one_is_named(self):
        with pytest.raises(queries.NoUser) as caught:
            queries.user("zoe")
        assert "zoe" in caught.value.sentence

    def test_users_come_with_their_roles_in_three_queries(self, alice, bob, ada, django_assert_num_queries):
        with django_assert_num_queries(3):
            found = {user.username: queries.roles(user) for user in queries.users()}
        assert found == {
            "ada": [Grant("administrator")],
            "alice": [Grant("officer", "mla")],
            "bob": [Grant("approver", "mla")],
        }

    def test_those_who_left_can_be_left_out(self, alice, bob, at):
        actions.deactivate(bob, at=at)
        assert queries.users(active_only=True) == [alice]


class TestActor:
    def test_carries_the_roles_held_now(self, alice, mla, at):
        actions.revoke(alice, "officer", unit=mla, at=at)
        actions.grant(alice, "liaison", at=at)
        actor = queries.actor(alice)
        assert (actor.username, actor.grants, actor.active) == ("alice", frozenset({Grant("liaison")}), True)


class TestUnitHandling:
    def test_the_unit_that_lists_the_instrument_comes_first(self, mla, at):
        actions.create_unit("all", "Everything", handles=["*"], at=at)
        assert queries.unit_handling("mla-untoc") == mla

    def test_then_a_unit_that_takes_all_then_the_desk(self, mla, at):
        desk = actions.create_unit("desk", "Desk", handles=[], is_desk=True, at=at)
        assert queries.unit_handling("eu-eio") == desk
        everything = actions.create_unit("all", "Everything", at=at)
        assert queries.unit_handling("eu-eio") == everything

    def test_nobody_may_be_competent(self, mla):
        assert queries.unit_handling("eu-eio") is None

    def test_a_missing_unit_is_named(self):
        with pytest.raises(queries.NoUnit):
            queries.unit("cyber")


class TestApprovers:
    def test_are_those_of_the_unit_and_of_the_whole_authority(self, alice, bob, ada, mla, cyber, at):
        actions.grant(ada, "approver", at=at)
        assert queries.approvers(mla) == [ada, bob]
        assert queries.approvers(cyber) == [ada]

    def test_members_hold_a_role_in_the_unit_itself(self, alice, bob, ada, mla):
        assert queries.members(mla) == [alice, bob]


class TestReads:
    def test_are_found_by_thing_by_reader_and_by_time(self, alice, bob, at):
        one, two = Thing("dossier", "one", "mla"), Thing("dossier", "two", "mla")
        for hours, (reader, thing) in enumerate([(alice, one), (bob, one), (alice, two)]):
            actions.record_read(queries.actor(reader), thing, at + timedelta(hours=hours))
        assert [row.user.username for row in queries.reads(of=one)] == ["bob", "alice"]
        assert [row.thing for row in queries.reads(by=alice)] == ["two", "one"]
        assert [row.thing for row in queries.reads(since=at + timedelta(hours=2))] == ["two"]


class TestChanges:
    def test_are_listed_newest_first(self, alice, mla, at):
        actions.revoke(alice, "officer", unit=mla, at=at + timedelta(days=1))
        assert [row.what for row in queries.changes()] == ["revoke", "grant", "create user", "create unit"]
        assert [row.what for row in queries.changes(since=at + timedelta(days=1))] == ["revoke"]
