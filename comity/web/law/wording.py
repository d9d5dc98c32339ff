"""Words of the law room as pages say them: statuses, duties, kinds of treaty, families of measures and of offences."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from comity.law import offences, reading, routes, texts
from comity.law.concordance import Pivot
from comity.law.roll import Treaty
from comity.law.routing.book import book


@dataclass(frozen=True)
class Group:
    """A heading and what stands under it, for lists in sections and for choices."""

    title: str
    rows: tuple[tuple[str, str], ...]


def families(language: str) -> list[Group]:
    """Every measure, by family."""
    to = texts.of(language)
    titles = book(reading.DATA).families
    found = {family: [one for one in routes.measures() if one.family == family] for family in titles}
    return [
        Group(to.text(titles[family]), tuple((one.id, to.text(one.title)) for one in rows))
        for family, rows in found.items()
        if rows
    ]


def sections(language: str, pivots: Iterable[Pivot] | None = None) -> list[Group]:
    """Every offence with a common definition, by the sections of the classification of crimes."""
    to = texts.of(language)
    chosen = tuple(offences.pivots() if pivots is None else pivots)
    top = {one.code: to.text(one.title) for one in offences.iccs() if one.level == 1}
    return [
        Group(title, rows)
        for code, title in top.items()
        if (rows := tuple((one.id, to.text(one.title)) for one in chosen if one.iccs and one.iccs[0][:2] == code))
    ]


def treaty_name(treaty: Treaty, language: str) -> str:
    """The short name of a treaty in the reader's language."""
    return texts.of(language).treaty(treaty.id, treaty.short)


def kinds() -> dict[str, str]:
    return {"treaty": _("Treaty"), "eu-act": _("Act of the European Union"), "scheme": _("Scheme that does not bind")}


def reaches() -> dict[str, str]:
    """How far a list of parties may be trusted about a country that it does not name."""
    return {
        "complete": _("The list is complete: a country that it does not name is not bound."),
        "complete-dated": _("The list was complete on its day: for later days, a country that it lacks is not known."),
        "complete-memory": _("The list is thought to be complete, from memory: a country that it lacks is not known."),
        "complement": _("Nearly every State is bound: a member of the United Nations that is not named absent is."),
        "complement-dated": _(
            "Nearly every State is bound: on the day of the list, a member of the United Nations that is not named "
            "absent was."
        ),
        "partial": _("The list is not complete: a country that it does not name is not known."),
        "signatories": _("Only those who signed are listed: a country that it does not name is not known."),
        "signatories-partial": _("Only some of those who signed are listed: any other country is not known."),
        "union": _("Every member of the European Union is bound, but those that the list names as staying out."),
        "none": _("No list of parties is held here: nothing is known of any country."),
    }


def party_statuses() -> dict[str, str]:
    return {
        "party": _("bound"),
        "participant": _("takes part"),
        "signatory": _("signed, not bound"),
        "withdrawn": _("withdrew"),
        "unclear": _("not known"),
        "none": _("not bound"),
    }


def verdicts() -> dict[str, str]:
    """Whether a country is bound."""
    return {"yes": _("bound"), "no": _("not bound"), "not known": _("not known")}


def cells() -> dict[str, str]:
    """A cell of the matrix in a word."""
    return {
        "covered": _("covered"),
        "allowed": _("allowed"),
        "narrower": _("gap"),
        "not recorded": _("not recorded"),
    }


def gap_kinds() -> dict[str, str]:
    return {
        "asks": _("asks more"),
        "leaves out": _("leaves out"),
        "excludes": _("excludes"),
        "not recorded": _("not recorded"),
    }


def budapest() -> dict[str, str]:
    return {
        "full": _("in full"),
        "partial": _("in part"),
        "none": _("not"),
        "unknown": _("not known"),
        "not recorded": _("not recorded"),
    }


def about() -> dict[str, str]:
    """What a channel is for."""
    return {
        "assistance": _("mutual assistance"),
        "extradition": _("extradition"),
        "surrender": _("surrender"),
        "electronic": _("electronic evidence"),
        "assets": _("freezing and confiscation"),
        "transfer": _("transfer of sentenced persons"),
        "police": _("police information"),
        "proceedings": _("transfer of proceedings"),
    }


def reservation_kinds() -> dict[str, str]:
    return {
        "reservation": _("Reservation"),
        "declaration": _("Declaration"),
        "notification": _("Notification"),
    }
