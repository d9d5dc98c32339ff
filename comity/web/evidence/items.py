"""The items of a case, one item, its bytes."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from comity.cases import queries as cases
from comity.cases.values import CaseView
from comity.evidence import actions, queries
from comity.evidence.values import CustodyFacts
from comity.web.cases.asking import moment
from comity.web.context import names
from comity.web.evidence import drawing, words
from comity.web.pages import Http, language, page, signed_in


@signed_in
def listed(http: Http, number: str) -> HttpResponse:
    """Every item of the case that the reader may see, with its state and whether its chain holds."""
    case = cases.case(http.user, number, moment())
    asked = {name: http.GET.get(name, "").strip() for name in ("kind", "state", "words")}
    rows = queries.in_compartment(http.user, case.compartment, moment(), **asked)
    return page(
        http,
        "evidence/items.html",
        here="items",
        case=case,
        rows=rows,
        asked=asked,
        kinds=words.kinds(),
        states=words.states(),
        may_write=may_write(case),
    )


def may_write(case: CaseView) -> bool:
    return case.may["write"] and case.state != "closed"


@dataclass(frozen=True)
class Step:
    """One entry of custody on its page: ``gaps`` are named before it, ``faults`` in it."""

    entry: CustodyFacts
    title: str
    why: str
    gaps: tuple[str, ...]
    faults: tuple[str, ...]
    corrected_by: tuple[int, ...]


def custody_steps(view: queries.CustodyView) -> list[Step]:
    titles, known = words.whats(), names(language())
    return [
        Step(
            one,
            titles.get(one.what, one.what),
            one.why,
            tuple(words.said(gap.says, gap.values, known) for gap in view.gaps if gap.number == one.number),
            tuple(_(fault.says) for fault in view.faults if fault.number == place),
            view.corrected_by.get(one.number, ()),
        )
        for place, one in enumerate(view.entries, start=1)
    ]


def opened(http: Http, number: str, label: str) -> tuple[CaseView, queries.ItemView]:
    """:raises NotFound: no such case or item, or not for this reader."""
    case = cases.case(http.user, number, moment())
    return case, queries.item(http.user, queries.ref_of(number, label), moment())


@signed_in
def item(http: Http, number: str, label: str) -> HttpResponse:
    """What it is, who had it, what it came of, and what can be done with it."""
    case, view = opened(http, number, label)
    return page(http, "evidence/item.html", here="items", **shown(http, case, view))


def shown(http: Http, case: CaseView, view: queries.ItemView) -> dict[str, Any]:
    open_case = case.state != "closed"
    handling = view.facts.handling
    here = view.facts.state in ("held", "lent")
    return {
        "case": case,
        "view": view,
        "facts": view.facts,
        "kind": words.kinds()[view.facts.kind],
        "state": words.states()[view.facts.state],
        "codes": handling.as_json().get("codes", []),
        "consents": sorted(handling.consents),
        "purposes": sorted(handling.purposes),
        "steps": custody_steps(view.custody),
        "chain_faults": [_(one.says) for one in view.custody.faults],
        "gaps": len(view.custody.gaps),
        "picture": drawing.tree(view.tree, view.facts.ref, words.ways()),
        "kin": [one for one in view.tree.nodes if one.ref != view.facts.ref],
        "edges": [(one, words.ways().get(one.way, one.way)) for one in view.tree.edges],
        "measures": queries.measures(http.user, moment(), open_only=False, of=view.facts.ref),
        "may_write": "write" in view.may and open_case,
        "may_send": "pass-on" in view.may and view.facts.sha256 != "" and here,
        "may_propose": "destroy" in view.may and here,
        "has_bytes": bool(view.facts.sha256) and view.facts.state != "destroyed",
    }


@signed_in
@require_POST
def check(http: Http, number: str, label: str) -> HttpResponse:
    """Read all bytes now and compare their hash."""
    case, view = opened(http, number, label)
    if actions.check_bytes(view.row, by=http.user, at=moment()).ok:
        messages.success(http, _("All bytes were read. They are those that were taken in."))
    else:
        messages.error(http, _("The bytes are not those that were taken in. Tell whoever leads the case now."))
    return redirect("case-item", case.number, label)


@signed_in
def download(http: Http, number: str, label: str) -> StreamingHttpResponse:
    """The bytes as a file; always offered for saving, never shown as a page of ours."""
    facts, pieces = queries.open_bytes(http.user, queries.ref_of(number, label), moment())
    answer = StreamingHttpResponse(pieces, content_type="application/octet-stream")
    answer["Content-Length"] = str(facts.size)
    answer["Content-Disposition"] = content_disposition_header(True, facts.name) or "attachment"
    return answer
