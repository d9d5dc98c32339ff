"""The form check: exact places, the right article, and the same answer as the exported JSON Schema."""

import copy
import json

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.instruments import forms
from comity.instruments.model import Field, When
from tests.instruments.sample import EXAMPLE, SAMPLE

VALIDATOR = jsonschema.Draft202012Validator(forms.schema(SAMPLE), format_checker=jsonschema.FormatChecker())
NOTHING = object()


def put(request, pointer, value=NOTHING):
    """A copy of the request with one place changed, or taken out."""
    request = copy.deepcopy(request)
    *above, last = pointer[1:].split("/")
    here = request
    for part in above:
        here = here[int(part)] if isinstance(here, list) else here[part]
    key = int(last) if isinstance(here, list) else last
    if value is NOTHING:
        del here[key]
    else:
        here[key] = value
    return request


def check(pointer, value=NOTHING, language="en"):
    return forms.check(SAMPLE, put(EXAMPLE, pointer, value), language)


def valid(request):
    return VALIDATOR.is_valid(request)


def test_the_example_is_complete():
    assert forms.check(SAMPLE, EXAMPLE) == []
    assert valid(EXAMPLE)


MISSING = [
    ("/instrument", ""),
    ("/issuing", "Art. 1(1)"),
    ("/executing/country", "Art. 1(2)"),
    ("/language", ""),
    ("/form/what/kinds", "Art. 2(1)"),
    ("/form/what/summary", "Art. 2"),
    ("/form/what/why", "Art. 2"),
    ("/form/what/care", "Art. 2"),
    ("/form/money/cost", "Art. 3"),
    ("/form/people/humans", "Art. 4"),
    ("/form/people/humans/0/name", "Art. 4"),
    ("/form/people/humans/1/home/town", "Art. 4"),
    ("/form/people/things/0/name", ""),
    ("/form/people/things/0/secret", ""),
    ("/form/people/things/0/tagged", ""),
    ("/form/people/lead/land", ""),
    ("/form/people/lead/who/name", ""),
]


@pytest.mark.parametrize(("pointer", "article"), MISSING)
def test_what_is_missing_is_named_with_its_article(pointer, article):
    found = [(one.pointer, one.rule, one.article, one.severity) for one in check(pointer)]
    assert (pointer, "form.missing", article, "stop") in found
    assert not valid(put(EXAMPLE, pointer))


WRONG = [
    ("/instrument", "smple", "form.malformed"),
    ("/issuing", "FR", "form.malformed"),
    ("/issuing/country", "XX", "form.malformed"),
    ("/issuing/authority", "A B", "form.malformed"),
    ("/issuing/autority", "aa-central", "form.unknown"),
    ("/language", "xx", "form.malformed"),
    ("/facts", [], "form.malformed"),
    ("/froms", {}, "form.unknown"),
    ("/form/waht", {}, "form.unknown"),
    ("/form/what", [], "form.malformed"),
    ("/form/what/kinds", [], "form.malformed"),
    ("/form/what/kinds", "b", "form.malformed"),
    ("/form/what/kinds", ["b", "b"], "form.malformed"),
    ("/form/what/kinds", ["b", "z"], "form.option"),
    ("/form/what/kinds", ["b", {}], "form.option"),
    ("/form/what/summary", "", "form.malformed"),
    ("/form/what/summary", "  ", "form.malformed"),
    ("/form/what/summary", "two\nlines", "form.malformed"),
    ("/form/what/summary", "end\n", "form.malformed"),
    ("/form/what/summary", "a\x00b", "form.malformed"),
    ("/form/what/summary", "a\ud800b", "form.malformed"),
    ("/form/what/summary", None, "form.malformed"),
    ("/form/what/summary", 3, "form.malformed"),
    ("/form/what/summary", "x" * 61, "form.too-long"),
    ("/form/what/story", "x" * 20_001, "form.too-long"),
    ("/form/what/story", "\n", "form.malformed"),
    ("/form/what/code", "abc-1", "form.pattern"),
    ("/form/what/code", "ABC-1x", "form.pattern"),
    ("/form/what/urgent", "true", "form.malformed"),
    ("/form/what/count", True, "form.malformed"),
    ("/form/what/count", 1.5, "form.malformed"),
    ("/form/what/count", 2**53, "form.malformed"),
    ("/form/what/by_when", "2026-02-30", "form.malformed"),
    ("/form/what/by_when", "2026-12-01\n", "form.malformed"),
    ("/form/what/by_when", "20261201", "form.malformed"),
    ("/form/what/by_when", "0001-01-01", "form.malformed"),
    ("/form/what/at", "2026-11-23T14:05:00", "form.malformed"),
    ("/form/what/at", "2026-02-30T14:05:00Z", "form.malformed"),
    ("/form/what/at", "2026-11-23", "form.malformed"),
    ("/form/what/mode", "loud", "form.option"),
    ("/form/what/mode", 3, "form.option"),
    ("/form/what/tongue", "FR", "form.malformed"),
    ("/form/what/no_mode", "x", "form.not-asked"),
    ("/form/money/cost", {"amount": 12, "currency": "EUR"}, "form.malformed"),
    ("/form/money/cost", {"amount": "12,50", "currency": "EUR"}, "form.malformed"),
    ("/form/money/cost", {"amount": "12.50"}, "form.malformed"),
    ("/form/money/span", {"from": "2026-01-01"}, "form.malformed"),
    ("/form/money/span", {"from": "2026-01-01", "to": "soon"}, "form.malformed"),
    ("/form/money/span", "2026", "form.malformed"),
    ("/form/money/mail", "desk", "form.malformed"),
    ("/form/money/call", "call me", "form.malformed"),
    ("/form/people/humans", {}, "form.malformed"),
    ("/form/people/humans", [{"name": "A"}], "form.too-few"),
    ("/form/people/humans", [{"name": "A"}] * 501, "form.too-many"),
    ("/form/people/humans/0", "Ana", "form.malformed"),
    ("/form/people/humans/0/nmae", "x", "form.unknown"),
    ("/form/people/humans/0/a~b/c", "x", "form.unknown"),
    ("/form/people/humans/1/home/land", "nl", "form.malformed"),
    ("/form/people/things", [], "form.too-few"),
    ("/form/people/things/0/tags/0", "z", "form.option"),
]


@pytest.mark.parametrize(("pointer", "value", "rule"), WRONG)
def test_what_is_wrong_is_named_at_its_place(pointer, value, rule):
    if "~" in pointer:
        request = copy.deepcopy(EXAMPLE)
        request["form"]["people"]["humans"][0]["a/~b"] = value
        pointer = "/form/people/humans/0/a~1~0b"
    else:
        request = put(EXAMPLE, pointer, value)
    found = forms.check(SAMPLE, request)
    assert (pointer, rule, "stop") in [(one.pointer, one.rule, one.severity) for one in found]
    assert not valid(request)


def test_a_near_name_is_offered():
    (finding,) = check("/form/people/humans/0/nam", "x")
    assert "'name'" in finding.says


def test_a_period_that_ends_before_it_begins_is_to_be_mended():
    (finding,) = check("/form/money/span", {"from": "2026-03-01", "to": "2026-01-01"})
    assert (finding.pointer, finding.severity, finding.rule) == ("/form/money/span", "mend", "form.order")


@pytest.mark.parametrize("language", ["en", "fr", "nl", "pt", "xx"])
def test_every_sentence_is_whole_in_each_language(language):
    for pointer, value, _ in WRONG:
        if "~" not in pointer:
            for one in check(pointer, value, language):
                assert one.says
                assert one.remedy
                assert "{" not in one.says.replace(str(value), "")


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("en", '"Who?" is missing.'),
        ("fr", "La réponse à «\u00a0Who?\u00a0» manque."),
        ("nl", '"Who?" ontbreekt.'),
        ("pt", 'Falta a resposta a "Who?".'),
    ],
)
def test_a_label_that_ends_a_sentence_by_itself_is_quoted(language, says):
    (finding,) = check("/form/people/humans", language=language)
    assert finding.says == says


def test_a_quoted_label_stands_before_any_other_sentence_too():
    finding = next(one for one in check("/form/what/urgent", "yes") if one.pointer == "/form/what/urgent")
    assert finding.says == '"Urgent?": yes or no is expected here.'


@pytest.mark.parametrize("request_", [None, [], "x", 3, {}, {"form": None}, {"form": {"what": None}}])
def test_nonsense_is_found_and_never_raises(request_):
    assert forms.check(SAMPLE, request_)
    assert not valid(request_)


def test_facts_may_be_left_out():
    assert check("/facts") == []
    assert valid(put(EXAMPLE, "/facts"))


class TestWhatIsAsked:
    def test_an_answer_that_hides_another_makes_it_unwanted(self):
        found = check("/form/what/mode", "open")
        assert [(one.pointer, one.rule) for one in found] == [("/form/people/things/0/secret", "form.not-asked")]

    def test_an_absent_section_is_asked_for_what_is_required_in_it(self):
        found = check("/form/money")
        assert [one.pointer for one in found] == ["/form/money/cost"]
        assert not valid(put(EXAMPLE, "/form/money"))

    def test_true_is_not_one(self):
        request = put(EXAMPLE, "/form/what/urgent", 1)
        assert {one.pointer for one in forms.check(SAMPLE, request)} == {"/form/what/urgent", "/form/what/why"}

    def test_pruning_takes_out_what_is_not_asked_and_nothing_else(self):
        request = put(put(EXAMPLE, "/form/what/mode"), "/form/what/kinds", ["a"])
        request = put(request, "/form/what/no_mode", "There is none.")
        pruned = forms.prune(SAMPLE, request["form"])
        assert forms.check(SAMPLE, {**request, "form": pruned}) == []
        assert "care" not in pruned["what"]
        assert "cost" not in pruned["money"]
        assert "secret" not in pruned["people"]["things"][0]
        assert forms.prune(SAMPLE, EXAMPLE["form"]) == EXAMPLE["form"]

    def test_pruning_keeps_what_is_malformed_for_the_check_to_name(self):
        assert forms.prune(SAMPLE, {"what": 3, "other": {}}) == {"what": 3, "other": {}}

    def test_one_answer_may_hide_another_that_hides_a_third(self):
        request = put(put(EXAMPLE, "/form/people/things/0/tags"), "/form/what/count")
        pruned = forms.prune(SAMPLE, request["form"])
        assert "tagged" not in pruned["people"]["things"][0]
        assert "by_when" not in pruned["what"]

    def test_visible_answers_for_one_field(self):
        field = Field("x", "text", "X", "", None, when=When("/what/kinds", includes="b"))
        assert forms.visible(field, EXAMPLE["form"], {})
        assert not forms.visible(field, {"what": "nonsense"}, {})


def pointers(value, above=""):
    """Every place below a value, the deepest last."""
    found = []
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        found += [f"{above}/{key}", *pointers(item, f"{above}/{key}")]
    return found


JUNK = st.sampled_from(
    [
        None,
        True,
        False,
        0,
        7,
        "",
        " ",
        "x",
        "open",
        "quiet",
        "none",
        "b",
        "c",
        "x\n",
        "NL",
        "nl",
        "2026-02-30",
        "2026-11-23",
        [],
        ["a"],
        ["b", "c"],
        ["x"],
        ["y", "y"],
        {},
        {"name": "N"},
        [{"name": "N"}, {"name": "M"}],
        [{}, {}],
        NOTHING,
        NOTHING,
    ]
)
ADDED = st.sampled_from(["no_mode", "secret", "extra", "cost", "tagged", "why", "at", "born_note", "home", "by_when"])


@given(st.data())
@settings(max_examples=400, deadline=None)
def test_the_check_and_the_json_schema_agree(data):
    request = copy.deepcopy(EXAMPLE)
    for _ in range(data.draw(st.integers(1, 5))):
        places = pointers(request)
        if not places:
            break
        pointer = data.draw(st.sampled_from(places))
        if data.draw(st.booleans()):
            junk = data.draw(JUNK)
            request = put(request, pointer, junk if junk is NOTHING else copy.deepcopy(junk))
        else:
            here = request
            for part in pointer[1:].split("/")[:-1]:
                here = here[int(part)] if isinstance(here, list) else here[part]
            if isinstance(here, dict):
                here[data.draw(ADDED)] = copy.deepcopy(data.draw(JUNK.filter(lambda value: value is not NOTHING)))
    stops = [one for one in forms.check(SAMPLE, request) if one.severity == "stop"]
    assert valid(request) == (not stops), (
        json.dumps(request),
        stops,
        [e.message for e in VALIDATOR.iter_errors(request)],
    )


def test_the_schema_is_one_that_others_can_use():
    jsonschema.Draft202012Validator.check_schema(forms.schema(SAMPLE))
    kinds = forms.schema(SAMPLE)["properties"]["form"]["properties"]["what"]["properties"]["kinds"]
    assert kinds["x-article"] == "Art. 2(1)"
    assert kinds["title"] == "Kinds"
