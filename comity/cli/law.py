"""`comity law`: deadlines and parties to treaties. Needs no node."""

import argparse
from datetime import date, datetime
from typing import Any

from comity.cli import law_dual, law_route, law_safeguards, reading
from comity.cli.answer import Answer, facts, table
from comity.cli.usage import Commands
from comity.lib import clock
from comity.lib.errors import BadInput


class BadEvent(BadInput):
    code = "cli.bad-event"
    says = "--event {told!r}: {why}."
    next_step = "Write it as --event receipt=2026-11-23T14:05:00+01:00."


def add(commands: Commands) -> None:
    group = commands.group("law", "Deadlines and parties to treaties, each with its source.")
    law_safeguards.add(group)
    parser = group.add("deadlines", deadlines, "What an event sets off in a country, and when it ends.")
    parser.add_argument("instrument", metavar="ID", help="of an instrument, such as eio")
    parser.add_argument(
        "--event",
        action="append",
        required=True,
        metavar="NAME=TIMESTAMP",
        help="such as receipt=2026-11-23T14:05:00Z",
    )
    parser.add_argument("--country", required=True, metavar="CC", help="whose calendar and time zone count")
    parser.add_argument("--on", metavar="DAY", help="apply the law of this day (default: the day of the event)")
    parser.add_argument("--language", default="en", metavar="L", help="of the sentences, such as fr")
    parser = group.add("parties", parties, "Who is bound by a treaty on a day; with a country, whether it is.")
    parser.add_argument("treaty", metavar="TREATY", help="such as eu-eio or untoc")
    parser.add_argument("country", metavar="CC", nargs="?", help="one country")
    parser.add_argument("--on", metavar="DAY", help="such as 2026-11-23 (default: today)")
    parser.add_argument("--language", default="en", metavar="L", help="of the sentences, such as fr")
    law_route.add(group)
    law_dual.add(group)


def deadlines(told: argparse.Namespace) -> Answer:
    from comity.law import deadlines as law

    on = reading.day(told.on) if told.on else None
    reckoned = law.for_event(told.instrument, events(told.event), told.country, on=on, language=told.language)
    found = [due.as_json() for due in reckoned]
    text = "\n\n".join(
        f"{row['says']}\n"
        + facts(
            [
                ("due", row["due_local"] or "no number in the text"),
                ("rule", row["rule"]),
                ("cite", row["cite"]),
            ]
        )
        for row in found
    )
    return Answer({"deadlines": found}, text)


def events(told: list[str]) -> dict[str, datetime]:
    """``["receipt=2026-11-23T14:05:00Z"]`` as moments by event.

    :raises BadEvent: no such form, a bad moment, or the same event twice.
    """
    found: dict[str, datetime] = {}
    for text in told:
        name, sign, moment = text.partition("=")
        if not sign or not name:
            raise BadEvent(told=text, why="there is no NAME=TIMESTAMP in it")
        if name in found:
            raise BadEvent(told=text, why=f"{name} is given twice")
        try:
            found[name] = clock.moment(moment)
        except clock.NotAMoment as error:
            raise BadEvent(told=text, why=error.sentence.rstrip(".")) from None
    return found


def parties(told: argparse.Namespace) -> Answer:
    from comity.law import parties as law

    on = reading.day(told.on) if told.on else clock.now().date()
    rows = [
        {
            "country": party.country,
            "status": party.status,
            "in_force": iso(party.in_force),
            "until": iso(party.until),
            "source": party.source,
            "confidence": party.confidence,
            "note": party.note,
        }
        for party in law.parties(told.treaty, on, language=told.language)
    ]
    value: dict[str, Any] = {"treaty": told.treaty, "on": on.isoformat(), "parties": rows}
    if told.country is None:
        listed = table(
            ("country", "status", "in force", "confidence", "note"),
            [(row["country"], row["status"], row["in_force"] or "", row["confidence"], row["note"]) for row in rows],
            empty="No country was bound by it on that day, as far as is known here.",
        )
        return Answer(value, listed)
    found = law.is_party(told.treaty, told.country, on, language=told.language)
    value |= {
        "country": told.country,
        "party": {"yes": True, "no": False}.get(found.answer),  # null: not known
        "answer": found.answer,
        "says": found.says,
        "source": found.source,
        "confidence": found.confidence,
    }
    return Answer(value, f"{found.answer}: {found.says}\nSource: {found.source} ({found.confidence})")


def iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
