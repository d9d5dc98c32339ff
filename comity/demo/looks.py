"""What a visitor is offered to look at: in each dossier of the scenario, and on pages that no dossier leads to."""

from collections.abc import Iterator
from typing import Any

from comity.demo.federation import Federation

# What to look at in the dossier of each instrument.
LOOKS = {
    "eio": (
        "The question tied to a field, the exhibit, the clocks of both sides, the proof of every step, "
        "and what Paris uses the bank records for"
    ),
    "mla-untoc": "What preflight stopped, the refusal with its ground, the request as a Portuguese document",
    "police-information-eu-2023-977": "The eight-hour clock, still running: sign in as yann in France and answer it",
    "icc-assistance": "The postponement with its ground and its end; sign in as joost to resume",
    "extradition-untoc": "The assurance that Paris asked for and Brasília gave; its first check is due soon",
    "eaw": "The same person as in the request of Brazil: two States want him from France",
}


def pages(nodes: Federation) -> Iterator[dict[str, Any]]:
    """Pages worth a look, each with its address, who signs in for it, and what to look for."""
    france = nodes["fr-central"]
    found = france.play("left_open", by="claire")
    draft, competing = found["draft"], found["competing"]
    told = (
        (
            "Assurances", "/safeguards/assurances/",
            "What others have promised France and when each promise is checked. One check is due soon.",
        ),
        (
            "What was received", "/safeguards/received/",
            "The bank records, under which limits they came, and the use that was recorded. Test another use.",
        ),
        (
            "Competing requests", f"/safeguards/competing/{f'{competing}/' if competing else ''}",
            "Brazil and the Netherlands want the same person: both requests side by side. Nobody has decided yet.",
        ),
        (
            "Grounds of a draft", f"/drafts/{draft}/grounds/" if draft else "/drafts/",
            "What Brazil could refuse, and why, on the facts stated. State another fact and see what changes.",
        ),
        (
            "Which way to ask", "/law/route/?from=FR&to=NL&measure=bank_records",
            "Every legal way for a measure between two countries, with what speaks for and against each.",
        ),
        (
            "Where definitions differ", "/law/harmonisation/differences/",
            "A heat map: how far the offences of each country lie from the common definition.",
        ),
    )  # fmt: skip
    for title, path, says in told:
        yield {"title": title, "address": f"{france.address}{path}", "by": "claire", "says": says}
