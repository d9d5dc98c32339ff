"""The table ``[mail]`` of node.toml: through which server reminders are sent. Without it they go to the log."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

KEYS: dict[str, type] = {
    "host": str, "port": int, "from": str, "tls": str, "user": str, "password_file": str,
}  # fmt: skip
PORTS = {"starttls": 587, "tls": 465, "none": 25}


@dataclass(frozen=True)
class Mail:
    """A mail server and the address from which this node writes. ``tls`` is ``starttls``, ``tls`` or ``none``."""

    host: str
    port: int
    sender: str
    tls: str
    user: str = ""
    password: str = field(default="", repr=False)


def read(told: dict[str, Any], folder: Path) -> Mail:
    """The server that the table describes; its password is read from the file that it names.

    :raises ValueError: what is wrong with the table, as a sentence.
    """
    for key, value in told.items():
        if key not in KEYS:
            raise ValueError(f"{key!r} is not a key of [mail]; the keys are {', '.join(sorted(KEYS))}")
        if not isinstance(value, KEYS[key]) or isinstance(value, bool):
            raise ValueError(f"{key} of [mail] has the wrong type")
    for key in ("host", "from"):
        if not told.get(key):
            raise ValueError(f"{key} of [mail] is missing")
    tls = told.get("tls", "starttls")
    if tls not in PORTS:
        raise ValueError("tls of [mail] is 'starttls', 'tls' or 'none'")
    if tls == "none" and told["host"] not in ("127.0.0.1", "::1", "localhost"):
        raise ValueError("tls of [mail] is 'none' only for a mail server on this machine")
    password = ""
    if told.get("password_file"):
        try:
            password = (folder / told["password_file"]).read_text(encoding="utf-8").strip()
        except OSError:
            raise ValueError(f"password_file of [mail], {told['password_file']}, cannot be read") from None
    return Mail(told["host"], told.get("port", PORTS[tls]), told["from"], tls, told.get("user", ""), password)
