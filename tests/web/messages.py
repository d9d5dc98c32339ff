"""Every sentence that the pages mark for translation, found as gettext would find it."""

import io
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from django.utils.translation.template import templatize

WEB = Path(__file__).resolve().parents[2] / "comity" / "web"
PO = WEB / "locale" / "fr" / "LC_MESSAGES" / "django.po"
KEYWORDS = {
    "_": None, "gettext": None, "gettext_lazy": None, "pgettext": ((1, "c"), 2), "ngettext": (1, 2),
    "ngettext_lazy": (1, 2), "npgettext": ((1, "c"), 2, 3),
}  # fmt: skip


def templates():
    return sorted((WEB / "templates").rglob("*.html"))


def sources():
    """(path, Python source) of everything that may hold a marked sentence."""
    for path in templates():
        yield path, templatize(path.read_text(encoding="utf-8"), origin=str(path))
    for path in sorted(WEB.rglob("*.py")):
        yield path, path.read_text(encoding="utf-8")


def marked() -> Catalog:
    found = Catalog()
    for path, source in sources():
        for line, message, _, _ in extract("python", io.BytesIO(source.encode()), KEYWORDS):
            found.add(message, locations=[(str(path.relative_to(WEB)), line)])
    return found
