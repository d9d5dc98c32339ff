"""Every instrument of the catalogue: whole, translated, printable, and its example guarded leaf by leaf."""

import copy
import io

import jsonschema
import pypdf
import pytest

from comity.instruments import catalogue, forms, preflight, render, texts
from comity.instruments.conditions import visible

IDS = catalogue.ids()


def leaves(definition, request):
    """(pointer, article) of every required answer of a request, also inside groups, rows and composites."""
    for section in definition.sections:
        values = request["form"].get(section.id, {})
        yield from _leaves(section.fields, values, request["form"], f"/form/{section.id}", section.cite)


def _leaves(fields, values, form, pointer, cite):
    for field in fields:
        if field.id not in values or not visible(field, form, values):
            continue
        here, own = f"{pointer}/{field.id}", field.cite or cite
        if field.required:
            yield here, own.article if own else ""
        rows = enumerate(values[field.id]) if field.repeated else [("", values[field.id])]
        for index, row in rows:
            if field.fields:
                yield from _leaves(field.fields, row, form, f"{here}/{index}" if field.repeated else here, own)


def changed(request, pointer, change):
    request = copy.deepcopy(request)
    *above, last = pointer[1:].split("/")
    here = request
    for part in above:
        here = here[int(part)] if isinstance(here, list) else here[part]
    change(here, last)
    return request


LEAVES = [(id, *leaf) for id in IDS for leaf in leaves(catalogue.get(id), catalogue.example(id))]


def test_there_are_instruments_each_with_an_example():
    assert set(IDS) >= {"eio", "mla-untoc", "police-information-eu-2023-977", "icc-assistance"}
    assert [one.id for one in catalogue.all()] == list(IDS)
    assert all(catalogue.example(id)["instrument"] == id for id in IDS)
    assert LEAVES


def test_an_unknown_id_names_the_near_ones():
    with pytest.raises(catalogue.UnknownInstrument, match="Did you mean 'eio'") as caught:
        catalogue.get("eoi")
    assert "eio" in caught.value.remedy


def test_an_example_is_a_copy():
    catalogue.example("eio")["form"].clear()
    assert catalogue.example("eio")["form"]


@pytest.mark.parametrize("id", IDS)
def test_the_example_has_no_finding(id):
    definition, example = catalogue.get(id), catalogue.example(id)
    assert preflight.run(definition, example) == preflight.Report("send", ())
    schema = forms.schema(definition)
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker()).validate(example)


@pytest.mark.parametrize(("id", "pointer", "article"), LEAVES)
def test_a_required_answer_that_is_missing_or_malformed_is_found_at_its_place(id, pointer, article):
    definition, example = catalogue.get(id), catalogue.example(id)
    without = changed(example, pointer, lambda here, last: here.pop(last))
    broken = changed(example, pointer, lambda here, last: here.__setitem__(last, {"not": ["an", "answer"]}))
    for made, rules in ((without, {"form.missing"}), (broken, {"form.malformed", "form.option", "form.unknown"})):
        report = preflight.run(definition, made)
        assert report.verdict == "stop"
        at = [one for one in report.findings if one.pointer == pointer or one.pointer.startswith(f"{pointer}/")]
        assert [one for one in at if one.rule in rules and one.article == article], (pointer, report.findings)
    exact = [one for one in preflight.run(definition, without).findings if one.pointer == pointer]
    assert exact[0].rule == "form.missing"


@pytest.mark.parametrize("id", IDS)
@pytest.mark.parametrize("name", ["instrument", "issuing", "executing", "language", "form"])
def test_each_part_of_a_request_is_needed(id, name):
    made = {key: value for key, value in catalogue.example(id).items() if key != name}
    assert f"/{name}" in [one.pointer for one in forms.check(catalogue.get(id), made)]


@pytest.mark.parametrize("language", texts.FORMS)
@pytest.mark.parametrize("id", IDS)
def test_every_fixed_text_is_translated(id, language):
    assert texts.missing(catalogue.get(id), language, printed_only=False) == []


@pytest.mark.parametrize("id", IDS)
def test_prints_in_its_languages(id):
    definition, example = catalogue.get(id), catalogue.example(id)
    # Each in two of the languages, so that together they print in all of them.
    place = IDS.index(id)
    for language in (texts.FORMS[place % 5], texts.FORMS[(place + 2) % 5]):
        raw = render.pdf(
            definition, example, language=language, header={"document": "x-1", "at": "2026-11-23T14:05:00Z"}
        )
        document = pypdf.PdfReader(io.BytesIO(raw))
        assert document.trailer["/Root"]["/Lang"] == language
        meta = document.trailer["/Root"]["/Metadata"].get_data().decode()
        assert "<pdfaid:part>3<" in meta
        title = texts.of(definition, language).t("title")
        assert document.metadata["/Title"] == title
        if language != "ar":  # joined letters come out of the reader's extraction in the order in which they were set
            found = " ".join(" ".join(page.extract_text() for page in document.pages).split())
            assert title[:20] in found
