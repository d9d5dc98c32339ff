"""The windows of a case, and proposing one: for whom, until when, and what a person chose for every item."""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from comity.cases import queries as cases
from comity.disclosure import actions, queries
from comity.disclosure.values import Candidate, Choice
from comity.lib.errors import ComityError
from comity.web.cases.asking import moment
from comity.web.disclosure.words import contacts, grounds
from comity.web.pages import Http, language, page, signed_in, zone
from comity.web.safeguards.asking import Form, box, options
from comity.web.telling import told


@signed_in
def windows(http: Http, number: str) -> HttpResponse:
    """Every window of the case."""
    case = cases.case(http.user, number, moment())
    rows = queries.in_compartment(http.user, case.compartment, moment())
    return page(http, "disclosure/windows.html", here="disclosure", case=case, rows=rows)


@signed_in
def new(http: Http, number: str) -> HttpResponse:
    """Propose a window. Every item of the case is on the page; each needs a choice."""
    case = cases.case(http.user, number, moment())
    found = queries.candidates(http.user, case.compartment, moment())
    form, rows = Form(fields(), {"language": language()}), [Row(one) for one in found]
    status = 200
    if http.method == "POST":
        form, rows = Form.posted(fields(), http.POST), [Row.posted(one, http.POST) for one in found]
        if http.POST.get("do") == "all":
            for row in rows:
                row.disclose_if_allowed()
        elif (window := proposed(http, case.compartment, form, rows)) is not None:
            messages.success(http, _("Proposed. An approver of the unit who is not you decides."))
            return redirect("window", number, window.pk)
        else:
            status = 400
    problems = form.problems + [problem for row in rows for problem in row.problems]
    return page(
        http, "disclosure/new.html", status, here="disclosure", case=case, form=form, rows=rows, problems=problems,
        grounds=grounds(),
    )  # fmt: skip


def fields() -> tuple[Any, ...]:
    return (
        box("recipient", "text", _("Who may look?"), _("Full name, as on the mandate."), required=True),
        box("function", "text", _("In what function?"), _("For example: counsel of the accused."), required=True),
        box("contact", "choice", _("How does the code reach them?"), required=True, options=options(contacts())),
        box("purpose", "text", _("For what?"), _("For example: preparing the defence at the hearing of 3 March."),
            required=True),
        box("opens", "date", _("From which day?"), required=True),
        box("closes", "date", _("Until which day?"), _("The whole day counts."), required=True),
        box("language", "choice", _("Language of the index"), required=True,
            options=options((("en", "English"), ("fr", "Français")))),
    )  # fmt: skip


@dataclass
class Row:
    """One item with what was chosen for it."""

    item: Candidate
    choice: str = ""
    ground: str = ""
    words: str = ""
    problems: list[dict[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.item.barred and not self.choice:
            self.choice, self.ground = "withhold", "not-as-evidence"

    @property
    def id(self) -> str:
        return "item-" + self.item.ref.replace("/", "-")

    @classmethod
    def posted(cls, item: Candidate, post: QueryDict) -> "Row":
        made = cls(item)
        made.choice = post.get(f"{made.id}-choice", made.choice)
        made.ground = post.get(f"{made.id}-ground", made.ground)
        made.words = post.get(f"{made.id}-words", "")
        return made

    def disclose_if_allowed(self) -> None:
        if not self.item.barred and not self.choice:
            self.choice = "disclose"

    def chosen(self) -> Choice | None:
        """What was chosen, or what is missing, as a problem beside the item."""
        if self.choice not in ("disclose", "withhold"):
            self.wrong(_("Choose for %(item)s: disclose or withhold."))
        elif self.choice == "withhold" and self.ground not in queries.GROUNDS:
            self.wrong(_("Choose the ground on which %(item)s is withheld."))
        elif self.choice == "withhold" and self.ground == "other" and not self.words.strip():
            self.wrong(_("Say in words on which ground %(item)s is withheld."))
        else:
            return Choice(self.choice == "disclose", self.ground, self.words.strip())
        return None

    def wrong(self, says: str) -> None:
        self.problems.append({"id": self.id, "says": says % {"item": self.item.title}})


def proposed(http: Http, compartment: Any, form: Form, rows: list[Row]) -> Any:
    """The window, or None with what is wrong beside each box."""
    choices = {row.item.ref: row.chosen() for row in rows}
    whole = form.check()
    if not whole or None in choices.values():
        return None
    given = form.given
    try:
        return actions.propose(
            compartment, recipient=given["recipient"], function=given["function"], contact=given["contact"],
            purpose=given["purpose"], opens_at=begins(given["opens"]), closes_at=ends(given["closes"]),
            choices={ref: choice for ref, choice in choices.items() if choice}, by=http.user, at=moment(),
            language=given["language"],
        )  # fmt: skip
    except (actions.BadWindow, actions.NeedsGround, actions.Incomplete) as error:
        form.wrong("closes" if isinstance(error, actions.BadWindow) else "recipient", sentence(error))
        return None


def sentence(error: ComityError) -> str:
    return " ".join(told(error).values())


def begins(day: str) -> datetime:
    """The first moment of a day at the node."""
    return datetime.combine(date.fromisoformat(day), time.min, ZoneInfo(zone()))


def ends(day: str) -> datetime:
    """The last whole second of a day at the node."""
    return datetime.combine(date.fromisoformat(day), time(23, 59, 59), ZoneInfo(zone()))
