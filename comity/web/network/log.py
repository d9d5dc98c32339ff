"""The log: every act, envelope and receipt in a tree that shows when anything was changed or removed."""

import json

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_POST

from comity.exchange import queries
from comity.lib import clock
from comity.web.pages import Http, page, signed_in
from comity.web.people.views import demand

ON_A_PAGE = 50


@signed_in
def log(http: Http) -> HttpResponse:
    """The newest entries first, fifty on a page, with the signed checkpoint."""
    demand(http, "read", "log")
    return log_page(http, None)


def log_page(http: Http, report: queries.LogReport | None) -> HttpResponse:
    size = queries.log_size()
    pages = max(1, -(-size // ON_A_PAGE))
    asked = http.GET.get("page", "1")
    number = min(max(1, int(asked)), pages) if asked.isdigit() else 1
    last = size - (number - 1) * ON_A_PAGE
    first = max(0, last - ON_A_PAGE)
    return page(
        http,
        "network/log.html",
        entries=list(reversed(queries.entries(first, last - first))),
        size=size,
        page_number=number,
        pages=pages,
        checkpoint=queries.checkpoint(at=clock.now()).decode(),
        report=report,
    )


@signed_in
@require_POST
def verify(http: Http) -> HttpResponse:
    """Read everything back and compare; the page names each fault."""
    demand(http, "read", "log")
    return log_page(http, queries.verify_log())


@signed_in
def proof(http: Http, index: int) -> HttpResponse:
    """The proof that the log holds an entry, as a file that others' tools can check."""
    demand(http, "read", "log")
    found = queries.entries(index, 1)
    if not found or found[0].index != index:
        raise Http404
    told = queries.prove(found[0].kind, found[0].name, at=clock.now())
    answer = HttpResponse(json.dumps(told, indent=1), content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="log-entry-{index}-proof.json"'
    return answer
