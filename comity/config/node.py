"""Who this node is: the file node.toml in the node's folder."""

import os
import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from comity.lib.errors import BadInput

AUTHORITY = re.compile(r"[a-z0-9][a-z0-9-]{2,39}")
KEYS: dict[str, type | tuple[type, ...]] = {
    "authority": str, "country": str, "names": dict, "languages": list, "time_zone": str, "endpoint": str,
    "listen": str, "database": str, "second_factor": str, "competences": list, "contacts": list,
}  # fmt: skip


class NoNode(BadInput):
    code = "config.no-node"
    says = "There is no node in {folder}."
    next_step = "Make one with 'comity init', or name its folder with --dir or COMITY_NODE."


class BadNode(BadInput):
    code = "config.bad-node"
    says = "{file}: {why}."
    next_step = "Mend that line; docs/operations.md lists every key."


@dataclass(frozen=True)
class Node:
    """One authority's node as its folder describes it.

    ``country`` is ISO 3166-1 alpha-2, or ``ICC`` for the International Criminal Court.
    """

    folder: Path
    authority: str
    country: str
    names: dict[str, str]
    languages: tuple[str, ...]
    time_zone: str = "UTC"
    endpoint: str = "http://127.0.0.1:8000"
    listen: str = "127.0.0.1:8000"
    database: str = "sqlite"
    second_factor: str = "required"
    proxy: str = "127.0.0.1"  # the address of the reverse proxy that ends TLS; only its word about the client counts
    competences: tuple[str, ...] = ()
    contacts: tuple[dict[str, Any], ...] = field(default=())

    @property
    def name(self) -> str:
        return self.names.get("en") or next(iter(self.names.values()))

    @property
    def keys_file(self) -> Path:
        return self.folder / "keys.json"


def folder() -> Path:
    """The node's folder that this process works on."""
    return Path(os.environ.get("COMITY_NODE", ".")).resolve()


def load(where: Path) -> Node:
    """Read ``node.toml``.

    :raises NoNode: there is none.
    :raises BadNode: a key is missing, unknown or malformed.
    """
    file = where / "node.toml"
    try:
        told = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise NoNode(folder=where) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadNode(file=file, why=str(error)) from None
    for key, value in told.items():
        if key not in KEYS:
            raise BadNode(file=file, why=f"{key!r} is not a key; the keys are {', '.join(sorted(KEYS))}")
        if not isinstance(value, KEYS[key]):
            raise BadNode(file=file, why=f"{key} has the wrong type")
    for key in ("authority", "country", "names", "languages"):
        if not told.get(key):
            raise BadNode(file=file, why=f"{key} is missing")
    if not AUTHORITY.fullmatch(told["authority"]):
        raise BadNode(file=file, why="authority is a lower-case label of 3 to 40 letters, digits and hyphens")
    if not re.fullmatch(r"[A-Z]{2}|ICC", told["country"]):
        raise BadNode(file=file, why="country is two capital letters (ISO 3166-1) or ICC")
    if told.get("second_factor", "required") not in ("required", "optional"):
        raise BadNode(file=file, why="second_factor is 'required' or 'optional'")
    for key in ("languages", "competences", "contacts"):
        if key in told:
            told[key] = tuple(told[key])
    return Node(folder=where, **told)
