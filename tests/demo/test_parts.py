"""The parts of the demo that need no node."""

import hashlib
import io
import json
import os
import subprocess
import sys
from itertools import islice

import pytest

from comity.demo import exhibit, looks, player, run, start_page
from comity.demo.cast import AUTHORITIES
from comity.demo.federation import NodeFailed, federation, free_ports
from comity.lib.errors import ComityError


class TestExhibit:
    @pytest.mark.parametrize("size", [0, 1, exhibit.BLOCK, exhibit.BLOCK + 1, 3_000_000])
    def test_it_has_exactly_the_size_that_was_asked_for(self, size):
        assert sum(map(len, exhibit.statement(size))) == size

    def test_it_is_the_same_bytes_at_every_run(self):
        first, second = (hashlib.sha256(b"".join(exhibit.statement(2_000_000))) for _ in range(2))
        assert first.digest() == second.digest()
        assert b"".join(exhibit.statement(1000, seed=2)) != b"".join(exhibit.statement(1000))

    def test_no_two_blocks_are_alike(self):
        assert len({bytes(block) for block in islice(exhibit.statement(10 * exhibit.BLOCK), 10)}) == 10

    def test_it_reads_as_rows_of_a_statement(self):
        head, row, *_ = b"".join(exhibit.statement(1000)).decode().splitlines()
        assert head == "day;account;amount;currency;description"
        assert len(row.split(";")) == 5

    def test_as_a_file_it_gives_the_same_bytes_in_pieces_of_any_size(self):
        whole = b"".join(exhibit.statement(1_500_000))
        stream = exhibit.Stream(1_500_000)
        assert b"".join(iter(lambda: stream.read(70_001), b"")) == whole


class NotToday(ComityError):
    code = "demo.not-today"
    says = "{who} is not here today."
    next_step = "Come back tomorrow."


class TestPlayer:
    def test_answers_each_line_with_a_value_or_with_the_sentence_of_the_error(self):
        def absent(who):
            raise NotToday(who=who)

        lines = [{"step": "double", "with": {"of": 2}}, {"step": "absent", "with": {"who": "Alice"}}]
        answers = io.StringIO()
        told = io.StringIO("".join(json.dumps(line) + "\n" for line in lines))
        player.play(told, answers, {"double": lambda of: of * 2, "absent": absent})
        assert [json.loads(line) for line in answers.getvalue().splitlines()] == [
            {"ok": 4},
            {"error": "demo.not-today", "says": "Alice is not here today.", "next_step": "Come back tomorrow."},
        ]


class TestFederation:
    def test_free_ports_differ(self):
        assert len(set(free_ports(20))) == 20

    def test_a_node_that_ends_while_it_starts_is_named_with_its_log(self, tmp_path):
        nodes = federation(tmp_path, AUTHORITIES[:1], port=free_ports(1)[0], say=print)
        node = nodes["fr-central"]
        with nodes:
            node.start()  # there is no node.toml
            with pytest.raises(NodeFailed) as told:
                node.wait()
        assert str(node.log) in told.value.remedy
        assert node.log.read_text()


class TestAgreement:
    @pytest.fixture
    def nodes(self):
        """Two nodes whose answers a test sets."""

        class Told:
            def __init__(self, acts, digest, waiting=0, dossiers=True):
                row = {"id": "d-1", "instrument": "eio", "state": "sent", "acts": acts, "digest": digest}
                envelopes = {"sent": 1, "delivered": 1 - waiting, "refused": 0, "waiting": waiting}
                self.answer = {"dossiers": [row] if dossiers else [], "envelopes": envelopes}

            def play(self, step):
                return self.answer

        def told(*answers):
            nodes = federation(run.Path("."), [], port=1, say=print)
            nodes.nodes = {f"party-{number}": Told(*answer) for number, answer in enumerate(answers)}
            return run.summarise(nodes)["agreed"]

        return told

    @pytest.mark.parametrize(
        ("answers", "agreed"),
        [
            ([(2, "aa"), (2, "aa")], True),
            ([(2, "aa"), (2, "ab")], False),
            ([(2, "aa"), (1, "aa")], False),
            ([(2, "aa"), (2, "aa", 1)], False),
            ([(2, "aa"), (2, "aa", 0, False)], False),
            ([(2, "aa", 0, False)], False),
        ],
        ids=["same", "another state", "fewer acts", "an envelope waits", "one side only", "nothing was played"],
    )
    def test_parties_agree_when_both_hold_the_same_and_nothing_waits(self, nodes, answers, agreed):
        assert nodes(*answers) is agreed


class TestStartPage:
    FACTS = {
        "password": "comity-demo-00ff00ff",
        "nodes": [
            {
                "id": "fr-central",
                "name": "Central Authority of France",
                "address": "http://127.0.0.1:8101",
                "stopped": False,
                "people": [
                    {"username": "claire", "full_name": "Claire <Vasseur>", "function": "Officer", "may": "draft"}
                ],
            }
        ],
        "dossiers": [],
    }

    def ask(self, path):
        answered = {}

        def start(status, headers):
            answered.update(status=status, headers=dict(headers))

        answered["body"] = b"".join(start_page.application(lambda: self.FACTS)({"PATH_INFO": path}, start))
        return answered

    def test_names_who_may_sign_in_where_and_what_for(self):
        page = self.ask("/")
        text = page["body"].decode()
        assert page["status"] == "200 OK"
        assert all(
            words in text for words in ("claire", "Claire &lt;Vasseur&gt;", "http://127.0.0.1:8101/", "comity-demo")
        )
        assert "is being played" in text

    def test_every_role_of_the_cast_is_explained(self):
        assert {person.role for one in AUTHORITIES for person in one.people} <= set(start_page.MAY)

    def test_shows_a_dossier_with_what_to_look_at(self):
        row = {"id": "fr-central-2026-0001", "instrument": "eio", "state": "sent", "look": "The clocks"}
        text = start_page.page({**self.FACTS, "dossiers": [row]})
        assert all(words in text for words in ("fr-central-2026-0001", "The clocks"))

    def test_leads_to_the_pages_that_no_dossier_leads_to(self):
        row = {"id": "fr-central-2026-0001", "instrument": "eio", "state": "sent", "look": "The clocks"}
        look = {"title": "Assurances", "address": "http://127.0.0.1:8101/safeguards/", "by": "claire", "says": "Due"}
        text = start_page.page({**self.FACTS, "dossiers": [row], "pages": [look]})
        assert '<a class="govuk-link" href="http://127.0.0.1:8101/safeguards/">Assurances</a>' in text
        assert "Pages to look at" not in start_page.page({**self.FACTS, "dossiers": [row], "pages": []})

    @pytest.mark.parametrize(
        ("found", "competing", "grounds"),
        [
            ({"draft": 7, "competing": 3}, "/safeguards/competing/3/", "/drafts/7/grounds/"),
            ({"draft": None, "competing": None}, "/safeguards/competing/", "/drafts/"),
        ],
        ids=["there", "discarded meanwhile"],
    )
    def test_names_the_very_draft_and_comparison_while_they_are_there(self, found, competing, grounds):
        class France:
            address = "http://127.0.0.1:8101"

            def play(self, step, by):
                return found

        told = {one["title"]: one["address"] for one in looks.pages({"fr-central": France()})}
        assert told["Competing requests"] == f"{France.address}{competing}"
        assert told["Grounds of a draft"] == f"{France.address}{grounds}"

    def test_allows_the_browser_nothing_but_its_own_files(self):
        assert "default-src 'none'" in self.ask("/")["headers"]["Content-Security-Policy"]
        name = start_page.page(self.FACTS).split('rel="stylesheet" href="')[1].split('"')[0]
        assert self.ask(name)["headers"]["Content-Type"] == "text/css"

    @pytest.mark.parametrize("path", ["/elsewhere", "/static/../manifest.py", "/static/", "/static/none.css"])
    def test_has_nothing_else(self, path):
        assert self.ask(path)["status"] == "404 Not Found"


def test_the_start_page_is_made_without_the_settings_of_a_node():
    facts = {"password": "x", "nodes": [{}, {}], "dossiers": []}
    told = f"from comity.demo import start_page; print(start_page.page({facts!r}))"
    settings = ("DJANGO_SETTINGS_MODULE", "COMITY_NODE")
    bare = {name: value for name, value in os.environ.items() if name not in settings}
    done = subprocess.run([sys.executable, "-c", told], env=bare, capture_output=True, text=True, check=False)
    assert "2 authorities on this machine" in done.stdout, done.stderr
