"""CASE packages: validated by others' tools without a network, each change named, and read back."""

import io
import json
import random
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

from comity.evidence.packages import case_graph, case_package, case_reading, container
from comity.exchange.wire import signed
from comity.lib.canonical import canonical, parse
from tests.evidence.packages import making
from tests.evidence.packages.making import CASE, FR, KEYS

KEY = KEYS[FR].fingerprint


@pytest.fixture(scope="module")
def raw():
    return making.package()


@pytest.fixture(scope="module")
def graph(raw):
    return case_package.graph_of(io.BytesIO(raw))


def verify(raw, key=KEY):
    return case_package.verify(io.BytesIO(raw), key=key)


def codes(report):
    return {fault.code for fault in report.faults}


def changed(raw, name, change):
    content = making.members(raw)
    return making.packed({**content, name: change(content[name])})


class TestOthersTools:
    def test_validate_the_graph_and_know_every_word_of_it(self, graph, tmp_path):
        from case_utils.case_validate import validate

        file = tmp_path / "case.jsonld"
        file.write_bytes(graph)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            warnings.simplefilter("ignore", DeprecationWarning)
            found = validate(str(file), case_version="case-1.5.0")
        assert found.conforms, found.text
        assert found.undefined_concepts == set()

    def test_would_name_a_word_that_does_not_exist(self, graph, tmp_path):
        """So that the test above cannot pass for nothing."""
        file = tmp_path / "case.jsonld"
        file.write_bytes(graph.replace(b"exhibitNumber", b"exhibitNumbre"))
        told = subprocess.run(
            [Path(sys.executable).with_name("case_validate"), "--built-version", "case-1.5.0", str(file)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert told.returncode == 1
        assert "NonExistentCDOConceptWarning" in told.stderr


class TestAPackage:
    def test_verifies(self, raw):
        report = verify(raw)
        assert report.ok
        assert report.told["nodes"] == len(json.loads(case_package.graph_of(io.BytesIO(raw)))["@graph"])

    def test_is_the_same_each_time_but_for_the_signature(self, raw):
        one, other = making.members(raw), making.members(making.package())
        signed_anew = {"package.json", "card.json"}  # in this test the card is issued anew, too
        assert one.keys() == other.keys()
        assert {name for name in one if one[name] != other[name]} == signed_anew

    def test_names_things_alike_in_every_export(self):
        one = case_graph.graph([making.FILES[1]], authority=FR, names={}, case=CASE)
        all_ = case_graph.graph(list(making.FILES.values()), authority=FR, names={}, case=CASE)
        assert {node["@id"] for node in one["@graph"]} <= {node["@id"] for node in all_["@graph"]}


class TestASingleChange:
    def test_of_any_bit_is_found(self, raw):
        chance = random.Random(11)
        opened = container.Opened(io.BytesIO(raw))
        places = [chance.randrange(len(raw)) for _ in range(300)]
        places += [place for one in opened.listed for place in range(one.offset, one.start, 3)]
        places += range(opened.tail, len(raw), 3)
        for at in places:
            flipped = bytearray(raw)
            flipped[at] ^= 1 << chance.randrange(8)
            assert not verify(bytes(flipped)).ok, at

    def test_of_a_node_names_the_node(self, raw):
        report = verify(changed(raw, "case.jsonld", lambda one: one.replace(b"Banque du Sud", b"Banque du Nord")))
        assert codes(report) == {"graph.node"}
        assert any("uco-identity:Identity urn:uuid:" in fault.says for fault in report.faults)

    def test_of_a_date_in_the_custody(self, raw):
        report = verify(changed(raw, "case.jsonld", lambda one: one.replace(b"2026-11-23T16", b"2026-11-24T16", 1)))
        assert codes(report) == {"graph.node"}

    def test_of_the_hashes_too(self, raw):
        def both(one):
            return one.replace(b"Banque du Sud", b"Banque du Nord")

        content = making.members(raw)
        graph = both(content["case.jsonld"])
        files = [(name, len(one), case_package.sha(one)) for name, one in content.items() if name.startswith("items/")]
        told = {**content, "case.jsonld": graph, "hashes.txt": case_package.hash_lines(graph, files)}
        assert codes(verify(making.packed(told))) == {"hashes.changed"}

    def test_two_nodes_that_changed_places(self, raw):
        def swap(one):
            rows = one.split(b"\n")
            rows[3], rows[4] = rows[4], rows[3]
            return b"\n".join(rows)

        assert [fault.where for fault in verify(changed(raw, "case.jsonld", swap)).faults] == [
            "case.jsonld line 4", "case.jsonld line 5",
        ]  # fmt: skip

    def test_a_node_added(self, raw):
        report = verify(changed(raw, "case.jsonld", lambda one: one + b"{}\n"))
        assert codes(report) == {"graph.added"}

    def test_a_file_taken_out_and_one_put_in(self, raw):
        content = making.members(raw)
        content["items/planted.csv"] = content.pop("items/c-2026-0001-1.csv")
        report = verify(making.packed(content))
        assert {fault.where for fault in report.faults} == {"items/c-2026-0001-1.csv", "items/planted.csv"}

    def test_other_bytes(self, raw):
        assert codes(verify(changed(raw, "items/c-2026-0001-1.csv", lambda one: one + b"9"))) == {"files.changed"}

    def test_another_signature_or_date(self, raw):
        other = signed.sign(case_package.KIND, parse(making.members(raw)["package.json"])["body"], KEYS["stranger"])
        assert codes(verify(changed(raw, "package.json", lambda _: other.raw))) == {"head.signature"}
        report = verify(changed(raw, "package.json", lambda one: one.replace(b"2026-11-23", b"2025-11-23")))
        assert codes(report) == {"head.signature"}

    def test_other_keys(self, raw):
        assert codes(verify(raw, key="0" * 64)) == {"keys.other"}
        assert not verify(b"").ok
        assert not verify(changed(raw, "card.json", lambda _: b"{}")).ok


class TestReading:
    def test_our_own_comes_back(self, graph):
        found = case_reading.preview(graph)
        assert found.rejected == []
        assert {item.exhibit for item in found.items} == {f"{CASE}/{n}" for n in (1, 2, 3, 4)}
        letter = next(item for item in found.items if item.exhibit == f"{CASE}/3")
        assert letter.custody == [entry.raw for entry in making.FILES[3].custody]
        assert letter.sha256 == making.FILES[3].item.sha256
        assert len(letter.derived_from) == 1
        kept = next(item for item in found.items if item.exhibit == f"{CASE}/4")
        assert kept.handling == making.KEPT.as_json()
        assert ("person", "Jean Malcolm") in {(kind, name) for _, kind, name in found.people}
        assert {"device", "document"} == {item.kind for item in found.items}

    def test_a_broken_chain_is_set_aside_and_named(self, graph):
        broken = graph.replace(b'\\"number\\":2', b'\\"number\\":3', 1)
        assert broken != graph
        assert any("Custody entry 2" in note.says for note in case_reading.preview(broken).rejected)


FOREIGN = {
    "@context": {**case_graph.CONTEXT, "kb": "http://example.org/kb/", "lab": "http://lab.example/terms#"},
    "@graph": [
        {
            "@id": "kb:disk-1", "@type": "uco-observable:StorageMedium", "lab:shelf": "B7",
            "uco-core:hasFacet": [
                {"@id": "kb:facet-1", "@type": "uco-observable:DeviceFacet",
                 "uco-observable:manufacturer": {"@id": "kb:maker"}, "uco-observable:model": "X1",
                 "uco-observable:serialNumber": "77"},
                {"@id": "kb:facet-2", "@type": "uco-observable:ContentDataFacet",
                 "uco-observable:sizeInBytes": {"@type": "xsd:integer", "@value": "512"},
                 "uco-observable:hash": [
                     {"@id": "kb:md5", "@type": "uco-types:Hash", "uco-types:hashMethod": "MD5",
                      "uco-types:hashValue": {"@type": "xsd:hexBinary", "@value": "AB" * 16}},
                     {"@id": "kb:sha", "@type": "uco-types:Hash", "uco-types:hashMethod": "SHA256",
                      "uco-types:hashValue": {"@type": "xsd:hexBinary", "@value": "AB" * 32}}]},
            ],
        },
        {"@id": "kb:maker", "@type": "uco-identity:Organization", "uco-core:name": "Acme"},
        {"@id": "kb:marked", "@type": "uco-observable:File", "uco-core:name": "A file",
         "uco-core:objectMarking": {
             "@id": "kb:mark", "@type": "uco-marking:MarkingDefinition", "uco-marking:definitionType": "statement",
             "uco-marking:definition": {
                 "@id": "kb:model", "@type": "uco-marking:StatementMarking",
                 "uco-marking:definitionType": "statement", "uco-marking:statement": "For the laboratory only"}}},
        {"@id": "kb:bad", "@type": "uco-observable:File", "uco-core:name": "Bad hash", "uco-core:hasFacet": [
            {"@id": "kb:facet-3", "@type": "uco-observable:ContentDataFacet", "uco-observable:hash": [
                {"@id": "kb:none", "@type": "uco-types:Hash", "uco-types:hashMethod": "SHA256",
                 "uco-types:hashValue": {"@type": "xsd:hexBinary", "@value": "ABCD"}}]}]},
        {"@id": "kb:act", "@type": "case-investigation:InvestigativeAction", "uco-core:name": "imaged",
         "uco-action:startTime": {"@type": "xsd:dateTime", "@value": "2026-01-02T03:04:05Z"},
         "uco-action:object": {"@id": "kb:disk-1"}, "uco-action:location": {"@id": "kb:place"}},
        {"@id": "kb:when", "@type": "case-investigation:InvestigativeAction",
         "uco-action:startTime": {"@type": "xsd:dateTime", "@value": "yesterday"}},
        {"@id": "kb:anna", "@type": "uco-identity:Person", "uco-core:hasFacet": {
            "@id": "kb:called", "@type": "uco-identity:SimpleNameFacet", "uco-identity:givenName": "Anna",
            "uco-identity:familyName": "Lind"}},
        {"@id": "kb:place", "@type": "uco-location:Location", "uco-core:name": "Laboratory"},
        {"@id": "kb:bare", "uco-core:name": "What am I"},
    ],
}  # fmt: skip


class TestAGraphOfAnotherTool:
    @pytest.fixture
    def found(self):
        return case_reading.preview(json.dumps(FOREIGN).encode())

    def test_gives_what_we_have_a_place_for(self, found):
        disk = next(item for item in found.items if item.where.endswith("disk-1"))
        assert (disk.title, disk.kind, disk.size, disk.sha256) == ("Acme X1", "device", 512, "ab" * 32)
        assert {name for _, _, name in found.people} == {"Acme", "Anna Lind"}
        assert [step.what for step in found.steps] == ["imaged"]
        assert disk.custody == []

    def test_sets_aside_what_makes_no_sense(self, found):
        told = {note.where.rsplit("/", 1)[-1]: note.says for note in found.rejected}
        assert told.keys() == {"bad", "when", "bare"}
        assert "SHA-256" in told["bad"]

    def test_names_each_loss(self, found):
        told = {(note.where.rsplit("/", 1)[-1], note.says) for note in found.losses}
        assert ("disk-1", "http://lab.example/terms#shelf is left out.") in told
        assert any(where == "disk-1" and "MD5" in says for where, says in told)
        assert any(where == "place" and "no place for uco-location:Location" in says for where, says in told)
        assert ("act", "uco-action:location is left out.") in told

    def test_never_passes_over_a_mark_that_it_does_not_understand(self, found):
        assert any("For the laboratory only" in note.says for note in found.losses)

    def test_answers_as_the_command_line_does(self, found):
        told = found.as_json()
        assert told["format"] == "case-uco"
        assert told["read"] >= told["accepted"] > 0
        assert all(note.keys() == {"where", "says"} for note in told["rejected"] + told["losses"])


class TestWhatIsNoGraph:
    @pytest.mark.parametrize(
        "told",
        [
            b"", b"[", b'"text"', b"[" * 50_000, b"\xff\xfe",
            json.dumps({"@context": "https://example.org/context.jsonld", "@graph": []}).encode(),
            json.dumps({"@graph": [{"@id": "a:b", "@context": ["http://127.0.0.1/x"]}]}).encode(),
            json.dumps({"@context": {"@import": "http://127.0.0.1/x"}}).encode(),
        ],
    )  # fmt: skip
    def test_is_refused_and_nothing_is_fetched(self, told, monkeypatch):
        import urllib.request

        def fetched(*_args, **_more):
            raise AssertionError("something was fetched")

        monkeypatch.setattr(urllib.request.OpenerDirector, "open", fetched)
        with pytest.raises(case_reading.NotAGraph):
            case_reading.preview(told)

    def test_a_package_without_a_graph(self):
        with pytest.raises(case_package.BadPackage):
            case_package.graph_of(io.BytesIO(making.packed({"card.json": b"{}"})))


def test_a_graph_in_one_line_says_the_same(graph):
    assert canonical(json.loads(graph)["@graph"][0]) in graph
