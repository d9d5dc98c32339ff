import json
import os
import stat

import pytest

from comity.exchange.wire import keys as keys_
from comity.exchange.wire.keys import (
    BadKeys,
    NeedsPassphrase,
    PublicKeys,
    SecretKeys,
    WrongPassphrase,
    matches,
    words,
)
from tests.wire.test_vectors import KEYS

FR = KEYS["fr-central"]


@pytest.fixture
def file(tmp_path):
    return tmp_path / "keys.json"


class TestKeyFile:
    def test_comes_back_and_only_the_owner_reads_it(self, file):
        FR.save(file)
        assert SecretKeys.load(file) == FR
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert os.listdir(file.parent) == ["keys.json"]

    def test_comes_back_with_the_passphrase(self, file):
        FR.save(file, "a long passphrase é")
        assert b"mldsa65" not in file.read_bytes()
        assert SecretKeys.load(file, "a long passphrase é") == FR
        with pytest.raises(NeedsPassphrase):
            SecretKeys.load(file)
        with pytest.raises(WrongPassphrase):
            SecretKeys.load(file, "another")

    def test_replaces_an_older_file_as_a_whole(self, file):
        SecretKeys.generate().save(file)
        FR.save(file)
        assert SecretKeys.load(file) == FR

    def test_leaves_nothing_behind_when_the_disk_fails(self, file, monkeypatch):
        def fails(handle):
            raise OSError("disk full")

        monkeypatch.setattr(keys_.os, "fsync", fails)
        with pytest.raises(OSError, match="disk full"):
            FR.save(file)
        assert os.listdir(file.parent) == []

    @pytest.mark.parametrize(
        "content", ["", "[]", "{}", '{"kind":"comity-keys/2"}', '{"kind":"comity-keys/1"}', "\x00"]
    )
    def test_refuses_what_is_no_key_file(self, file, content):
        file.write_text(content)
        with pytest.raises(BadKeys):
            SecretKeys.load(file)

    def test_says_when_there_is_none(self, file):
        with pytest.raises(BadKeys, match="No such file"):
            SecretKeys.load(file)

    @pytest.mark.parametrize(
        "change",
        [
            {"argon2id": {"iterations": 1, "lanes": 1, "memory_kib": 8}},
            {"salt": "AA"},
            {"nonce": 7},
            {"x": 1},
        ],
    )
    def test_refuses_another_way_of_locking(self, file, change):
        FR.save(file, "secret")
        file.write_text(json.dumps({**json.loads(file.read_text()), **change}))
        with pytest.raises(BadKeys):
            SecretKeys.load(file, "secret")


class TestJson:
    @pytest.mark.parametrize("of", [SecretKeys, PublicKeys])
    def test_is_strict(self, of):
        whole = (FR if of is SecretKeys else FR.public).to_json()
        assert of.from_json(whole) == (FR if of is SecretKeys else FR.public)
        broken = [
            None,
            [],
            {},
            {**whole, "rsa": "AAAA"},
            {name: value for name, value in whole.items() if name != "x25519"},
            {**whole, "x25519": 5},
            {**whole, "x25519": "AAAA"},
            {**whole, "x25519": whole["x25519"] + "="},
            {**whole, "x25519": "!" * 43},
        ]
        for value in broken:
            with pytest.raises(BadKeys):
                of.from_json(value)

    def test_lengths_hold_for_raw_keys_too(self):
        with pytest.raises(BadKeys, match="31 bytes"):
            SecretKeys(ed25519=b"x" * 31, mldsa65=b"x" * 32, mlkem768=b"x" * 64, x25519=b"x" * 32)

    def test_refuses_an_encapsulation_key_that_is_none(self):
        # FIPS 203 section 7.2: coefficients of 3329 and more are not an encoding.
        with pytest.raises(BadKeys):
            PublicKeys(
                ed25519=FR.public.ed25519,
                mldsa65=FR.public.mldsa65,
                mlkem768=b"\xff" * 1184,
                x25519=b"x" * 32,
            )

    def test_secrets_do_not_show_in_a_traceback(self):
        assert "ed25519" not in repr(FR)


class TestSignatures:
    def test_both_must_be_good(self):
        ed, pq = FR.sign(b"message", b"context")
        assert FR.public.verifies(b"message", b"context", ed, pq)
        other_ed, other_pq = SecretKeys.generate().sign(b"message", b"context")
        assert not FR.public.verifies(b"message", b"context", other_ed, pq)
        assert not FR.public.verifies(b"message", b"context", ed, other_pq)
        assert not FR.public.verifies(b"message", b"another", ed, pq)
        assert not FR.public.verifies(b"another", b"context", ed, pq)


class TestWords:
    def test_are_twelve_and_match_in_any_spelling(self):
        told = words(FR.fingerprint)
        assert len(told) == 12
        for spelling in (" ".join(told), "-".join(told).upper(), "  ".join(told) + "\n"):
            assert matches(FR.fingerprint, spelling)
        grouped = " ".join(FR.fingerprint[at : at + 4] for at in range(0, 64, 4)).upper()
        assert matches(FR.fingerprint, FR.fingerprint)
        assert matches(FR.fingerprint, grouped)

    def test_of_another_do_not_match(self):
        other = SecretKeys.generate().fingerprint
        assert not matches(FR.fingerprint, " ".join(words(other)))
        assert not matches(FR.fingerprint, other)
        assert not matches(FR.fingerprint, "")
        assert not matches(FR.fingerprint, " ".join(words(FR.fingerprint)[:11]))
        assert not matches(FR.fingerprint, FR.fingerprint[:32])
