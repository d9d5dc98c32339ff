"""What an act must say before it may be signed."""

import pytest

from comity.instruments import amend, forms, needs
from tests.instruments.sample import EXAMPLE, SAMPLE, opening

ITEM = {"name": "a.pdf", "media_type": "application/pdf", "size": 3, "sha256": "ab" * 32}
FULL = {
    "request": opening().content,
    "receive": {"received_at": "2026-11-24T08:00:00Z"},
    "accept": {},
    "refuse": {"ground": "twice", "reasons": "It was judged in 2020."},
    "postpone": {"ground": "own_case"},
    "ask": {"pointer": "/form/people/humans/0/name", "asks": "Which Ana?"},
    "answer": {"question": "q1", "answer": "The elder.", "amends": {"/form/people/humans/0/name": "Ana Prata sr"}},
    "amend": {"amends": {"/form/what/count": 4}},
    "extend": {"clock": "decide", "until": "2027-01-01T00:00:00Z", "reasons": "The court is closed."},
    "hand_over": {"items": [{**ITEM, "blob": "cd" * 32, "key": "k"}]},
    "note": {"text": "We are at it."},
    "finish": {"items": [ITEM]},
    "withdraw": {"reasons": "Solved."},
}


def check(type, content, **about):
    about = {"form": EXAMPLE["form"], "questions": {"q1"}, "clocks": {"decide"}, **about}
    return forms.check_content(SAMPLE, SAMPLE.act(type), content, **about)


def found(type, content, **about):
    return [(one.pointer, one.rule) for one in check(type, content, **about)]


def test_every_act_has_a_content_that_passes():
    assert set(FULL) == {one.id for one in SAMPLE.acts}
    for type, content in FULL.items():
        assert check(type, content) == [], type


def test_asks_first_for_what_the_ground_and_the_effect_need():
    names = {one.id: [field.id for field in forms.content_fields(SAMPLE, one)] for one in SAMPLE.acts}
    assert names["refuse"] == ["ground", "reasons", "partly", "which"]
    assert names["ask"] == ["pointer", "asks", "due"]
    assert names["answer"] == ["question", "answer"]
    assert names["extend"] == ["clock", "until", "reasons"]
    assert names["withdraw"] == ["reasons"]
    ground, *_ = forms.content_fields(SAMPLE, SAMPLE.act("refuse"))
    assert [(one.value, one.cite.article) for one in ground.options] == [
        ("sovereignty", "Art. 6(1)"),
        ("twice", "Art. 6(2)"),
    ]
    clock, *_ = forms.content_fields(SAMPLE, SAMPLE.act("extend"))
    assert [one.value for one in clock.options] == ["decide"]


@pytest.mark.parametrize(
    ("type", "name"),
    [
        (type, name)
        for type, content in FULL.items()
        if type not in ("request", "finish")
        for name in content
        if name != "amends"
    ]
    + [("amend", "amends")],
)
def test_a_part_that_is_needed_is_named_when_it_is_missing(type, name):
    assert found(type, {key: value for key, value in FULL[type].items() if key != name}) == [
        (f"/{name}", "form.missing")
    ]


@pytest.mark.parametrize(
    ("type", "content", "pointer", "rule"),
    [
        ("refuse", {"ground": "own_case"}, "/ground", "form.option"),
        ("refuse", {"partly": True}, "/which", "form.missing"),
        ("refuse", {"reason": "x"}, "/reason", "form.unknown"),
        ("ask", {"pointer": "/form/people/humans/x/name"}, "/pointer", "form.pointer"),
        ("ask", {"pointer": "/what/kinds"}, "/pointer", "form.pointer"),
        ("ask", {"pointer": "/form/people/humans/0/0"}, "/pointer", "form.pointer"),
        ("ask", {"due": "soon"}, "/due", "form.malformed"),
        ("answer", {"question": "q2"}, "/question", "form.question"),
        ("answer", {"amends": {}}, "/amends", "form.malformed"),
        ("answer", {"amends": {"/form/what": {}}}, "/amends", "form.pointer"),
        ("amend", {"amends": {"/form/people/humans/7/name": "x"}}, "/amends", "form.pointer"),
        ("amend", {"amends": {"/form/what/count": "many"}}, "/form/what/count", "form.malformed"),
        ("amend", {"amends": {"/form/what/mode": "open"}}, "/form/people/things/0/secret", "form.not-asked"),
        ("amend", {"amends": []}, "/amends", "form.malformed"),
        ("extend", {"clock": "acknowledge"}, "/clock", "form.option"),
        ("hand_over", {"items": []}, "/items", "form.too-few"),
        ("hand_over", {"items": "x"}, "/items", "form.malformed"),
        ("hand_over", {"items": [ITEM, {**ITEM, "size": -1}]}, "/items/1", "form.malformed"),
        ("note", {"amends": {}}, "/amends", "form.unknown"),
        ("note", {"items": [{}]}, "/items/0", "form.malformed"),
    ],
)
def test_what_is_wrong_is_named_at_its_place(type, content, pointer, rule):
    assert (pointer, rule) in found(type, {**FULL[type], **content})


def test_a_clock_that_does_not_run_cannot_be_extended():
    assert found("extend", FULL["extend"], clocks=set()) == [("/clock", "form.clock")]


def test_without_the_dossier_any_question_and_clock_passes():
    assert forms.check_content(SAMPLE, SAMPLE.act("answer"), {"question": "any", "answer": "x"}) == []
    assert forms.check_content(SAMPLE, SAMPLE.act("amend"), FULL["amend"]) == []


@pytest.mark.parametrize("type", list(FULL))
@pytest.mark.parametrize("content", [None, [], "x"])
def test_nonsense_is_found_and_never_raises(type, content):
    assert found(type, content) == [("", "form.malformed")]


def test_the_opening_is_checked_as_the_request_it_holds():
    content = {**FULL["request"], "parties": {"issuing": {"country": "FR"}, "observer": {}}, "language": "xx"}
    assert found("request", content) == [("/parties/executing", "form.missing"), ("/language", "form.malformed")]
    without = {name: value for name, value in FULL["request"].items() if name != "parties"}
    assert ("/parties/issuing", "form.missing") in found("request", {**without, "parties": 3})
    assert ("/items/0", "form.malformed") in found("request", {**FULL["request"], "items": [{}]})


class TestAmend:
    def test_sets_adds_and_takes_out(self):
        form = amend.amended(
            SAMPLE,
            EXAMPLE["form"],
            {
                "/form/what/count": None,
                "/form/people/humans/0/born": "1981-01-01",
                "/form/people/humans/2/home/town": "Oslo",
                "/form/people/things/0/tags/2": "x",
                "/form/people/things/0/tags/0": None,
                "/form/people/lead/who": {"name": "Dora"},
            },
        )
        assert "count" not in form["what"]
        assert form["people"]["humans"][0]["born"] == "1981-01-01"
        assert form["people"]["humans"][2] == {"home": {"town": "Oslo"}}
        assert form["people"]["things"][0]["tags"] == ["y", "x"]
        assert form["people"]["lead"]["who"] == {"name": "Dora"}
        assert EXAMPLE["form"]["what"]["count"] == 3

    def test_makes_the_groups_and_lists_that_are_not_there_yet(self):
        form = amend.amended(SAMPLE, {}, {"/form/people/things/0/name": "Boat"})
        assert form == {"people": {"things": [{"name": "Boat"}]}}

    def test_taking_out_what_is_not_there_changes_nothing(self):
        amends = {"/form/what/count": None, "/form/people/things/3": None, "/form/people/lead/who/name": None}
        assert amend.amended(SAMPLE, {"what": {}}, amends) == {"what": {}}

    def test_rows_are_taken_out_as_they_were_numbered(self):
        form = {"people": {"things": [{"name": str(number)} for number in range(12)]}}
        after = amend.amended(SAMPLE, form, {f"/form/people/things/{number}": None for number in (0, 2, 10)})
        assert [one["name"] for one in after["people"]["things"]] == ["1", "3", "4", "5", "6", "7", "8", "9", "11"]

    @pytest.mark.parametrize("form", [{"what": 3}, {"what": []}])
    def test_a_place_that_cannot_be_there_is_refused(self, form):
        with pytest.raises(amend.NoSuchPlace):
            amend.amended(SAMPLE, form, {"/form/what/count": 3})

    def test_finds_sections_and_fields(self):
        assert amend.find(SAMPLE, "/form/what").id == "what"
        assert amend.find(SAMPLE, "/form/people/humans/3/home/land").type == "country"
        assert amend.find(SAMPLE, "/form/people/humans").repeated
        for nowhere in (
            None,
            3,
            "",
            "/form/",
            "/form",
            "/form/people/humans/name",
            "/form/people/humans/01",
            "/form/what/kinds/x",
        ):
            assert amend.find(SAMPLE, nowhere) is None


@pytest.mark.parametrize(
    "item",
    [
        None,
        {},
        {**ITEM, "extra": 1},
        {**ITEM, "size": True},
        {**ITEM, "size": 2**60},
        {**ITEM, "sha256": "AB" * 32},
        {**ITEM, "name": ""},
    ],
)
def test_an_item_has_a_name_a_type_a_size_and_a_digest(item):
    assert needs.is_item(ITEM)
    assert not needs.is_item(item)


def test_only_what_can_be_signed_is_plain():
    deep = []
    for _ in range(40):
        deep = [deep]
    assert needs.is_plain({"a": [1, "é", None, True, {"b": -3}]})
    for value in (1.0, 2**53, "\udc00", {"\ud800": 1}, {1: 2}, deep, b"x", {"a": {"b": deep}}):
        assert not needs.is_plain(value)
