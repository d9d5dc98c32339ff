"""What was received, under which limits, and what is made of it."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from comity.dossiers import actions, queries
from comity.dossiers.queries import Asked, ThingView
from comity.law.reasons import Reason
from comity.lib import clock
from comity.web.pages import Http, language, page, signed_in, today
from comity.web.safeguards import sheet
from comity.web.safeguards.asking import Form
from comity.web.safeguards.using import asked, deciding, fields, retold
from comity.web.telling import told

ON_A_PAGE = 20  # dossiers


@signed_in
def ledger(http: Http) -> HttpResponse:
    """Everything that was received in the dossiers of the reader, with the uses recorded of it."""
    dossier = http.GET.get("dossier", "")
    found = Paginator(queries.received_in(http.user, dossier), ON_A_PAGE).get_page(http.GET.get("page"))
    return page(
        http,
        "safeguards/received.html",
        entered=queries.ledger(http.user, list(found), clock.now(), language()),
        dossier=dossier,
        page_number=found.number,
        pages=found.paginator.num_pages,
        uses=uses(),
    )


@signed_in
def export(http: Http) -> HttpResponse:
    """All of it as a file; the look is recorded for each dossier."""
    dossiers = queries.received_in(http.user, http.GET.get("dossier", ""))
    return sheet.answer("uses", queries.ledger(http.user, dossiers, clock.now(), language()))


def uses() -> dict[str, str]:
    """Every use in the reader's language, by its id."""
    return queries.uses_for("material", language()) | queries.uses_for("person", language())


@signed_in
def thing(http: Http, dossier: str, act: str) -> HttpResponse:
    """One thing that was received: its limits, the uses recorded, and a use put to the test."""
    view = queries.thing(http.user, dossier, act, clock.now(), language())
    if http.method == "POST":
        return Trial(http, view).answer()
    return shown(http, view, Form(fields(view), begun(http, view)), corrects=corrects(http.GET.get("corrects", "")))


def begun(http: Http, view: ThingView) -> dict[str, Any]:
    """The form before anything was typed: today, or the entry that is to be corrected."""
    number = corrects(http.GET.get("corrects", ""))
    row = next((one for one in view.uses if one.pk == number), None)
    return {"on": today().isoformat(), "same_case": True} if row is None else retold(view, row.asked)


def corrects(typed: str) -> int | None:
    return int(typed) if typed.isdigit() and len(typed) < 10 else None


def shown(http: Http, view: ThingView, form: Form, status: int = 200, **more: Any) -> HttpResponse:
    return page(http, "safeguards/thing.html", status=status, view=view, form=form, uses=uses(), **more)


class Trial:
    """A use that was posted: tested, and with the next button recorded or asked for."""

    def __init__(self, http: Http, view: ThingView) -> None:
        self.http, self.view, self.post = http, view, http.POST
        self.form = Form.posted(fields(view), http.POST)
        self.corrects = corrects(http.POST.get("corrects", ""))

    def answer(self) -> HttpResponse:
        if not self.form.check():
            return shown(self.http, self.view, self.form, 400, corrects=self.corrects)
        use = asked(self.form.given)
        finding = queries.check(self.view.thing, use, language())
        go = self.post.get("go", "check")
        if go == "ask":
            return self.ask(use)
        deciding_form = Form(deciding(finding))
        if go == "record" and self.post.get("shown") == finding.allowed:
            deciding_form = Form.posted(deciding(finding), self.post)
            if deciding_form.check() and self.recorded(use, deciding_form):
                messages.success(self.http, _("Recorded in the ledger."))
                return redirect("received-thing", self.view.dossier.pk, self.view.thing.act)
        return shown(
            self.http,
            self.view,
            self.form,
            400 if deciding_form.errors else 200,
            finding=finding,
            reasons=grouped(finding.reasons),
            deciding=deciding_form,
            changed=go == "record" and self.post.get("shown") != finding.allowed,
            asking=queries.asking_title(self.view.dossier, use.use, language()) if self.view.may_ask else "",
            corrects=self.corrects,
        )

    def recorded(self, use: Asked, form: Form) -> bool:
        try:
            actions.record_use(
                self.view.dossier.pk,
                self.view.thing.act,
                use,
                decision=form.given["decision"],
                reasons=form.given.get("reasons", ""),
                despite="yes" in form.given.get("despite", ()),
                corrects=self.corrects,
                by=self.http.user,
                at=clock.now(),
                language=language(),
            )
        except (actions.NoDecision, actions.ReasonsMissing) as error:
            form.wrong("despite" if isinstance(error, actions.NoDecision) else "reasons", told(error)["says"])
            return False
        return True

    def ask(self, use: Asked) -> HttpResponse:
        """Begin the act that asks for consent; its form comes next."""
        _row, draft = actions.ask_consent(
            self.view.dossier.pk, self.view.thing.act, use, by=self.http.user, at=clock.now(), language=language()
        )
        messages.success(self.http, _("Begun, and kept in the ledger. Complete it and send it."))
        return redirect("draft-act", draft.pk)


def grouped(reasons: tuple[Reason, ...]) -> list[Reason]:
    """Each reason once, what speaks against it first."""
    order = ("against", "open", "for")
    return sorted(dict.fromkeys(reasons), key=lambda one: order.index(one.speaks))
