import pytest

from comity.lib import strict_yaml


class TestReading:
    def test_remembers_the_line_of_every_value(self):
        read = strict_yaml.parse("a:\n  b: 1\n  c:\n    - x\n    - y/z: 2\n", "f.yaml")
        assert read.value == {"a": {"b": 1, "c": ["x", {"y/z": 2}]}}
        assert read.line("/a/b") == 2
        assert read.line("/a/c/1/y~1z") == 5
        assert read.line("/a/c/1/nothing") == 5

    @pytest.mark.parametrize(
        ("text", "line"),
        [
            ("a: 1\na: 2\n", 2),
            ("a: [1\nb: 2\n", 2),
            ("a: !!python/object:os.system x\n", 1),
            ("a: 1\nb: !secret y\n", 2),
            ("a: &x 1\nb: *x\n", 1),
            ("a: 1\n---\nb: 2\n", 2),
            ("a: 1\n? [b]\n: 2\n", 2),
            ("a: 1\nday: 2026-02-30\n", 2),
        ],
    )
    def test_names_the_line_of_what_it_refuses(self, text, line):
        with pytest.raises(strict_yaml.BadYaml) as caught:
            strict_yaml.parse(text, "f.yaml")
        assert caught.value.fields["line"] == line
        assert "f.yaml" in str(caught.value)

    def test_leaves_words_alone_that_older_yaml_took_for_truth_values(self):
        read = strict_yaml.parse("country: NO\nswitch: on\nhour: 12:30\nquoted: 'true'\nwhole: +7\n", "f.yaml")
        assert list(read.value.values()) == ["NO", "on", "12:30", "true", 7]

    def test_reads_an_empty_file_as_nothing(self):
        assert strict_yaml.parse("# only a remark\n", "f.yaml").value is None

    def test_refuses_a_file_that_is_not_utf8(self, tmp_path):
        file = tmp_path / "f.yaml"
        file.write_bytes(b"a: \xff\n")
        with pytest.raises(strict_yaml.BadYaml, match="UTF-8"):
            strict_yaml.read(file)

    def test_reads_dates_and_plain_values(self, tmp_path):
        file = tmp_path / "f.yaml"
        file.write_text("day: 2026-11-23\nyes: true\nnone:\nratio: 0.5\n2026: year\n")
        value = strict_yaml.read(file).value
        assert value["day"].isoformat() == "2026-11-23"
        assert (value["yes"], value["none"], value["ratio"], value[2026]) == (True, None, 0.5, "year")
