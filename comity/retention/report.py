"""The answer to an inquiry: what the person is told, in their language, as JSON and on paper.

It says the same of withholding whether anything was withheld or not, so that nothing follows from it.
"""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from django.conf import settings
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext, override

from comity.access.queries import User
from comity.lib.errors import ComityError
from comity.retention import inquiries, inquiring, printing, queries
from comity.retention.asked import Inquiry

TEXT = "Directive (EU) 2016/680"
CONFIDENCE = "memory"


def _(text: str) -> str:
    """Marks a sentence for the catalogue of the pages; said in the person's language by :func:`gettext`."""
    return text


CATEGORIES = {
    "dossier": _("A request between authorities"),
    "draft": _("A draft of a request that was not sent"),
    "thread": _("A conversation with another authority"),
    "subject": _("What is known of persons in a case file"),
    "import": _("A file that was brought into a case"),
    "item": _("An item of evidence"),
    "window": _("Access of the defence to evidence"),
    "case": _("Notes and tasks of a case file"),
}
LABELS = {
    "data": _("Data"),
    "purpose": _("Why they are kept, on which legal basis"),
    "origin": _("Where they come from"),
    "recipients": _("To whom they were passed on"),
}
DONE = {
    "corrected": _("The data were corrected."),
    "restricted": _("The use of the data was restricted."),
    "erased": _("The data were erased."),
    "kept": _("The data are kept as they are."),
}
RIGHTS = (
    _(
        "You may ask that data on you which are wrong are corrected, and that data which must not be kept are erased or restricted ({article_16})."
    ),
    _(
        "The law lets us leave out what would harm an inquiry, public or national security, or the rights of others ({article_15}). This sentence stands in every answer, whether something was left out or not."
    ),
    _(
        "You may have the answer checked by the supervisory authority ({article_17}), complain to it, and go to court: {authority}."
    ),
)
ARTICLES = {
    number: f"{TEXT}, art {number.removeprefix('article_')}" for number in ("article_15", "article_16", "article_17")
}


class NoSupervisor(ComityError):
    code = "retention.no-supervisor"
    says = "The answer must name the supervisory authority, and node.toml does not."
    next_step = "Set supervisory_authority in node.toml to its name and address."


def build(row: Inquiry, at: datetime) -> dict[str, Any]:
    """The answer as data: what is told of each place, how long it is kept, and the person's rights.

    :raises NoSupervisor: the node's configuration names none.
    """
    if not settings.COMITY.supervisory_authority:
        raise NoSupervisor
    told = [one for one in row.places.order_by("kind", "ref") if one.decision == "told"]
    with override(row.language):
        return {
            "inquiry": row.number,
            "authority": settings.COMITY.names.get(row.language) or settings.COMITY.name,
            "name": row.name,
            "language": row.language,
            "received_on": row.received_on.isoformat(),
            "answered_at": at.isoformat(),
            "wishes": list(row.wishes),
            "places": [
                {
                    "category": gettext(CATEGORIES.get(one.kind, one.kind)),
                    **one.said,
                    "period": period(one.kind),
                    "done": gettext(DONE[one.done]) if one.done else "",
                    "why": one.reason if one.done else "",
                }
                for one in told
            ],
            "rights": [
                gettext(line).format(**ARTICLES, authority=settings.COMITY.supervisory_authority) for line in RIGHTS
            ],
            "cites": [{"text": cite, "confidence": CONFIDENCE} for cite in ARTICLES.values()],
        }


def period(kind: str) -> str:
    """How long data of this kind are kept, as the rule in force has it."""
    of = kind if kind in ("dossier", "draft", "thread") else "case"
    rule = next((one for one in queries.rules_in_force() if one.kind == of), None)
    if rule is None or rule.days is None:
        return gettext("As long as the case needs them; no term is set.")
    words = {
        "dossier": gettext("{days} days after the last act of the closed request. {basis}"),
        "draft": gettext("{days} days after it was put aside. {basis}"),
        "thread": gettext("{days} days after the last message. {basis}"),
        "case": gettext("{days} days after the case is closed. {basis}"),
    }
    return words[of].format(days=rule.days, basis=rule.basis)


@transaction.atomic
def answer(number: str, *, by: User, at: datetime) -> Inquiry:
    """Give the answer: it is kept as it was given, and what happens to it afterwards is recorded.

    :raises NotSearched, Undecided, NoSupervisor, NotOpen, NotFound: as they say.
    """
    row = inquiring.locked(number, "write", by, at)
    if row.searched_at is None:
        raise inquiring.NotSearched
    undecided = row.places.filter(decision="").count()
    if undecided:
        raise inquiring.Undecided(count=undecided)
    return inquiring.finish(row, build(row, at), by=by, at=at)


def as_json(user: User, number: str, at: datetime) -> dict[str, Any]:
    """The answer as it was given, or as it would be given now; recorded."""
    row = inquiries.inquiry(user, number, at).row
    told: dict[str, Any] = row.answer if row.answer is not None else build(row, at)
    return told


def as_pdf(user: User, number: str, at: datetime) -> bytes:
    """The same on paper."""
    told = as_json(user, number, at)
    return printing.pdf(layout(told), datetime.fromisoformat(told["answered_at"]))


def layout(told: dict[str, Any]) -> dict[str, Any]:
    """The answer as the template takes it: a title, a letterhead and sections of labelled rows."""
    with override(told["language"]):
        received = date_format(date.fromisoformat(told["received_on"]))
        given = datetime.fromisoformat(told["answered_at"]).astimezone(ZoneInfo(settings.COMITY.time_zone))
        head = gettext("To {name}, on your inquiry of {day}, number {number}").format(
            name=told["name"], day=received, number=told["inquiry"]
        )
        sections = [_section(n, one) for n, one in enumerate(told["places"], start=1)]
        if not sections:
            nothing = gettext("There are no data on you here of which we can tell you.")
            sections = [{"title": gettext("Data on you"), "says": nothing, "rows": []}]
        rights = {"title": gettext("Your rights"), "says": "\n\n".join(told["rights"]), "rows": []}
        return {
            "lang": told["language"],
            "rtl": _direction(told["language"]) == "rtl",
            "title": gettext("What is kept about you"),
            "authority": told["authority"],
            "head": head,
            "foot": f"{told['inquiry']} · {date_format(given)}",
            "sections": [*sections, rights],
        }


def _section(n: int, one: dict[str, Any]) -> dict[str, Any]:
    rows = [[gettext(LABELS[name]), one[name]] for name in inquiring.SAID if one.get(name)]
    rows.append([gettext("How long"), one["period"]])
    if one["done"]:
        rows.append([gettext("What was done"), f"{one['done']} {one['why']}"])
    return {"title": f"{n}. {one['category']}", "says": "", "rows": rows}


def _direction(language: str) -> str:
    try:
        return str(Locale.parse(language, sep="-").text_direction)
    except (UnknownLocaleError, ValueError):
        return "ltr"
