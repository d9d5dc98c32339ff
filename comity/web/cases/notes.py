"""Notes and tasks of a case on one page; correcting a note."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from comity.access import levels
from comity.access.handling import BadHandling
from comity.access.rules import NotAllowed
from comity.cases import actions, queries
from comity.cases.values import CaseView
from comity.instruments.model import Field
from comity.lib.errors import ComityError
from comity.web.cases.asking import circle_box, codes_box, failed, folded, level_box, moment, priority_words, workers
from comity.web.pages import Http, page, signed_in
from comity.web.safeguards.asking import Form, box


@signed_in
def notes(http: Http, number: str) -> HttpResponse:
    """What is to be done, what belongs into the file, and what was written down."""
    case = queries.case(http.user, number, moment())
    fields = note_fields(http, case)
    if http.method != "POST":
        return shown(http, case, Form(fields, {"level": case.level_word, "circle": number}))
    form = Form.posted(fields, http.POST)
    if form.check() and written(http, case, form):
        messages.success(http, _("The note is kept."))
        return redirect("case-notes", number)
    return shown(http, case, form)


def note_fields(http: Http, case: CaseView) -> tuple[Field, ...]:
    return (
        box("text", "longtext", _("Note"), _("What you saw, heard or decided, and how you know."), required=True),
        *circle_box(case, _("Who may read it?"), _("Everybody in the case")),
        *level_box(http.user, moment(), case.level),
        codes_box(),
        box("restriction", "text", _("Restriction (H3)"), _("The words of the source.")),
    )


def written(http: Http, case: CaseView, form: Form) -> bool:
    """Whether the note is kept; otherwise the form says why not."""
    told, post = form.given, http.POST
    handling = {"codes": told.get("codes") or [], "restriction": told.get("restriction") or ""}
    try:
        # As it was sent, not as the form offers it now: what was meant for a circle that the writer has left
        # meanwhile, or for a level that they lost, must not be kept for everybody.
        actions.note(
            case.number, told["text"], by=http.user, at=moment(), circle=post.get("/circle", ""),
            level=levels.number(post.get("/level") or case.level_word), handling=handling,
        )  # fmt: skip
    except (BadHandling, actions.NeedsCircle) as error:
        failed(form, "codes", error)
    except NotAllowed as error:
        if not case.may["write"]:
            raise
        failed(form, "level", error)
    except ComityError as error:
        failed(form, "text", error)
    return not form.errors


def shown(http: Http, case: CaseView, form: Form) -> HttpResponse:
    at = moment()
    found = queries.tasks(http.user, case.number, at)
    return page(
        http,
        "cases/notes.html",
        400 if form.errors else 200,
        here="notes",
        case=case,
        form=form,
        **folded(form, "codes", "restriction"),
        notes=queries.notes(http.user, case.number, at),
        still=[one for one in found if one.done_at is None and not one.collect],
        collect=[one for one in found if one.collect],
        done=[one for one in found if one.done_at is not None and not one.collect],
        workers=workers(queries.members(http.user, case.number, at)),
        priorities=priority_words(),
        may_write=case.may["write"] and case.state != "closed",
    )


@signed_in
def correct(http: Http, number: str, note: int) -> HttpResponse:
    """Write a better text over a note; the one before stays."""
    case = queries.case(http.user, number, moment())
    found = next((one for one in queries.notes(http.user, number, moment()) if one.id == note), None)
    if found is None:
        raise Http404
    fields = (
        box("text", "longtext", _("Note"), required=True),
        box("reason", "text", _("Why is it corrected?"), _("What was wrong, and how you know."), required=True),
    )
    if http.method != "POST":
        form = Form(fields, {"text": found.now.text})
        return page(http, "cases/correct.html", here="notes", case=case, note=found, form=form)
    form = Form.posted(fields, http.POST)
    if form.check():
        given: dict[str, Any] = form.given
        actions.correct_note(note, given["text"], reason=given["reason"], by=http.user, at=moment())
        messages.success(http, _("Corrected. The text before stays below the note."))
        return redirect("case-notes", number)
    return page(http, "cases/correct.html", 400, here="notes", case=case, note=found, form=form)
