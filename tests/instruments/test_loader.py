"""A definition is checked wholly, and each fault names its place."""

import copy
import json
import subprocess
import sys

import jsonschema
import pytest
import yaml

from comity.instruments import checks, forms, loader, review
from comity.instruments.faults import DefinitionFaults
from comity.lib import strict_yaml
from tests.instruments.sample import DATA, LAWS, SAMPLE

COMPOSITES = DATA / "composites.yaml"
RAW = strict_yaml.read(DATA / "sample.yaml").value


class Plain(yaml.SafeDumper):
    """Writes a value that stands in two places twice: anchors are refused."""

    def ignore_aliases(self, data):
        return True


def written(tmp_path, raw, name="sample.yaml"):
    path = tmp_path / name
    path.write_text(yaml.dump(raw, Dumper=Plain, sort_keys=False))
    return path


def faults(tmp_path, raw, composites=COMPOSITES):
    with pytest.raises(DefinitionFaults) as caught:
        loader.load(written(tmp_path, raw), composites=composites, laws=lambda instrument: LAWS)
    return caught.value.faults


def changed(pointer, value=None, remove=False):
    """The sample with one place changed; a list grows when the pointer ends in "-"."""
    raw = copy.deepcopy(RAW)
    *above, last = pointer[1:].split("/")
    here = raw
    for part in above:
        here = here[int(part)] if isinstance(here, list) else here[part]
    if remove:
        del here[last]
    elif isinstance(here, list):
        here.append(value) if last == "-" else here.__setitem__(int(last), value)
    else:
        here[last] = value
    return raw


def index(key, id):
    return next(i for i, row in enumerate(RAW[key]) if row["id"] == id)


ACT = {id: f"/acts/{index('acts', id)}" for id in ("receive", "refuse", "ask", "extend", "withdraw")}
WHAT = "/form/0/fields"

CASES = [
    ("/sources", {3: {"title": "x"}}, "/sources/3", "A key is text"),
    ("/form/0/fields/1/required", "yes", "/form/0/fields/1/required", "true or false"),
    ("/form/0/fields/5/when/equals", [], "/form/0/fields/5/when/equals", "text, a whole number"),
    ("/form/0/fields/5/when/field", 3, "/form/0/fields/5/when/field", "text"),
    ("/form/0/fields/1/type", 3, "/form/0/fields/1/type", "text"),
    ("/stages/0/id", 3, "/stages/0/id", "text"),
    # where it is changed, to what, where the fault is named, what it says
    ("/familly", "x", "/familly", "Did you mean 'family'"),
    ("/family", "jitt", "/family", "Did you mean 'jit'"),
    ("/title", "", "/title", "text, not an empty text"),
    ("/version", "1", "/version", "whole number"),
    ("/version", True, "/version", "not true"),
    ("/says", ["x"], "/says", "not a list"),
    ("/says", {"x": 1}, "/says", "not an object"),
    ("/says", None, "/says", "not nothing"),
    ("/says", 1.5, "/says", "1.5"),
    ("/id", "Sample", "/id", "spelled"),
    ("/form", {}, "/form", "a list, not an object"),
    ("/form", [], "/form", "at least 1"),
    ("/form/0", "x", "/form/0", "section with keys"),
    ("/grounds", [], "/grounds", "object with keys"),
    ("/grounds/other", [], "/grounds/other", "not known here"),
    ("/sources/2", "x", "/sources/2", "source with keys"),
    ("/parties/0/id", "asking", "/parties/0/id", "'issuing'"),
    ("/parties/1/id", "issuing", "/parties/1/id", "a second time"),
    ("/parties/0/source", "txt", "/parties/0/source", "Did you mean 'text'"),
    ("/parties/2/article", "Art. 1", "/parties/2", "'source', 'confidence' is missing"),
    ("/parties/0/only", ["Court"], "/parties/0/only/0", "spelled"),
    ("/parties/0/only", ["XQ"], "/parties/0/only/0", "country"),
    ("/parties/0/never", [], "/parties/0/never", "at least 1"),
    ("/parties/2/never", ["ICC"], "/parties/2/never", "first two"),
    ("/parties/0/confidence", "sure", "/parties/0/confidence", "not allowed"),
    ("/grounds/refusal/1/code", "sovereignty", "/grounds/refusal/1/code", "a second time"),
    ("/grounds/refusal/0/kind", "maybe", "/grounds/refusal/0/kind", "not allowed"),
    (f"{WHAT}/1/id", "kinds", f"{WHAT}/1/id", "a second time"),
    (f"{WHAT}/1/type", "txt", f"{WHAT}/1/type", "Did you mean 'text'"),
    (f"{WHAT}/1/type", "group", f"{WHAT}/1", "'fields'"),
    (f"{WHAT}/1/fields", [{"id": "x", "type": "text", "label": "X"}], f"{WHAT}/1/fields", "Only a group"),
    (f"{WHAT}/1/type", "choice", f"{WHAT}/1", "'options'"),
    (f"{WHAT}/1/options", [{"value": "x", "label": "X"}], f"{WHAT}/1/options", "Only choice"),
    (f"{WHAT}/0/options/1/value", "a", f"{WHAT}/0/options/1/value", "a second time"),
    (f"{WHAT}/1/at_least", 2, f"{WHAT}/1/at_least", "Only a repeated"),
    (f"{WHAT}/4/max_length", 2, f"{WHAT}/4/max_length", "Only text"),
    (f"{WHAT}/4/pattern", "x", f"{WHAT}/4/pattern", "Only text"),
    (f"{WHAT}/2/pattern", "(", f"{WHAT}/2/pattern", "regular expression"),
    (f"{WHAT}/5/when", {"field": "urgent"}, f"{WHAT}/5/when", "exactly one test"),
    (f"{WHAT}/5/when", {"field": "urgent", "equals": True, "answered": True}, f"{WHAT}/5/when", "has 2"),
    (f"{WHAT}/5/when/field", "urgnt", f"{WHAT}/5/when/field", "Did you mean 'urgent'"),
    (f"{WHAT}/5/when/field", "/what/nothing", f"{WHAT}/5/when/field", "at this pointer"),
    (f"{WHAT}/5/when/field", "/what", f"{WHAT}/5/when/field", "at this pointer"),
    (f"{WHAT}/5/when/field", "/people/things/name", f"{WHAT}/5/when/field", "outside repeated"),
    (f"{WHAT}/5/when/field", "why", f"{WHAT}/5/when/field", "on itself"),
    (f"{WHAT}/5/when/equals", "yes", f"{WHAT}/5/when/equals", "true or false"),
    (f"{WHAT}/5/when", {"field": "count", "equals": "x"}, f"{WHAT}/5/when/equals", "whole number"),
    (f"{WHAT}/5/when", {"field": "summary", "equals": 3}, f"{WHAT}/5/when/equals", "text"),
    (f"{WHAT}/5/when", {"field": "mode", "one_of": ["opn"]}, f"{WHAT}/5/when/one_of", "Did you mean 'open'"),
    (f"{WHAT}/5/when", {"field": "mode", "includes": "open"}, f"{WHAT}/5/when/includes", "list of choices"),
    (f"{WHAT}/5/when", {"field": "kinds", "equals": "a"}, f"{WHAT}/5/when/equals", "one plain value"),
    (f"{WHAT}/5/when", {"field": "/people/humans", "equals": "a"}, f"{WHAT}/5/when/equals", "repeated"),
    ("/stages/0/holder", "exec", "/stages/0/holder", "Did you mean 'executing'"),
    ("/stages/5/holder", "issuing", "/stages/5/holder", "Nobody holds"),
    ("/stages/-", {"id": "lost", "title": "L", "says": "l", "holder": "none"}, "/stages/7", "No act leads to"),
    ("/stages/-", {"id": "sent", "title": "L", "says": "l", "holder": "none"}, "/stages/7/id", "a second time"),
    ("/acts/0/to", "received", "/acts/0/to", "first stage"),
    ("/acts/0/by", ["executing"], "/acts/0/by", "first party"),
    ("/acts/0/effect", "none", "/acts/0", "'open'"),
    ("/acts/0/from", ["sent"], "/acts/0/from", "no 'from'"),
    (f"{ACT['receive']}/effect", "open", f"{ACT['receive']}/effect", "Only the first"),
    (f"{ACT['receive']}/effect", "opn", f"{ACT['receive']}/effect", "Did you mean 'open'"),
    (f"{ACT['receive']}/by", ["exec"], f"{ACT['receive']}/by/0", "no party"),
    (f"{ACT['receive']}/from", ["snt"], f"{ACT['receive']}/from/0", "Did you mean 'sent'"),
    (f"{ACT['receive']}/to", "recieved", f"{ACT['receive']}/to", "Did you mean 'received'"),
    (f"{ACT['receive']}/event_at", "recieved_at", f"{ACT['receive']}/event_at", "Did you mean 'received_at'"),
    (f"{ACT['withdraw']}/event_at", "x", f"{ACT['withdraw']}/event_at", "without an event"),
    (f"{ACT['receive']}/form/0/type", "datum", f"{ACT['receive']}/form/0/type", "no field type"),
    (f"{ACT['refuse']}/grounds", "not_permitted", f"{ACT['refuse']}/grounds", "no list of grounds"),
    (
        f"{ACT['ask']}/form",
        [{"id": "asks", "type": "number", "label": "A"}],
        f"{ACT['ask']}/form/0/type",
        "type 'longtext'",
    ),
    ("/deadlines/0/owed_by", "exec", "/deadlines/0/owed_by", "no party"),
    ("/deadlines/0/starts", "recipt", "/deadlines/0/starts", "Did you mean 'receipt'"),
    ("/deadlines/0/met_by", ["recieve"], "/deadlines/0/met_by/0", "Did you mean 'receive'"),
    ("/deadlines/0/law", "sample/acknowledg", "/deadlines/0/law", "Did you mean 'sample/acknowledge'"),
    ("/deadlines/1/extended_by", "ask", "/deadlines/1/extended_by", "effect 'extend'"),
    ("/deadlines/1/extended_by", "answer", ACT["extend"], "No deadline names"),
    ("/deadlines/2/when/field", "urgent", "/deadlines/2/when/field", "root of the form"),
    ("/deadlines/2/when/equals", "x", "/deadlines/2/when/equals", "true or false"),
    ("/rules/0/pointer", "/form/what/whi", "/rules/0/pointer", "no section or field"),
    ("/rules/0/pointer", "/from/what", "/rules/0/pointer", "Did you mean '/form'"),
    ("/rules/0/when", "form.what.urgent ==", "/rules/0/when", "not CEL"),
    ("/rules/0/require", "sise(form.what.why) > 1", "/rules/0/require", "Did you mean 'size'"),
    ("/rules/0/require", "frm.what.urgent", "/rules/0/require", "Did you mean 'form'"),
    ("/rules/0/severity", "halt", "/rules/0/severity", "not allowed"),
]


def test_a_part_is_limited_in_one_way(tmp_path):
    both = {**changed("/parties/0/only", ["FR"])["parties"][0], "never": ["ICC"]}
    (fault,) = faults(tmp_path, changed("/parties/0", both))
    assert fault.pointer == "/parties/0/never"
    assert "not both" in str(fault)


@pytest.mark.parametrize(("where", "value", "pointer", "says"), CASES)
def test_names_the_place_of_a_fault(tmp_path, where, value, pointer, says):
    found = faults(tmp_path, changed(where, value))
    assert any(one.pointer == pointer and says in str(one) for one in found), [str(one) for one in found]


@pytest.mark.parametrize("key", ["id", "title", "parties", "form", "stages", "acts", "sources"])
def test_names_a_key_that_is_missing(tmp_path, key):
    assert any(repr(key) in one.says for one in faults(tmp_path, changed(f"/{key}", remove=True)))


@pytest.mark.parametrize("key", ["article", "source", "confidence"])
def test_a_ground_and_a_note_must_be_cited(tmp_path, key):
    for place in ("/grounds/refusal/0", "/notes/0"):
        found = faults(tmp_path, changed(f"{place}/{key}", remove=True))
        assert any(one.pointer == place and repr(key) in one.says for one in found)


def test_reports_every_fault_at_once_in_the_order_of_the_file(tmp_path):
    raw = changed("/title", 3)
    raw["acts"][1]["by"] = ["nobody"]
    raw["stages"][0]["holder"] = "nobody"
    found = faults(tmp_path, raw)
    assert len(found) == 3
    assert [one.line for one in found] == sorted(one.line for one in found)
    assert found[0].as_json()["file"] == "sample.yaml"


def test_a_stage_that_cannot_be_left_is_a_fault(tmp_path):
    raw = copy.deepcopy(RAW)
    raw["acts"] = [act for act in raw["acts"] if act["id"] not in ("finish", "withdraw")]
    says = [one.says for one in faults(tmp_path, raw)]
    assert any("leads out of the stage 'refused'" in one for one in says)
    assert any("leads to the stage 'done'" in one for one in says)


@pytest.mark.parametrize("raw", [None, [], "x", {"form": 3, "acts": "x", "stages": [3], "rules": [{"pointer": 3}]}])
def test_nonsense_is_reported_and_never_raises_otherwise(tmp_path, raw):
    assert faults(tmp_path, raw)


def test_the_line_of_a_fault_is_the_line_in_the_file(tmp_path):
    path = tmp_path / "broken.yaml"
    path.write_text((DATA / "sample.yaml").read_text().replace("holder: issuing", "holder: isuing"))
    line = path.read_text().splitlines().index("  - {id: refused, title: Refused, says: They do not., holder: isuing}")
    with pytest.raises(DefinitionFaults) as caught:
        loader.load(path, composites=COMPOSITES, laws=lambda instrument: LAWS)
    assert [one.line for one in caught.value.faults] == [line + 1]
    assert f"broken.yaml:{line + 1}" in str(caught.value)


def test_a_file_that_is_not_yaml_or_not_there_is_a_fault(tmp_path):
    (tmp_path / "a.yaml").write_text("a: 1\na: 2\n")
    for name, says in (("a.yaml", "second time"), ("b.yaml", "cannot be read")):
        with pytest.raises(DefinitionFaults, match=says):
            loader.load(tmp_path / name, composites=COMPOSITES)


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        ({"text": {"label": "T", "fields": [{"id": "a", "type": "text", "label": "A"}]}}, "is a field type already"),
        ({"one": {"label": "T", "fields": [{"id": "a", "type": "one", "label": "A"}]}}, "holds itself"),
        (
            {
                "one": {"label": "T", "fields": [{"id": "a", "type": "two", "label": "A"}]},
                "two": {"label": "T", "fields": [{"id": "a", "type": "one", "label": "A"}]},
            },
            "holds itself",
        ),
        ({"one": {"label": "T", "fields": [{"id": "a", "type": "thre", "label": "A"}]}}, "no field type"),
        ({"one": {"label": "T"}}, "'fields'"),
    ],
)
def test_composites_are_checked_too(tmp_path, raw, says):
    with pytest.raises(DefinitionFaults, match=says):
        loader.load_composites(written(tmp_path, raw, "composites.yaml"))


def test_reads_the_sample_into_values():
    assert SAMPLE.opening.id == "request"
    assert SAMPLE.act("nothing") is None
    assert SAMPLE.stage("done").final
    humans = SAMPLE.sections[2].fields[0]
    assert [field.id for field in humans.fields] == ["name", "born", "born_note", "known", "home"]
    assert [field.id for field in humans.fields[4].fields] == ["town", "land"]
    assert humans.help == "A natural person."
    assert SAMPLE.sources["text"]["read"] == "2026-01-01"


def test_the_digest_follows_the_meaning_of_the_definition_and_of_its_composites(tmp_path):
    same = loader.load(written(tmp_path, RAW), composites=COMPOSITES, laws=lambda instrument: LAWS)
    assert same.digest == SAMPLE.digest
    other = tmp_path / "composites.yaml"
    other.write_text(COMPOSITES.read_text().replace("max_length: 40", "max_length: 41"))
    assert loader.load(written(tmp_path, RAW), composites=other, laws=lambda instrument: LAWS).digest != SAMPLE.digest


def test_editors_get_a_schema_that_agrees_on_the_sample():
    validator = jsonschema.Draft202012Validator(forms.definition_schema())
    validator.check_schema(forms.definition_schema())
    raw = json.loads(json.dumps(RAW, default=str))
    assert list(validator.iter_errors(raw)) == []
    assert list(validator.iter_errors({**raw, "familly": "x"}))
    assert list(validator.iter_errors({**raw, "grounds": {"other": []}}))


def test_law_without_deadlines_for_an_instrument_holds_no_lines():
    assert list(loader.law_lines("sample")) == []


class TestReview:
    def test_finds_the_faults_of_each_kind_of_file(self, tmp_path):
        files = {
            "eio.yaml": ("a: 1", "no key 'a'"),
            "composites/own.yaml": ("a: 1", "composite with keys"),
            "scenarios/eio.yaml": ("{instrument: eoi, scenarios: []}", "at least 1"),
            "eio.json": ("{}", "form.missing"),
            "icc.json": ("{", "not JSON"),
        }
        for name, (text, says) in files.items():
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text(text)
            found = " ".join(str(one) for one in review.faults(tmp_path / name))
            assert says in found, (name, found)

    def test_prints_what_it_found(self, tmp_path, capsys):
        (tmp_path / "a.yaml").write_text("a: 1")
        assert review.main([str(tmp_path / "a.yaml")]) == 1
        assert "a.yaml:1:" in capsys.readouterr().out

    def test_runs_as_a_command(self, tmp_path):
        (tmp_path / "a.yaml").write_text("a: 1")
        command = [sys.executable, "-m", "comity.instruments.loader", str(tmp_path / "a.yaml")]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 1
        assert "to mend." in done.stdout

    def test_finds_nothing_in_the_room(self, capsys):
        assert review.main([]) == 0, capsys.readouterr().out


def test_pointers_of_rules_may_step_through_rows():
    form = checks.Form({row["id"]: row for row in RAW["form"]}, strict_yaml.read(COMPOSITES).value)
    assert list(checks.pointer_problems("/form/people/humans/0/home/town", "", form)) == []
    assert list(checks.pointer_problems("/executing/country", "", form)) == []
    assert list(checks.pointer_problems(3, "", form)) == []
