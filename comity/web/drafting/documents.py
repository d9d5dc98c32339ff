"""Documents of a draft: add, take off, put back."""

from typing import BinaryIO, cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from comity.dossiers import actions, queries
from comity.lib import clock
from comity.web.drafting.form import opened
from comity.web.pages import Http, page, signed_in


@signed_in
def documents(http: Http, number: int) -> HttpResponse:
    """What goes with the act, with size and SHA-256, so that it can be compared on both sides."""
    view, definition = opened(http, number)
    if http.method == "POST" and (files := http.FILES.getlist("file")):
        for file in files:
            actions.attach(
                view.draft,
                name=file.name or "",
                media_type=file.content_type or "",
                stream=cast(BinaryIO, file),
                by=http.user,
                at=clock.now(),
            )
        messages.success(http, _("Added."))
        if http.headers.get("X-Requested-With") == "XMLHttpRequest":  # the script then loads the page itself
            return HttpResponse(status=204)
        return redirect("draft-documents", number)
    problems = [{"id": "file", "says": _("Choose a file first.")}] if http.method == "POST" else []
    return page(
        http,
        "drafting/documents.html",
        view=view,
        definition=definition,
        problems=problems,
        here=view.attachments,
        removed=view.removed,
    )


@signed_in
@require_POST
def detach(http: Http, number: int, document: int) -> HttpResponse:
    taken = queries.attachment(http.user, document)
    actions.detach(taken, by=http.user, at=clock.now())
    messages.info(http, _("%(name)s was taken off. You can put it back below.") % {"name": taken.name})
    return redirect("draft-documents", number)


@signed_in
@require_POST
def reattach(http: Http, number: int, document: int) -> HttpResponse:
    actions.reattach(queries.attachment(http.user, document), by=http.user, at=clock.now())
    return redirect("draft-documents", number)
