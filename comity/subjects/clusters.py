"""Merged subjects: the live merges of which a reader sees both ends join subjects into one cluster.

Nothing is rewritten by a merge, so nothing must be put back when it is undone. What it costs to see a cluster follows
the number of its members, never that of their statements or relations; docs/rooms/subjects.md, "Merging".
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.db import connection

from comity.access.queries import User
from comity.subjects import sight
from comity.subjects.models import Merge, Subject

AT_ONCE = 900  # keys in one query; SQLite takes no more than 999 in some builds

# UNION (not UNION ALL) ends the walk where merges form a ring. Both arms of OR have an index.
WALK = """
WITH RECURSIVE one(id) AS (
  SELECT id FROM subjects_subject WHERE id IN ({starts})
  UNION
  SELECT CASE WHEN m.into_id = one.id THEN m.absorbed_id ELSE m.into_id END
  FROM one JOIN subjects_merge m ON (m.into_id = one.id OR m.absorbed_id = one.id)
  WHERE m.undone_at IS NULL
)
SELECT id FROM one
"""


@dataclass(frozen=True)
class Cluster:
    """Subjects that are one; ``root`` is what the others were merged into, ``merges`` the live merges between them."""

    root: int
    members: tuple[int, ...]
    merges: tuple[Merge, ...] = ()


def chunks(keys: Iterable[int], size: int = AT_ONCE) -> Iterator[list[int]]:
    rest = iter(keys)
    while taken := list(islice(rest, size)):
        yield taken


def connected(starts: Iterable[int]) -> set[int]:
    """Everything that live merges connect with these, whoever may see it: for filtering, never for showing."""
    found: set[int] = set()
    with connection.cursor() as cursor:
        for some in chunks(starts):
            # Only placeholders are put into the text.
            cursor.execute(WALK.format(starts=",".join(["%s"] * len(some))), some)
            found.update(pk for (pk,) in cursor.fetchall())
    return found


def of(user: User, starts: Iterable[int], at: datetime | None) -> dict[int, Cluster]:
    """The cluster of each of these subjects, as this reader sees it; those that they do not see are left out."""
    wanted = set(starts)
    seen: set[int] = set()
    for some in chunks(connected(wanted)):
        seen.update(sight.things(user, at).filter(pk__in=some).values_list("pk", flat=True))
    merges: list[Merge] = []
    for some in chunks(seen):
        rows = Merge.objects.filter(absorbed__in=some, undone_at__isnull=True).select_related(
            "by", "into__compartment__unit", "absorbed__compartment__unit"
        )
        merges += [row for row in rows if row.into_id in seen]
    return {start: cluster for cluster in fold(seen, merges) for start in cluster.members if start in wanted}


def fold(seen: Iterable[int], merges: Iterable[Merge]) -> list[Cluster]:
    """Subjects and the merges between them as clusters. Pure."""
    parent = {pk: pk for pk in seen}

    def top(pk: int) -> int:
        while parent[pk] != pk:
            parent[pk] = parent[parent[pk]]
            pk = parent[pk]
        return pk

    merges = sorted(merges, key=lambda one: one.pk)
    for one in merges:
        parent[top(one.absorbed_id)] = top(one.into_id)
    absorbed = {one.absorbed_id for one in merges}
    together: dict[int, list[int]] = defaultdict(list)
    for pk in sorted(parent):
        together[top(pk)].append(pk)
    within: dict[int, list[Merge]] = defaultdict(list)
    for one in merges:
        within[top(one.into_id)].append(one)
    return [
        Cluster(root_of(members, absorbed), tuple(members), tuple(within[key])) for key, members in together.items()
    ]


def root_of(members: list[int], absorbed: set[int]) -> int:
    """What the others were merged into. Where people who see different things merged, there may be several or none."""
    return next((pk for pk in members if pk not in absorbed), members[0])


def alone(subject: Subject) -> Cluster:
    return Cluster(subject.pk, (subject.pk,))
