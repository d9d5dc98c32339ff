"""`comity subject`: from adding to exporting, by Alice who leads the case; `comity import csv|ftm` without a node."""

import json

import pytest

pytestmark = pytest.mark.django_db
PEOPLE = "name,dob,passport\nBoris Kuznetsov,27/03/1985,N1\nBad Day,31/02/1990,N2\nNobody\n"
ENTITIES = (
    '{"id":"p","schema":"Person","caption":"B","properties":{"name":["Boris"],"email":["nonsense"]}}\n'
    '{"id":"o","schema":"Ownership","properties":{"owner":["p"],"asset":["gone"]}}\n'
    '{"id":"a","schema":"Associate","properties":{"person":["p"]}}\n'
    '{"id":"u","schema":"Unicorn","properties":{}}\n{broken\n'
)


@pytest.fixture
def case(comity, pinned):
    comity("access", "add-unit", "mla", "Mutual legal assistance", "--handles", "eio")
    for name in ("alice", "charlie"):
        comity("access", "add-user", name, f"{name.title()} Martin")
    comity("access", "grant", "alice", "officer", "--unit", "mla")
    return comity("case", "open", "A case", "--unit", "mla", "--as", "alice", "--json").json["number"]


@pytest.fixture
def table(tmp_path):
    file = tmp_path / "list.csv"
    file.write_text(PEOPLE)
    return file


def test_add_list_show(comity, case):
    said = ("name=Борис Кузнецов", "nationality=Russia")
    told = ("--role", "suspect", "--source", "W", "--as", "alice", "--json")
    made = comity("subject", "add", case, "Person", *said, *told)
    ref = made.json["subject"]
    assert ref == f"{case}.1"
    [row] = comity("subject", "list", case, "--words", "кузнецов", "--as", "alice", "--json").json["subjects"]
    assert (row["subject"], row["roles"]) == (ref, ["suspect"])
    shown = comity("subject", "show", ref, "--as", "alice", "--json").json
    assert [(one["property"], one["value"], one["source"]) for one in shown["statements"]] == [
        ("name", "Борис Кузнецов", "W"), ("nationality", "ru", "W"),
    ]  # fmt: skip
    assert "Борис Кузнецов" in comity("subject", "show", ref, "--as", "alice").out
    assert comity("subject", "show", ref, "--as", "charlie").code == 1
    assert comity("subject", "add", case, "Person", "name", "--as", "alice").code == 2


def test_merge_and_back(comity, case):
    refs = [
        comity("subject", "add", case, "Person", f"name=P{n}", "--as", "alice", "--json").json["subject"]
        for n in (1, 2)
    ]
    made = comity("subject", "merge", *refs, "--reason", "same face", "--as", "alice", "--json")
    assert comity("subject", "show", refs[1], "--as", "alice", "--json").json["members"] == refs
    number = str(made.json["merge"])
    assert comity("subject", "unmerge", number, "--reason", "two", "--as", "alice").code == 0
    assert comity("subject", "show", refs[1], "--as", "alice", "--json").json["members"] == [refs[1]]


def test_a_table_into_a_case_and_back(comity, case, table, tmp_path):
    seen = comity("subject", "import", str(table), "--case", case, "--dry-run", "--as", "alice", "--json")
    assert seen.code == 1
    assert (seen.json["read"], seen.json["accepted"], len(seen.json["rejected"])) == (3, 1, 2)
    assert seen.json["rejected"][0]["where"] == "line 3, dob"
    rejects = tmp_path / "rejects.csv"
    told = ("--case", case, "--days", "%d/%m/%Y", "--rejects", str(rejects), "--as", "alice", "--json")
    ran = comity("subject", "import", str(table), *told)
    assert (ran.code, ran.json["accepted"], ran.json["set_aside"]) == (1, 1, 2)
    assert "31/02/1990" in rejects.read_text()
    out = tmp_path / "out.json"
    assert comity("subject", "export", case, str(out), "--as", "alice").code == 0
    assert json.loads(out.read_text())["properties"]["birthDate"] == ["1985-03-27"]
    assert comity("subject", "export", case, str(out), "--as", "alice").code == 2
    undone = comity("subject", "undo-import", str(ran.json["import"]), "--as", "alice", "--json")
    assert undone.json["status"] == "undone"
    assert comity("subject", "list", case, "--as", "alice", "--json").json["total"] == 0


def test_kinds(comity):
    assert "Person" in comity("subject", "kinds", "--json").json["kinds"]
    assert {"property": "birthDate", "type": "date", "label": "Birth date"} in comity(
        "subject", "kinds", "Person", "--json"
    ).json["properties"]
    assert comity("subject", "kinds", "Unicorn").code == 2


def test_a_look_without_a_node(comity, no_node, table, tmp_path):
    seen = comity("import", "csv", str(table), "--dry-run", "--json")
    assert (seen.code, seen.json["read"], seen.json["accepted"]) == (1, 3, 1)
    file = tmp_path / "x.ftm.json"
    file.write_text(ENTITIES)
    seen = comity("import", "ftm", str(file), "--dry-run", "--json").json
    assert (seen["format"], seen["read"], seen["accepted"]) == ("ftm", 5, 1)
    assert [one["where"] for one in seen["rejected"]] == [
        "line 1, email", "line 4, schema", "line 5, 2", "line 2, asset", "line 3, associate",
    ]  # fmt: skip
    assert seen["losses"] == [{"where": "caption", "says": "not kept, 1 times"}]
    empty = tmp_path / "empty"
    empty.write_text("")
    assert comity("import", "ftm", str(empty), "--dry-run").code == 2
