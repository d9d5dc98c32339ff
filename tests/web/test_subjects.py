"""The pages of people and things: works, may a colleague, does a stranger get 404, does a missing thing give 404."""

import html
import io
import json
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation

from comity.access import actions as access
from comity.access import queries as people
from comity.access.rules import Thing
from comity.cases import actions as cases
from comity.lib import clock
from comity.subjects import actions, queries
from comity.subjects.actions import Said
from comity.subjects.models import Import, Merge, Statement, Subject
from comity.web.subjects import words
from comity.web.subjects.drawing import MOST, drawing
from tests.cases import conftest as room
from tests.dossiers.conftest import AT

case, dora = room.case, room.dora
NOW = AT + timedelta(hours=3)
LISTS = ("case-subjects", "case-subjects-csv", "case-subjects-ftm", "case-imports")
WRITES = ("case-subject-add",)
OF_ONE = ("case-subject", "case-subject-history")
WRITES_OF_ONE = ("case-subject-state", "case-subject-relate", "case-subject-merge")


@pytest.fixture(autouse=True)
def now(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def place(case):
    return people.Compartment.objects.get(name=case.number)


@pytest.fixture
def add(alice, place):
    def added(kind="Person", role="", **values):
        said = [Said(prop, value) for prop, value in values.items()]
        return actions.add(place, kind, said, by=alice, at=AT, role=role)

    return added


@pytest.fixture
def boris(add):
    return add(name="Борис Кузнецов", birthDate="1985-03-27", nationality="ru", role="suspect")


@pytest.fixture
def anna(add):
    return add(name="أنّا بتروفا", alias="Anna Petrova")


@pytest.fixture
def url(case):
    return lambda name, *more: reverse(name, args=[case.number, *more])


def text(answer):
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return html.unescape(re.sub(r"\s+", " ", body.decode()))


class TestWhoReachesThem:
    @pytest.mark.parametrize("name", LISTS)
    def test_lists_are_for_those_in_the_case(self, browse, alice, bob, charlie, dora, olga, case, boris, url, name):
        cases.add_member(case.number, dora, part="reader", by=alice, at=AT)
        for user in (alice, dora):
            assert browse(user).get(url(name)).status_code == 200
        for user in (bob, charlie, olga):
            assert browse(user).get(url(name)).status_code == 404
        assert browse(alice).get(reverse(name, args=["c-2026-0999"])).status_code == 404

    @pytest.mark.parametrize("name", OF_ONE)
    def test_one_is_for_those_in_the_case(self, browse, alice, bob, dora, case, boris, url, name):
        cases.add_member(case.number, dora, part="reader", by=alice, at=AT)
        for user in (alice, dora):
            assert "Борис Кузнецов" in text(browse(user).get(url(name, "1")))
        assert browse(bob).get(url(name, "1")).status_code == 404
        for key in ("2", "a-1", "0", "99999999999", "x"):
            assert browse(alice).get(url(name, key)).status_code == 404

    @pytest.mark.parametrize("name", WRITES + WRITES_OF_ONE)
    def test_readers_do_not_write(self, browse, alice, bob, dora, case, boris, url, name):
        cases.add_member(case.number, dora, part="reader", by=alice, at=AT)
        more = () if name in WRITES else ("1",)
        assert browse(alice).get(url(name, *more)).status_code == 200
        assert browse(dora).get(url(name, *more)).status_code == 403
        assert browse(bob).get(url(name, *more)).status_code == 404

    def test_each_look_is_recorded(self, browse, alice, boris, url):
        browse(alice).get(url("case-subject", "1"))
        text(browse(alice).get(url("case-subjects-csv")))
        assert len(people.reads(of=Thing("subject", boris.ref), by=alice)) >= 2

    def test_the_search_leads_here(self, browse, alice, boris, url):
        assert url("case-subject", "1") in text(browse(alice).get("/search/?words=кузнецов"))


class TestList:
    def test_who_and_what_with_categories(self, browse, alice, boris, anna, url):
        seen = text(browse(alice).get(url("case-subjects")))
        assert "<bdi>Борис Кузнецов</bdi>" in seen
        assert "Suspect" in seen
        assert "1985-03-27" in seen

    def test_filters(self, browse, alice, boris, anna, add, url):
        add("Vehicle", registrationNumber="AB-123-CD")
        page = browse(alice)
        assert "AB-123-CD" in text(page.get(url("case-subjects") + "?kind=Vehicle"))
        assert "Кузнецов" not in text(page.get(url("case-subjects") + "?kind=Vehicle"))
        assert "AB-123-CD" not in text(page.get(url("case-subjects") + "?role=suspect"))
        assert "Anna" not in text(page.get(url("case-subjects") + "?words=kuznetsov"))
        assert page.get(url("case-subjects") + "?kind=Nonsense&page=x").status_code == 200

    def test_an_empty_case_says_what_to_do(self, browse, alice, url):
        seen = text(browse(alice).get(url("case-subjects")))
        assert "No person and no thing stands in this case yet." in seen
        assert url("case-subject-add") in seen


class TestAdding:
    def test_a_person_with_source_evaluation_and_handling(self, browse, alice, case, url):
        sent = {
            "/name/0": "Борис Кузнецов", "/birthDate": "1985", "/nationality/0": "RU", "/gender": "male",
            "/role": "suspect", "/source": "Witness 1", "/reliability": "4x4:B", "/credibility": "4x4:2",
            "/codes": ["TLP:AMBER"], "/originator": "nl-prosecution", "go": "on",
        }  # fmt: skip
        answer = browse(alice).post(url("case-subject-add-kind", "Person"), sent)
        assert answer.status_code == 302, text(answer)
        name = Statement.objects.get(prop="name")
        assert (name.value, name.source, name.scheme, name.reliability) == ("Борис Кузнецов", "Witness 1", "4x4", "B")
        assert name.handling == {"codes": ["TLP:AMBER"], "originator": "nl-prosecution"}
        assert Statement.objects.get(prop="nationality").value == "ru"
        seen = text(browse(alice).get(answer.url))
        assert "TLP:AMBER" in seen
        assert "Suspect" in seen

    @pytest.mark.parametrize(
        ("sent", "says"),
        [
            ({"/name/0": "X", "/birthDate": "yesterday"}, "expected a day such as 1985-03-27"),
            ({}, "Nothing is stated"),
            ({"/name/0": "X", "/reliability": "4x4:B", "/credibility": "6x6:2"}, "Choose both grades from one scheme."),
            ({"/name/0": "X", "/codes": ["H3"]}, "its text is missing"),
        ],
    )
    def test_what_cannot_be_kept_comes_back_with_what_was_typed(self, browse, alice, url, sent, says):
        answer = browse(alice).post(url("case-subject-add-kind", "Person"), {**sent, "go": "on"})
        assert answer.status_code == 400
        assert says in text(answer)
        assert Subject.objects.count() == 0

    def test_every_kind_that_is_offered_has_a_form(self, browse, alice, url):
        page = browse(alice)
        for name, label in words.all_kinds():
            assert label in text(page.get(url("case-subject-add-kind", name)))
        assert page.get(url("case-subject-add-kind", "Unicorn")).status_code == 404
        assert page.get(url("case-subject-add-kind", "Ownership")).status_code == 404


class TestStating:
    def test_more_of_it(self, browse, alice, boris, url):
        answer = browse(alice).post(url("case-subject-state", "1"), {"/prop": "alias", "/value": "Borja"})
        assert answer.status_code == 302, text(answer)
        assert "Borja" in text(browse(alice).get(url("case-subject", "1")))
        again = browse(alice).post(url("case-subject-state", "1"), {"/prop": "alias", "/value": "Borja"})
        assert again.status_code == 400

    def test_what_points_to_another(self, browse, alice, boris, add, url):
        account = add("UserAccount", username="bk")
        page = browse(alice)
        sent = {"/prop": "owner", "/value": "1"}
        assert page.post(url("case-subject-state", str(account.number)), sent).status_code == 302
        assert Statement.objects.get(prop="owner").about == boris
        lost = page.post(url("case-subject-state", str(account.number)), {"/prop": "owner", "/value": "77"})
        assert lost.status_code == 400

    def test_correcting_keeps_what_was_before(self, browse, alice, boris, url):
        one = Statement.objects.get(prop="birthDate")
        where = url("case-subject-statement", "1", one.pk)
        assert "1985-03-27" in text(browse(alice).get(where))
        sent = {"/do": "correct", "/value": "1985-03-28", "/reason": "misread"}
        assert browse(alice).post(where, sent).status_code == 302
        seen = text(browse(alice).get(url("case-subject-history", "1")))
        assert "misread" in seen
        assert "1985-03-28" in seen
        assert browse(alice).post(where, sent).status_code == 400

    def test_retracting_wants_a_reason(self, browse, alice, bob, boris, url):
        one = Statement.objects.get(prop="nationality")
        where = url("case-subject-statement", "1", one.pk)
        assert browse(alice).post(where, {"/do": "retract"}).status_code == 400
        assert browse(bob).post(where, {"/do": "retract", "/reason": "x"}).status_code == 404
        assert browse(alice).post(where, {"/do": "retract", "/reason": "wrong person"}).status_code == 302
        one.refresh_from_db()
        assert one.retracted_why == "wrong person"

    def test_a_statement_of_another_subject_is_not_found_here(self, browse, alice, boris, anna, url):
        one = Statement.objects.get(prop="birthDate")
        assert browse(alice).get(url("case-subject-statement", "2", one.pk)).status_code == 404


class TestChanging:
    def test_category_removal_and_return(self, browse, alice, boris, url):
        page = browse(alice)
        page.post(url("case-subject-change", "1"), {"do": "role", "role": "convicted"})
        assert "Convicted" in text(page.get(url("case-subject", "1")))
        page.post(url("case-subject-change", "1"), {"do": "remove", "reason": ""})
        assert "Taken out of the case:" not in text(page.get(url("case-subject", "1")))
        page.post(url("case-subject-change", "1"), {"do": "remove", "reason": "added by mistake"})
        assert "added by mistake" in text(page.get(url("case-subject", "1")))
        page.post(url("case-subject-change", "1"), {"do": "restore"})
        assert "Кузнецов" in text(page.get(url("case-subject", "1")))

    def test_a_closed_case_is_only_read(self, browse, alice, case, boris, url):
        cases.set_state(case.number, "closed", reason="done", by=alice, at=AT)
        seen = text(browse(alice).get(url("case-subject", "1")))
        assert url("case-subject-state", "1") not in seen
        assert browse(alice).get(url("case-subject-state", "1")).status_code == 403


class TestRelating:
    def test_with_direction_and_share(self, browse, alice, boris, add, url):
        firm = add("Company", name="Nord Trade")
        sent = {"/schema": "Ownership", "/other": str(firm.number), "/way": "out", "/role": "40 %"}
        answer = browse(alice).post(url("case-subject-relate", "1"), sent)
        assert answer.status_code == 302, text(answer)
        edge = Subject.objects.get(schema="Ownership")
        assert (edge.source, edge.target) == (boris, firm)
        assert Statement.objects.get(subject=edge).value == "40"
        seen = text(browse(alice).get(url("case-subject", "1")))
        assert "Nord Trade" in seen
        assert "<svg" in seen
        assert browse(alice).get(url("case-subject", queries.key(edge))).status_code == 200

    def test_what_cannot_be_related(self, browse, alice, boris, anna, url):
        sent = {"/schema": "Ownership", "/other": "2", "/way": "out"}
        answer = browse(alice).post(url("case-subject-relate", "1"), sent)
        assert answer.status_code == 400
        assert "is a Person" in text(answer)

    def test_the_drawing_has_both_sides_and_says_what_it_leaves_out(self, alice, boris, add, anna):
        for n in range(MOST + 2):
            actions.relate(boris, add(name=f"P{n}"), "Associate", by=alice, at=AT)
        actions.relate(anna, boris, "Family", by=alice, at=AT)
        drawn = drawing("Boris", queries.relations(alice, boris, AT, limit=100).rows)
        assert drawn.left_out == 2
        assert {arm.anchor for arm in drawn.arms} == {"start", "end"}
        assert all(0 < arm.y < drawn.height for arm in drawn.arms)
        assert drawing("Boris", ()) is None


class TestMerging:
    def test_side_by_side_then_one_then_two(self, browse, alice, boris, anna, url):
        page = browse(alice)
        assert url("case-subject-merge-with", "1", "2") in text(page.get(url("case-subject-merge", "1")))
        seen = text(page.get(url("case-subject-merge-with", "1", "2")))
        assert "Борис Кузнецов" in seen
        assert "أنّا بتروفا" in seen
        assert page.post(url("case-subject-merge-with", "1", "2"), {"reason": ""}).status_code == 400
        assert page.post(url("case-subject-merge-with", "1", "2"), {"reason": "same face"}).status_code == 302
        assert "أنّا بتروفا" in text(page.get(url("case-subject", "1")))
        made = Merge.objects.get()
        page.post(url("case-subject-unmerge", "1", made.pk), {"reason": ""})
        assert Merge.objects.get().undone_at is None
        page.post(url("case-subject-unmerge", "1", made.pk), {"reason": "another face"})
        assert "أنّا بتروفا" not in text(page.get(url("case-subject", "1")))

    def test_strangers_take_nothing_back(self, browse, alice, bob, boris, anna, url):
        made = actions.merge(boris, anna, "same", by=alice, at=AT)
        assert browse(bob).post(url("case-subject-unmerge", "1", made.pk), {"reason": "x"}).status_code == 404


TABLE = "Nom,Prénom,Date de naissance\nKuznetsov,Boris,27/03/1985\nPetrova,Anna,03/04/1990\nBad,Day,31/02/1990\n"


class TestImporting:
    @pytest.fixture
    def sent(self, browse, alice, url):
        def upload(told=TABLE, name="list.csv", user=None):
            file = SimpleUploadedFile(name, told.encode())
            return browse(user or alice).post(url("case-imports"), {"file": file, "source": "Registre"})

        return upload

    def columns(self, **more):
        return {"kind": "Person", "duplicates": "skip", "source": "Registre", "column-0": "lastName",
                "column-1": "firstName", "column-2": "birthDate", "format-2": "%d/%m/%Y", **more}  # fmt: skip

    def test_from_a_table_to_subjects_and_back(self, browse, alice, case, sent, url):
        page = browse(alice)
        answer = sent()
        assert answer.status_code == 302, text(answer)
        row = Import.objects.get()
        seen = text(page.get(answer.url))
        assert "Boris Kuznetsov" in seen  # how the days are written was guessed
        page.post(url("case-import-columns", row.pk), self.columns(go="look", save_as="Registre"))
        seen = text(page.get(answer.url))
        assert "Boris Kuznetsov" in seen
        assert "31/02/1990" in seen
        assert Subject.objects.count() == 0
        page.post(url("case-import-columns", row.pk), self.columns(go="import"))
        seen = text(page.get(answer.url))
        assert Subject.objects.count() == 2
        assert "31/02/1990" in seen
        assert "31/02/1990" in text(page.get(url("case-import-rejects", row.pk)))
        assert Statement.objects.filter(source="Registre").count() == 6
        assert page.get(url("case-import-part", row.pk)).status_code == 200
        page.post(url("case-import-do", row.pk), {"do": "undo"})
        assert queries.in_compartment(alice, people.Compartment.objects.get(), NOW).rows == ()
        assert "Taken back" in text(page.get(answer.url))

    def test_a_large_file_goes_on_when_asked(self, browse, alice, sent, url):
        sent("name\n" + "".join(f"P{n}\n" for n in range(2100)))
        row = Import.objects.get()
        page = browse(alice)
        page.post(url("case-import-columns", row.pk), {"kind": "Person", "duplicates": "skip", "source": "x",
                                                       "column-0": "name", "go": "import"})  # fmt: skip
        assert "Being imported" in text(page.get(url("case-import", row.pk)))
        page.post(url("case-import-do", row.pk), {"do": "go-on"})
        row.refresh_from_db()
        assert (row.status, row.accepted) == ("done", 2100)

    def test_followthemoney(self, browse, alice, sent, url):
        told = json.dumps({"id": "p", "schema": "Person", "properties": {"name": ["Boris"]}}) + "\n"
        sent(told, "x.ftm.json")
        row = Import.objects.get()
        browse(alice).post(url("case-import-columns", row.pk), {"duplicates": "skip", "source": "x", "go": "import"})
        assert Subject.objects.get().foreign_id == "p"

    def test_what_is_no_file_of_ours(self, browse, alice, sent, url):
        assert sent("").status_code == 400
        assert browse(alice).post(url("case-imports"), {}).status_code == 400

    def test_a_mapping_without_columns_comes_back(self, browse, alice, sent, url):
        sent()
        row = Import.objects.get()
        empty = self.columns(**{"column-0": "", "column-1": "", "column-2": "", "go": "look"})
        answer = browse(alice).post(url("case-import-columns", row.pk), empty)
        assert answer.status_code == 400
        assert "No column is used" in text(answer)

    def test_discarding(self, browse, alice, sent, url):
        sent()
        row = Import.objects.get()
        browse(alice).post(url("case-import-do", row.pk), {"do": "discard"})
        assert Import.objects.get().key == ""
        assert browse(alice).get(url("case-import", row.pk)).status_code == 200

    def test_readers_and_strangers(self, browse, alice, bob, dora, case, sent, url):
        cases.add_member(case.number, dora, part="reader", by=alice, at=AT)
        assert sent(user=dora).status_code == 403
        assert sent(user=bob).status_code == 404
        sent()
        row = Import.objects.get()
        for name in ("case-import", "case-import-part", "case-import-rejects"):
            assert browse(dora).get(url(name, row.pk)).status_code == 200
            assert browse(bob).get(url(name, row.pk)).status_code == 404
            assert browse(alice).get(url(name, row.pk + 1)).status_code == 404
        assert browse(dora).post(url("case-import-do", row.pk), {"do": "discard"}).status_code == 403

    def test_a_file_of_another_case_is_not_found_here(self, browse, alice, mla, sent, url):
        other = access.create_compartment("c-2026-0900", unit=mla, by=alice, at=AT)
        row = actions.upload(other, io.BytesIO(b"name\nX\n"), name="x.csv", by=alice, at=AT)
        assert browse(alice).get(url("case-import", row.pk)).status_code == 404


def test_labels_are_told_in_the_language_of_the_reader():
    with translation.override("fr"):
        assert words.kind("Person") == "Personne"
        assert words.prop("Person", "birthDate") == "Date de naissance"
        assert words.value("Person", "nationality", "ru") == "Russie"
        assert words.role("victim") == "Victime"
    assert words.prop("Person", "birthDate") == "Birth date"
