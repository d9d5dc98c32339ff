"""Rules are bounded before they run, and say plainly why they cannot."""

import pytest

from comity.instruments import expressions
from comity.instruments.expressions import Absent, BadExpression, NotEvaluated

CONTEXT = {"form": {"a": {"b": 1, "list": ["x", "y"], "moment": "2026-11-23T00:00:00Z"}}, "language": "fr"}


@pytest.mark.parametrize(
    ("expression", "holds"),
    [
        ("form.a.b == 1", True),
        ('language in ["nl", "en"]', False),
        ("form.a.list.exists(one, one == 'y')", True),
        ("has(form.a.c)", False),
        ("!has(form.a.c) || form.a.c == 2", True),
        ("form.a.c == 1 || true", True),
        ("size(form.a.list) > 1 && language.startsWith('f')", True),
        ("timestamp(form.a.moment) < timestamp('2027-01-01T00:00:00Z')", True),
        ("form.a.b == 1 ? true : false", True),
    ],
)
def test_evaluates(expression, holds):
    assert expressions.problems(expression, ("form", "language")) == []
    assert expressions.holds(expression, CONTEXT) is holds


@pytest.mark.parametrize("expression", ["form.a.c == 1", "form.x.y == 1", "form.a.list[7] == 'x'", "has(form.x.y)"])
def test_what_is_absent_has_a_name_of_its_own(expression):
    with pytest.raises(Absent):
        expressions.holds(expression, CONTEXT)


@pytest.mark.parametrize(
    "expression", ["form.a.b + 'x' == 'y'", "1 / 0 == 1", "nothing == 1", "form.a.b", "size(3) == 1"]
)
def test_what_cannot_be_evaluated_is_said(expression):
    with pytest.raises(NotEvaluated):
        expressions.holds(expression, CONTEXT)


@pytest.mark.parametrize(
    ("expression", "says"),
    [
        ("", "is text"),
        (3, "is text"),
        ("form.a ==", "not CEL"),
        ("'", "not CEL"),
        ("form.a == 1 && " * 100 + "true", "at most 1000"),
        ("(" * 30 + "true" + ")" * 30, "deep"),
        ("form.a.all(x, form.a.all(y, form.a.all(z, x == y)))", "loops"),
        ("frm.a == 1", "Did you mean 'form'"),
        ("form.a.each(x, x)", "no function 'each'"),
    ],
)
def test_what_may_not_be_written_is_named(expression, says):
    assert says in " ".join(expressions.problems(expression, ("form",)))


def test_names_inside_texts_and_bound_names_are_not_variables():
    assert expressions.problems("form.a.exists(x, x == 'frm.b(c)') && form.map == 1", ("form",)) == []


@pytest.mark.parametrize("expression", ["(" * 30 + "true" + ")" * 30, "true && " * 200 + "true", "form ==", "(" * 900])
def test_bounds_hold_when_evaluating_too(expression):
    with pytest.raises(BadExpression):
        expressions.holds(expression, CONTEXT)
