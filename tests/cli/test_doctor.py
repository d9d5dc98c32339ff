import json
from datetime import timedelta

import pytest

from comity.access import actions as access
from comity.cli import doctor
from comity.lib import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def built(monkeypatch, tmp_path):
    """The files for the browser, as if built."""
    folder = tmp_path / "built"
    folder.mkdir()
    (folder / "comity-1.css").write_text("")
    (folder / "manifest.json").write_text(json.dumps({"comity.css": "comity-1.css"}))
    monkeypatch.setattr(doctor, "BUILT", folder)
    return folder


@pytest.fixture
def sound(node, built):
    """A node with which nothing is wrong."""
    at = clock.now()
    access.create_unit("desk", "Desk", is_desk=True, at=at)
    ada, _ = access.create_user("ada", "Ada Roche", at=at)
    access.grant(ada, "administrator", at=at)
    return node


def checks(ran):
    return {check["id"]: check for check in ran.json["checks"]}


class TestASoundNode:
    def test_is_told_so(self, comity, sound):
        ran = comity("doctor", "--json")
        wrong = [check for check in ran.json["checks"] if not check["ok"]]
        assert (ran.code, wrong) == (0, [])
        assert {"folder", "keys", "database", "static", "disk", "log", "clock"} <= set(checks(ran))

    def test_is_read_by_people(self, comity, sound):
        ran = comity("doctor")
        assert "WRONG" not in ran.out
        assert "ok     keys" in ran.out


class TestWhatIsWrong:
    def test_a_secret_that_others_may_read(self, comity, sound):
        (sound.folder / "keys.json").chmod(0o644)
        ran = comity("doctor", "--json")
        assert ran.code == 1
        assert "chmod 600" in checks(ran)["keys.json"]["remedy"]

    def test_lost_keys(self, comity, sound):
        (sound.folder / "keys.json").unlink()
        ran = comity("doctor", "--json")
        assert not checks(ran)["keys.json"]["ok"]
        assert "backup" in checks(ran)["keys.json"]["remedy"]

    def test_a_front_end_that_was_not_built(self, comity, sound, built):
        (built / "comity-1.css").unlink()
        assert not checks(comity("doctor", "--json"))["static"]["ok"]
        (built / "manifest.json").unlink()
        assert "make demo" in checks(comity("doctor", "--json"))["static"]["remedy"]

    def test_a_full_disk(self, comity, sound, monkeypatch):
        monkeypatch.setattr(doctor, "LEAST_FREE", 1 << 60)
        assert not checks(comity("doctor", "--json"))["disk"]["ok"]

    def test_a_node_that_nobody_administers(self, comity, node, built):
        assert "add-user" in checks(comity("doctor", "--json"))["people"]["remedy"]

    def test_plain_http_and_passwords_alone_beyond_this_machine(self, comity, sound, settings):
        from dataclasses import replace

        settings.COMITY = replace(sound, endpoint="http://comity.example.fr", second_factor="optional")
        found = checks(comity("doctor", "--json"))
        assert not found["endpoint"]["ok"]
        assert not found["second-factor"]["ok"]

    def test_a_clock_behind_the_log(self, comity, sound, monkeypatch):
        comity("peers", "card")  # an entry of now
        past = clock.now() - timedelta(hours=1)
        monkeypatch.setattr(clock, "now", lambda: past)
        assert "the clock shows" in checks(comity("doctor", "--json"))["clock"]["says"]

    def test_a_log_that_was_changed(self, comity, sound):
        from django.db import connection

        comity("peers", "card")
        with connection.cursor() as cursor:
            cursor.execute("UPDATE exchange_logentry SET sha256 = %s", ["0" * 64])
        assert "comity log verify" in checks(comity("doctor", "--json"))["log"]["remedy"]

    def test_a_peer_that_does_not_answer(self, comity, sound, pinned):
        assert not checks(comity("doctor", "--json"))["peer nl-prosecution"]["ok"]
        assert "peer nl-prosecution" not in checks(comity("doctor", "--offline", "--json"))

    def test_a_database_that_does_not_answer(self, comity, sound, monkeypatch):
        from django.db import OperationalError

        def away():
            raise OperationalError("connection refused")

        monkeypatch.setattr("comity.cli.node.pending_migrations", away)
        found = checks(comity("doctor", "--json"))
        assert "connection refused" in found["database"]["says"]
        assert "log" not in found

    def test_a_node_without_a_desk(self, comity, sound):
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("UPDATE access_unit SET is_desk = %s, handles = '[]'", [False])
        assert "--desk" in checks(comity("doctor", "--json"))["people"]["remedy"]

    def test_a_log_too_long_to_be_read_back_at_once(self, comity, sound, monkeypatch):
        comity("peers", "card")
        monkeypatch.setattr(doctor, "QUICK", 0)
        assert "comity log verify" in checks(comity("doctor", "--json"))["log"]["says"]

    def test_a_database_that_lacks_changes(self, comity, sound, monkeypatch):
        monkeypatch.setattr("comity.cli.node.pending_migrations", lambda: ["access 0002_more"])
        found = checks(comity("doctor", "--json"))
        assert "comity migrate" in found["database-version"]["remedy"]
        assert "log" not in found

    @pytest.mark.parametrize(("offset", "ok"), [(0, True), (30, True), (600, False), (-600, False)])
    def test_a_peer_with_another_clock(self, offset, ok):
        from email.utils import format_datetime

        at = clock.moment("2026-11-23T09:00:00Z")
        told = format_datetime(at + timedelta(seconds=offset), usegmt=True)
        assert doctor.drift("peer", told, at).ok is ok
        assert doctor.drift("peer", None, at).ok
