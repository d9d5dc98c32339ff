"""The unit: what arrived and nobody holds, who holds what, what was escalated, what may be urgent."""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from comity.access import actions as access_actions
from comity.access import compartments
from comity.access import queries as people
from comity.dossiers import queries as dossiers
from comity.lib import clock
from comity.lib.errors import BadInput, ComityError
from comity.web.pages import Http, language, page, signed_in, zone
from comity.web.telling import told
from comity.web.work import drawing
from comity.work import actions, queries


def number_of(http: Http) -> int:
    """The page that the address asks for; what is no number is the first."""
    asked = http.GET.get("page", "1")
    return int(asked) if asked.isdigit() and 0 < int(asked) < 100_000 else 1


@signed_in
def triage(http: Http) -> HttpResponse:
    """What nobody holds, with a proposal for each: choose and press Enter."""
    problems: list[dict[str, str]] = []
    typed: dict[str, Any] = {}
    if http.method == "POST":
        try:
            return decide(http)
        except (BadInput, people.NoUser) as error:
            problems = [{"id": "", "says": told(error)["says"]}]
            typed = http.POST.dict()
    inbox = queries.inbox(http.user, clock.now(), language(), number_of(http))
    return page(
        http,
        "work/triage.html",
        status=400 if problems else 200,
        inbox=inbox,
        marked=queries.urgent("dossier", [one.row.id for one in inbox.waiting]),
        may_triage=bool(queries.worked(http.user)),
        done=decided(http),
        problems=problems,
        typed=typed,
    )


def decide(http: Http) -> HttpResponse:
    """One row: who handles it, priority, note. An empty name takes a decision back."""
    chosen = http.POST.get("to", "")
    row = actions.triage(
        http.POST.get("dossier", ""),
        to=people.user(chosen) if chosen else None,
        priority=http.POST.get("priority", "normal"),
        note=http.POST.get("note", ""),
        by=http.user,
        at=clock.now(),
    )
    if row.to is None:
        messages.info(http, _("Nobody handles it now; it is in the inbox again."))
        return redirect("unit")
    return redirect(f"{reverse('unit')}?done={row.dossier}#inbox")


def decided(http: Http) -> Any:
    """The decision that was just made, so that it can be taken back."""
    asked = http.GET.get("done", "")
    if not asked or not dossiers.units_of(http.user, [asked]):
        return None
    return queries.last_of([asked]).get(asked)


@signed_in
def load(http: Http) -> HttpResponse:
    """Bars of age classes for each person, absences, deputies."""
    return shown_load(http)


def shown_load(
    http: Http, *, problems: list[dict[str, str]] | None = None, typed: dict[str, str] | None = None
) -> HttpResponse:
    found = queries.load(http.user, clock.now(), http.GET.get("unit", ""))
    names = [_("Nobody") if one.user is None else one.user.full_name for one in found.people]
    return page(
        http,
        "work/load.html",
        status=400 if problems else 200,
        load=found,
        rows=list(zip(names, found.people, strict=True)),
        bars=drawing.stacked([(name, one.ages) for name, one in zip(names, found.people, strict=True) if one.total]),
        classes=age_classes(),
        colleagues=[one.user for one in found.people if one.user is not None and one.user.is_active],
        problems=problems or [],
        typed=typed or {},
    )


def age_classes() -> list[str]:
    first, second, third = queries.AGES
    return [
        _("under %(days)s days") % {"days": first},
        _("%(from)s to %(to)s days") % {"from": first, "to": second},
        _("%(from)s to %(to)s days") % {"from": second, "to": third},
        _("over %(days)s days") % {"days": third},
    ]


@require_POST
@signed_in
def absence(http: Http) -> HttpResponse:
    """Somebody is away, and who stands in."""
    typed = {name: http.POST.get(name, "") for name in ("absent", "deputy", "from", "until", "reason")}
    starts, ends = day_of(typed["from"]), day_of(typed["until"])
    if starts is None or ends is None:
        return shown_load(http, problems=[{"id": "from", "says": _("Give the first and the last day.")}], typed=typed)
    try:
        access_actions.name_deputy(
            people.user(typed["absent"]),
            people.user(typed["deputy"]) if typed["deputy"] else None,
            starts_at=at_node(starts, time.min),
            until=at_node(ends, time.max.replace(microsecond=0)),
            reason=typed["reason"],
            by=http.user,
            at=clock.now(),
        )
    except (compartments.BadAbsence, people.NoUser) as error:
        return shown_load(http, problems=[{"id": "absent", "says": told(error)["says"]}], typed=typed)
    messages.success(http, _("Kept. From that day on the deputy sees what the colleague handles."))
    return redirect("unit-load")


def day_of(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def at_node(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, tzinfo=ZoneInfo(zone()))


@require_POST
@signed_in
def end_absence(http: Http, number: int) -> HttpResponse:
    found = queries.load(http.user, clock.now())
    for row in found.absences:
        if row.pk == number:
            access_actions.end_absence(row, by=http.user, at=clock.now())
            messages.success(http, _("The colleague is back; the deputy holds nothing for them any more."))
            return redirect("unit-load")
    raise queries.NotFound(what="absence", id=number)


@signed_in
def escalations(http: Http) -> HttpResponse:
    """What was told before a limit falls, to be acknowledged by a person."""
    return shown_escalations(http)


def shown_escalations(http: Http, problems: list[dict[str, str]] | None = None) -> HttpResponse:
    at = clock.now()
    every = queries.escalations(http.user, at, open_only=False)
    rows = {row.id: row for row in dossiers.worklist(
        http.user, at=at, ids={one.dossier for one in every}, language=language()
    ).rows}  # fmt: skip
    return page(
        http,
        "work/escalations.html",
        status=400 if problems else 200,
        waiting=[(one, rows.get(one.dossier)) for one in every if one.acknowledged_at is None],
        seen=[(one, rows.get(one.dossier)) for one in reversed(every) if one.acknowledged_at is not None][:20],
        ladder=queries.ladder(),
        who=queries.WHO,
        problems=problems or [],
        typed=http.POST,
    )


@require_POST
@signed_in
def acknowledge(http: Http, number: int) -> HttpResponse:
    try:
        actions.acknowledge(number, note=http.POST.get("note", ""), by=http.user, at=clock.now())
    except actions.NoNote as error:
        return shown_escalations(http, [{"id": f"note-{number}", "says": told(error)["says"]}])
    messages.success(http, _("Noted. The limit runs on; the next step comes if it is not met."))
    return redirect("unit-escalations")


@require_POST
@signed_in
def ladder(http: Http) -> HttpResponse:
    """The rules of escalation, set by an administrator."""
    steps = []
    for hours, who in zip(http.POST.getlist("hours"), http.POST.getlist("who"), strict=False):
        if hours.strip():
            steps.append((int(hours) if hours.strip().isdigit() else 0, who))
    try:
        actions.set_ladder(steps, by=http.user, at=clock.now())
    except actions.BadLadder as error:
        return shown_escalations(http, [{"id": "hours-1", "says": told(error)["next_step"]}])
    messages.success(http, _("The rules hold from now on; what was told already stays told."))
    return redirect("unit-escalations")


@signed_in
def urgency(http: Http) -> HttpResponse:
    """The budget of the month, what was spent on, and a form to mark one's own request as urgent."""
    problems: list[dict[str, str]] = []
    if http.method == "POST":
        try:
            actions.mark_urgent(
                http.POST.get("kind", "dossier"),
                http.POST.get("ref", "").strip(),
                reason=http.POST.get("reason", ""),
                over=http.POST.get("over", ""),
                by=http.user,
                at=clock.now(),
            )
        except (BadInput, actions.OverBudget, actions.AlreadyUrgent) as error:
            problems = [{"id": "ref", "says": f"{told(error)['says']} {told(error)['next_step']}"}]
        except ComityError as error:
            if not error.code.endswith("not-found"):
                raise
            problems = [{"id": "ref", "says": _("There is no such request, draft or task here.")}]
        else:
            messages.success(http, _("Marked as urgent. One of this month is spent."))
            return redirect("unit-urgency")
    return shown_urgency(http, problems)


def shown_urgency(http: Http, problems: list[dict[str, str]]) -> HttpResponse:
    at = clock.now()
    budgets = queries.budgets(http.user, at)
    return page(
        http,
        "work/urgency.html",
        status=400 if problems else 200,
        budgets=[(one, drawing.spent(one.spent, one.number)) for one in budgets],
        over=any(one.may_go_over for one in budgets),
        markings=queries.markings(http.user, at),
        problems=problems,
        typed=http.POST if http.method == "POST" else http.GET,
    )


@require_POST
@signed_in
def downgrade(http: Http, number: int) -> HttpResponse:
    try:
        actions.downgrade(number, reason=http.POST.get("reason", ""), by=http.user, at=clock.now())
    except actions.NoReason as error:
        return shown_urgency(http, [{"id": f"reason-{number}", "says": told(error)["says"]}])
    messages.success(http, _("Urgent no more. It stays on record, and what was spent stays spent."))
    return redirect("unit-urgency")


@require_POST
@signed_in
def budget(http: Http, code: str) -> HttpResponse:
    """How many urgent markings a unit has in a month, set by an administrator."""
    typed = http.POST.get("number", "").strip()
    number = int(typed) if typed.isdigit() and len(typed) < 9 else -1
    try:
        actions.set_budget(people.unit(code), number, by=http.user, at=clock.now())
    except actions.BadBudget as error:
        return shown_urgency(http, [{"id": f"budget-{code}", "says": told(error)["next_step"]}])
    messages.success(http, _("The budget holds from now on."))
    return redirect("unit-urgency")
