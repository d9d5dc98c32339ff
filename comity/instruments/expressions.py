"""Rules as expressions in CEL: what may be written, and how it is evaluated.

Both sides of a channel run each other's rules, so an expression is bounded before it is compiled:
length, depth and the number of loops. A loop runs over lists of the request only, so two of them
cost at most the product of two such lists.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Any

import cel

from comity.instruments import faults
from comity.lib.errors import BadInput

LONGEST = 1000  # characters
DEEPEST = 24  # brackets within brackets
MOST_LOOPS = 2  # all, exists, exists_one, filter, map
LOOPS = frozenset({"all", "exists", "exists_one", "filter", "map"})
_FUNCTIONS = """
    has size contains startsWith endsWith matches string int double bool timestamp duration
    getFullYear getMonth getDate getDayOfMonth getDayOfWeek getHours getMinutes
"""
FUNCTIONS = LOOPS | frozenset(_FUNCTIONS.split())
WORDS = frozenset({"true", "false", "null", "in"})
TOKEN = re.compile(
    r"""(?P<string>[rR]?(?:'''.*?'''|\"\"\".*?\"\"\"|'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"))"""
    r"""|(?P<number>\d[\w.]*)|(?P<name>[A-Za-z_]\w*)|(?P<space>\s+)|(?P<mark>.)""",
    re.DOTALL,
)


class BadExpression(BadInput):
    code = "instruments.bad-expression"
    says = "The expression cannot be used: {why}"
    next_step = "Write it in CEL as docs/rooms/instruments.md shows."


class Absent(BadInput):
    """The expression asks for a value that the request does not hold."""

    code = "instruments.absent-value"
    says = "The request holds no {name}."


class NotEvaluated(BadInput):
    code = "instruments.not-evaluated"
    says = "The rule could not be evaluated: {why}"
    next_step = "Tell the authority that published the rule; test optional values with has() first."


def problems(expression: object, variables: Collection[str]) -> list[str]:
    """Every reason why an expression cannot be used, in sentences; empty when it can.

    Names are checked here because CEL itself meets an unknown name only when evaluation reaches it.
    """
    if not isinstance(expression, str) or not expression.strip():
        return ["An expression is text."]
    if len(expression) > LONGEST:
        return [f"An expression has at most {LONGEST} characters; this one has {len(expression)}."]
    found = _bounds(expression)
    try:
        cel.compile(expression)
    except ValueError as error:
        return [*found, _syntax(error)]
    return [*found, *_names(expression, variables)]


def _tokens(expression: str) -> list[tuple[str, str]]:
    return [
        (found.lastgroup or "", found.group()) for found in TOKEN.finditer(expression) if found.lastgroup != "space"
    ]


def _bounds(expression: str) -> list[str]:
    tokens = _tokens(expression)
    depth = deepest = 0
    for _, text in tokens:
        depth += (text in "([{") - (text in ")]}")
        deepest = max(deepest, depth)
    loops = sum(text in LOOPS and _follows(tokens, index, "(") for index, (_, text) in enumerate(tokens))
    found = []
    if deepest > DEEPEST:
        found.append(f"Brackets stand {deepest} deep; at most {DEEPEST} are allowed.")
    if loops > MOST_LOOPS:
        found.append(f"There are {loops} loops ({', '.join(sorted(LOOPS))}); at most {MOST_LOOPS} are allowed.")
    return found


def _follows(tokens: list[tuple[str, str]], index: int, mark: str) -> bool:
    return index + 1 < len(tokens) and tokens[index + 1][1] == mark


def _names(expression: str, variables: Collection[str]) -> list[str]:
    tokens = _tokens(expression)
    bound = {
        tokens[index + 2][1]
        for index, (_, text) in enumerate(tokens[:-2])
        if text in LOOPS and _follows(tokens, index, "(")
    }
    found = []
    for index, (kind, text) in enumerate(tokens):
        if kind != "name" or text in WORDS:
            continue
        if _follows(tokens, index, "("):
            if text not in FUNCTIONS:
                found.append(faults.unknown("function", text, FUNCTIONS))
        elif not (index and tokens[index - 1][1] == ".") and text not in bound and text not in variables:
            found.append(faults.unknown("variable", text, variables) + f" There are: {', '.join(sorted(variables))}.")
    return found


def _syntax(error: ValueError) -> str:
    said = re.search(r"ERROR: <input>:1:(\d+): (.*)", str(error))
    return f"It is not CEL: character {said.group(1)}: {said.group(2)}." if said else "It is not CEL."


@lru_cache(maxsize=8192)  # more than all definitions hold together
def _program(expression: str) -> Any:
    if len(expression) > LONGEST or (found := _bounds(expression)):
        raise BadExpression(why=f"It has more than {LONGEST} characters." if len(expression) > LONGEST else found[0])
    try:
        return cel.compile(expression)
    except ValueError as error:
        raise BadExpression(why=_syntax(error)) from None


def context(variables: Mapping[str, Any]) -> Any:
    """Variables (plain JSON values) made ready once for many expressions; not to be shared between threads.

    What CEL cannot hold (a whole number beyond 64 bits, half a surrogate pair) is null in it: the form check names it.
    """
    try:
        return cel.Context(variables=dict(variables))
    except (ValueError, OverflowError, UnicodeError):
        return cel.Context(variables={name: _bearable(value) for name, value in variables.items()})


def _bearable(value: Any) -> Any:
    if isinstance(value, dict):
        return {_text(key): _bearable(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_bearable(inner) for inner in value]
    if isinstance(value, str):
        return _text(value)
    return None if isinstance(value, int) and not -(2**63) <= value < 2**63 else value


def _text(value: str) -> str:
    return value.encode("utf-8", "replace").decode("utf-8")


def holds(expression: str, context: Any) -> bool:
    """Whether the expression is true over a ``context``.

    :raises Absent: it asks for a key or a place in a list that is not there, outside of has().
    :raises NotEvaluated: types that do not go together, an unknown name, or a result other than true or false.
    :raises BadExpression: it is not CEL, or passes the bounds.
    """
    try:
        result = _program(expression).execute(context)
    except (KeyError, IndexError) as error:
        raise Absent(name=str(error).strip("'")) from None
    except (TypeError, ValueError, RuntimeError, ArithmeticError, AttributeError) as error:
        raise NotEvaluated(why=str(error).splitlines()[0] if str(error) else type(error).__name__) from None
    if not isinstance(result, bool):
        raise NotEvaluated(why=f"it gives {type(result).__name__}, not true or false.")
    return result
