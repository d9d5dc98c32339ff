import json

import pytest

from comity.instruments import catalogue
from tests.cli.conftest import other_authority


@pytest.fixture
def request_file(tmp_path):
    """Write a request, or any text, and give its name."""

    def write(content):
        file = tmp_path / "request.json"
        file.write_text(content if isinstance(content, str) else json.dumps(content))
        return str(file)

    return write


@pytest.fixture
def eio():
    return catalogue.example("eio")


@pytest.mark.usefixtures("no_node")
class TestWithoutANode:
    @pytest.mark.parametrize("id", catalogue.ids())
    def test_an_unbroken_example_may_be_sent(self, comity, request_file, id):
        request = catalogue.example(id)
        ran = comity("preflight", request_file(request), "--to", request["executing"]["country"], "--json")
        assert (ran.code, ran.json["verdict"], ran.json["findings"]) == (0, "send", [])

    def test_a_missing_section_is_found_with_its_pointer(self, comity, request_file, eio):
        del eio["form"]["measures"]
        ran = comity("preflight", request_file(eio), "--to", "NL", "--json")
        assert (ran.code, ran.json["verdict"]) == (1, "stop")
        finding = next(row for row in ran.json["findings"] if row["pointer"].startswith("/form/measures"))
        assert {"pointer", "severity", "rule", "article", "says", "remedy"} <= set(finding)

    def test_people_see_where_what_and_how_to_mend_it(self, comity, request_file, eio):
        del eio["form"]["measures"]
        ran = comity("preflight", request_file(eio), "--to", "NL")
        assert "Cannot be sent yet." in ran.out
        assert "/form/measures" in ran.out
        assert "only the instrument's own rules" in ran.out

    def test_a_request_to_another_country_is_stopped(self, comity, request_file, eio):
        ran = comity("preflight", request_file(eio), "--to", "DE", "--json")
        assert (ran.code, ran.json["verdict"]) == (1, "stop")
        assert ran.json["findings"][0]["pointer"] == "/executing/country"

    def test_findings_come_in_french(self, comity, request_file, eio):
        del eio["form"]["measures"]
        words = ("preflight", request_file(eio), "--to", "NL", "--json")
        english, french = comity(*words).json, comity(*words, "--language", "fr").json
        assert english["findings"][0]["says"] != french["findings"][0]["says"]


@pytest.mark.usefixtures("no_node")
class TestBadInput:
    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ('{"instrument": "eio",\n "form": }', "line 2"),
            ('{"instrument": "eio",\n "instrument": "eio"}', "line 2, column 1: the key 'instrument' stands twice"),
            ('{"instrument": NaN}', "NaN"),
            ("[]", "at the top: expected an object"),
            ("{}", "/instrument"),
            ('{"instrument": 7}', "expected the id of an instrument, found 7"),
            ("", "line 1"),
        ],
    )
    def test_is_named_with_its_place(self, comity, request_file, text, says):
        ran = comity("preflight", request_file(text), "--to", "NL", "--json")
        assert ran.code == 2
        assert says in ran.json["says"]

    def test_a_file_that_is_not_utf_8_is_named_with_its_line(self, comity, tmp_path):
        file = tmp_path / "latin.json"
        file.write_bytes(b'{\n"a": "\xe9"}')
        ran = comity("preflight", str(file), "--to", "NL", "--json")
        assert (ran.code, "line 2" in ran.json["says"]) == (2, True)

    def test_a_missing_file_is_named(self, comity, tmp_path):
        ran = comity("preflight", str(tmp_path / "none.json"), "--to", "NL")
        assert (ran.code, "none.json" in ran.err) == (2, True)


@pytest.mark.django_db
class TestAtANode:
    REQUIREMENT = {
        "id": "dutch-only",
        "instrument": "eio",
        "pointer": "/language",
        "severity": "stop",
        "require": 'language == "nl"',
        "says": {"en": "Orders are accepted in Dutch alone."},
        "remedy": {"en": "Translate the order."},
    }

    def add(self, comity, other):
        ran = comity("peers", "add", other.file, "--fingerprint", other.card.fingerprint, "--json")
        assert ran.code == 0, ran

    def test_the_receivers_published_requirements_are_run(self, comity, node, tmp_path, request_file, eio):
        self.add(comity, other_authority(tmp_path, requirements=[self.REQUIREMENT]))
        ran = comity("preflight", request_file(eio), "--to", "NL", "--dir", str(node.folder), "--json")
        assert (ran.code, ran.json["receiver"]["authority"]) == (1, "nl-prosecution")
        assert "dutch-only" in [row["rule"] for row in ran.json["findings"]]

    def test_of_two_peers_in_the_country_the_request_names_one(self, comity, node, tmp_path, request_file, eio):
        self.add(comity, other_authority(tmp_path))
        self.add(comity, other_authority(tmp_path, authority="nl-customs"))
        words = ("preflight", request_file(eio), "--to", "NL", "--dir", str(node.folder), "--json")
        assert comity(*words).json["receiver"]["authority"] == "nl-prosecution"
        assert comity(*words, "--authority", "nl-customs").json["receiver"]["authority"] == "nl-customs"
        eio["executing"].pop("authority")
        ran = comity("preflight", request_file(eio), *words[2:])
        assert (ran.code, ran.json["error"]) == (2, "cli.which-receiver")

    def test_without_a_peer_there_the_instruments_rules_are_run(self, comity, node, request_file, eio):
        ran = comity("preflight", request_file(eio), "--to", "NL", "--dir", str(node.folder), "--json")
        assert (ran.code, ran.json["receiver"]) == (0, {"country": "NL", "authority": None})
