"""Rules of retention with a preview of what they erase, holds, and the rounds that were made."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from comity.access import queries as access
from comity.access import rules as table
from comity.access.rules import Thing
from comity.lib import clock
from comity.retention import actions, queries
from comity.web.pages import Http, page, signed_in
from comity.web.retention.wording import over_of, parts_of, title_of

A_PAGE = 50


def manages(http: Http) -> bool:
    return table.can(access.actor(http.user), "manage", Thing("retention")).allowed


def known(kind: str) -> queries.Kind:
    """:raises Http404: no kind of thing has this id."""
    try:
        return queries.kind(kind)
    except queries.UnknownKind:
        raise Http404 from None


@signed_in
def rules(http: Http) -> HttpResponse:
    """Every kind of thing that grows old, its rule, and how much the rule reaches today."""
    rows = [
        {"kind": one.id, "title": title_of(one), "over": over_of(one), "rule": rule, "reached": reached}
        for one, rule, reached in queries.rules(http.user, clock.now())
    ]
    return page(http, "retention/rules.html", rows=rows, holds=queries.holds(http.user, clock.now()))


@signed_in
def kind(http: Http, kind: str) -> HttpResponse:
    """What the rule of a kind would erase now, or would with the days in the address."""
    return shown(http, kind)


def shown(http: Http, id: str, *, status: int = 200, problem: str = "", typed: Any = None) -> HttpResponse:
    asked = http.GET.get("days", "")
    number = int(http.GET["page"]) if http.GET.get("page", "").isdigit() else 1
    number = min(max(number, 1), 10_000)
    days = int(asked) if asked.isdigit() and 0 < int(asked) < 100_000 else None
    if asked and days is None:
        status, problem = 400, _("Write how many days as a whole number, from 1.")
    of, at = known(id), clock.now()
    found = queries.preview(http.user, id, at=at, days=days, limit=A_PAGE, offset=(number - 1) * A_PAGE)
    rows = [{"thing": one, "parts": parts_of(one), "held": one.ref in found.held} for one in found.expiring]
    in_force = next((rule for rule in queries.rules_in_force() if rule.kind == id), None)
    return page(
        http,
        "retention/kind.html",
        status=status,
        kind=id,
        title=title_of(of),
        over=over_of(of),
        found=found,
        rows=rows,
        rule=in_force,
        tried=days is not None and (in_force is None or days != in_force.days),
        days=asked or (found.days if found.days is not None else ""),
        manages=manages(http),
        holds=[one for one in queries.holds(http.user, at) if one.kind == id],
        problems=[{"id": "days", "says": problem}] if problem else [],
        typed=typed or {},
        page_number=number,
        pages=-(-found.total // A_PAGE),
    )


@signed_in
@require_POST
def set_rule(http: Http, kind: str) -> HttpResponse:
    """The rule of a kind, as its page asked for it: a number of days, or for good."""
    post, known_kind = http.POST, known(kind)
    told = post.get("days", "").strip()
    for_good = post.get("keep") == "always"
    if not for_good and not told.isdigit():
        return shown(http, kind, status=400, problem=_("Write how many days as a whole number, from 1."), typed=post)
    try:
        days = None if for_good else int(told)
        actions.set_rule(known_kind.id, days, basis=post.get("basis", ""), by=http.user, at=clock.now())
    except actions.BadRule as error:
        return shown(http, kind, status=400, problem=f"{_(error.sentence)} {_(error.remedy)}", typed=post)
    messages.success(http, _("The rule holds from now on. The next round is made at night."))
    return redirect("retention-kind", kind)


@signed_in
@require_POST
def hold(http: Http, kind: str) -> HttpResponse:
    ref = http.POST.get("ref", "").strip()
    try:
        actions.hold(known(kind).id, ref, reason=http.POST.get("reason", ""), by=http.user, at=clock.now())
    except (actions.NoReason, actions.AlreadyHeld) as error:
        return shown(http, kind, status=400, problem=f"{_(error.sentence)} {_(error.remedy)}", typed=http.POST)
    messages.success(http, _("It is kept until the hold is ended."))
    return redirect("retention-kind", kind)


@signed_in
@require_POST
def release(http: Http, kind: str, number: int) -> HttpResponse:
    found = next((one for one in queries.holds(http.user, clock.now()) if one.pk == number and one.kind == kind), None)
    if found is None:
        raise Http404
    actions.release(found, by=http.user, at=clock.now())
    messages.success(http, _("The hold is ended: the rule reaches it again."))
    return redirect("retention-kind", kind)


@signed_in
def rounds(http: Http) -> HttpResponse:
    """What was erased, when and why, and what could not be."""
    at = clock.now()
    return page(
        http,
        "retention/rounds.html",
        runs=queries.runs(http.user, at),
        erasures=queries.erasures(http.user, at),
        manages=manages(http),
    )


@signed_in
@require_POST
def erase_now(http: Http) -> HttpResponse:
    made = actions.run(at=clock.now(), by=http.user)
    told = _("%(erased)s erased, %(failed)s could not be.") % {"erased": len(made.erased), "failed": len(made.failed)}
    messages.success(http, told)
    return redirect("retention-rounds")
