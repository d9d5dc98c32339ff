"""The files for the browser: built, named by content, and nothing else is given out."""

import json

import pytest
from django.urls import reverse

from comity.web import built


@pytest.fixture
def files(tmp_path, monkeypatch):
    """A build of one file, beside one that no manifest names."""
    names = {"comity.css": "comity-abc.css", "comity.js": "comity-1.js", "icon.svg": "icon-1.svg"}
    (tmp_path / "manifest.json").write_text(json.dumps(names))
    (tmp_path / "comity-abc.css").write_text("body{}")
    (tmp_path / "secret.txt").write_text("no")
    monkeypatch.setattr(built, "FOLDER", tmp_path)
    built.manifest.cache_clear()
    yield tmp_path
    built.manifest.cache_clear()


def test_a_file_is_kept_for_a_year_under_its_hashed_name(files, client):
    answer = client.get(built.address("comity.css"))
    assert b"".join(answer.streaming_content) == b"body{}"
    assert answer["Content-Type"] == "text/css; charset=utf-8"
    assert "immutable" in answer["Cache-Control"]


@pytest.mark.parametrize("name", ["secret.txt", "manifest.json", "comity.css", "..%2fapps.py"])
def test_nothing_else_is_given_out(files, client, name):
    assert client.get(reverse("built", args=["x"])[:-1] + name).status_code == 404


def test_a_file_that_was_not_built_says_how_to_build_it(files):
    with pytest.raises(built.NotBuilt) as caught:
        built.address("nothing.js")
    assert "build.mjs" in caught.value.remedy


def test_without_a_build_a_page_says_so_in_plain_words(files, client, db):
    (files / "manifest.json").unlink()
    built.manifest.cache_clear()
    answer = client.get(reverse("account_login"))
    assert (answer.status_code, answer["Content-Type"]) == (503, "text/plain; charset=utf-8")
    assert "build.mjs" in answer.content.decode()
