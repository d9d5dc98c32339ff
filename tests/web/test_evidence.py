"""The pages of evidence: works, colleague, stranger, missing; taking in, custody, passport, deciding."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from comity.access import actions as access
from comity.access.handling import Handling
from comity.cases import actions as cases
from comity.evidence import actions, queries
from comity.evidence.models import Custody, Item
from tests.dossiers.conftest import AT, person
from tests.evidence import conftest as cast
from tests.evidence.conftest import LEDGER, take

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(hours=2)
CASE = "c-2026-0001"
ITEMS = f"/cases/{CASE}/items/"
ITEM = f"{ITEMS}1/"
GETS = [
    ITEMS, f"{ITEMS}add/", f"{ITEMS}received/", ITEM, f"{ITEM}bytes/", f"{ITEM}passport/",
    f"{ITEM}passport/?country=DE",
    f"{ITEM}derive/", f"{ITEM}draft/", f"{ITEM}propose/", f"{ITEM}correct/1/", f"{ITEM}step/move/",
    f"{ITEM}step/lend/", f"{ITEM}step/examine/", f"{ITEM}step/seal/", f"{ITEM}step/permit/",
]  # fmt: skip
READERS = {ITEMS, ITEM, f"{ITEM}bytes/", f"{ITEM}passport/", f"{ITEM}passport/?country=DE", f"{ITEM}draft/"}


@pytest.fixture
def dora(node):
    return person("dora", "officer", "mla")


@pytest.fixture
def case(alice, dora, mla):
    made = cases.open("Ledgers of a bank", unit=mla, by=alice, at=AT).compartment
    access.seat(made, dora, part="reader", by=alice, at=AT)
    return made


ledger, telephone = cast.ledger, cast.telephone


def text(answer):
    return b"".join(answer.streaming_content).decode() if answer.streaming else answer.content.decode()


@pytest.mark.parametrize("url", GETS)
class TestEveryPage:
    def test_works_for_the_lead(self, ledger, alice, browse, url):
        assert browse(alice).get(url).status_code == 200

    def test_in_french_too(self, ledger, alice, browse, url):
        assert browse(alice, "fr").get(url).status_code == 200

    def test_a_reader_sees_and_does_not_write(self, ledger, dora, browse, url):
        assert browse(dora).get(url).status_code == (200 if url in READERS else 403)

    def test_is_not_found_by_a_stranger(self, ledger, charlie, browse, url):
        assert browse(charlie).get(url).status_code == 404

    def test_a_missing_item_or_case_is_not_found(self, ledger, alice, browse, url):
        assert browse(alice).get(url.replace("0001", "0009")).status_code == 404
        if url.startswith(ITEM):
            assert browse(alice).get(url.replace("items/1/", "items/99/")).status_code == 404

    def test_leads_who_is_signed_out_to_sign_in(self, ledger, browse, url):
        assert browse(None).get(url).status_code == 302


class TestTakingIn:
    FIELDS = {"/title": "Ledger", "/kind": "document", "/where": "Quai Sud 4", "/level": "open"}

    def test_a_file(self, case, alice, browse):
        file = SimpleUploadedFile("../ledger.txt", LEDGER, "text/plain")
        answer = browse(alice).post(f"{ITEMS}add/", {**self.FIELDS, "file": file})
        assert (answer.status_code, answer["Location"]) == (302, ITEM)
        row = Item.objects.get()
        assert (row.name, row.size, row.taken_where) == ("ledger.txt", len(LEDGER), "Quai Sud 4")

    def test_the_script_is_told_where_to_go(self, case, alice, browse):
        file = SimpleUploadedFile("ledger.txt", LEDGER)
        answer = browse(alice).post(
            f"{ITEMS}add/", {**self.FIELDS, "file": file}, headers={"X-Requested-With": "XMLHttpRequest"}
        )
        assert (answer.status_code, answer["X-Next"]) == (204, ITEM)

    @pytest.mark.parametrize(
        ("change", "says"),
        [
            ({"/title": ""}, "Answer this: What is it?"),
            ({}, "Choose a file first."),
            ({"/kind": "cash"}, "Neither a file nor a seal or place"),
            ({"/kind": "cash", "/place": "Safe", "/codes": ["H3"]}, "H3 says that there is another restriction"),
        ],
    )
    def test_says_what_is_missing(self, case, alice, browse, change, says):
        answer = browse(alice).post(f"{ITEMS}add/", {**self.FIELDS, **change})
        assert answer.status_code == 400
        assert says in text(answer)
        assert not Item.objects.exists()

    def test_what_was_meant_for_a_circle_is_not_kept_for_all(self, case, alice, browse):
        answer = browse(alice).post(
            f"{ITEMS}add/", {**self.FIELDS, "/circle": f"{CASE}-z", "file": SimpleUploadedFile("a", b"a")}
        )
        assert answer.status_code == 404
        assert not Item.objects.exists()

    def test_a_translation_names_its_source(self, ledger, alice, browse):
        told = {"/way": "translation", "/person": "Jane Hill", "/title": "In English", "/kind": "document",
                "/language": "en", "file": SimpleUploadedFile("en.txt", b"x")}  # fmt: skip
        assert browse(alice).post(f"{ITEM}derive/", told).status_code == 302
        page = text(browse(alice).get(f"{ITEMS}2/"))
        assert "comity-tree__box--here" in page
        assert "Jane Hill" in page


class TestItem:
    def test_tells_custody_with_its_gaps(self, telephone, alice, browse):
        actions.move(telephone, from_whom="Customs", to_whom="Room 5", by=alice, at=LATER)
        page = text(browse(alice).get(ITEM))
        assert "Nobody says how it came from Central Authority of France (test) to Customs" in page
        assert page.index("comity-custody__gap") < page.index('id="entry-2"')
        assert "1 gap" in page

    def test_shows_a_broken_chain_in_red(self, telephone, alice, browse):
        row = Custody.objects.get()
        Custody.objects.filter(pk=row.pk).update(raw=bytes(row.raw).replace(b"Vidal", b"Vidul"))
        assert "The chain of custody is not as it was written." in text(browse(alice).get(ITEM))
        assert "Chain broken" in text(browse(alice).get(ITEMS))

    def test_gives_the_bytes_as_a_file_never_as_a_page(self, ledger, dora, browse):
        answer = browse(dora).get(f"{ITEM}bytes/")
        assert b"".join(answer.streaming_content) == LEDGER
        assert answer["Content-Type"] == "application/octet-stream"
        assert answer["Content-Disposition"].startswith("attachment")

    def test_checks_the_bytes(self, ledger, dora, browse):
        assert browse(dora).post(f"{ITEM}check/").status_code == 302
        assert "Bytes confirmed" in text(browse(dora).get(ITEMS))

    @pytest.mark.parametrize("path", ["check/", "step/move/", "correct/1/", "derive/", "propose/", "draft/"])
    def test_a_stranger_changes_nothing(self, ledger, charlie, browse, path):
        assert browse(charlie).post(f"{ITEM}{path}", {"/to_whom": "x", "/why": "x"}).status_code == 404
        assert Custody.objects.count() == 1

    def test_a_step_is_written_down_and_corrected(self, telephone, alice, browse):
        client = browse(alice)
        assert client.post(f"{ITEM}step/lend/", {"/to_whom": "Laboratory", "/why": "examination"}).status_code == 302
        moment = {"/when.day": "23", "/when.month": "11", "/when.year": "2026", "/when.time": "10:30"}
        answer = client.post(f"{ITEM}correct/1/", {"/from_whom": "P. Vidal", "/why": "spelling", **moment})
        whats = [one.what for one in queries.custody(alice, telephone.ref, LATER + timedelta(days=99)).entries]
        assert (answer.status_code, whats) == (302, ["taken", "lent", "corrected"])

    def test_no_such_step(self, ledger, alice, browse):
        assert browse(alice).get(f"{ITEM}step/burn/").status_code == 404

    def test_what_may_not_go_is_told_beside_the_draft(self, case, draft, alice, browse):
        row = take(case, alice, content=b"kept", handling=Handling("be-court", frozenset({"H2"})))
        answer = browse(alice).post(f"{ITEM}draft/", {"/draft": str(draft.pk)})
        assert answer.status_code == 400
        assert "Its originator has not allowed that it is passed on." in text(answer)
        assert row.entries == 1

    def test_a_passport_shows_marks_and_never_a_verdict(self, ledger, alice, browse):
        page = text(browse(alice).get(f"{ITEM}passport/?country=DE"))
        assert "comity-passport__mark--there" in page
        assert "Directive 2014/41/EU Art. 9(2)" in page
        assert "is admissible" not in page
        assert browse(alice).get(f"{ITEM}passport/?country=XX").status_code == 400

    def test_the_list_filters(self, ledger, telephone, alice, browse):
        page = text(browse(alice).get(f"{ITEMS}?kind=device"))
        assert "Telephone" in page
        assert "Ledger</a>" not in page
        assert "No item fits the filter." in text(browse(alice).get(f"{ITEMS}?words=zebra"))


class TestDeciding:
    @pytest.fixture
    def proposed(self, ledger, alice, browse):
        told = {"/kind": "destroy", "/reasons": "The proceedings ended.", "/asked_by": "Order of 20 November"}
        assert browse(alice).post(f"{ITEM}propose/", told).status_code == 302
        return ledger.measures.get()

    def test_an_approver_without_a_seat_decides_and_sees_no_more(self, proposed, bob, browse):
        client = browse(bob)
        assert "Ledger" in text(client.get("/evidence/measures/"))
        page = text(client.get(f"/evidence/measures/{proposed.pk}/"))
        assert "The proceedings ended." in page
        assert "Open the item" not in page
        assert client.post(f"/evidence/measures/{proposed.pk}/", {"do": "approve"}).status_code == 302
        assert Item.objects.get().state == "destroyed"
        assert client.get(ITEM).status_code == 404

    def test_who_proposed_it_does_not_decide(self, proposed, mla, alice, browse):
        access.grant(alice, "approver", unit=mla, at=AT)
        page = text(browse(alice).get(f"/evidence/measures/{proposed.pk}/"))
        assert "Approve and destroy" not in page
        assert browse(alice).post(f"/evidence/measures/{proposed.pk}/", {"do": "approve"}).status_code == 403

    def test_not_approving_needs_a_note(self, proposed, bob, browse):
        answer = browse(bob).post(f"/evidence/measures/{proposed.pk}/", {"do": "reject"})
        assert answer.status_code == 400
        assert "This step is recorded with a reason." in text(answer)

    def test_a_stranger_finds_nothing(self, proposed, charlie, browse):
        assert browse(charlie).get(f"/evidence/measures/{proposed.pk}/").status_code == 404
        assert "Ledger" not in text(browse(charlie).get("/evidence/measures/"))
        assert browse(charlie).get("/evidence/measures/999/").status_code == 404


def test_the_case_of_another_does_not_open_an_item(ledger, mla, alice, browse):
    cases.open("Another", unit=mla, by=alice, at=AT)
    assert browse(alice).get("/cases/c-2026-0002/items/1/").status_code == 404
