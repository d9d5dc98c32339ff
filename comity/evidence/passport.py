"""What a receiving State may need before it uses an item as evidence, what of it is there, and what is missing. Pure.

It shows facts and texts with their reasons. It never says that something is admissible: a court decides that.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal

from comity.access import handling as codes
from comity.evidence import chain
from comity.evidence.values import CustodyFacts, ItemFacts
from comity.law import national, parties, reading

DATA = Path(__file__).parent / "data" / "admissibility.yaml"

Status = Literal["there", "missing", "open", "against", "unknown"]
Topic = Literal["formalities", "originals", "authentication", "defence", "limits", "lawfulness"]
ShownBy = Literal["formalities", "originals", "provenance", "limits", "nothing"]
STATUSES: tuple[Status, ...] = ("there", "missing", "open", "against", "unknown")
WORST: tuple[Status, ...] = ("against", "missing", "open", "unknown", "there")


class _Need(reading.Strict):
    id: str
    topic: Topic
    shown_by: ShownBy
    says: str
    article: str
    source: str
    confidence: reading.Confidence


class _File(reading.Strict):
    sources: dict[str, reading.Source]
    treaties: dict[str, list[_Need]]
    courts: dict[str, list[_Need]]


@dataclass(frozen=True)
class Reason:
    """Why a row stands as it does: a sentence with fields for ``values``, and the text it rests on, if any."""

    says: str
    values: Mapping[str, Any] = field(default_factory=dict)
    article: str = ""
    source: str = ""
    confidence: str = ""


@dataclass(frozen=True)
class Row:
    """One line of the passport. ``mend`` says how a gap can be closed, ``key`` is its place."""

    key: str
    title: str
    status: Status
    reasons: tuple[Reason, ...]
    mend: str = ""


@dataclass(frozen=True)
class About:
    """What is known of an item besides its own facts.

    ``checked_at`` and ``intact`` tell of the last time all bytes were read. ``sources`` are what it was made of and
    ``translations`` the languages in which a translation is held; ``consented`` says that its giver agreed that it goes
    to the receiving State, ``permitted`` names the authorities to which its originator agreed.
    """

    country: str
    giver: str = ""
    checked_at: datetime | None = None
    intact: bool | None = None
    sources: tuple[ItemFacts, ...] = ()
    translations: tuple[str, ...] = ()
    consented: bool = False
    evidence: str = "none"  # what the limits of the act say of use as evidence: yes, no, consent, depends, none
    limits: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class Passport:
    """Every row for one item and one receiving State (or ``ICC``) on a day."""

    receiver: str
    on: date
    rows: tuple[Row, ...]

    def count(self, status: Status) -> int:
        return sum(row.status == status for row in self.rows)


@cache
def data() -> _File:
    """:raises reading.LawFaults: the file cannot be used."""
    told, read = reading.document(DATA, _File)
    wrong = [
        (f"/{part}/{key}/{place}/source", f"there is no source {need.source!r}")
        for part, needs in (("treaties", told.treaties), ("courts", told.courts))
        for key, rows in needs.items()
        for place, need in enumerate(rows)
        if need.source not in told.sources
    ]
    reading.refuse(read, wrong)
    return told


def make(item: ItemFacts, custody: Sequence[CustodyFacts], about: About, receiver: str, *, on: date) -> Passport:
    """The passport of an item towards a State, by its code (``ICC`` for the Court).

    :raises calendars.UnknownCountry: no such country.
    """
    return Passport(receiver, on, tuple(_Maker(item, custody, about, receiver, on).rows()))


@dataclass(frozen=True)
class _Maker:
    item: ItemFacts
    custody: Sequence[CustodyFacts]
    about: About
    receiver: str
    on: date

    def rows(self) -> Iterator[Row]:
        yield self.taken()
        yield self.power()
        yield self.way()
        yield self.chain()
        yield self.bytes_()
        yield self.original()
        yield self.language()
        yield self.passing_on()
        yield self.as_evidence()
        yield from self.needs()
        yield self.own_law()

    def taken(self) -> Row:
        taking = self.item.taking
        if self.item.derived_from:
            made = next((one for one in self.custody if one.what == "made"), None)
            says = Reason(MADE, {"by": made.from_whom if made else "", "of": ", ".join(self.item.derived_from)})
            return Row("taken", TAKEN, "there" if made and made.from_whom else "missing", (says,))
        lacks = [name for name, value in (("by", taking.by), ("at", taking.at), ("where", taking.where)) if not value]
        told = {"by": taking.by, "at": taking.at, "where": taking.where}
        reasons = (Reason(TAKEN_SO, told),) if not lacks else tuple(Reason(LACKS[name]) for name in lacks)
        return Row("taken", TAKEN, "missing" if lacks else "there", reasons, "" if not lacks else ASK_THE_TAKER)

    def power(self) -> Row:
        taking = self.item.taking
        if self.item.derived_from:
            return Row("power", POWER, "there", (Reason(AS_ITS_SOURCES),))
        if taking.power or taking.provision:
            words = " · ".join(filter(None, (taking.power, taking.provision)))
            return Row("power", POWER, "there", (Reason(WORDS, {"words": words}),))
        return Row("power", POWER, "missing", (Reason(NO_POWER),), ASK_THE_TAKER)

    def way(self) -> Row:
        """How it came, or will go: the instrument, and which texts bind both sides."""
        bound = self.bound()
        came = []
        if self.item.dossier:
            values = {"authority": self.item.originator, "dossier": self.item.dossier,
                      "instrument": self.item.taking.instrument}  # fmt: skip
            came = [Reason(CAME_BY, values)]
        if self.receiver == "ICC":
            return Row("way", WAY, "there", (*came, Reason(TO_THE_COURT)))
        found = tuple(
            Reason(BOTH_BOUND, {"treaty": one.short}, "", one.source, one.confidence) for one in bound.values()
        )
        if found:
            return Row("way", WAY, "there", (*came, *found))
        return Row("way", WAY, "unknown", (*came, Reason(NO_TEXT_KNOWN)))

    def chain(self) -> Row:
        faults = chain.verify_chain(
            [one.raw for one in self.custody],
            authority=self.item.authority,
            item=self.item.ref,
            head_hash=self.item.custody_head,
        )
        if faults:
            return Row("chain", CHAIN, "against", tuple(Reason(one.says) for one in faults))
        gaps = chain.gaps([chain.read(one.raw) for one in self.custody])
        if gaps:
            return Row("chain", CHAIN, "open", tuple(Reason(one.says, one.values) for one in gaps), SAY_WHO_HAD_IT)
        return Row("chain", CHAIN, "there", (Reason(CHAIN_WHOLE, {"count": len(self.custody)}),))

    def bytes_(self) -> Row:
        if self.item.physical:
            if self.item.seal:
                return Row("bytes", INTACT, "there", (Reason(SEALED, {"seal": self.item.seal}),))
            return Row("bytes", INTACT, "missing", (Reason(NO_SEAL),))
        if self.about.intact is False:
            return Row("bytes", INTACT, "against", (Reason(CHANGED, {"at": self.about.checked_at}),))
        if self.about.checked_at is None:
            return Row("bytes", INTACT, "open", (Reason(NEVER_CHECKED, {"sha256": self.item.sha256}),), CHECK_NOW)
        values = {"sha256": self.item.sha256, "at": self.about.checked_at}
        return Row("bytes", INTACT, "there", (Reason(CHECKED, values),))

    def original(self) -> Row:
        if not self.item.derived_from:
            if self.item.state in ("held", "lent"):
                says = Reason(HELD_HERE if self.item.state == "held" else LENT, {"holder": self.item.holder})
                return Row("original", ORIGINAL, "there" if self.item.state == "held" else "open", (says,))
            return Row("original", ORIGINAL, "against", (Reason(GONE, {"state": self.item.state}),))
        held = [one for one in self.about.sources if one.state in ("held", "lent")]
        reasons = tuple(
            Reason(SOURCE_HELD if one in held else SOURCE_GONE, {"ref": one.ref}) for one in self.about.sources
        )
        whole = len(held) == len(self.item.derived_from)
        return Row("original", ORIGINAL, "there" if whole else "open", reasons or (Reason(SOURCES_HIDDEN),))

    def language(self) -> Row:
        if self.item.physical:
            return Row("language", LANGUAGE, "there", (Reason(NO_WORDS),))
        if not self.item.language:
            return Row("language", LANGUAGE, "unknown", (Reason(NOBODY_SAID_LANGUAGE),))
        known = national.of(self.receiver) if self.receiver != "ICC" else None
        if known is None:
            return Row("language", LANGUAGE, "unknown", (Reason(LANGUAGES_NOT_KNOWN),))
        fact = known.languages
        wanted = [str(one) for one in fact.value] if isinstance(fact.value, list | tuple) else []
        if not wanted:
            return Row("language", LANGUAGE, "unknown", (Reason(LANGUAGES_NOT_KNOWN),))
        reason = Reason(WANTS, {"languages": ", ".join(wanted)}, fact.provision, fact.source, fact.confidence)
        if self.item.language in wanted:
            return Row("language", LANGUAGE, "there", (reason,))
        if set(self.about.translations) & set(wanted):
            return Row("language", LANGUAGE, "there", (reason, Reason(TRANSLATED)))
        return Row("language", LANGUAGE, "missing", (reason, Reason(NOT_TRANSLATED)), TRANSLATE)

    def passing_on(self) -> Row:
        """Whether its originator lets it go there; codes bind authorities, so consents are told by name."""
        if self.about.giver and self.about.giver == self.receiver:
            return Row("passing-on", PASSING_ON, "there", (Reason(CAME_FROM_THERE),))
        if self.about.consented:
            return Row("passing-on", PASSING_ON, "there", (Reason(CONSENTED),))
        found = codes.against_passing_on(self.item.handling, "")
        consents = sorted(self.item.handling.consents)
        told = (Reason(CONSENTS, {"authorities": ", ".join(consents)}),) if consents else ()
        if found:
            reasons = (*(Reason(one.says) for one in found), *told)
            return Row("passing-on", PASSING_ON, "open" if consents else "against", reasons, ASK_CONSENT)
        if self.item.originator:
            return Row("passing-on", PASSING_ON, "there", (Reason(NOTHING_FORBIDS), *told))
        return Row("passing-on", PASSING_ON, "there", (Reason(OUR_OWN), *told))

    def as_evidence(self) -> Row:
        found = codes.against_evidence(self.item.handling)
        if found:
            reasons = (*(Reason(one.says) for one in found), *self.about.limits)
            return Row("evidence", AS_EVIDENCE, "against", reasons, ASK_CONSENT)
        if self.item.handling.purposes:
            words = ", ".join(sorted(self.item.handling.purposes))
            return Row("evidence", AS_EVIDENCE, "open", (Reason(PURPOSES, {"purposes": words}), *self.about.limits))
        if not self.item.originator:
            return Row("evidence", AS_EVIDENCE, "there", (Reason(OUR_OWN),))
        status: Status = {"yes": "there", "no": "against", "consent": "against", "depends": "open"}.get(
            self.about.evidence, "unknown"
        )  # type: ignore[assignment]
        return Row("evidence", AS_EVIDENCE, status, self.about.limits or (Reason(NO_LIMIT_KNOWN),))

    def needs(self) -> Iterator[Row]:
        """What the texts that bind both sides ask, or the Court's own."""
        told = data()
        listed = list(told.courts.get(self.receiver, ()))
        for treaty in self.bound():
            listed += told.treaties.get(treaty, [])
        for topic, title in TOPICS.items():
            asked = [need for need in listed if need.topic == topic]
            if not asked:
                continue
            answers = [self.answered(need.shown_by) for need in asked]
            status, mend = min(answers, key=lambda one: WORST.index(one[0]))
            reasons = tuple(
                Reason(need.says, {}, need.article, told.sources[need.source].title, need.confidence) for need in asked
            )
            yield Row(topic, title, status, reasons, mend)

    def answered(self, by: ShownBy) -> tuple[Status, str]:
        """What the item itself says to a need. What only a person can compare stays open."""
        if by == "nothing":
            return "there", ""
        if by == "originals":
            return self.original().status, ""
        if by == "limits":
            stands = {self.passing_on().status, self.as_evidence().status}
            return ("against", ASK_CONSENT) if "against" in stands else ("open", COMPARE_LIMITS)
        shown = self.taken().status == "there" and self.power().status == "there"
        return ("open", COMPARE) if shown else ("missing", ASK_THE_TAKER)

    def own_law(self) -> Row:
        return Row("own-law", OWN_LAW, "unknown", (Reason(OWN_LAW_NOT_KNOWN),), ASK_RECEIVER)

    def bound(self) -> dict[str, "_Bound"]:
        """The texts with recorded needs that bind the State where it was taken (or its giver) and the receiver."""
        if self.receiver == "ICC":
            return {}
        found = {}
        for treaty in data().treaties:
            pair = [parties.is_party(treaty, one, self.on) for one in (self.about.giver or self.about.country,
                                                                       self.receiver)]  # fmt: skip
            if all(one.answer == "yes" for one in pair) and self.receiver != self.about.giver:
                title = parties.treaty(treaty)
                sure = all(one.confidence == "verified" for one in pair)
                found[treaty] = _Bound(title.short, pair[1].source, "verified" if sure else "memory")
        return found


@dataclass(frozen=True)
class _Bound:
    short: str
    source: str
    confidence: str


TAKEN = "Taken by whom, when and where"
POWER = "Under which power"
WAY = "By which way it came or can go"
CHAIN = "Chain of custody"
INTACT = "Unchanged since"
ORIGINAL = "The original"
LANGUAGE = "Language"
PASSING_ON = "May it go there"
AS_EVIDENCE = "May it serve as evidence"
OWN_LAW = "The law of evidence there"
TOPICS: dict[Topic, str] = {
    "formalities": "Formalities",
    "originals": "Originals and copies",
    "authentication": "Authentication",
    "defence": "Rights of the defence",
    "limits": "Limits of use",
    "lawfulness": "How it was obtained",
}
TAKEN_SO = "By {by}, {at}, {where}."
MADE = "Made by {by} of {of}."
LACKS = {
    "by": "Nobody says who took it.",
    "at": "Nobody says when it was taken.",
    "where": "Nobody says where it was taken.",
}
AS_ITS_SOURCES = "As for what it was made of."
WORDS = "{words}"
NO_POWER = "No power or provision is named."
CAME_BY = "It came from {authority} in the dossier {dossier} ({instrument})."
TO_THE_COURT = "It would go to the Court under the Rome Statute."
BOTH_BOUND = "Both sides are bound by: {treaty}."
NO_TEXT_KNOWN = "No text that binds both sides and says something of evidence is recorded here."
CHAIN_WHOLE = "{count} entries, each follows the one before, and the last is the one that the log holds."
SEALED = "It bears the seal {seal}."
NO_SEAL = "It bears no seal that was written down."
CHANGED = "When all bytes were read, {at}, they were not those that were taken in."
NEVER_CHECKED = "The bytes were never read back. SHA-256 when taken in: {sha256}."
CHECKED = "All bytes were read back on {at} and have the SHA-256 {sha256}."
HELD_HERE = "It is held by {holder}."
LENT = "It is lent to {holder}."
GONE = "It is {state}."
SOURCE_HELD = "{ref}, of which it was made, is kept."
SOURCE_GONE = "{ref}, of which it was made, is not here any more."
SOURCES_HIDDEN = "What it was made of is not shown to you."
NO_WORDS = "It is a thing and needs no translation."
NOBODY_SAID_LANGUAGE = "Nobody said in which language it is."
LANGUAGES_NOT_KNOWN = "Which languages are accepted there is not known here."
WANTS = "Accepted there: {languages}."
TRANSLATED = "A translation into one of them is held."
NOT_TRANSLATED = "No translation into one of them is held."
CAME_FROM_THERE = "It came from there."
CONSENTED = "Its giver has consented that it goes there; the ledger of later uses has the reference."
CONSENTS = "Its originator has agreed that it goes to {authorities}."
NOTHING_FORBIDS = "No limit on record forbids it."
OUR_OWN = "It is our own."
PURPOSES = "It may be used for {purposes} only."
NO_LIMIT_KNOWN = "On what terms it came is not on record."
OWN_LAW_NOT_KNOWN = "What the law of evidence of the receiving State asks beyond these texts is not known here."
ASK_THE_TAKER = "Ask whoever took it, and correct the entry of custody."
SAY_WHO_HAD_IT = "Ask who had it, and correct the entry of custody."
CHECK_NOW = "Check the bytes now."
TRANSLATE = "Have it translated, and take the translation in as made of this item."
ASK_CONSENT = "Ask its originator for consent and record where that stands."
COMPARE = "Compare what the request asked for with how it was done."
COMPARE_LIMITS = "Compare the limits with what it is needed for."
ASK_RECEIVER = "Ask the authority that will use it."
