import pytest

pytestmark = pytest.mark.django_db


class TestVerify:
    def test_a_sound_log_is_fine(self, comity, pinned):
        ran = comity("log", "verify", "--json")
        assert (ran.code, ran.json["ok"], ran.json["faults"]) == (0, True, [])
        assert ran.json["entries"] >= 1
        assert "Sound" in comity("log", "verify").out

    def test_a_changed_entry_is_a_finding_that_names_it(self, comity, pinned):
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("UPDATE exchange_logentry SET sha256 = %s", ["0" * 64])
        ran = comity("log", "verify", "--json")
        assert (ran.code, ran.json["ok"]) == (1, False)
        assert {"where", "says"} == set(ran.json["faults"][0])
        assert ran.json["faults"][0]["where"] in comity("log", "verify").out


class TestProve:
    def test_answers_a_proof(self, comity, pinned):
        entry = comity("log", "entries", "--json").json["entries"][-1]
        ran = comity("log", "prove", entry["kind"], entry["name"], "--json")
        assert ran.code == 0
        assert {"index", "size", "entry", "leaf_hash", "proof", "checkpoint"} <= set(ran.json)
        assert ran.json["index"] == entry["index"]
        assert ran.json["leaf_hash"] in comity("log", "prove", entry["kind"], entry["name"]).out

    def test_of_what_is_not_there_is_refused(self, comity, node):
        assert comity("log", "prove", "act", "0" * 64).code == 2


class TestCheckpoint:
    def test_names_origin_size_and_root(self, comity, pinned):
        value = comity("log", "checkpoint", "--json").json
        size = len(comity("log", "entries", "--json").json["entries"])
        assert (value["origin"], value["size"]) == ("comity/fr-central", size)
        assert value["checkpoint"].startswith(f"comity/fr-central\n{size}\n{value['root']}\n")
