"""The files that the browser gets: built by assets/build.mjs, named with a hash of their content."""

import json
from functools import cache
from pathlib import Path

from django.http import FileResponse, Http404, HttpRequest
from django.urls import reverse

from comity.lib.errors import ComityError

FOLDER = Path(__file__).resolve().parent / "static" / "built"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".woff2": "font/woff2",
    ".svg": "image/svg+xml",
}


class NotBuilt(ComityError):
    code = "web.not-built"
    says = "The file {name} for the browser is not there."
    next_step = "Run 'node comity/web/assets/build.mjs', or 'make demo', which does it."


@cache
def manifest() -> dict[str, str]:
    """Each file's name, and the name with its hash. Empty when nothing was built."""
    try:
        names: dict[str, str] = json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return names


def address(name: str) -> str:
    """Where a page finds the file.

    :raises NotBuilt: the build did not make it.
    """
    try:
        return reverse("built", args=[manifest()[name]])
    except KeyError:
        raise NotBuilt(name=name) from None


def serve(http: HttpRequest, name: str) -> FileResponse:
    """One built file, to be kept by the browser for a year: another content has another name."""
    if name not in manifest().values():
        raise Http404
    file = FOLDER / name
    answer = FileResponse(file.open("rb"), content_type=TYPES.get(file.suffix, "application/octet-stream"))
    answer["Cache-Control"] = "public, max-age=31536000, immutable"
    return answer
