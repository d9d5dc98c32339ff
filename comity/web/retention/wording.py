"""The kinds of the room of retention in the reader's language."""

from collections.abc import Callable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comity.retention.queries import Expiring, Kind

# Marked here, because the room below knows no languages.
TITLES: dict[str, Callable[[], str]] = {
    "dossier": lambda: _("Closed dossiers"),
    "draft": lambda: _("Drafts put aside"),
    "case": lambda: _("Closed cases"),
    "thread": lambda: _("Closed conversations"),
}
OVER: dict[str, Callable[[], str]] = {
    "dossier": lambda: _("since their last act, once nothing is owed under them any more"),
    "draft": lambda: _("since they were put aside"),
    "case": lambda: _("since they were closed"),
    "thread": lambda: _("since their last message"),
}
PARTS: dict[str, Callable[[int], str]] = {
    "acts": lambda n: ngettext("%(n)s act", "%(n)s acts", n),
    "documents": lambda n: ngettext("%(n)s document", "%(n)s documents", n),
    "drafts": lambda n: ngettext("%(n)s draft", "%(n)s drafts", n),
    "subjects": lambda n: ngettext("%(n)s person or thing", "%(n)s people or things", n),
    "items": lambda n: ngettext("%(n)s item", "%(n)s items", n),
    "notes": lambda n: ngettext("%(n)s note", "%(n)s notes", n),
    "messages": lambda n: ngettext("%(n)s message", "%(n)s messages", n),
}


def title_of(kind: Kind) -> str:
    return TITLES[kind.id]()


def over_of(kind: Kind) -> str:
    return OVER[kind.id]()


def parts_of(thing: Expiring) -> str:
    """What goes with a thing, in words."""
    return ", ".join(PARTS[part](count) % {"n": count} for part, count in thing.parts.items() if count)
