"""The printed request: tagged, archived with its data, and literal whatever is written in it."""

import copy
import hashlib
import io
import json
from datetime import UTC, datetime

import pypdf
import pytest
import typst

from comity.instruments import render
from comity.lib import canonical
from tests.instruments.sample import EXAMPLE, SAMPLE

HEADER = {
    "document": "aa-central-2026-0001",
    "at": "2026-11-23T14:05:00Z",
    "issuing": "Central Office of Aa",
    "items": [{"name": "map.pdf", "sha256": "ab" * 32}],
}


def printed(request=EXAMPLE, language="en", **header):
    return render.pdf(SAMPLE, request, language=language, header={**HEADER, **header})


def reader(raw):
    return pypdf.PdfReader(io.BytesIO(raw))


def text(raw):
    """The text as one line, without the places to break that were put into long words."""
    found = "\n".join(page.extract_text() for page in reader(raw).pages)
    return " ".join(found.replace("\u200b", "").replace("\u00ad", "").split())


def with_story(story, **changes):
    made = copy.deepcopy(EXAMPLE)
    made["form"]["what"]["story"] = story
    made["form"]["what"].update(changes)
    return made


def test_shows_every_answer_with_its_article():
    found = text(printed())
    for shown in (
        "Sample request",
        "Kind A",
        "Kind B",
        "Find the boat",
        "ABC-12",
        "A boat left. Nobody saw it.",
        "Quietly",
        "12.50 EUR",
        "2026-01-01 – 2026-03-31",
        "desk@example.org",
        "Ana Prata",
        "Sweden (SE)",
        "French (fr)",
        "Heron",
        "Art. 2(1)",
        "Art. 4",
        "Central Office of Aa",
        "aa-central, France (FR)",
        "Sample Convention, 1-9",
        "map.pdf",
        "ab" * 32,
        "ICC",
        "1980-02-29",
    ):
        assert shown in found, shown


def test_is_tagged_titled_and_in_its_language():
    root = reader(printed(language="fr")).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "fr"
    assert root["/StructTreeRoot"]["/K"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    meta = root["/Metadata"].get_data().decode()
    assert "Sample request" in meta
    assert "<pdfuaid:part>1<" in meta
    assert "<pdfaid:part>3<" in meta


def test_headings_lead_through_the_document():
    kinds = []

    def walk(node):
        node = node.get_object()
        if isinstance(node, pypdf.generic.ArrayObject):
            for one in node:
                walk(one)
        elif isinstance(node, pypdf.generic.DictionaryObject):
            kinds.append(node.get("/S"))
            if "/K" in node:
                walk(node["/K"])

    walk(reader(printed()).trailer["/Root"]["/StructTreeRoot"]["/K"])
    assert kinds.count("/H1") == 1
    assert kinds.count("/H2") == 3
    assert "/H3" in kinds
    assert "/L" in kinds


def test_holds_the_request_and_its_digest():
    raw = printed()
    attached = reader(raw).attachments["request.json"][0]
    assert json.loads(attached) == EXAMPLE
    digest = hashlib.sha256(attached).hexdigest()
    assert digest == canonical.digest(EXAMPLE)
    assert digest in text(raw)


def test_every_page_is_numbered_and_named():
    raw = printed(with_story("A line.\n" * 200))
    pages = reader(raw).pages
    assert len(pages) > 2
    for number, page in enumerate(pages, 1):
        found = " ".join(page.extract_text().split())
        assert f"Page {number} of {len(pages)}" in found
        assert "Document aa-central-2026-0001" in found


def test_the_same_input_gives_the_same_bytes():
    assert printed() == printed()
    assert printed() == printed(at=datetime(2026, 11, 23, 14, 5, tzinfo=UTC))
    assert printed() != printed(at="2026-11-24T14:05:00Z")


@pytest.mark.parametrize(
    "story",
    [
        '#eval("1+1") #panic("x") #read("/etc/passwd")',
        "$x^2$ *bold* _it_ `raw` <label> @ref = Heading",
        "\\u{41} // comment /* block */ #let x = 1",
        '"]) #import "@preview/x:1.0.0"',
        "{{ braces }} [brackets] ~ -- --- ...",
    ],
)
def test_what_looks_like_markup_is_printed_as_it_is(story):
    assert " ".join(story.split()) in text(printed(with_story(story)))


def test_a_very_long_word_stays_on_the_page():
    word = "x" * 1000
    raw = printed(with_story(word))
    assert word in text(raw).replace(" ", "")
    lines = [line for page in reader(raw).pages for line in page.extract_text().splitlines()]
    assert max(len(line) for line in lines if "xxx" in line) < 60


def test_right_to_left_text_is_printed_and_archived():
    raw = printed(with_story("هذا طلب مساعدة قضائية"))
    assert any("\u0600" <= letter <= "\u06ff" or "\ufe70" <= letter <= "\ufeff" for letter in text(raw))


def test_a_letter_that_no_font_has_is_printed_without_the_promise_to_archive(monkeypatch):
    tried = []
    compiled = render._compiled

    def strict(data, standards, timestamp):
        tried.append(standards)
        if standards:
            raise typst.TypstError("the letter cannot be displayed", "")
        return compiled(data, standards, timestamp)

    monkeypatch.setattr(render, "_compiled", strict)
    assert reader(printed()).pages
    assert tried == [["a-3a", "ua-1"], ["ua-1"], []]


def test_a_document_that_cannot_be_made_says_why(monkeypatch):
    def never(data, standards, timestamp):
        raise typst.TypstError("no", "")

    monkeypatch.setattr(render, "_compiled", never)
    with pytest.raises(render.NotPrinted, match="no"):
        printed()


def test_a_compiler_that_makes_nothing_is_noticed(monkeypatch):
    class Idle:
        def compile(self, **_):
            return None

    monkeypatch.setattr(render, "_compiler", Idle)
    with pytest.raises(render.NotPrinted, match="no document was made"):
        printed()


def test_an_unfinished_request_shows_what_is_missing_and_leaves_out_what_is_empty():
    made = copy.deepcopy(EXAMPLE)
    del made["form"]["what"]["summary"], made["form"]["what"]["code"], made["form"]["money"], made["language"]
    del made["executing"]
    found = text(printed(made))
    assert "Summary Not given" in found.replace("Art. 2 ", "")
    assert "Code" not in found
    assert "Cost" in found
    made["form"] = {"money": {}, "what": {"kinds": ["a"]}}
    made["issuing"] = {}
    assert "Money" not in text(printed(made, issuing=""))


def test_malformed_answers_of_a_draft_are_shown_as_they_are():
    made = copy.deepcopy(EXAMPLE)
    made["form"]["what"].update(kinds=["b", "zz"], urgent="perhaps", mode="loud", count={"x": 1}, tongue="zz")
    made["form"]["people"] = {"humans": "Ana", "lead": {"land": "XX", "who": 3}}
    made["form"]["money"]["cost"] = [12]
    found = text(printed(made))
    for shown in ("perhaps", "loud", '{"x": 1}', "zz", "Ana", "XX", "[12]"):
        assert shown in found
    assert printed({"instrument": "sample"})


def test_the_language_of_the_headings_may_be_unknown_or_run_from_the_right():
    assert "Sample request" in text(printed(language="xx"))
    assert "Sample request" in text(printed(language="ar"))


@pytest.mark.skipif(not render.FONTS.is_dir(), reason="the front end was not built: no font of our own for Arabic")
def test_arabic_is_printed_with_letters_of_our_own_and_can_be_archived():
    raw = printed(with_story("وصل القارب ليلاً ولم يره أحد."), language="ar")
    fonts = {
        str(font.get_object()["/BaseFont"])
        for page in reader(raw).pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert any("NotoNaskhArabic" in name for name in fonts)
    assert not any("DejaVu" in name for name in fonts)
    assert "pdfaid:part" in reader(raw).trailer["/Root"]["/Metadata"].get_object().get_data().decode()
    assert set("القارب") <= set(text(raw))  # drawn are the forms in the word, kept for searching are the letters
