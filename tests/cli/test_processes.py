"""Commands as processes of their own: a node is made, checked, migrated, served and stopped."""

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
import tomllib
import urllib.request

import pytest


def run(*words, **environment):
    env = {key: value for key, value in os.environ.items() if not key.startswith(("COMITY_", "DJANGO_"))}
    return subprocess.run(
        [sys.executable, "-m", "comity.cli.main", *words],
        capture_output=True,
        text=True,
        check=False,
        env=env | environment,
    )


def init(folder, *more):
    return run(
        "init", "--dir", str(folder), "--authority", "fr-central", "--country", "FR", "--language", "fr", "en",
        "--name", "Central Authority", "--name", 'fr=Autorité "centrale"', "--time-zone",
        "Europe/Paris", "--json", *more,
    )  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("nodes") / "node"
    return folder, init(folder)


class TestInit:
    def test_makes_a_node_that_the_doctor_finds_sound(self, made):
        folder, done = made
        assert done.returncode == 0, done.stderr
        value = json.loads(done.stdout)
        assert len(value["words"]) == 12
        assert value["administrator"]["username"] == "admin"
        found = run("doctor", "--offline", "--json", COMITY_NODE=str(folder))
        wrong = [check for check in json.loads(found.stdout)["checks"] if not check["ok"]]
        assert [check["id"] for check in wrong] in ([], ["static"])  # the front end may not be built here

    def test_keeps_secrets_to_their_owner(self, made):
        folder, _ = made
        for name in ("keys.json", "secret.key", "node.toml", "node.sqlite3"):
            assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600, name
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700

    def test_writes_what_it_was_told(self, made):
        folder, _ = made
        told = tomllib.loads((folder / "node.toml").read_text(encoding="utf-8"))
        assert told["names"] == {"en": "Central Authority", "fr": 'Autorité "centrale"'}
        assert told["languages"] == ["fr", "en"]
        assert told["second_factor"] == "required"

    def test_overwrites_nothing(self, made):
        folder, _ = made
        before = (folder / "keys.json").read_bytes()
        again = init(folder)
        assert again.returncode == 1
        assert json.loads(again.stdout)["error"] == "cli.node-exists"
        assert (folder / "keys.json").read_bytes() == before

    def test_leaves_nothing_behind_when_it_cannot_finish(self, tmp_path):
        done = init(tmp_path / "node", "--authority", "NOT AN ID")
        assert done.returncode == 2
        assert json.loads(done.stdout)["error"] == "config.bad-node"
        assert not (tmp_path / "node").exists()

    def test_locks_the_keys_with_a_passphrase(self, tmp_path):
        env = {"COMITY_PASSPHRASE": "seven brown kettles sing"}
        folder = str(tmp_path / "node")
        words = ("init", "--dir", folder, "--authority", "fr-central", "--country", "FR", "--language", "fr")
        assert run(*words, "--name", "X", "--no-administrator", **env).returncode == 0
        assert run("peers", "card", "--dir", folder, **env).returncode == 0
        refused = run("peers", "card", "--dir", folder, "--json")
        assert (refused.returncode, json.loads(refused.stdout)["error"]) == (2, "wire.needs-passphrase")


class TestServe:
    def test_serves_until_told_to_stop(self, made):
        folder, _ = made
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        env = {key: value for key, value in os.environ.items() if not key.startswith(("COMITY_", "DJANGO_"))}
        process = subprocess.Popen(
            [sys.executable, "-m", "comity.cli.main", "serve", "--dir", str(folder), "--listen", f"127.0.0.1:{port}"],
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        try:
            assert b"fr-central" in answer(f"http://127.0.0.1:{port}/exchange/v1/card", process)
            taken = run("serve", "--dir", str(folder), "--listen", f"127.0.0.1:{port}", "--json")
            assert (taken.returncode, json.loads(taken.stdout)["error"]) == (2, "cli.cannot-listen")
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=30)
        assert process.returncode == 0


def answer(address, process, patience=30):
    until = time.monotonic() + patience
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=2) as told:
                return told.read()
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"no answer from {address}: {process.poll()}")


class TestUsage:
    def test_bad_usage_ends_with_2(self):
        done = run("law", "deadlines")
        assert (done.returncode, done.stdout) == (2, "")
        assert "Usage: comity law deadlines" in done.stderr

    def test_pure_commands_need_neither_a_node_nor_django(self):
        probe = (
            "import sys\nfrom comity.cli.main import main\n"
            "code = main(['law', 'parties', 'eu-eio', 'FR', '--json']) or main(['instrument', 'list', '--json'])\n"
            "assert 'django' not in sys.modules, 'django was loaded'\nsys.exit(code)"
        )
        env = {key: value for key, value in os.environ.items() if not key.startswith(("COMITY_", "DJANGO_"))}
        done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=False, env=env)
        assert done.returncode == 0, done.stderr

    def test_a_folder_without_a_node_is_named(self, tmp_path):
        done = run("peers", "list", "--dir", str(tmp_path), "--json")
        assert (done.returncode, json.loads(done.stdout)["error"]) == (2, "config.no-node")

    def test_a_database_that_lacks_changes_is_not_served(self, tmp_path):
        folder = tmp_path / "node"
        assert init(folder).returncode == 0
        (folder / "node.sqlite3").unlink()
        refused = run("serve", "--dir", str(folder), "--json")
        assert (refused.returncode, json.loads(refused.stdout)["error"]) == (1, "cli.not-migrated")
        applied = run("migrate", "--dir", str(folder), "--json")
        assert "access 0001_initial" in json.loads(applied.stdout)["applied"]
        assert json.loads(run("migrate", "--dir", str(folder), "--json").stdout) == {"applied": []}
