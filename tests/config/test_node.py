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


OIDC = """[oidc]
issuer = "https://login.example.fr/realms/justice"
client_id = "comity"
client_secret_file = "oidc.secret"
name = "Sign-in of the Ministry"
"""


class TestIdleMinutes:
    def test_are_thirty_unless_told_otherwise(self, tmp_path):
        assert node.load(write(tmp_path, GOOD)).idle_minutes == 30
        assert node.load(write(tmp_path, "idle_minutes = 10\n" + GOOD)).idle_minutes == 10

    @pytest.mark.parametrize("told", ["0", "481", "-5", "true"])
    def test_are_a_number_that_means_something(self, tmp_path, told):
        with pytest.raises(node.BadNode, match="from 1 to 480"):
            node.load(write(tmp_path, f"idle_minutes = {told}\n{GOOD}"))


class TestProvider:
    @pytest.fixture
    def folder(self, tmp_path):
        (tmp_path / "oidc.secret").write_text("only-these-two-know\n")
        return tmp_path

    def test_there_is_none_unless_named(self, tmp_path):
        assert node.load(write(tmp_path, GOOD)).oidc is None

    def test_is_read_with_its_secret_which_is_never_shown(self, folder):
        read = node.load(write(folder, GOOD + OIDC)).oidc
        assert (read.issuer, read.client_id, read.name) == (
            "https://login.example.fr/realms/justice", "comity", "Sign-in of the Ministry",
        )  # fmt: skip
        assert read.secret == "only-these-two-know"
        assert read.second_factor is False, "the safe choice is the default"
        assert "only-these" not in repr(read)

    @pytest.mark.parametrize(
        ("change", "says"),
        [
            (("client_id", "clientid"), "'clientid' is not a key of"),
            (('"comity"', "7"), "client_id of .oidc. has the wrong type"),
            (('name = "Sign-in of the Ministry"', ""), "name of .oidc. is missing"),
            (("https://", "http://"), "issuer of .oidc. is an https address"),
            (("/realms/justice", "/?realm=justice"), "issuer of .oidc. is an https address"),
            (("oidc.secret", "elsewhere.secret"), "cannot be read"),
            (('"oidc.secret"', '"empty.secret"'), "is empty"),
            (("[oidc]", '[oidc]\nsecond_factor = "yes"'), "second_factor of .oidc. has the wrong type"),
        ],
    )
    def test_names_what_is_wrong(self, folder, change, says):
        (folder / "empty.secret").write_text("\n")
        with pytest.raises(node.BadNode, match=says):
            node.load(write(folder, GOOD + OIDC.replace(*change, 1)))
