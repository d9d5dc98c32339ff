"""What was typed, read back: kept when it makes sense, kept as typed when it does not."""

import pytest
from django.http import QueryDict

from comity.instruments.model import Field
from comity.web.forms import reading

DAY = "/form/s/x.day=3&/form/s/x.month=7&/form/s/x.year=2026"


def field(kind, **more):
    return Field("x", kind, "X", "", None, **more)


def read(kind, query, **more):
    return reading.read([field(kind, **more)], QueryDict(query), "/form/s", "Europe/Paris").get("x")


@pytest.mark.parametrize(
    ("kind", "query", "value"),
    [
        ("text", "/form/s/x=+a+", "a"),
        ("text", "/form/s/x=+", None),
        ("longtext", "/form/s/x=a%0D%0Ab", "a\nb"),
        ("yes_no", "/form/s/x=yes", True),
        ("yes_no", "/form/s/x=no", False),
        ("number", "/form/s/x=1%C2%A0250", 1250),
        ("number", "/form/s/x=many", "many"),
        ("choices", "/form/s/x=a&/form/s/x=b", ["a", "b"]),
        ("date", "/form/s/x.day=3&/form/s/x.month=4&/form/s/x.year=2026", "2026-04-03"),
        ("date", "/form/s/x.day=3&/form/s/x.month=&/form/s/x.year=2026", "2026--03"),
        ("date", "/form/s/x.day=&/form/s/x.month=&/form/s/x.year=", None),
        (
            "moment",
            "/form/s/x.day=3&/form/s/x.month=7&/form/s/x.year=2026&/form/s/x.time=14:05",
            "2026-07-03T12:05:00Z",
        ),
        (
            "moment",
            "/form/s/x.day=3&/form/s/x.month=7&/form/s/x.year=2026&/form/s/x.time=14h05",
            "2026-07-03T12:05:00Z",
        ),
        ("moment", DAY + "&/form/s/x.time=", "2026-07-03T"),
        ("money", "/form/s/x/amount=1+250,50&/form/s/x/currency=EUR", {"amount": "1250.50", "currency": "EUR"}),
        ("money", "/form/s/x/amount=&/form/s/x/currency=EUR", None),
        ("period", "/form/s/x/from.day=1&/form/s/x/from.month=2&/form/s/x/from.year=2026", {"from": "2026-02-01"}),
    ],
)
def test_each_type(kind, query, value):
    assert read(kind, query) == value


def test_what_is_no_moment_yet_is_shown_again_as_typed():
    typed = read("moment", "/form/s/x.day=3&/form/s/x.month=7&/form/s/x.year=2026&/form/s/x.time=noon")
    parts = reading.moment_parts(typed, "Europe/Paris")
    assert (parts["day"], parts["month"], parts["year"], parts["time"]) == ("03", "07", "2026", "noon")


def test_a_repeated_text_forgets_its_empty_lines():
    assert read("text", "/form/s/x/0=a&/form/s/x/1=&/form/s/x/2=c", repeated=True) == ["a", "c"]


def test_a_repeated_group_keeps_an_item_that_is_still_empty():
    inner = (field("text"),)
    assert read("group", "/form/s/x/0/x=a&/form/s/x/1/x=", repeated=True, fields=inner) == [{"x": "a"}, {}]
