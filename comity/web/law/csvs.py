"""Tables of the law pages as files for a spreadsheet."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from io import StringIO

from django.http import HttpResponse

MARK = "\ufeff"  # without it the spreadsheet programs of many offices take UTF-8 for something else


def answer(name: str, columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> HttpResponse:
    """A CSV file (RFC 4180) with a heading."""
    text = StringIO()
    writer = csv.DictWriter(text, columns)
    writer.writeheader()
    writer.writerows(rows)
    told = HttpResponse(MARK + text.getvalue(), content_type="text/csv; charset=utf-8")
    told["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return told
