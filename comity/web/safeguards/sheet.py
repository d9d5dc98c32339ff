"""The ledger of later uses as a file for a spreadsheet."""

import csv
from collections.abc import Iterable, Iterator
from io import StringIO

from django.http import HttpResponse

from comity.dossiers.queries import Entered
from comity.lib import clock

MARK = "\ufeff"  # without it the spreadsheet programs of many offices take UTF-8 for something else
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a cell that begins so is reckoned instead of shown
COLUMNS = (
    "dossier",
    "act",
    "what",
    "received_from",
    "country",
    "received_at",
    "items",
    "limits",
    "entry",
    "use",
    "purpose",
    "day",
    "case",
    "persons",
    "offences",
    "passed_to",
    "consent",
    "verdict",
    "decision",
    "despite_the_limits",
    "reasons",
    "recorded_by",
    "recorded_at",
    "corrects",
)


def answer(name: str, entered: Iterable[Entered]) -> HttpResponse:
    """A CSV file (RFC 4180) with a heading: a row for each use, and one for each thing of which none is recorded."""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows([harmless(cell) for cell in row] for one in entered for row in rows(one))
    told = HttpResponse(MARK + text.getvalue(), content_type="text/csv; charset=utf-8")
    told["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return told


def harmless(cell: object) -> str:
    """Text that no spreadsheet takes for a formula: what others wrote is shown, never run."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(FORMULA) else text


def rows(one: Entered) -> Iterator[tuple[object, ...]]:
    thing = one.thing
    head = (
        thing.dossier,
        thing.act,
        thing.title,
        thing.giver,
        thing.country,
        clock.stamp(thing.at),
        "; ".join(thing.items),
        " / ".join(f"{bound.limit.says} {bound.detail}".strip() for bound in thing.limits),
    )
    for use in one.uses:
        asked = use.asked
        yield (
            *head,
            use.pk,
            use.use,
            use.purpose,
            use.on.isoformat(),
            asked["case"],
            "; ".join(asked["persons"]),
            "; ".join(asked["offences"]),
            asked["passed_to"],
            asked["reference"],
            use.verdict,
            use.decision,
            "yes" if use.despite else "no",
            use.reasons,
            use.by.full_name,
            clock.stamp(use.at),
            use.corrects_id,
        )
    if not one.uses:
        yield head
