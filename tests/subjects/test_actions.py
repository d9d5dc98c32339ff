"""Stating, correcting and retracting; the history only grows."""

import pytest
from django.db import IntegrityError, transaction

from comity.access import actions as access
from comity.access import queries as people
from comity.access.rules import NotAllowed, Thing
from comity.search import queries as search
from comity.subjects import actions, queries
from comity.subjects.actions import Said
from comity.subjects.models import Merge, Statement
from tests.subjects.conftest import AT


def view(user, subject, at=AT):
    return queries.subject(user, subject.compartment, subject.number, at)


class TestAdd:
    def test_a_subject_is_what_was_said_of_it(self, alice, boris):
        seen = view(alice, boris)
        assert (seen.ref, seen.key, seen.caption) == ("c-2026-0001.1", "1", "Boris Kuznetsov")
        assert seen.values["nationality"] == ("ru",)
        assert [role for _, role in seen.roles] == ["suspect"]

    def test_what_was_written_is_kept_beside_what_it_means(self, alice, add):
        row = view(alice, add(name="X", nationality="France")).groups[1].statements[0]
        assert (row.value, row.original) == ("fr", "France")

    @pytest.mark.parametrize(
        ("schema", "said", "error"),
        [
            ("Human", [Said("name", "X")], actions.UnknownKind),
            ("Thing", [Said("name", "X")], actions.UnknownKind),
            ("Ownership", [Said("role", "X")], actions.UnknownKind),
            ("Person", [], actions.NothingSaid),
            ("Person", [Said("imoNumber", "1")], actions.UnknownProperty),
            ("Person", [Said("birthDate", "yesterday")], actions.BadValue),
            ("Person", [Said("name", "  ")], actions.BadValue),
            ("BankAccount", [Said("iban", "FR76 9")], actions.BadValue),
            ("Person", [Said("addressEntity", "c-2026-0001.9")], actions.BadStatement),
            ("Person", [Said("name", "X", scheme="4x4", reliability="E")], actions.BadEvaluation),
            ("Person", [Said("name", "X", reliability="A")], actions.BadEvaluation),
        ],
    )
    def test_what_cannot_be_kept_is_refused_whole(self, alice, case, schema, said, error):
        with pytest.raises(error):
            actions.add(case, schema, said, by=alice, at=AT)
        assert queries.in_compartment(alice, case, AT).rows == ()

    def test_a_reader_may_not_and_a_stranger_sees_no_case(self, bob, charlie, case):
        with pytest.raises(NotAllowed):
            actions.add(case, "Person", [Said("name", "X")], by=bob, at=AT)
        with pytest.raises(actions.NotFound):
            actions.add(case, "Person", [Said("name", "X")], by=charlie, at=AT)

    def test_two_cases_count_on_their_own(self, add, other_case, boris):
        assert add(compartment=other_case, name="Y").ref == "c-2026-0002.1"
        assert add(name="Z").number == 2


class TestStatements:
    def test_two_sources_may_say_the_same_but_one_says_it_once(self, alice, boris):
        said = Said("alias", "Borja", source="Witness 1", scheme="4x4", reliability="B", credibility="2")
        actions.state(boris, said, by=alice, at=AT)
        with pytest.raises(actions.SaidAlready):
            actions.state(boris, said, by=alice, at=AT)
        actions.state(boris, Said("alias", "Borja", source="Witness 2"), by=alice, at=AT)
        assert view(alice, boris).values["alias"] == ("Borja",)

    def test_a_correction_retracts_and_adds(self, alice, boris, later):
        wrong = view(alice, boris).groups[0].statements[0]
        right = actions.correct(wrong, Said("name", "Boris Kusnezow"), "misspelt", by=alice, at=later(hours=1))
        seen = view(alice, boris, later(hours=2))
        assert seen.caption == "Boris Kusnezow"
        assert right.corrects_id == wrong.pk
        history = queries.statements(alice, boris, later(hours=2))
        assert [(one.value, one.retracted_why) for one in history if one.prop == "name"] == [
            ("Boris Kuznetsov", "misspelt"), ("Boris Kusnezow", ""),
        ]  # fmt: skip
        with pytest.raises(actions.Retracted):
            actions.retract(wrong, "again", by=alice, at=later(hours=2))

    def test_retracting_needs_a_reason(self, alice, boris):
        row = view(alice, boris).groups[0].statements[0]
        with pytest.raises(actions.NoReason):
            actions.retract(row, " ", by=alice, at=AT)
        with pytest.raises(IntegrityError), transaction.atomic():
            Statement.objects.filter(pk=row.pk).update(retracted_by=alice, retracted_at=AT)

    def test_a_reader_sees_it_and_may_not_retract_it(self, bob, boris):
        row = view(bob, boris).groups[0].statements[0]
        assert not view(bob, boris).may_write
        with pytest.raises(NotAllowed):
            actions.retract(row, "wrong", by=bob, at=AT)

    def test_it_may_point_to_another_subject(self, alice, boris, add):
        car = add("Vehicle", registrationNumber="AB-123-CD")
        account = add("UserAccount", username="bk")
        actions.state(account, Said("owner", about=boris), by=alice, at=AT)
        with pytest.raises(actions.BadStatement):
            actions.state(account, Said("owner", about=car), by=alice, at=AT)
        assert view(alice, account).values["owner"] == (boris.ref,)


class TestRoles:
    def test_one_at_a_time_with_those_before(self, alice, boris, later):
        actions.set_role(boris, "convicted", by=alice, at=later(days=1))
        assert [role for _, role in view(alice, boris).roles] == ["convicted"]
        assert [one.role for one in boris.roles.order_by("at")] == ["suspect", "convicted"]
        actions.set_role(boris, "", by=alice, at=later(days=2))
        assert view(alice, boris).roles == ()

    def test_a_car_is_no_suspect(self, alice, add):
        with pytest.raises(actions.UnknownRole):
            actions.set_role(add("Vehicle", registrationNumber="AB-123-CD"), "suspect", by=alice, at=AT)


class TestRelations:
    def test_they_are_seen_from_both_ends(self, alice, boris, add):
        firm = add("Company", name="Nord Trade")
        edge = actions.relate(boris, firm, "Ownership", [Said("percentage", "40")], by=alice, at=AT)
        [row] = queries.relations(alice, boris, AT).rows
        assert (row.out, row.other.caption, row.values["percentage"], row.edge) == (True, "Nord Trade", ("40",), edge)
        [row] = queries.relations(alice, firm, AT).rows
        assert (row.out, row.other.caption) == (False, "Boris Kuznetsov")

    def test_a_person_is_owned_by_nobody(self, alice, boris, anna):
        with pytest.raises(actions.DoesNotFit):
            actions.relate(boris, anna, "Ownership", by=alice, at=AT)
        with pytest.raises(actions.UnknownKind):
            actions.relate(boris, anna, "Person", by=alice, at=AT)

    def test_they_go_with_a_subject_that_is_removed_and_come_back(self, alice, boris, anna, case):
        actions.relate(boris, anna, "Associate", by=alice, at=AT)
        actions.remove(anna, "added by mistake", by=alice, at=AT)
        assert queries.relations(alice, boris, AT).rows == ()
        assert [row.caption for row in queries.in_compartment(alice, case, AT).rows] == ["Boris Kuznetsov"]
        with pytest.raises(actions.NotFound):
            view(alice, anna)
        actions.restore(anna, by=alice, at=AT)
        assert len(queries.relations(alice, boris, AT).rows) == 1


class TestWhoSeesWhat:
    def test_a_stranger_finds_nothing(self, charlie, boris, case):
        with pytest.raises(actions.NotFound):
            view(charlie, boris)
        assert queries.in_compartment(charlie, case, AT).rows == ()
        assert list(queries.as_ftm(charlie, case, AT)) == []
        with pytest.raises(actions.NotFound):
            actions.state(boris, Said("name", "X"), by=charlie, at=AT)

    def test_a_name_kept_for_a_circle_is_no_caption_for_others(self, alice, bob, case, circle, add):
        subject = add(phone="+33123456789")
        actions.state(subject, Said("name", "The Source", compartment=circle), by=alice, at=AT)
        assert view(alice, subject).caption == "The Source"
        assert view(bob, subject).caption == "+33123456789"
        assert "name" not in view(bob, subject).values
        assert "The Source" not in "".join(queries.as_ftm(bob, case, AT))
        assert "The Source" in "".join(queries.as_ftm(alice, case, AT))
        assert "The Source" not in "".join(queries.as_csv(bob, case, AT))
        assert search.find(bob, "source", at=AT).hits == ()
        assert [hit.ref for hit in search.find(alice, "source", at=AT).hits] == [subject.ref]

    def test_what_is_above_the_clearance_is_not_there(self, alice, bob, boris, add):
        actions.state(boris, Said("alias", "Falcon", level=2), by=alice, at=AT)
        assert "alias" in view(alice, boris).values
        assert "alias" not in view(bob, boris).values
        assert view(alice, boris).level == 2
        assert search.find(bob, "falcon", at=AT).hits == ()
        secret = add(level=2, name="Hidden")
        with pytest.raises(actions.NotFound):
            view(bob, secret)

    def test_nobody_states_above_their_own_clearance(self, alice, boris):
        with pytest.raises(NotAllowed):
            actions.state(boris, Said("alias", "X", level=3), by=alice, at=AT)

    def test_a_relation_is_seen_with_both_ends_only(self, alice, bob, boris, circle, add):
        hidden = add(compartment=circle, name="In the circle")
        edge = actions.relate(boris, hidden, "Associate", by=alice, at=AT)
        assert edge.compartment == circle
        assert queries.relations(bob, boris, AT).rows == ()
        assert len(queries.relations(alice, boris, AT).rows) == 1

    def test_every_look_is_recorded(self, bob, boris, case):
        view(bob, boris)
        queries.in_compartment(bob, case, AT)
        list(queries.as_ftm(bob, case, AT))
        queries.statements(bob, boris, AT)
        assert len(people.reads(of=Thing("subject", boris.ref), by=bob)) == 4


class TestLists:
    def test_by_kind_role_and_words(self, alice, case, boris, anna, add):
        add("Company", name="Nord Trade")
        found = lambda **how: [row.caption for row in queries.in_compartment(alice, case, AT, **how).rows]  # noqa: E731
        assert found(kind="Person") == ["Boris Kuznetsov", "Anna Petrova"]
        assert found(kind="LegalEntity") == ["Boris Kuznetsov", "Anna Petrova", "Nord Trade"]
        assert found(role="suspect") == ["Boris Kuznetsov"]
        assert found(words="petro") == ["Anna Petrova"]
        assert found(limit=1, offset=1) == ["Anna Petrova"]

    def test_another_case_is_another_list(self, alice, other_case, boris):
        assert queries.in_compartment(alice, other_case, AT).total == 0


class TestHistory:
    def test_it_tells_the_case_what_happened(self, alice, case, boris, anna, later):
        actions.state(boris, Said("alias", "Borja"), by=alice, at=later(hours=1))
        actions.merge(boris, anna, "same photograph", by=alice, at=later(hours=2))
        told = [one.says.format(**one.values) for one in queries.history(alice, case, later(hours=3))]
        assert told == [
            "Subject added: Boris Kuznetsov",
            "Boris Kuznetsov: category suspect",
            "Subject added: Anna Petrova",
            "Boris Kuznetsov: alias stated",
            "c-2026-0001.2 merged into Boris Kuznetsov (same photograph)",
        ]

    def test_a_stranger_hears_nothing(self, charlie, case, boris):
        assert queries.history(charlie, case, AT) == []


class TestPassingOn:
    def test_what_its_originator_keeps_is_left_out_with_the_reason(self, alice, boris):
        bound = {"originator": "nl-prosecution", "codes": ["H2"]}
        actions.state(boris, Said("passportNumber", "N123456", handling=bound), by=alice, at=AT)
        [limit] = queries.limits(alice, boris, "de-bfj", AT)
        assert (limit.prop, limit.limit.code) == ("passportNumber", "H2")
        assert queries.limits(alice, boris, "nl-prosecution", AT) == []
        filled = queries.as_person(alice, boris, "de-bfj", AT)
        assert filled.value == {
            "surname": "Boris Kuznetsov", "nationalities": ["RU"], "date_of_birth": "1985-03-27",
        }  # fmt: skip
        assert [one.prop for one in filled.left_out] == ["passportNumber"]
        assert queries.as_person(alice, boris, "nl-prosecution", AT).value["documents"] == [
            {"kind": "passport", "number": "N123456"}
        ]

    def test_without_a_name_nothing_is_filled(self, alice, case):
        said = [Said("name", "Boris", handling={"originator": "nl-prosecution", "codes": ["H2"]})]
        kept = actions.add(case, "Person", said, by=alice, at=AT)
        with pytest.raises(queries.MayNotPassOn, match="H2"):
            queries.as_person(alice, kept, "de-bfj", AT)

    def test_a_reader_passes_nothing_on(self, bob, boris):
        assert {one.limit.code for one in queries.limits(bob, boris, "de-bfj", AT)} == {"nothing-fits"}

    def test_surname_and_given_names_are_told_apart_where_they_were_stated(self, alice, add):
        kept = add(name="Jean Marie Dupont", lastName="Dupont", firstName="Jean Marie", alias="JM")
        value = queries.as_person(alice, kept, "de-bfj", AT).value
        assert value == {"surname": "Dupont", "given_names": "Jean Marie", "aliases": ["JM"]}


def test_a_merge_stands_in_no_case_twice(alice, boris, anna):
    actions.merge(boris, anna, "same", by=alice, at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        Merge.objects.create(into=boris, absorbed=anna, compartment=boris.compartment, reason="x", by=alice, at=AT)


def test_access_is_asked_at_the_moment(alice, bob, boris, case, later):
    access.unseat(case, bob, by=alice, at=later(hours=1))
    with pytest.raises(actions.NotFound):
        view(bob, boris, later(hours=2))
