"""A request from the empty form to the answer of a question, by the pages alone."""

import io
import re

import pytest
from django.urls import reverse
from django.utils.html import escape

from comity.dossiers import queries
from comity.instruments import catalogue
from comity.lib import clock
from comity.web.forms import boxes
from tests.dossiers.conftest import AT


def posted(fields, value, pointer):
    """What a browser would send for these answers."""
    sent = {}
    for field in fields:
        if field.id in value:
            sent |= single(field, value[field.id], f"{pointer}/{field.id}")
    return sent


def single(field, value, pointer):
    if field.repeated:
        rows = [single(plain(field), row, f"{pointer}/{index}") for index, row in enumerate(value)]
        return {name: item for row in rows for name, item in row.items()}
    if field.fields:
        return posted(field.fields, value, pointer)
    return dict(parts(field.type, value, pointer))


def plain(field):
    from dataclasses import replace

    return replace(field, repeated=False)


def parts(kind, value, pointer):
    if kind == "yes_no":
        yield pointer, "yes" if value else "no"
    elif kind == "date":
        yield from zip((f"{pointer}.year", f"{pointer}.month", f"{pointer}.day"), value.split("-"), strict=True)
    elif kind == "moment":
        yield from moment(value, pointer)
    elif kind == "money":
        yield from ((f"{pointer}/{name}", part) for name, part in value.items())
    elif kind == "period":
        for end in ("from", "to"):
            yield from parts("date", value[end], f"{pointer}/{end}")
    else:
        yield pointer, value


def moment(value, pointer):
    from zoneinfo import ZoneInfo

    local = clock.moment(value).astimezone(ZoneInfo("Europe/Paris"))
    yield from parts("date", local.date().isoformat(), pointer)
    yield f"{pointer}.time", local.strftime("%H:%M:%S" if local.second else "%H:%M")


@pytest.mark.parametrize("instrument", [one.id for one in catalogue.all()])
def test_the_example_survives_the_boxes_of_its_pages(browse, alice, mla, nl, instrument):
    """Every type of field, typed as a person would, comes back as the very same value."""
    from comity.dossiers import actions

    example = catalogue.example(instrument)["form"]
    draft = actions.start(instrument, to=nl.authority, unit=mla, by=alice, at=AT)
    for section in catalogue.get(instrument).sections:
        if section.id in example:
            here = f"/form/{section.id}"
            address = reverse("draft-section", args=[draft.pk, section.id])
            browse(alice).post(address, posted(section.fields, example[section.id], here))
    assert queries.draft(alice, draft.pk, AT).content["form"] == in_utc(example)


def in_utc(value):
    """The same value with every moment spelled in UTC, as a page that knows no offsets sends it back."""
    if isinstance(value, dict):
        return {name: in_utc(item) for name, item in value.items()}
    if isinstance(value, list):
        return [in_utc(item) for item in value]
    return clock.stamp(clock.moment(value)) if re.match(r"\d{4}-\d\d-\d\dT", str(value)) else value


def test_a_request_is_drafted_submitted_approved_and_its_question_answered(browse, alice, bob, mla, nl, form):
    hers, his = browse(alice), browse(bob)
    answer = hers.post(reverse("new-start", args=["eio"]), {"to": nl.authority, "unit": "mla", "language": "en"})
    number = int(re.search(r"/drafts/(\d+)/", answer["Location"])[1])
    assert "To do" in hers.get(reverse("draft", args=[number])).content.decode()
    assert "This cannot be sent yet" in hers.get(reverse("draft-check", args=[number])).content.decode()
    for section in catalogue.get("eio").sections:
        if section.id in form["form"]:
            there = reverse("draft-section", args=[number, section.id])
            hers.post(there, posted(section.fields, form["form"][section.id], f"/form/{section.id}"))
    file = io.BytesIO(b"the decision of the court")
    file.name = "decision.txt"
    hers.post(reverse("draft-documents", args=[number]), {"file": file})
    assert "Nothing stands in the way" in hers.get(reverse("draft-check", args=[number])).content.decode()

    hers.post(reverse("draft-submit", args=[number]))
    assert "Bob Martin" in hers.get(reverse("draft-review", args=[number])).content.decode()
    assert hers.post(reverse("draft-approve", args=[number]), {"read": "yes"}).status_code == 403
    assert str(number) in his.get(reverse("approvals")).content.decode()
    unread = his.post(reverse("draft-approve", args=[number]))
    assert unread["Location"] == reverse("draft-review", args=[number])
    there = his.post(reverse("draft-approve", args=[number]), {"read": "yes"})["Location"]

    id = there.strip("/").split("/")[1]
    nl.fetch(clock.now())
    asks = {"pointer": "/form/measures/kinds", "asks": "Which of the accounts?"}
    nl.send(nl.act(id, "ask", asks, clock.now()), at=clock.now())
    page = hers.get(there).content.decode()
    assert "Which of the accounts?" in page
    question = re.search(r'name="question" value="([0-9a-f]{64})"', page)[1]
    act = re.search(r'action="(/dossiers/[^"]*/begin/[^"]*)"(?:(?!</form>).)*name="question"', page, re.S)[1]
    form_page = hers.post(act, {"question": question})["Location"]
    shown = hers.get(form_page).content.decode()
    assert "Which of the accounts?" in shown
    assert boxes.anchor("/amends/form/measures/kinds") in shown
    kinds = queries.dossier(alice, id, clock.now()).state.form["measures"]["kinds"]
    hers.post(form_page, {"/answer": "The first one.", "/amends/form/measures/kinds": [*kinds, "search"]})
    drafted = queries.draft(alice, int(form_page.split("/")[2]), clock.now()).content
    assert drafted["question"] == question
    assert drafted["amends"] == {"/form/measures/kinds": [*kinds, "search"]}


class TestSaving:
    def test_keeps_what_is_incomplete_and_says_what_is_missing(self, browse, alice, draft):
        section = catalogue.get("eio").sections[3]
        there = reverse("draft-section", args=[draft.pk, section.id])
        answer = browse(alice).post(there, {})
        assert answer["Location"] == f"{there}?check"
        page = browse(alice).get(answer["Location"]).content.decode()
        assert "There is a problem" in page
        links = re.findall(r'<li><a href="#([^"]+)">', page)
        assert links
        assert all(f'id="{anchor}"' in page for anchor in links)

    def test_shows_what_was_typed_when_somebody_else_saved_meanwhile(self, browse, alice, draft):
        section = catalogue.get("eio").sections[3]
        there = reverse("draft-section", args=[draft.pk, section.id])
        field = next(one for one in section.fields if one.type == "longtext")
        typed = {f"/form/{section.id}/{field.id}": "My own words", "revision": "0"}
        answer = browse(alice).post(there, typed)
        assert answer.status_code == 409
        assert "My own words" in answer.content.decode()
        assert queries.draft(alice, draft.pk, AT).content == draft.content

    def test_adds_and_removes_an_item_of_a_repeated_group(self, browse, alice, draft):
        there = reverse("draft-section", args=[draft.pk, "persons"])
        section = next(one for one in catalogue.get("eio").sections if one.id == "persons")
        group = next(one for one in section.fields if one.repeated)
        here = f"/form/persons/{group.id}"
        typed = posted(section.fields, draft.content["form"]["persons"], "/form/persons")
        before = len(draft.content["form"]["persons"][group.id])

        def count():
            return len(queries.draft(alice, draft.pk, AT).content["form"]["persons"][group.id])

        answer = browse(alice).post(there, {**typed, "add": here})
        assert answer["Location"] == f"{there}#{boxes.anchor(here)}"
        assert count() == before + 1
        browse(alice).post(there, {**typed, "remove": f"{here}/0"})
        assert count() == before - 1


class TestReviewing:
    def test_shows_what_changed_since_it_was_given_back(self, browse, alice, bob, submitted):
        his, hers = browse(bob), browse(alice)
        his.post(reverse("draft-give-back", args=[submitted.pk]), {"reason": "Say why it is urgent."})
        assert "Say why it is urgent." in hers.get(reverse("draft", args=[submitted.pk])).content.decode()
        section = next(one for one in catalogue.get("eio").sections if one.id == "urgency")
        answers = posted(section.fields, submitted.content["form"]["urgency"], "/form/urgency")
        longtext = next(one.id for one in section.fields if one.type == "longtext")
        old = submitted.content["form"]["urgency"][longtext]
        there = reverse("draft-section", args=[submitted.pk, "urgency"])
        hers.post(there, {**answers, f"/form/urgency/{longtext}": "The bank deletes its records on 14 December."})
        page = his.get(reverse("draft-review", args=[submitted.pk])).content.decode()
        assert f'<del class="comity-kept">{escape(old)}</del>' in page
        assert '<ins class="comity-kept">The bank deletes its records on 14 December.</ins>' in page

    def test_a_reason_is_needed_to_give_back(self, browse, bob, submitted):
        answer = browse(bob).post(reverse("draft-give-back", args=[submitted.pk]), {"reason": " "})
        assert answer.status_code == 400
        assert "with a reason" in answer.content.decode()

    def test_a_draft_put_aside_comes_back(self, browse, alice, draft):
        hers = browse(alice)
        hers.post(reverse("draft-discard", args=[draft.pk]))
        assert "Bring back" in hers.get(reverse("drafts")).content.decode()
        hers.post(reverse("draft-restore", args=[draft.pk]))
        assert queries.draft(alice, draft.pk, AT).draft.status == "drafting"


class TestDocuments:
    def test_is_taken_off_and_put_back(self, browse, alice, draft):
        file = io.BytesIO(b"x")
        file.name = "a.txt"
        hers = browse(alice)
        hers.post(reverse("draft-documents", args=[draft.pk]), {"file": file})
        one = queries.draft(alice, draft.pk, AT).attachments[0]
        hers.post(reverse("draft-detach", args=[draft.pk, one.pk]))
        assert "Put back" in hers.get(reverse("draft-documents", args=[draft.pk])).content.decode()
        assert queries.draft(alice, draft.pk, AT).attachments == ()
        hers.post(reverse("draft-reattach", args=[draft.pk, one.pk]))
        assert queries.draft(alice, draft.pk, AT).attachments == (one,)

    def test_is_given_out_as_a_file_never_as_a_page(self, browse, alice, draft):
        file = io.BytesIO(b"<script>alert(1)</script>")
        file.name = "page.html"
        browse(alice).post(reverse("draft-documents", args=[draft.pk]), {"file": file})
        one = queries.draft(alice, draft.pk, AT).attachments[0]
        answer = browse(alice).get(reverse("document", args=[one.pk]))
        assert b"".join(answer.streaming_content) == b"<script>alert(1)</script>"
        assert answer["Content-Type"] == "application/octet-stream"
        assert answer["Content-Disposition"] == 'attachment; filename="page.html"'

    def test_none_chosen_is_said(self, browse, alice, draft):
        page = browse(alice).post(reverse("draft-documents", args=[draft.pk]), {}).content.decode()
        assert "Choose a file first" in page
