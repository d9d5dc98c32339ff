"""Who is bound by a treaty on a day: "yes", "no", or "not known" where the list does not reach.

Data: treaties.yaml, parties.csv, non_parties.csv, un-members.yaml and sources.yaml. A treaty is added with
rows. How far absence from the list proves anything is said by ``parties_data`` (docs/rooms/law.md).
"""

from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Literal

from comity.law import calendars, reading, roll
from comity.law.roll import Absent, Row, Treaty
from comity.lib.errors import BadInput

Verdict = Literal["yes", "no", "not known"]
Status = Literal["party", "signatory", "withdrawn", "participant", "unclear", "none"]


class UnknownTreaty(BadInput):
    code = "law.unknown-treaty"
    says = "{treaty!r} is not a treaty that is known here."
    next_step = "The nearest ids are: {near}."


@dataclass(frozen=True)
class Party:
    """A country on the list of a treaty. Status "unclear": whether it was bound on that day is not known."""

    country: str
    status: Status
    in_force: date | None
    until: date | None
    source: str
    confidence: reading.Confidence
    note: str = ""


@dataclass(frozen=True)
class Answer:
    """Whether a country is bound on a day, in a sentence, with the source."""

    answer: Verdict
    since: date | None
    until: date | None  # the day a withdrawal took effect
    says: str
    source: str
    confidence: reading.Confidence


def treaties(*, folder: Path = reading.DATA) -> tuple[Treaty, ...]:
    """Every treaty known here, in the order of the file.

    :raises reading.LawFaults: the data cannot be used.
    """
    return tuple(roll.book(folder).treaties.values())


def treaty(treaty_id: str, *, folder: Path = reading.DATA) -> Treaty:
    """One treaty.

    :raises UnknownTreaty: naming the nearest ids.
    """
    book = roll.book(folder)
    if treaty_id not in book.treaties:
        names = {treaty.short.lower(): treaty.id for treaty in book.treaties.values()}
        names |= {known: known for known in book.treaties}
        close = get_close_matches(treaty_id.lower(), names, n=5, cutoff=0.4) or sorted(book.treaties)
        raise UnknownTreaty(treaty=treaty_id, near=", ".join(dict.fromkeys(names[name] for name in close)))
    return book.treaties[treaty_id]


def is_party(treaty_id: str, country: str, on: date, *, folder: Path = reading.DATA) -> Answer:
    """Whether a country is bound by a treaty on a day (for a scheme: whether it takes part).

    :raises UnknownTreaty: no such treaty.
    :raises calendars.UnknownCountry: no such country.
    """
    found = treaty(treaty_id, folder=folder)
    calendars.known(country)
    book = roll.book(folder)
    row = book.rows[treaty_id].get(country)
    if row:
        return _listed(found, row, on)
    absent = book.absent[treaty_id].get(country)
    if absent:
        return _named_absent(found, absent, on)
    if found.reach.startswith("complement") and country in book.members:
        return _member(found, country, on)
    return _unlisted(found, country, on)


def parties(treaty_id: str, on: date, *, folder: Path = reading.DATA) -> tuple[Party, ...]:
    """The countries bound by a treaty on a day, by code.

    Countries of which the list cannot say whether they were bound on that day are there as "unclear".

    :raises UnknownTreaty: no such treaty.
    """
    found = treaty(treaty_id, folder=folder)
    book = roll.book(folder)
    rows = book.rows[treaty_id]
    listed = set(rows)
    if found.reach.startswith("complement"):
        listed |= set(book.members) - set(book.absent[treaty_id])
    answers = ((country, is_party(treaty_id, country, on, folder=folder)) for country in sorted(listed))
    return tuple(
        _party(country, rows.get(country), answer) for country, answer in answers if answer.answer != "no"
    )


def _party(country: str, row: Row | None, answer: Answer) -> Party:
    status: Status = row.status if row else "party"
    if answer.answer == "not known":
        status = "unclear"
    elif status == "withdrawn":
        status = "party"  # it withdrew later; on that day it was bound
    note = row.note if row else ""
    return Party(country, status, answer.since, answer.until, answer.source, answer.confidence, note)


def _listed(treaty: Treaty, row: Row, on: date) -> Answer:
    """A country that the list names."""

    def answer(verdict: Verdict, says: str, confidence: reading.Confidence = row.confidence) -> Answer:
        note = f" Note: {row.note}." if row.note else ""
        return Answer(verdict, row.in_force, row.until, says + note, row.source, confidence)

    if row.status == "unclear":
        return answer("not known", f"Whether {row.country} applies {treaty.short} was not established.")
    if row.status == "signatory":
        if _reaches(treaty, on):
            return answer("no", f"{row.country} signed {treaty.short} but is not a party{_as_of(treaty)}.")
        return answer(
            "not known", f"{row.country} signed {treaty.short}; whether it became a party is not known."
        )
    if row.until and on >= row.until:
        return answer(
            "no", f"{row.country} is no longer bound by {treaty.short} since {row.until.isoformat()}."
        )
    if row.status == "withdrawn" and not row.until:
        return answer(
            "not known", f"{row.country} withdrew from {treaty.short}; from which day is not known."
        )
    if row.in_force is None:
        return _undated(treaty, row.country, on, row.source, row.confidence, row.note)
    if on < row.in_force:
        shaky = "memory" if row.in_force_basis == "memory" else row.confidence
        says = f"{row.country} is bound by {treaty.short} only from {row.in_force.isoformat()}."
        return answer("no", says, shaky)
    how = "takes part in" if row.status == "participant" else "is bound by"
    until = f", until the day before {row.until.isoformat()}" if row.until else ""
    return answer("yes", f"{row.country} {how} {treaty.short} since {row.in_force.isoformat()}{until}.")


def _undated(
    treaty: Treaty, country: str, on: date, source: str, confidence: reading.Confidence, note: str = ""
) -> Answer:
    """A party of which the list gives no day: before the treaty itself no, after the list was taken yes."""
    note = f" Note: {note}." if note else ""
    if treaty.in_force and on < treaty.in_force:
        says = f"{treaty.short} is in force only from {treaty.in_force.isoformat()}.{note}"
        return Answer("no", None, None, says, treaty.source, treaty.confidence)
    if treaty.as_of and on < treaty.as_of.first:
        says = (
            f"{country} is bound by {treaty.short}{_as_of(treaty)}; whether it was on {on.isoformat()} "
            f"is not known.{note}"
        )
        return Answer("not known", None, None, says, source, confidence)
    says = f"{country} is bound by {treaty.short}{_as_of(treaty)}; since when is not known here.{note}"
    return Answer("yes", None, None, says, source, confidence)


def _member(treaty: Treaty, country: str, on: date) -> Answer:
    """A near-universal treaty: every member of the United Nations that is not named as absent."""
    return _undated(treaty, country, on, treaty.source, treaty.confidence)


def _named_absent(treaty: Treaty, row: Absent, on: date) -> Answer:
    """A country of which the list says that it is not a party."""
    signed = " (it has signed)" if row.status == "signatory" else ""
    note = f" Note: {row.note}." if row.note else ""
    if on <= row.as_of.last or treaty.reach in ("complete", "complement"):
        says = f"{row.country} is not bound by {treaty.short}{signed}, by the list of {row.as_of}.{note}"
        return Answer("no", None, None, says, row.source, row.confidence)
    then = f"{row.country} was not bound by {treaty.short} in the list of {row.as_of}{signed}"
    says = f"{then}; whether it joined since is not known.{note}"
    return Answer("not known", None, None, says, row.source, row.confidence)


def _unlisted(treaty: Treaty, country: str, on: date) -> Answer:
    """A country that the list does not name: a "no" only where the list is known to be complete."""
    if _reaches(treaty, on):
        says = f"{country} is not among the parties to {treaty.short}{_as_of(treaty)}."
        return Answer("no", None, None, says, treaty.source, treaty.confidence)
    says = f"Whether {country} is bound by {treaty.short} is not known: the list of parties is not complete."
    return Answer("not known", None, None, says, treaty.source, treaty.confidence)


def _reaches(treaty: Treaty, on: date) -> bool:
    """Whether absence from the list on that day means that a country is not a party."""
    if treaty.reach in ("complete", "complement"):
        return True
    dated = treaty.reach in ("complete-dated", "complement-dated")
    return dated and treaty.as_of is not None and on <= treaty.as_of.last


def _as_of(treaty: Treaty) -> str:
    return f", by the list of {treaty.as_of}" if treaty.as_of else ""
