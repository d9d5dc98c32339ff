"""People and things of a case, and the same as files."""

from typing import Any

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse

from comity.access import asking
from comity.cases import queries as cases
from comity.lib import clock
from comity.subjects import queries
from comity.subjects.kinds import UnknownKind
from comity.subjects.roles import CATEGORIES
from comity.web.cases.asking import moment
from comity.web.pages import Http, page, signed_in
from comity.web.subjects import words

EACH = 50


@signed_in
def listed(http: Http, number: str) -> HttpResponse:
    """The list, by kind, category and words."""
    case = cases.case(http.user, number, moment())
    asked: dict[str, Any] = {name: http.GET.get(name, "") for name in ("kind", "role", "words")}
    at = max(int(told), 1) if (told := http.GET.get("page", "")).isdigit() and len(told) < 7 else 1
    how: dict[str, Any] = {"limit": EACH, "offset": (at - 1) * EACH}
    try:
        found = queries.in_compartment(http.user, case.compartment, moment(), **asked, **how)
    except UnknownKind:
        found = queries.in_compartment(http.user, case.compartment, moment(), **{**asked, "kind": ""}, **how)
    return page(
        http,
        "subjects/list.html",
        here="subjects",
        case=case,
        found=found,
        asked=asked,
        filtered=any(asked.values()),
        kinds=words.all_kinds(),
        roles=[(one.id, words.role(one.id)) for one in CATEGORIES],
        page_number=at,
        pages=-(-found.total // EACH),
        may_write=case.may["write"] and case.state != "closed",
    )


@signed_in
def as_csv(http: Http, number: str) -> HttpResponseBase:
    """Every statement that the reader may see, for a spreadsheet."""
    case = cases.case(http.user, number, moment())
    return stream(http, queries.as_csv(http.user, case.compartment, moment()), f"{number}.csv", "text/csv")


@signed_in
def as_ftm(http: Http, number: str) -> HttpResponseBase:
    """What the reader may see, as FollowTheMoney."""
    case = cases.case(http.user, number, moment())
    told = "statements" if "statements" in http.GET else "entities"
    lines = queries.as_ftm(http.user, case.compartment, moment(), format=told)
    return stream(http, lines, f"{number}.{told}.ftm.json", "application/x-ndjson")


def stream(http: Http, lines: Any, name: str, type: str) -> StreamingHttpResponse:
    """A file in pieces; whoever asks still asks while it is written."""
    user, at = http.user.pk, asking.moment() or clock.now()

    def pieces() -> Any:
        with asking.asking(user, at):
            for line in lines:
                yield line.encode()

    told = StreamingHttpResponse(pieces(), content_type=f"{type}; charset=utf-8")
    told["Content-Disposition"] = f'attachment; filename="{name}"'
    return told
