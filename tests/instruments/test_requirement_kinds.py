"""The common kinds of requirement: each becomes a rule that preflight runs, for every field of every form."""

from dataclasses import replace

import pytest

from comity.instruments import catalogue, expressions, preflight, requirements
from comity.instruments import requirement_kinds as kinds
from comity.instruments.asking import places
from comity.instruments.requirement_kinds import Entry

YEARS = "/form/grounds/offences/maximum_penalty_years"  # 10 and 10 in the example of an EIO
IDS = [definition.id for definition in catalogue.all()]


def entry(kind, instrument="eio", **settings):
    return Entry(f"{instrument}-{kind}", instrument, kind, settings=settings)


def findings(one, change=None, attachments=()):
    """What an entry has to say about the example of its instrument."""
    request = catalogue.example(one.instrument)
    if change:
        change(request["form"])
    definition = catalogue.get(one.instrument)
    return list(preflight.asked(definition, request, [kinds.rule(one)], attachments=attachments).findings)


def answers(place):
    return {"answers": [option.value for option in place.field.options][:1], "number": "1", "currency": "EUR"}


@pytest.mark.parametrize("instrument", IDS)
def test_every_field_that_is_offered_gives_a_rule_that_can_be_run(instrument):
    """Conditions, groups, rows and words that CEL keeps for itself included."""
    definition = catalogue.get(instrument)
    for kind in kinds.ABOUT_A_FIELD:
        for place in kinds.offered(definition, kind):
            one = entry(kind, instrument, field=place.path, way="least", **answers(place))
            assert kinds.problems(one) == []
            found = preflight.asked(definition, catalogue.example(instrument), [kinds.rule(one)]).findings
            assert [finding.says for finding in found if "could not be evaluated" in finding.says] == []


@pytest.mark.parametrize("instrument", IDS)
def test_a_field_that_the_example_answers_meets_the_requirement_to_answer_it(instrument):
    definition, example = catalogue.get(instrument), catalogue.example(instrument)
    for place in kinds.offered(definition, "answered"):
        value = example["form"].get(place.section, {})
        for one in place.fields:
            value = value.get(one.id) if isinstance(value, dict) else None
        if value is not None:
            assert findings(entry("answered", instrument, field=place.path)) == [], place.path


class TestAnAnswerThatMustBeGiven:
    def test_is_missed_where_it_is_not_given(self):
        one = entry("answered", field="/form/urgency/shorter_deadline")
        assert findings(one) == []
        [found] = findings(one, lambda form: form["urgency"].pop("shorter_deadline"))
        assert (found.pointer, found.severity) == ("/form/urgency/shorter_deadline", "stop")
        assert found.says == '"A date by which you need the result": an answer is needed.'

    def test_is_not_missed_where_the_form_does_not_ask_it(self):
        one = entry("answered", field="/form/urgency/explanation")

        def calm(form):
            form["urgency"] = {"urgent": False}

        assert findings(one, calm) == []

    def test_is_needed_in_every_row_of_a_group(self):
        one = entry("answered", field=YEARS)
        assert findings(one) == []
        [found] = findings(one, lambda form: form["grounds"]["offences"][1].pop("maximum_penalty_years"))
        assert found.pointer == "/form/grounds/offences"


class TestANumber:
    @pytest.mark.parametrize(
        ("settings", "meets"),
        [
            ({"way": "least", "number": "10"}, True),
            ({"way": "least", "number": "11"}, False),
            ({"way": "most", "number": "10"}, True),
            ({"way": "most", "number": "9"}, False),
        ],
    )
    def test_is_compared_in_every_row(self, settings, meets):
        assert (findings(entry("number", field=YEARS, **settings)) == []) == meets

    def test_may_be_reached_by_one_row_alone(self):
        def lower(form):
            form["grounds"]["offences"][0]["maximum_penalty_years"] = 2

        each = entry("number", field=YEARS, way="least", number="4")
        once = replace(each, settings={**each.settings, "once": True})
        assert findings(each, lower) != []
        assert findings(once, lower) == []

    def test_that_nobody_gave_is_not_compared_unless_one_is_needed(self):
        def silent(form):
            for offence in form["grounds"]["offences"]:
                offence.pop("maximum_penalty_years")

        each = entry("number", field=YEARS, way="least", number="4")
        assert findings(each, silent) == []
        assert findings(replace(each, settings={**each.settings, "once": True}), silent) != []

    def test_of_money_is_compared_in_its_currency(self):
        definition = catalogue.get("freezing-order-eu")
        place = next(one for one in kinds.offered(definition, "number") if one.field.type == "money")
        base = {"field": place.path, "way": "most", "number": "0.5"}
        assert kinds.problems(entry("number", definition.id, **base)) != []
        rule = kinds.rule(entry("number", definition.id, **base, currency="EUR"))["require"]
        assert "currency != 'EUR' || double(" in rule


class TestOtherKinds:
    def test_languages(self):
        assert findings(entry("languages", languages=["en", "fr"])) == []
        [found] = findings(entry("languages", languages=["nl"]))
        assert (found.pointer, found.says) == ("/language", "A request of this kind is taken in: Dutch.")

    def test_kinds_of_authority(self):
        field = "/form/authority/kind"
        assert findings(entry("authority", field=field, answers=["investigating_judge"])) == []
        other = [option.value for option in kinds.find(catalogue.get("eio"), entry("", field=field)).field.options]
        assert findings(entry("authority", field=field, answers=[other[-1]])) != []

    def test_choices_are_taken_only_when_all_of_them_are(self):
        one = entry("choice", field="/form/measures/kinds", answers=["bank_accounts"])
        assert findings(one) != []

    def test_documents_by_number_and_type(self):
        pdf, image = {"media_type": "application/pdf", "size": 1}, {"media_type": "image/tiff", "size": 1}
        two = entry("attachments", number="2", types=["application/pdf"])
        assert findings(two, attachments=[pdf, pdf]) == []
        assert findings(two, attachments=[pdf, image]) != []
        assert findings(entry("attachments", number="2"), attachments=[pdf, image]) == []

    def test_the_size_of_each_document(self):
        def items(size):
            return [{"media_type": "application/pdf", "size": size}]

        assert findings(entry("size", number="2"), attachments=items(2_000_000)) == []
        assert findings(entry("size", number="2"), attachments=items(2_000_001)) != []


class TestProblems:
    @pytest.mark.parametrize(
        ("one", "places"),
        [
            (Entry("x", "no-such", "size"), {"/instrument"}),
            (Entry("x", "eio", "no-such"), {"/kind"}),
            (entry("languages", languages=["xx"]), {"/settings/languages"}),
            (entry("languages"), {"/settings/languages"}),
            (entry("answered", field="/form/no/such"), {"/settings/field"}),
            (entry("number", field=YEARS, way="about", number="ten"), {"/settings/way", "/settings/number"}),
            (entry("number", field=YEARS, way="least", number="1.5"), {"/settings/number"}),
            (entry("choice", field="/form/measures/kinds", answers=["no-such"]), {"/settings/answers"}),
            (entry("attachments", number="0", types=["pdf"]), {"/settings/number", "/settings/types"}),
            (entry("size", number="big"), {"/settings/number"}),
            (entry("expression"), {"/settings/pointer", "/says/en", "/remedy/en"}),
            (
                entry("expression", pointer="/form/no", require="form.x ==="),
                {"/says/en", "/remedy/en", "/settings/require", "/settings/pointer"},
            ),
            (replace(entry("size", number="1"), severity="?", article="a\nb"), {"/severity", "/article"}),
        ],
    )  # fmt: skip
    def test_are_named_all_at_once_with_their_places(self, one, places):
        assert {found.pointer for found in kinds.problems(one)} == places

    def test_a_sound_entry_passes_the_check_of_a_card(self):
        rules = [
            kinds.rule(one)
            for one in (
                entry("languages", languages=["nl"]),
                entry("size", number="3"),
                entry("attachments", number="1"),
            )
        ]
        assert requirements.check(rules, catalogue.all()) == []


def test_a_rule_written_by_hand_is_read_as_its_kind_where_it_is_one():
    shared = {"id": "x", "instrument": "eio", "severity": "stop", "says": {"en": "A."}, "remedy": {"en": "B."}}
    spoken = kinds.from_rule({**shared, "pointer": "/language", "require": "language == 'pt'", "article": "Art. 5"})
    assert (spoken.kind, spoken.settings, spoken.article) == ("languages", {"languages": ["pt"]}, "Art. 5")
    other = {**shared, "pointer": "/language", "require": "language in ['nl'] || form.urgency.urgent"}
    assert kinds.from_rule(other).kind == "expression"
    indexed = {**other, "require": "language in ['nl'] || form['urgency']['xx'] in ['fr']"}
    assert kinds.from_rule(indexed).kind == "expression"
    assert kinds.rule(kinds.from_rule(other)) == other


def test_every_path_names_one_field():
    for definition in catalogue.all():
        paths = [place.path for place in places(definition)]
        assert len(paths) == len(set(paths))


def test_no_rule_passes_the_bounds_of_an_expression():
    for definition in catalogue.all():
        for place in kinds.offered(definition, "answered"):
            rule = kinds.rule(entry("answered", definition.id, field=place.path))
            assert len(rule["require"]) <= expressions.LONGEST
