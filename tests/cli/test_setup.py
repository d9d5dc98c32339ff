"""What `init` writes; that it makes a node is seen in test_processes.py."""

import tomllib

import pytest

from comity.cli import node, setup
from comity.cli.main import parser


def told(*words):
    usual = ("init", "--authority", "fr-central", "--country", "FR", "--language", "fr", "en")
    return parser().parse_args([*usual, *words])


class TestNames:
    @pytest.mark.parametrize(
        ("given", "names"),
        [
            (["Central Authority"], {"en": "Central Authority"}),
            (["fr=Autorité", "en=Authority"], {"fr": "Autorité", "en": "Authority"}),
            (["Unit A=B of the court"], {"en": "Unit A=B of the court"}),
            ([" padded "], {"en": "padded"}),
        ],
    )
    def test_are_english_unless_a_language_is_told(self, given, names):
        assert setup.names(given) == names

    @pytest.mark.parametrize("empty", ["", "fr=", "  "])
    def test_an_empty_one_is_refused(self, empty):
        with pytest.raises(setup.BadName):
            setup.names([empty])


class TestNodeToml:
    @pytest.mark.parametrize("name", ['Say "no"', "back\\slash", "Ministère – Division 中央", "tab\tstop"])
    def test_reads_back_as_it_was_told(self, name):
        read = tomllib.loads(setup.node_toml(told("--name", name, "--endpoint", "https://comity.example.fr/")))
        assert read["names"]["en"] == name
        assert read["endpoint"] == "https://comity.example.fr"
        assert read["languages"] == ["fr", "en"]


class TestFolder:
    def test_of_another_owner_is_bad_input(self, tmp_path):
        (tmp_path / "file").write_text("")
        with pytest.raises(setup.CannotWrite):
            setup.make_folder(tmp_path / "file" / "node")

    @pytest.mark.parametrize("name", setup.FILES)
    def test_with_any_file_of_a_node_is_left_alone(self, tmp_path, name):
        (tmp_path / name).write_text("")
        with pytest.raises(setup.NodeExists):
            setup.refuse_to_overwrite(tmp_path)


class TestOpeningANode:
    def test_a_process_works_on_one_node(self, tmp_path):
        with pytest.raises(node.AnotherNode):
            node.open_node(str(tmp_path))
