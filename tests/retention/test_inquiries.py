"""A person asks what is kept about them: found everywhere, shown to nobody who may not read it, answered by people."""

import io
import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.conf import settings
from pypdf import PdfReader

from comity.access import actions as access
from comity.access.queries import reads
from comity.access.rules import NotAllowed
from comity.cases import actions as cases
from comity.dossiers import actions as dossiers
from comity.evidence import keeping
from comity.evidence.values import TakingFacts
from comity.retention import actions, inquiries, inquiring, report
from comity.retention.asked import Inquiry, Place
from comity.subjects import actions as subjects
from comity.subjects import queries as known
from comity.subjects.actions import Said
from tests.dossiers.conftest import AT, person

NAME = "Ilse Quandt-Öztürk"
DAY = AT + timedelta(days=1)


@pytest.fixture(autouse=True)
def supervised(monkeypatch):
    told = replace(settings.COMITY, supervisory_authority="Commission for Data, 1 rue Exemple, Paris")
    monkeypatch.setattr(settings, "COMITY", told)


@pytest.fixture
def dora(node):
    return person("dora", "officer", "cyber")


@pytest.fixture
def case(dora):
    """A case of another unit than that which answers, led by Dora."""
    from comity.access import queries

    return cases.open("Fraud", unit=queries.unit("cyber"), by=dora, at=AT)


@pytest.fixture
def subject(case, dora):
    said = [Said("name", NAME), Said("birthPlace", "Lindau", source="neighbour")]
    return subjects.add(case.compartment, "Person", said, by=dora, at=AT, role="witness")


@pytest.fixture
def inquiry(mla, bob):
    return inquiring.open_inquiry(
        name=NAME, identity="Passport, at the counter", unit=mla, wishes=["know", "correct"], received_on=AT.date(),
        by=bob, at=AT, also=["X-77123"], language="fr",
    )  # fmt: skip


def found(inquiry, bob):
    return {(one.kind, one.ref): one for one in inquiring.search_for(inquiry.number, by=bob, at=AT)}


class TestTakingItIn:
    @pytest.mark.parametrize(
        "wrong",
        [
            {"name": " "},
            {"identity": ""},
            {"wishes": []},
            {"name": "Al"},
            {"also": ["x"]},
            {"due_on": date(2027, 1, 1)},
        ],
    )
    def test_what_is_missing_is_named(self, mla, bob, wrong):
        told = {"name": NAME, "identity": "Passport", "wishes": ["know"], "received_on": AT.date(), **wrong}
        with pytest.raises(inquiring.BadInquiry):
            inquiring.open_inquiry(unit=mla, by=bob, at=AT, **told)

    def test_is_for_approvers_of_the_unit(self, mla, alice, charlie):
        for user in (alice, charlie):
            with pytest.raises(NotAllowed):
                inquiring.open_inquiry(
                    name=NAME, identity="x", unit=mla, wishes=["know"], received_on=AT.date(), by=user, at=AT
                )


class TestLooking:
    def test_finds_it_in_every_room_by_kind_number_and_unit(self, inquiry, subject, case, dora, draft, alice, bob, mla):
        cases.note(case.number, f"{NAME.upper()} called", by=dora, at=AT)
        keeping.take(
            case.compartment, title="Diary", kind="document", by=dora, at=AT, stream=io.BytesIO(b"x"), name="d.txt",
            media_type="text/plain", taking=TakingFacts(from_whom=NAME),
        )  # fmt: skip
        mine = cases.open("Other", unit=mla, by=alice, at=AT, summary="The car with X-77123")
        dossiers.save(draft, pointer="/form/grounds/reasons", value=f"{NAME} saw it", by=alice, at=AT)
        places = found(inquiry, bob)
        assert {kind for kind, _ in places} == {"subject", "item", "case", "draft"}
        assert places["subject", subject.ref].unit.code == "cyber"
        assert places["subject", subject.ref].found_by == [NAME]
        assert places["case", mine.number].found_by == ["X-77123"]

    def test_finds_what_no_index_holds(self, inquiry, case, dora, bob):
        item = keeping.take(
            case.compartment, title="Knife", kind="object", by=dora, at=AT, seal="77", taking=TakingFacts()
        )
        keeping.move(item, to_whom=f"{NAME}, expert", by=dora, at=AT)
        assert ("item", item.ref) in found(inquiry, bob)

    def test_shows_no_content_of_what_the_officer_may_not_read(self, inquiry, subject, bob, dora):
        found(inquiry, bob)
        (place,) = inquiries.inquiry(bob, inquiry.number, AT).places
        assert (place.title, place.mine) == ("", False)
        (task,) = inquiries.to_decide(dora, AT)
        assert (task.title, task.mine) == (NAME, True)
        assert inquiries.to_decide(bob, AT) == []

    def test_is_recorded_place_by_place(self, inquiry, subject, bob):
        found(inquiry, bob)
        looked = {(row.kind, row.thing, row.verb) for row in reads(by=bob)}
        assert looked >= {("subject", subject.ref, "search"), ("inquiry", inquiry.number, "search")}

    def test_again_keeps_what_was_decided(self, inquiry, subject, bob, dora):
        place = found(inquiry, bob)["subject", subject.ref]
        inquiring.decide(place.pk, "withheld", ground="a", reason="Under way", by=dora, at=AT)
        assert found(inquiry, bob)["subject", subject.ref].decision == "withheld"

    def test_a_stranger_finds_no_inquiry(self, inquiry, charlie, alice, olga):
        for user in (charlie, alice, olga):
            with pytest.raises(inquiring.NotFound):
                inquiries.inquiry(user, inquiry.number, AT)
            with pytest.raises(inquiring.NotFound):
                inquiring.search_for(inquiry.number, by=user, at=AT)
            assert inquiries.inquiries(user, AT) == []

    def test_an_auditor_sees_days_and_numbers_only(self, inquiry, subject, bob, olga, alice):
        found(inquiry, bob)
        (row,) = inquiries.audited(olga, AT)
        assert (row.number, row.unit, row.places) == (inquiry.number, "mla", 1)
        assert NAME not in repr(row)
        with pytest.raises(NotAllowed):
            inquiries.audited(alice, AT)


class TestDeciding:
    def test_is_for_who_leads_the_case(self, inquiry, subject, bob, dora, alice):
        place = found(inquiry, bob)["subject", subject.ref]
        for user in (bob, alice):
            with pytest.raises(inquiring.NotFound):
                inquiring.decide(place.pk, "told", said={"data": "x"}, by=user, at=AT)
        assert inquiring.decide(place.pk, "told", said={"data": "Name"}, by=dora, at=AT).decision == "told"

    def test_what_stands_in_no_case_is_for_the_approvers_of_its_unit(self, inquiry, draft, alice, bob, charlie):
        dossiers.save(draft, pointer="/form/grounds/reasons", value=f"{NAME} saw it", by=alice, at=AT)
        place = found(inquiry, bob)["draft", str(draft.pk)]
        with pytest.raises(inquiring.NotFound):
            inquiring.decide(place.pk, "somebody-else", by=charlie, at=AT)
        assert inquiring.decide(place.pk, "somebody-else", by=bob, at=AT).decided_by == bob

    @pytest.mark.parametrize(
        ("decision", "more"),
        [("withheld", {"ground": "a"}), ("withheld", {"ground": "z", "reason": "x"}), ("told", {}), ("maybe", {}),
         ("told", {"said": {"data": "x"}, "done": "kept"})],
    )  # fmt: skip
    def test_what_is_missing_is_named(self, inquiry, subject, bob, dora, decision, more):
        place = found(inquiry, bob)["subject", subject.ref]
        with pytest.raises(inquiring.BadInquiry):
            inquiring.decide(place.pk, decision, by=dora, at=AT, **more)

    def test_corrected_is_what_was_corrected(self, inquiry, subject, bob, dora):
        place = found(inquiry, bob)["subject", subject.ref]
        said = {"said": {"data": "x"}, "reason": "Birth certificate", "done": "corrected"}
        with pytest.raises(inquiring.NotDone):
            inquiring.decide(place.pk, "told", by=dora, at=AT, **said)
        wrong = next(one for one in known.statements(dora, subject, AT) if one.prop == "birthPlace")
        made = inquiring.correct(place.pk, wrong.pk, "Landau", "Birth certificate", by=dora, at=AT)
        assert (made.value, made.corrects_id, made.source) == ("Landau", wrong.pk, inquiry.number)
        assert inquiring.decide(place.pk, "told", by=dora, at=AT, **said).done == "corrected"

    def test_erased_is_what_is_gone(self, inquiry, subject, bob, dora):
        from comity.retention import reviewing

        place = found(inquiry, bob)["subject", subject.ref]
        said = {"said": {"data": "x"}, "reason": "Never a witness", "done": "erased"}
        with pytest.raises(inquiring.NotDone):
            inquiring.decide(place.pk, "told", by=dora, at=AT, **said)
        reviewing.erase(subject.ref, reason="Never a witness", by=dora, at=AT)
        assert inquiring.decide(place.pk, "told", by=dora, at=AT, **said).done == "erased"


class TestAnswering:
    @pytest.fixture
    def decided(self, inquiry, subject, case, bob, dora):
        cases.note(case.number, f"{NAME} is watched", by=dora, at=AT)
        for place in found(inquiry, bob).values():
            if place.kind == "subject":
                said = {"data": "Name, place of birth", "purpose": "Fraud, CPP art 81", "origin": "A neighbour"}
                inquiring.decide(place.pk, "told", said=said, by=dora, at=AT)
            else:
                inquiring.decide(place.pk, "withheld", ground="a", reason="SECRET-REASON", by=dora, at=AT)
        return inquiry

    def test_waits_until_somebody_looked_and_all_is_decided(self, inquiry, subject, bob):
        with pytest.raises(inquiring.NotSearched):
            report.answer(inquiry.number, by=bob, at=AT)
        found(inquiry, bob)
        with pytest.raises(inquiring.Undecided) as caught:
            report.answer(inquiry.number, by=bob, at=AT)
        assert "1 place" in caught.value.sentence

    def test_tells_what_is_told_and_nothing_of_the_rest(self, decided, bob, ada):
        actions.set_rule("case", 3650, basis="CPP, art R. 1", by=ada, at=AT)
        row = report.answer(decided.number, by=bob, at=DAY)
        (place,) = row.answer["places"]
        assert place["data"] == "Name, place of birth"
        assert "3650" in place["period"]
        assert "SECRET-REASON" not in json.dumps(row.answer)
        assert "Commission for Data" in " ".join(row.answer["rights"])
        assert row.state == "answered"
        with pytest.raises(inquiring.NotOpen):
            inquiring.search_for(decided.number, by=bob, at=DAY)

    def test_says_the_same_rights_whether_something_is_withheld(self, decided, bob, mla):
        other = inquiring.open_inquiry(
            name="Nobody Known", identity="x", unit=mla, wishes=["know"], received_on=AT.date(), by=bob, at=AT,
            language="fr",
        )  # fmt: skip
        inquiring.search_for(other.number, by=bob, at=AT)
        rights = [report.answer(one, by=bob, at=DAY).answer["rights"] for one in (decided.number, other.number)]
        assert rights[0] == rights[1]

    def test_is_printed(self, decided, bob):
        report.answer(decided.number, by=bob, at=DAY)
        pages = PdfReader(io.BytesIO(report.as_pdf(bob, decided.number, DAY))).pages
        text = " ".join(" ".join(page.extract_text() for page in pages).split())
        assert "Name, place of birth" in text
        assert NAME in text
        assert decided.number in text

    def test_names_the_supervisory_authority_or_is_not_given(self, decided, bob, monkeypatch):
        monkeypatch.setattr(settings, "COMITY", replace(settings.COMITY, supervisory_authority=""))
        with pytest.raises(report.NoSupervisor):
            report.answer(decided.number, by=bob, at=DAY)

    def test_an_answered_inquiry_grows_old_as_well(self, decided, bob, ada):
        report.answer(decided.number, by=bob, at=DAY)
        actions.set_rule("inquiry", 30, basis="Own rule", by=ada, at=AT)
        run = actions.run(at=DAY + timedelta(days=31))
        assert [(one["kind"], one["ref"]) for one in run.erased] == [("inquiry", decided.number)]
        assert not Inquiry.objects.exists()
        assert not Place.objects.exists()


def test_withdrawn_with_a_reason(inquiry, bob):
    with pytest.raises(inquiring.BadInquiry):
        inquiring.withdraw(inquiry.number, reason=" ", by=bob, at=AT)
    assert inquiring.withdraw(inquiry.number, reason="Taken back by letter", by=bob, at=AT).state == "withdrawn"


def test_a_circle_is_decided_by_who_leads_it(inquiry, case, dora, bob, node):
    access.set_clearance(dora, 1, by=None, at=AT)
    circle = cases.open_circle(case.number, "Closer", by=dora, at=AT).compartment
    made = subjects.add(circle, "Person", [Said("name", NAME)], by=dora, at=AT)
    assert found(inquiry, bob)["subject", made.ref].within == circle.name
