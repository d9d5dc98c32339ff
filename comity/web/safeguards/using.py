"""What is asked of a later use, of the person who decides on it, and how a page tells it."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from comity.dossiers import queries
from comity.dossiers.queries import Asked, ThingView
from comity.instruments.model import Field
from comity.web.pages import language
from comity.web.safeguards.asking import box, options, several, when

PASSED_ON = ("pass_on", "hand_on")
FREEING = ("try_person", "hand_on")


def fields(view: ThingView) -> tuple[Field, ...]:
    """What must be known of a use of this thing."""
    material = view.thing.about == "material"
    persons = dict.fromkeys((*view.thing.persons, *named(view, "named_persons")))
    offences = dict.fromkeys((*view.thing.offences, *named(view, "named_offences")))
    made = [
        box(
            "use",
            "choice",
            _("What is it to be used for?"),
            required=True,
            options=options(
                (id, says[:1].upper() + says[1:]) for id, says in queries.uses_for(view.thing.about, language()).items()
            ),
        ),
        box("purpose", "longtext", _("Purpose"), _("In words that somebody can follow years from now."), required=True),
        box("on", "date", _("On which day?"), required=True),
        box(
            "same_case",
            "yes_no",
            _("Is it for the proceeding of the request?"),
            _("Another proceeding is another use, whatever its purpose."),
            required=True,
        ),
        box(
            "case",
            "text",
            _("Which proceeding?"),
            _("Its number and the authority."),
            required=True,
            when=when("same_case", False),
        ),
    ]
    if persons:
        made.append(
            box("named", "choices", _("Against or about whom?"), options=options((one, one) for one in persons))
        )
    made.append(box("persons", "longtext", _("Other persons"), _("One on each line.")))
    if offences:
        made.append(
            box("for_offences", "choices", _("For which offences?"), options=options((one, one) for one in offences))
        )
    made += [
        box("offences", "longtext", _("Other offences"), _("One on each line.")),
        box("passed_to", "country", _("To which State, or to the Court?"), required=True, when=when("use", *PASSED_ON)),
        box(
            "consented",
            "yes_no",
            _("Has the State that gave it consented to this use?"),
            _("Leave it empty if nobody has asked."),
        ),
        box(
            "reference",
            "text",
            _("Where is the consent?"),
            _("Date and number of the answer."),
            required=True,
            when=when("consented", True),
        ),
    ]
    return (*made, *(about_data() if material else about_person()))


def about_data() -> tuple[Field, ...]:
    return (
        box(
            "subject_consents",
            "yes_no",
            _("Has the person whose data it is consented?"),
            _("Leave it empty if not known."),
        ),
    )


def about_person() -> tuple[Field, ...]:
    shown_when = when("use", *FREEING)
    return (
        box(
            "stayed_days",
            "number",
            _("For how many days has the person stayed after being free to leave?"),
            when=shown_when,
        ),
        box("returned", "yes_no", _("Did the person leave and come back?"), when=shown_when),
        box("renounced", "yes_no", _("Has the person renounced the rule of speciality?"), when=shown_when),
        box("custody", "yes_no", _("May the offence or the proceeding lead to a loss of liberty?"), when=shown_when),
    )


def named(view: ThingView, term: str) -> tuple[str, ...]:
    """The names in a limit that the giver set."""
    return tuple(
        name
        for bound in view.thing.limits
        if bound.limit.term == term
        for line in bound.detail.splitlines()
        for name in (" ".join(part.split()) for part in line.split(";"))
        if name
    )


def asked(given: dict[str, Any]) -> Asked:
    """The use that a checked form tells."""
    plain = ("stayed_days", "returned", "renounced", "custody", "subject_consents", "consented")
    return Asked(
        use=given["use"],
        purpose=given["purpose"],
        on=date.fromisoformat(given["on"]),
        case=given.get("case", ""),
        persons=tuple(dict.fromkeys((*given.get("named", ()), *several(given.get("persons"))))),
        offences=tuple(dict.fromkeys((*given.get("for_offences", ()), *several(given.get("offences"))))),
        passed_to=given.get("passed_to", ""),
        reference=given.get("reference", ""),
        **{name: given[name] for name in plain if name in given},
    )


def retold(view: ThingView, use: dict[str, Any]) -> dict[str, Any]:
    """A recorded use as the form had it."""
    offered = {one.id: {option.value for option in one.options} for one in fields(view)}
    boxes = {name: value for name, value in use.items() if value not in (None, "", [])}
    for whole, ticked in (("persons", "named"), ("offences", "for_offences")):
        names = boxes.pop(whole, [])
        boxes[ticked] = [name for name in names if name in offered.get(ticked, ())]
        boxes[whole] = "\n".join(name for name in names if name not in offered.get(ticked, ()))
    return {**boxes, "same_case": not use["case"]}


def deciding(finding: Any) -> tuple[Field, ...]:
    """What is asked of the person who decides, by what the limits say."""
    is_open = finding.allowed == "yes"
    choice = options([("made", _("It is made")), ("not-made", _("It is not made"))])
    asked = [box("decision", "choice", _("What is decided?"), required=True, options=choice)]
    if not is_open:
        says = _("I decide that it is made although the limits do not leave it open, and give the reasons below")
        asked.append(box("despite", "choices", _("If it is made all the same"), options=options([("yes", says)])))
    help = _("Needed for a use that is not made.") if is_open else _("Needed whatever is decided.")
    return (*asked, box("reasons", "longtext", _("Reasons"), help, required=not is_open))
