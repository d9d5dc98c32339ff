"""`comity init` and `comity migrate`: a new node, and a newer version of one."""

import argparse
import json
import os
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from comity.cli import node
from comity.cli.answer import Answer, facts
from comity.cli.reading import CannotWrite
from comity.cli.usage import Commands
from comity.lib import clock
from comity.lib.errors import BadInput, ComityError

FILES = ("node.toml", "secret.key", "keys.json", "node.sqlite3")
FOLDERS = ("blobs", "run")


class NodeExists(ComityError):
    code = "cli.node-exists"
    says = "There is a node in {folder} already: {found} is there."
    next_step = "Choose an empty folder. A node's keys and database are never overwritten."


class BadName(BadInput):
    code = "cli.bad-name"
    says = "{told!r} is not a name."
    next_step = 'Write --name "Central Authority", or --name fr="Autorité centrale" for another language.'


def add(commands: Commands) -> None:
    parser = commands.add("init", init, "Make a new node: its folder, keys, database and first administrator.")
    parser.add_argument("--authority", required=True, metavar="ID", help="our id among authorities, such as fr-central")
    parser.add_argument("--country", required=True, metavar="CC", help="two capital letters (ISO 3166-1), or ICC")
    parser.add_argument(
        "--name",
        required=True,
        action="append",
        metavar="[LANGUAGE=]NAME",
        help="our name; English unless told otherwise",
    )
    parser.add_argument(
        "--language",
        required=True,
        nargs="+",
        action="extend",
        metavar="L",
        help="languages we accept, the first is ours",
    )
    parser.add_argument("--endpoint", default="http://127.0.0.1:8000", metavar="URL", help="where other nodes reach us")
    parser.add_argument("--listen", default="127.0.0.1:8000", metavar="HOST:PORT", help="where 'comity serve' listens")
    parser.add_argument("--time-zone", default="UTC", metavar="ZONE", help="such as Europe/Paris")
    parser.add_argument("--database", default="sqlite", metavar="URL", help="'sqlite', or postgres://...")
    parser.add_argument("--second-factor", default="required", choices=["required", "optional"])
    who = parser.add_mutually_exclusive_group()
    who.add_argument(
        "--administrator",
        default="admin",
        metavar="USERNAME",
        help="the first administrator (default: admin)",
    )
    who.add_argument(
        "--no-administrator", action="store_true", help="make no user; 'comity access add-user' does it later"
    )
    commands.add("migrate", migrate, "Bring the database to what this version of Comity needs.")


def init(told: argparse.Namespace) -> Answer:
    """Make the folder whole or not at all: what was written before a fault is taken away again."""
    folder = Path(told.dir or os.environ.get("COMITY_NODE", ".")).resolve()
    refuse_to_overwrite(folder)
    made = make_folder(folder)
    try:
        write(folder / "secret.key", secrets.token_urlsafe(64) + "\n")
        write(folder / "node.toml", node_toml(told))
        node.open_node(str(folder))
        value = furnish(told, folder)
    except BaseException:
        for name in (*FILES, "node.sqlite3-wal", "node.sqlite3-shm"):
            (folder / name).unlink(missing_ok=True)
        for path in reversed(made):
            path.rmdir()
        raise
    return Answer(value, in_words(value))


def migrate(told: argparse.Namespace) -> Answer:
    node.open_node(told.dir)
    applied = node.migrate()
    text = "\n".join(f"applied {name}" for name in applied) or "The database is up to date."
    return Answer({"applied": applied}, text)


def refuse_to_overwrite(folder: Path) -> None:
    found = [name for name in FILES if (folder / name).exists()]
    if found:
        raise NodeExists(folder=folder, found=found[0])


def make_folder(folder: Path) -> list[Path]:
    """Make the node's folders, readable by their owner alone; returns those that were not there."""
    made: list[Path] = []
    try:
        for path in (folder, *(folder / name for name in FOLDERS)):
            if not path.exists():
                path.mkdir(parents=True, mode=0o700)
                made.append(path)
    except OSError as error:
        raise CannotWrite(file=folder, why=(error.strerror or str(error)).lower()) from None
    folder.chmod(0o700)
    return made


def write(file: Path, text: str) -> None:
    """A file that its owner alone may read, from its first byte on."""
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
        out.write(text)


def node_toml(told: argparse.Namespace) -> str:
    """The text of node.toml. TOML's basic strings are written as JSON's."""
    lines: list[tuple[str, Any]] = [
        ("authority", told.authority),
        ("country", told.country),
        ("languages", told.language),
        ("time_zone", told.time_zone),
        ("endpoint", told.endpoint.rstrip("/")),
        ("listen", told.listen),
        ("database", told.database),
        ("second_factor", told.second_factor),
    ]
    head = "# This node. docs/operations.md explains every key.\n"
    body = "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in lines)
    named = "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in names(told.name).items())
    return f"{head}{body}\n[names]\n{named}"


def names(told: Iterable[str]) -> dict[str, str]:
    """``["Central Authority", "fr=Autorité centrale"]`` as language and name.

    :raises BadName: a name is empty.
    """
    found: dict[str, str] = {}
    for text in told:
        language, sign, name = text.partition("=")
        if not (sign and language.isalpha() and 2 <= len(language) <= 3):
            language, name = "en", text
        if not name.strip():
            raise BadName(told=text)
        found[language.lower()] = name.strip()
    return found


def furnish(told: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Keys, database, the desk that takes what no unit handles, and the first administrator."""
    from comity.access import actions as access
    from comity.exchange import actions as exchange
    from comity.exchange.wire.keys import words

    fingerprint = exchange.make_keys(passphrase=os.environ.get("COMITY_PASSPHRASE"))
    node.migrate()
    for file in folder.glob("node.sqlite3*"):
        file.chmod(0o600)
    at = clock.now()
    access.create_unit("desk", "Desk", handles=[], is_desk=True, at=at)
    return {
        "folder": str(folder),
        "authority": told.authority,
        "fingerprint": fingerprint,
        "words": list(words(fingerprint)),
        "administrator": None if told.no_administrator else administrator(told.administrator),
    }


def administrator(username: str) -> dict[str, str]:
    from comity.access import actions

    at = clock.now()
    user, password = actions.create_user(username, "Administrator", function="Administrator", at=at)
    actions.grant(user, "administrator", at=at)
    return {"username": user.username, "password": password}


def in_words(value: dict[str, Any]) -> str:
    known = [
        ("Folder", value["folder"]),
        ("Fingerprint", value["fingerprint"]),
        ("In words", " ".join(value["words"])),
    ]
    if value["administrator"]:
        known += [
            ("Administrator", value["administrator"]["username"]),
            ("One-time password", value["administrator"]["password"] + "   (shown once)"),
        ]
    return (
        f"The node {value['authority']} is made.\n\n{facts(known)}\n\n"
        "Next: 'comity serve' starts it, 'comity doctor' checks it, 'comity peers card' shows the card that\n"
        "other authorities pin. Read the words to them over a telephone number that they know."
    )
