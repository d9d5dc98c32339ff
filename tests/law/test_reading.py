"""A file with faults of several kinds is refused once, with all of them and their lines."""

import pytest

from comity.law import deadlines, reading
from comity.law.routing import book
from comity.lib import strict_yaml

DEADLINES = """\
instrument: example
title: An invented convention
rule: calendar
lines:
  first:
    says: Do the first thing
    values:
      2024-01-01: {days: 7, form: receipt, cite: art 7, source: own, confidence: memory}
  second:
    says: Do the second thing
    values:
      2024-01-01: {days: 7, from: receipt, cite: art 8, source: nobody, confidence: memory}
  third:
    says: Do the third thing
    values:
      2024-01-01: {days: 7, from: receipt, cite: art 9, source: own, confidence: sure}
sources:
  own: {title: Invented}
"""


def faults_of(folder):
    with pytest.raises(reading.LawFaults) as caught:
        deadlines.of("example", folder=folder)
    return caught.value.faults


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "deadlines").mkdir()
    (tmp_path / "deadlines" / "example.yaml").write_text(DEADLINES)
    return tmp_path


def test_wrong_shapes_and_wrong_names_come_in_one_refusal(folder):
    told = [(fault.line, fault.says) for fault in faults_of(folder)]
    assert [line for line, _ in told] == sorted(line for line, _ in told)
    says = " ".join(text for _, text in told)
    assert "form" in says  # a key that does not exist, in the first line of law
    assert "nobody" in says  # a source that does not exist, in the second
    assert "confidence" in says  # a value that is not allowed, in the third
    assert {line for line, _ in told} >= {8, 12, 16}


def test_a_fault_of_the_whole_file_leaves_nothing_to_ask(folder):
    path = folder / "deadlines" / "example.yaml"
    path.write_text(DEADLINES.replace("lines:", "line:"))
    assert any("'lines' is missing" in fault.says for fault in faults_of(folder))


class _Row(reading.Strict):
    name: str


class _Rows(reading.Strict):
    rows: list[_Row]


def test_a_row_keeps_its_number_when_one_before_it_is_left_out(tmp_path):
    path = tmp_path / "rows.yaml"
    path.write_text("rows:\n- {name: one}\n- {nam: two}\n- {name: three}\n")

    def check(told, read):
        assert isinstance(read, strict_yaml.Document)
        for number, row in enumerate(told.rows):
            if row.name == "three":
                yield f"/rows/{number}/name", "three is no name"

    with pytest.raises(reading.LawFaults) as caught:
        reading.checked(path, _Rows, check)
    assert [(fault.line, fault.pointer) for fault in caught.value.faults if fault.says == "three is no name"] == [
        (4, "/rows/2/name")
    ]
    assert [fault.line for fault in caught.value.faults if "nam" in fault.says] != []


def test_sound_files_are_read_as_before():
    assert book.book(reading.DATA).ways
