import pytest

from comity.config import node

GOOD = 'authority = "fr-central"\ncountry = "FR"\nlanguages = ["fr", "en"]\n[names]\nfr = "Autorité centrale"\n'


def write(folder, text):
    (folder / "node.toml").write_text(text)
    return folder


class TestNode:
    def test_is_read_from_its_folder(self, tmp_path):
        read = node.load(write(tmp_path, GOOD))
        assert (read.authority, read.country, read.languages) == ("fr-central", "FR", ("fr", "en"))
        assert read.name == "Autorité centrale"
        assert read.second_factor == "required", "the safe choice is the default"

    def test_says_how_to_make_one_when_there_is_none(self, tmp_path):
        with pytest.raises(node.NoNode) as caught:
            node.load(tmp_path)
        assert "comity init" in caught.value.remedy

    @pytest.mark.parametrize(
        ("change", "says"),
        [
            (("country", "contry"), "'contry' is not a key"),
            (('"FR"', '"France"'), "country is two capital letters"),
            (('"fr-central"', '"FR Central"'), "authority is a lower-case label"),
            (('["fr", "en"]', '"fr"'), "languages has the wrong type"),
            (('["fr", "en"]', "[]"), "languages is missing"),
            (("authority", 'second_factor = "never"\nauthority'), "second_factor is"),
            (("[names]", "[names"), "line"),
        ],
    )
    def test_names_what_is_wrong(self, tmp_path, change, says):
        with pytest.raises(node.BadNode, match=says.replace("[", r"\[")):
            node.load(write(tmp_path, GOOD.replace(*change, 1)))
