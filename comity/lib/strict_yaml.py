"""YAML that remembers where each value stands, and refuses what people get wrong."""

from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from comity.lib.errors import BadInput


class BadYaml(BadInput):
    code = "lib.bad-yaml"
    says = "{file}, line {line}: {why}."
    next_step = "Mend the file at that line."


@dataclass(frozen=True)
class Document:
    """A YAML file: plain values, and the line (from 1) of every JSON pointer in it."""

    file: str
    value: Any
    lines: dict[str, int] = field(repr=False)

    def line(self, pointer: str) -> int:
        """The line of a JSON pointer, or of its nearest parent that stands in the file."""
        while pointer not in self.lines and pointer:
            pointer = pointer.rpartition("/")[0]
        return self.lines.get(pointer, 1)


def read(path: Path) -> Document:
    """Read one YAML file. Repeated keys, tags and anything but plain values are refused.

    :raises BadYaml: naming the file and the line.
    """
    try:
        return parse(path.read_text(encoding="utf-8"), path.name)
    except UnicodeDecodeError:
        raise BadYaml(file=path.name, line=1, why="the file is not UTF-8") from None


def parse(text: str, name: str) -> Document:
    """Read YAML text; ``name`` is what errors call it.

    :raises BadYaml: naming the place.
    """
    try:
        tree = YAML(typ="rt", pure=True).load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise BadYaml(file=name, line=mark.line + 1 if mark else 1, why=str(error.problem or error.context)) from None
    except (YAMLError, ValueError) as error:
        raise BadYaml(file=name, line=1, why=str(error).splitlines()[0]) from None
    lines: dict[str, int] = {"": 1}
    return Document(name, _plain(tree, "", lines, name), lines)


def _plain(node: Any, pointer: str, lines: dict[str, int], name: str) -> Any:
    if isinstance(node, CommentedMap):
        plain = {}
        for key, value in node.items():
            below = f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}"
            lines[below] = node.lc.key(key)[0] + 1
            plain[_scalar(key, lines[below], name)] = _plain(value, below, lines, name)
        return plain
    if isinstance(node, CommentedSeq):
        rows = []
        for index, value in enumerate(node):
            below = f"{pointer}/{index}"
            lines[below] = node.lc.item(index)[0] + 1
            rows.append(_plain(value, below, lines, name))
        return rows
    return _scalar(node, lines.get(pointer, 1), name)


def _scalar(node: Any, line: int, name: str) -> Any:
    if node is None or isinstance(node, bool):
        return node
    if isinstance(node, str):
        return str(node)
    if isinstance(node, int):
        return int(node)
    if isinstance(node, float):
        return float(node)
    if isinstance(node, datetime | date):
        return node
    raise BadYaml(file=name, line=line, why=f"a {type(node).__name__} is not a plain value")
