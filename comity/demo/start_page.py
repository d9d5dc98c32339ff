"""The start page of the demo: who may sign in where. A page of its own, because no node may know another's people."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from django.template import Context, Engine

BUILT = Path(__file__).resolve().parent.parent / "web" / "static" / "built"
MAY = {
    "clerk": "draft",
    "officer": "draft, submit, execute, send what needs no second person",
    "approver": "approve what others drafted",
    "liaison": "draft, and see the peers",
    "auditor": "read everything, the log and who looked at what; change nothing",
    "administrator": "people, units, peers and keys; no dossier",
}
TYPES = {".css": "text/css", ".js": "text/javascript", ".woff2": "font/woff2", ".svg": "image/svg+xml"}
HEADERS = [
    (
        "Content-Security-Policy",
        "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; base-uri 'none'",
    ),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
]

StartResponse = Callable[[str, list[tuple[str, str]]], Any]


def page(facts: dict[str, Any]) -> str:
    """The page as HTML; ``facts`` holds password, nodes and dossiers."""
    engine = Engine(dirs=[str(Path(__file__).parent / "templates")])
    names = json.loads((BUILT / "manifest.json").read_text(encoding="utf-8"))
    built = {"css": names["comity.css"], "icon": names["icon.svg"]}
    return engine.get_template("start.html").render(
        # Nothing is localised: the page is made outside any node, so there are no settings to ask.
        Context({**facts, **built}, use_l10n=False, use_tz=False)
    )


def application(
    facts: Callable[[], dict[str, Any]],
) -> Callable[[dict[str, Any], StartResponse], Iterable[bytes]]:
    """A WSGI application with the page at ``/`` and the built files under ``/static/``."""

    def answer(environ: dict[str, Any], start: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path == "/":
            body, kind = page(facts()).encode(), "text/html; charset=utf-8"
        elif path.startswith("/static/") and (BUILT / Path(path).name).is_file():
            file = BUILT / Path(path).name
            body, kind = file.read_bytes(), TYPES.get(file.suffix, "application/octet-stream")
        else:
            start("404 Not Found", [("Content-Type", "text/plain; charset=utf-8"), *HEADERS])
            return [b"There is nothing here. The start page is at /\n"]
        start("200 OK", [("Content-Type", kind), ("Content-Length", str(len(body))), *HEADERS])
        return [body]

    return answer
