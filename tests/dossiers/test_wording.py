"""Words for people: contents in the reader's language, one line for a list, names of files."""

from datetime import UTC, datetime

import pytest

from comity.dossiers import filing, pointers, subjects, wording
from comity.instruments import catalogue

EIO = catalogue.get("eio")


def reader(language="en"):
    return wording.reader(EIO, language, "Europe/Paris")


class TestRequestLines:
    def test_has_a_heading_for_each_section_with_answers(self):
        lines = wording.request_lines(reader(), catalogue.example("eio")["form"])
        headings = [line for line in lines if line.depth == 0]
        assert "C. Measures to be carried out" in [line.label for line in headings]
        assert all(line.value == "" for line in headings)

    def test_writes_values_as_people_do(self):
        form = {"urgency": {"urgent": True, "reasons": ["trial_date"], "shorter_deadline": "2026-12-15"}}
        values = {line.pointer: line.value for line in wording.request_lines(reader("fr"), form)}
        assert values["/form/urgency/urgent"] == "Oui"
        assert values["/form/urgency/shorter_deadline"] == "15 décembre 2026"
        assert values["/form/urgency/reasons"] != "trial_date"

    @pytest.mark.parametrize(
        "form", [None, [], "x", {"urgency": 3}, {"urgency": {"urgent": {"x": [None]}}}, {"measures": {"kinds": 7}}]
    )
    def test_shows_whatever_a_peer_has_sent(self, form):
        for line in wording.request_lines(reader(), form):
            assert isinstance(line.value, str)


class TestActLines:
    def lines(self, type, content, asked=None):
        return [(line.label, line.value) for line in wording.act_lines(reader(), EIO.act(type), content, asked or {})]

    def test_names_the_field_of_a_question(self):
        content = {"pointer": "/form/measures/evidence", "asks": "Which format?", "due": "2026-11-25T12:00:00Z"}
        told = self.lines("ask", content)
        assert "Which evidence do you want to obtain?" in told[0][1]
        assert told[1][1] == "Which format?"
        assert told[2][1] == "25 November 2026, 13:00"  # in Paris

    def test_names_the_question_of_an_answer_and_what_it_amends(self):
        content = {"question": "a" * 64, "answer": "As CSV.", "amends": {"/form/urgency/urgent": False, "/nowhere": 1}}
        told = self.lines("answer", content, {"a" * 64: "Which format?"})
        assert [value for _, value in told] == ["Which format?", "As CSV.", "No", "1"]

    def test_shows_what_no_form_knows(self):
        assert self.lines("note", {"text": "Hello", "x": {"y": 1}}) == [("Message", "Hello"), ("x", '{"y": 1}')]

    def test_of_an_unknown_step_shows_the_bare_values(self):
        told = wording.act_lines(reader(), None, {"a": 1, "items": []}, {})
        assert [(line.label, line.value) for line in told] == [("a", "1")]


class TestFieldLabel:
    @pytest.mark.parametrize(
        ("pointer", "label"),
        [
            ("/form/measures", "C. Measures to be carried out"),
            ("/form/nothing/x", "/form/nothing/x"),
            ("", ""),
            ("no pointer", "no pointer"),
            ("/form/persons/affected/0/natural/nothing", "/form/persons/affected/0/natural/nothing"),
        ],
    )
    def test_falls_back_on_the_section_or_the_pointer(self, pointer, label):
        assert wording.field_label(reader(), pointer) == label

    def test_passes_the_number_of_a_repeated_part(self):
        label = wording.field_label(reader(), "/form/persons/affected/0/natural/surname")
        assert label.endswith(f": {reader().t('form.persons.affected.natural.surname.label')}")
        assert not label.endswith(": ")


class TestSubject:
    def test_names_the_first_people_and_organisations(self):
        assert subjects.subject(EIO, catalogue.example("eio")["form"]).startswith("Verhulst, Bastiaan Willem")

    @pytest.mark.parametrize("form", [{}, None, {"persons": []}, {"persons": {"affected": [{"natural": 3}, None]}}])
    def test_is_empty_while_nobody_is_named(self, form):
        assert subjects.subject(EIO, form) == ""

    def test_fits_into_its_column(self):
        form = {"persons": {"affected": [{"natural": {"surname": "x" * 900}} for _ in range(5)]}}
        assert len(subjects.subject(EIO, form)) <= subjects.LONGEST


class TestFileNames:
    @pytest.mark.parametrize(
        ("told", "kept"),
        [
            ("a.pdf", "a.pdf"),
            ("/etc/passwd", "passwd"),
            ("C:\\x\\b.txt", "b.txt"),
            ("..", "document-3"),
            ("", "document-3"),
            ("a\x00\n.pdf", "a.pdf"),
            ("a\u202efdp.exe", "afdp.exe"),
            ("x" * 300 + ".pdf", "x" * 251 + ".pdf"),
            ("y" * 300, "y" * 255),
        ],
    )
    def test_are_never_a_path(self, told, kept):
        assert filing.file_name(told, 3) == kept

    @pytest.mark.parametrize(
        ("told", "kept"),
        [
            ("text/CSV; charset=x", "text/csv"),
            ("nonsense", "application/octet-stream"),
            ("", "application/octet-stream"),
        ],
    )
    def test_media_types_are_plain(self, told, kept):
        assert filing.media_type(told) == kept


class TestPointers:
    def test_put_makes_the_way(self):
        assert pointers.put({}, "/form/a/b~1c", 1) == {"form": {"a": {"b/c": 1}}}

    def test_put_does_not_change_what_was_given(self):
        before = {"form": {"a": [1]}}
        pointers.put(before, "/form/a/0", 2)
        assert before == {"form": {"a": [1]}}

    @pytest.mark.parametrize(
        ("pointer", "value", "after"),
        [("/a/2", 3, [1, 2, 3]), ("/a/0", None, [2]), ("/a/1", 9, [1, 9]), ("/a/2/x", 1, [1, 2, {"x": 1}])],
    )
    def test_put_in_lists(self, pointer, value, after):
        assert pointers.put({"a": [1, 2]}, pointer, value) == {"a": after}

    @pytest.mark.parametrize("pointer", ["a", "/a/3", "/a/-1", "/a/x", "/a/0/x", "/a/٣"])
    def test_put_refuses_what_is_no_place(self, pointer):
        with pytest.raises(pointers.BadPointer):
            pointers.put({"a": [1, 2]}, pointer, 1)

    def test_put_keeps_the_whole_an_object(self):
        assert pointers.put({"a": 1}, "", None) == {}
        with pytest.raises(pointers.BadPointer):
            pointers.put({"a": 1}, "", [1])

    def test_changes_know_true_from_one(self):
        assert pointers.changes({"a": True}, {"a": 1}) == [{"pointer": "/a", "before": True, "after": 1}]


def test_a_moment_is_shown_in_the_zone_of_the_node():
    field = next(field for field in EIO.act("acknowledge").form if field.id == "received_at")
    told = datetime(2026, 7, 1, 10, tzinfo=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert wording.shown(reader("fr"), field, told, "") == "1 juillet 2026, 12:00"
