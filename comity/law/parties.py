"""Who is bound by a treaty on a day: "yes", "no", or "not known" where the list does not reach.

Data: treaties.yaml, parties.csv, non_parties.csv, un-members.yaml, eu-members.yaml, reservations.yaml and
sources.yaml. A treaty is added with rows. How far absence from the list proves anything is said by
``parties_data`` (docs/rooms/law.md).
"""

from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Literal

from comity.law import calendars, reading, roll, texts
from comity.law.roll import Absent, AsOf, Reservation, Row, Treaty
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


def is_party(
    treaty_id: str,
    country: str,
    on: date,
    *,
    language: str = texts.ENGLISH,
    folder: Path = reading.DATA,
) -> Answer:
    """Whether a country is bound by a treaty on a day (for a scheme: whether it takes part), told in ``language``.

    :raises UnknownTreaty: no such treaty.
    :raises calendars.UnknownCountry: no such country.
    """
    return _answer(treaty_id, country, on, language, folder)


@lru_cache(maxsize=16384)  # a route asks for the same few hundred answers again and again
def _answer(treaty_id: str, country: str, on: date, language: str, folder: Path) -> Answer:
    found = treaty(treaty_id, folder=folder)
    calendars.known(country)
    book = roll.book(folder)
    told = _Teller(found, country, texts.of(language))
    ended = _before_or_after(told, on)
    if ended:
        return ended
    row = book.rows[treaty_id].get(country)
    if row:
        return _listed(told, row, on)
    absent = book.absent[treaty_id].get(country)
    if absent:
        return _named_absent(told, absent, on)
    if found.reach == "union":
        return _by_membership(told, on, book)
    if found.reach.startswith("complement") and country in book.members:
        return _undated(told, on, found.source, found.confidence)  # as every member that is not named absent
    return _unlisted(told, on)


def reservations(treaty_id: str, country: str, on: date, *, folder: Path = reading.DATA) -> tuple[Reservation, ...]:
    """What a country reserved, declared or notified about a treaty, as far as is known here and not taken back.

    An empty answer means that none is known, never that there is none.

    :raises UnknownTreaty: no such treaty.
    """
    treaty(treaty_id, folder=folder)
    told = roll.book(folder).reservations.get((treaty_id, country), ())
    return tuple(row for row in told if not (row.since and on < row.since) and not (row.until and on >= row.until))


def parties(
    treaty_id: str, on: date, *, language: str = texts.ENGLISH, folder: Path = reading.DATA
) -> tuple[Party, ...]:
    """The countries bound by a treaty on a day, by code.

    Countries of which the list cannot say whether they were bound on that day are there as "unclear".

    :raises UnknownTreaty: no such treaty.
    """
    found = treaty(treaty_id, folder=folder)
    book = roll.book(folder)
    rows = book.rows[treaty_id]
    listed = set(rows)
    if found.reach.startswith("complement"):
        listed |= book.members - set(book.absent[treaty_id])
    if found.reach == "union":
        listed |= set(book.union) | book.left_union
    to = texts.of(language)
    answers = (
        (country, is_party(treaty_id, country, on, language=language, folder=folder)) for country in sorted(listed)
    )
    return tuple(_party(country, rows.get(country), answer, to) for country, answer in answers if answer.answer != "no")


def _party(country: str, row: Row | None, answer: Answer, to: texts.Texts) -> Party:
    status: Status = row.status if row else "party"
    if answer.answer == "not known":
        status = "unclear"
    elif status == "withdrawn":
        status = "party"  # it withdrew later; on that day it was bound
    note = to.text(row.note) if row else ""
    return Party(country, status, answer.since, answer.until, answer.source, answer.confidence, note)


@dataclass(frozen=True)
class _Teller:
    """Writes the sentences about a country and a treaty in the reader's language."""

    treaty: Treaty
    country: str
    to: texts.Texts

    def says(self, key: str, *, note: str = "", as_of: str = "", **days: date) -> str:
        says = self.to.say(
            f"parties.{key}",
            country=self.country,
            treaty=self.to.treaty(self.treaty.id, self.treaty.short),
            as_of=as_of,
            **{name: self.to.day(day) for name, day in days.items()},
        )
        return says + (self.to.say("parties.note", note=self.to.text(note)) if note else "")

    def taken(self, when: AsOf) -> str:
        """When a list was taken, as exactly as its source tells."""
        if when.first == when.last:
            return self.to.day(when.first)
        return self.to.month(when.first) if len(when.text) == len("2026-11") else when.text

    @property
    def as_of(self) -> str:
        """ ", by the list of November 2026", or nothing where the list has no date."""
        return self.to.say("parties.as_of", as_of=self.taken(self.treaty.as_of)) if self.treaty.as_of else ""


def _before_or_after(told: _Teller, on: date) -> Answer | None:
    """A "no" for everybody: the treaty had not entered into force when this was noted, or was repealed before."""
    treaty = told.treaty
    says = ""
    if treaty.awaited and on <= treaty.awaited.last:
        says = told.to.say(
            "{treaty} is not in force ({as_of}), so it binds nobody.",
            treaty=told.to.treaty(treaty.id, treaty.short),
            as_of=told.taken(treaty.awaited),
        )
    elif treaty.applies_until and on >= treaty.applies_until:
        says = told.to.say(
            "{treaty} no longer applies since {until}.",
            treaty=told.to.treaty(treaty.id, treaty.short),
            until=told.to.day(treaty.applies_until),
        )
    return Answer("no", None, treaty.applies_until, says, treaty.source, treaty.confidence) if says else None


def _by_membership(told: _Teller, on: date, book: roll.Book) -> Answer:
    """A Member State is bound by an act of the Union from the day it applies, or from the day it joined if later."""
    treaty, joined = told.treaty, book.union.get(told.country)
    if told.country in book.left_union:
        return Answer("not known", None, None, told.says("incomplete"), treaty.source, "memory")
    if joined is None or treaty.applies_from is None:
        return Answer("no", None, None, told.says("unlisted"), treaty.source, treaty.confidence)
    since = max(joined, treaty.applies_from)
    verdict: Verdict = "yes" if on >= since else "no"
    key = "bound" if verdict == "yes" else "not_yet"
    note = "as every Member State that does not stay out of it"
    return Answer(verdict, since, None, told.says(key, note=note, since=since), treaty.source, "memory")


def _listed(told: _Teller, row: Row, on: date) -> Answer:
    """A country that the list names."""

    def answer(verdict: Verdict, key: str, confidence: reading.Confidence = row.confidence, **days: date) -> Answer:
        says = told.says(key, note=row.note, as_of=told.as_of, **days)
        return Answer(verdict, row.in_force, row.until, says, row.source, confidence)

    if row.status == "unclear":
        return answer("not known", "unclear")
    if row.status == "signatory":
        if told.treaty.awaited:  # noted as not in force before; whether it entered into force since is not known
            return answer("not known", "signed_unknown")
        return answer("no", "signed") if _reaches(told.treaty, on) else answer("not known", "signed_unknown")
    if row.until and on >= row.until:
        return answer("no", "ended", until=row.until)
    if row.status == "withdrawn" and not row.until:
        return answer("not known", "withdrew")
    if row.in_force is None:
        return _undated(told, on, row.source, row.confidence, row.note)
    provisional = told.treaty.provisional_from
    if provisional and provisional <= on < row.in_force:
        says = told.to.say(
            "{country} applies {treaty} provisionally since {since}.",
            country=told.country,
            treaty=told.to.treaty(told.treaty.id, told.treaty.short),
            since=told.to.day(provisional),
        )
        return Answer("yes", provisional, row.until, says, row.source, row.confidence)
    if on < row.in_force:
        shaky = "memory" if row.in_force_basis == "memory" else row.confidence
        return answer("no", "not_yet", shaky, since=row.in_force)
    how = "takes_part" if row.status == "participant" else "bound"
    if row.until:
        return answer("yes", f"{how}_until", since=row.in_force, until=row.until)
    return answer("yes", how, since=row.in_force)


def _undated(told: _Teller, on: date, source: str, confidence: reading.Confidence, note: str = "") -> Answer:
    """A party of which the list gives no day: before the treaty itself no, after the list was taken yes.

    So is, in a near-universal treaty, every member of the United Nations that is not named as absent.
    """
    treaty = told.treaty
    if treaty.in_force and on < treaty.in_force:
        says = told.says("not_in_force", note=note, since=treaty.in_force)
        return Answer("no", None, None, says, treaty.source, treaty.confidence)
    if treaty.as_of and on < treaty.as_of.first:
        says = told.says("then_unknown", note=note, as_of=told.as_of, on=on)
        return Answer("not known", None, None, says, source, confidence)
    return Answer("yes", None, None, told.says("undated", note=note, as_of=told.as_of), source, confidence)


def _named_absent(told: _Teller, row: Absent, on: date) -> Answer:
    """A country of which the list says that it is not a party."""
    lasts = on <= row.as_of.last or told.treaty.reach in ("complete", "complement")
    key = ("absent" if lasts else "absent_then") + ("_signed" if row.status == "signatory" else "")
    says = told.says(key, note=row.note, as_of=told.taken(row.as_of))
    return Answer("no" if lasts else "not known", None, None, says, row.source, row.confidence)


def _unlisted(told: _Teller, on: date) -> Answer:
    """A country that the list does not name: a "no" only where the list is known to be complete."""
    treaty = told.treaty
    if treaty.in_force and on < treaty.in_force and not treaty.provisional_from:
        says = told.says("not_in_force", since=treaty.in_force)
        return Answer("no", None, None, says, treaty.source, treaty.confidence)
    if _reaches(treaty, on):
        return Answer("no", None, None, told.says("unlisted", as_of=told.as_of), treaty.source, treaty.confidence)
    return Answer("not known", None, None, told.says("incomplete"), treaty.source, treaty.confidence)


def _reaches(treaty: Treaty, on: date) -> bool:
    """Whether absence from the list on that day means that a country is not a party."""
    if treaty.reach in ("complete", "complement"):
        return True
    dated = treaty.reach in ("complete-dated", "complement-dated")
    return dated and treaty.as_of is not None and on <= treaty.as_of.last
