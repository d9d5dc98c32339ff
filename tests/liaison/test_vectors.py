"""docs/spec/message.md: every vector does what it says, and the page names what the code knows."""

import json

import pytest

from comity.exchange.refusal import Refused
from comity.exchange.wire import signed
from comity.liaison import body
from tests.vectors import excerpts
from tests.wire.test_vectors import FOLDER, KEYS

CASES = json.loads((FOLDER / "message.json").read_text(encoding="utf-8"))["cases"]
PAGE = (excerpts.PAGES / "message.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_vector(case):
    raw = case["raw"].encode()
    by = json.loads(raw)["body"]["by"]
    one = signed.read(raw, body.KIND, KEYS[by].public)
    if case["error"] is None:
        assert (one.id, one.body) == (case["id"], case["body"])
        assert body.read(one.body).text == one.body["text"]
    else:
        with pytest.raises(Refused) as caught:
            body.read(one.body)
        assert caught.value.reason_code == case["error"]


def test_what_we_build_reads_as_the_vector():
    told = CASES[0]["body"]
    from comity.lib.clock import moment

    made = body.build(
        thread=told["thread"], by=told["by"], at=moment(told["at"]), parents=[], language="en", text=told["text"],
        subject=told["subject"], about=told["about"], function=told["function"], name="", in_reply_to="",
    )  # fmt: skip
    assert made == told


def test_the_page_names_every_field_and_limit():
    for name in body.Body.model_fields:
        assert f"`{name}`" in PAGE, name
    assert "20 000" in PAGE
    assert (body.LONGEST, body.LONGEST_LINE, body.MOST_PARENTS, body.MOST_MINUTES) == (20_000, 200, 64, 1440)


def test_its_example_is_an_excerpt_of_the_vectors():
    assert excerpts.renewed(PAGE) == PAGE
