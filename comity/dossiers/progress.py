"""How far documents and acts have got, for a page that stays open.

Not recorded as a look: it repeats, for a page whose opening was recorded, what that page already showed.
"""

from collections.abc import Collection
from dataclasses import dataclass

from comity.access.queries import User
from comity.dossiers import filing, sight, trouble
from comity.dossiers.models import Act
from comity.dossiers.values import Delivered, Entry, ItemView, Trouble

ARRIVING, WAITING = "arriving", "waiting"


@dataclass(frozen=True)
class Progress:
    """The documents of a dossier, the deliveries of the acts that were asked about, and what has not arrived."""

    items: tuple[ItemView, ...]
    deliveries: dict[str, tuple[Delivered, ...]]  # by act
    trouble: tuple[Trouble, ...]

    def of(self, act: str) -> tuple[ItemView, ...]:
        """The documents that an act carries."""
        return tuple(item for item in self.items if item.act == act)

    @property
    def under_way(self) -> tuple[str, ...]:
        """The acts asked about that are still on their way, or whose documents are."""
        return tuple(act for act, found in self.deliveries.items() if moving(found, self.of(act)))


def progress(user: User, id: str, acts: Collection[str] = ()) -> Progress:
    """How far the documents of a dossier are, and these of its acts.

    :raises NotFound: there is none, or not for this user.
    """
    found = sight.dossier(user, id)
    rows = Act.objects.filter(dossier=found, act_id__in=acts).order_by("at", "act_id")
    return Progress(
        items=tuple(item for item, _ in filing.items(found)),
        deliveries={row.act_id: trouble.deliveries(row) for row in rows},
        trouble=trouble.of_dossiers([found.pk]).get(found.pk, ()),
    )


def under_way(entry: Entry) -> bool:
    """Whether an act is on its way to somebody, or a document of it on its way to or from us."""
    return moving(entry.deliveries, entry.items)


def moving(deliveries: Collection[Delivered], items: Collection[ItemView]) -> bool:
    on_their_way = any(one.status == WAITING or one.documents_waiting for one in deliveries)
    return on_their_way or any(item.state == ARRIVING for item in items)
