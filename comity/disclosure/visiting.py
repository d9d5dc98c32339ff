"""What a visitor sees and takes: the window that their code opened, and nothing else. Each look is recorded."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from comity.access import asking
from comity.disclosure import bundling, sight, viewing
from comity.disclosure.models import Sealed, Visit, Window
from comity.disclosure.proposing import entries_of
from comity.disclosure.sight import NotFound
from comity.disclosure.values import OPEN, Shown, Visiting
from comity.evidence.packages import bundle, listing
from comity.evidence.packages.listing import Content
from comity.exchange.wire import card
from comity.exchange.wire.keys import words
from comity.lib.clock import moment


@dataclass(frozen=True)
class Taken:
    """One item's bytes, checked piece by piece against the list."""

    content: Content
    pieces: Iterator[bytes]


def the_window(visiting: Visiting, at: datetime) -> Window:
    """:raises NotFound: it is not open any more."""
    found = Window.objects.select_related("compartment__unit").filter(pk=visiting.window).first()
    if found is None or sight.state(found, at) != OPEN:
        raise NotFound(id=visiting.window)
    return found


def shown(visiting: Visiting, at: datetime, *, source: str = "") -> Shown:
    """The list as it was signed, and what is needed to verify it; recorded."""
    with asking.as_node():
        row = the_window(visiting, at)
        sealed = Sealed.objects.get(window=row)
        own = card.read(bytes(sealed.card))
        told = listing.read(bytes(sealed.head), own.keys)
        Visit.objects.create(window=row, what="list", source=source, at=at)
        return Shown(
            id=row.pk, authority=told.authority, names=dict(settings.COMITY.names), case=told.case,
            recipient=row.recipient, function=row.function, purpose=told.purpose, language=row.language,
            opens_at=row.opens_at, closes_at=row.closes_at, root=told.root, fingerprint=own.fingerprint,
            words=words(own.fingerprint), signed_at=moment(told.at), log_index=sealed.log_index,
            bundle_size=bundle.length(bundling.parts(row)), entries=tuple(entries_of(row)),
            visits=viewing.visits_of(row.pk), told=told.signed.body,
        )  # fmt: skip


def item(visiting: Visiting, n: int, at: datetime, *, source: str = "") -> Taken:
    """One disclosed item's bytes; recorded.

    :raises NotFound: no such line, withheld, without bytes, or the window is closed.
    """
    with asking.as_node():
        row = the_window(visiting, at)
        entry = next((one for one in entries_of(row) if one.n == n), None)
        if entry is None or entry.content is None:
            raise NotFound(id=f"{row.pk}/{n}")
        Visit.objects.create(window=row, what="item", n=n, source=source, at=at)
    return Taken(entry.content, bundle.checked(entry, bundling.opened))


def visitor_bundle(visiting: Visiting, at: datetime, *, source: str = "") -> bundling.Bundle:
    """The court bundle; recorded."""
    with asking.as_node():
        row = the_window(visiting, at)
        Visit.objects.create(window=row, what="bundle", source=source, at=at)
        return bundling.bundle(row)
