"""A relation between two subjects of a case."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from comity.cases.values import CaseView
from comity.subjects import actions, kinds, queries
from comity.subjects.actions import Said
from comity.subjects.queries import Subject
from comity.web.cases.asking import moment
from comity.web.pages import Http, signed_in
from comity.web.safeguards.asking import Form, box, options
from comity.web.subjects import asking, words
from comity.web.subjects.stating import REFUSED, may_write, shown
from comity.web.subjects.subject import opened

DETAILS = ("role", "relationship", "percentage", "amount", "currency", "startDate", "endDate", "date")
OFFERED = 300


@signed_in
def relate(http: Http, number: str, key: str) -> HttpResponse:
    """With whom, how, since when."""
    may_write(http, number)
    case, row = opened(http, number, key)
    found = queries.in_compartment(http.user, case.compartment, moment(), limit=OFFERED)
    others = [(one.key, f"{one.caption} ({one.key})") for one in found.rows if one.subject.pk != row.pk]
    fields = (
        box("schema", "choice", _("How are they related?"), required=True,
            options=options((name, way(name)) for name in kinds.EDGES)),
        box("other", "choice", _("With whom or what?"), required=True, options=options(others)),
        box("way", "choice", _("In which direction?"), required=True, options=options([
            ("out", _("From this one to the other")), ("in", _("From the other to this one")),
        ])),
        box("role", "text", _("In which capacity?"), _("Such as director, brother, share in per cent.")),
        box("startDate", "text", _("Since"), _("Such as 1985-03-27, or 1985 where no more is known.")),
        box("endDate", "text", _("Until")),
        *asking.about_it(http.user, case, with_circle=False),
    )  # fmt: skip
    form = Form(fields, {**asking.start(case), "way": "out"})
    if http.method == "POST":
        form = Form.posted(fields, http.POST)
        if form.check() and related(http, case, row, form):
            messages.success(http, _("Related."))
            return redirect("case-subject", number, key)
    view = queries.seen(http.user, row, moment(), record=False)
    return shown(http, "subjects/relate.html", case, form, view=view, key=key, nobody=not others)


def way(name: str) -> str:
    """A relation with what stands at its two ends."""
    source, target = kinds.ends(name)
    return f"{words.kind(name)}: {words.prop(name, source)} → {words.prop(name, target)}"


def related(http: Http, case: CaseView, row: Subject, form: Form) -> bool:
    given = form.given
    carried = asking.carried(case, form, http.POST)
    if form.errors:
        return False
    level = carried["level"]
    carried.pop("compartment")
    try:
        other = queries.find(http.user, case.number, given["other"], moment())
        ends = (row, other) if given["way"] == "out" else (other, row)
        actions.relate(*ends, given["schema"], details(given, carried), by=http.user, at=moment(), level=level)
    except (*REFUSED, actions.DoesNotFit) as error:
        asking.refused(form, error, "schema")
    return not form.errors


def details(given: dict[str, Any], carried: dict[str, Any]) -> list[Said]:
    """The capacity goes where this kind of relation keeps it."""
    schema = kinds.schema(given["schema"])
    known = {"startDate": given.get("startDate"), "endDate": given.get("endDate")}
    text = str(given.get("role") or "")
    share = text.strip().rstrip("%").strip()
    if text:
        name = next(one for one in ("relationship", "role", "purpose", "description") if schema.get(one) is not None)
        number = schema.get("percentage")
        is_share = number is not None and share.replace(".", "", 1).isdigit()
        known["percentage" if is_share else name] = share if is_share else text
    return [Said(name, value, **carried) for name, value in known.items() if value and schema.get(name) is not None]
