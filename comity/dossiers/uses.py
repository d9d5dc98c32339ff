"""The ledger of later uses: what was received, what somebody wants to do with it, and what was decided.

What the limits say comes from `law.speciality`; a person decides. Entries only grow:
a correction stands beside what it corrects.
"""

from collections.abc import Collection
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from comity.access.queries import User
from comity.access.rules import Thing
from comity.dossiers import drafting, folding, sight
from comity.dossiers import received as things
from comity.dossiers.models import Act, Dossier, Draft, LaterUse
from comity.dossiers.received import About, Received
from comity.instruments import procedure, texts
from comity.instruments.model import ActType
from comity.law import speciality as law
from comity.lib.errors import BadInput

# The acts that ask for consent to a use, the most fitting first.
ASKS = {
    "try_person": ("ask_speciality", "ask_waiver"),
    "hand_on": ("ask_onward", "ask_reextradition"),
    "pass_on": ("ask_onward", "ask_other_use"),
}
ASKS_OTHERWISE = ("ask_other_use",)
PASSED_ON = ("pass_on", "hand_on")


class NothingReceived(sight.NotFound):
    code = "dossiers.received-not-found"
    says = "Nothing was received by the act {id} here."
    next_step = "Open what was received from the menu."


class IncompleteUse(BadInput):
    code = "dossiers.incomplete-use"
    says = "The use is not described completely: {faults}."
    next_step = "Fill in what is missing and check again."


class NoDecision(BadInput):
    code = "dossiers.no-decision"
    says = "The limits do not leave this use open, and nobody has decided to make it all the same."
    next_step = "Ask for consent, leave the use, or state that you decide otherwise and why."


class ReasonsMissing(BadInput):
    code = "dossiers.reasons-missing"
    says = "This decision is recorded with reasons."
    next_step = "Write the reasons so that somebody can follow them years from now."


class CannotCorrect(BadInput):
    code = "dossiers.cannot-correct"
    says = "This entry was corrected already, or belongs to something else."
    next_step = "Open the ledger again and correct the newest entry."


class NobodyToAsk(BadInput):
    code = "dossiers.nobody-to-ask"
    says = "In this dossier no act can ask for consent now."
    next_step = "Ask by a new request, and name this dossier in it."


@dataclass(frozen=True)
class Asked:
    """A use that somebody wants to make. What nobody stated is None or empty.

    ``case`` is empty while it serves the proceeding of the request. ``consented`` says whether the giver has consented,
    ``reference`` where.
    """

    use: str
    purpose: str
    on: date
    case: str = ""
    persons: tuple[str, ...] = ()
    offences: tuple[str, ...] = ()
    passed_to: str = ""  # country
    consented: bool | None = None
    reference: str = ""
    subject_consents: bool | None = None
    stayed_days: int | None = None
    returned: bool | None = None
    renounced: bool | None = None
    custody: bool | None = None

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "on": self.on.isoformat(), "persons": [*self.persons], "offences": [*self.offences]}


@dataclass(frozen=True)
class Entered:
    """One thing received with the uses recorded of it, the newest last."""

    thing: Received
    uses: tuple[LaterUse, ...]


@dataclass(frozen=True)
class ThingView:
    """One thing received, as one user may see it."""

    thing: Received
    dossier: Dossier
    uses: tuple[LaterUse, ...]
    may_record: bool
    may_ask: bool


def uses_for(about: About, language: str = "en") -> dict[str, str]:
    """The uses that can be tested of material or of a person, each in words."""
    return law.uses(about=about, language=language)


def received_in(user: User, dossier: str = "") -> list[str]:
    """The dossiers of this user in which something was received, what moved last first."""
    mine = sight.dossiers(user).filter(pk=dossier) if dossier else sight.dossiers(user)
    with_acts = Act.objects.filter(way=Act.RECEIVED, type__in=things.giving()).values("dossier")
    return list(mine.filter(pk__in=with_acts).order_by("-last_act_at", "id").values_list("id", flat=True))


def ledger(user: User, dossiers: Collection[str], at: datetime, language: str = "en") -> list[Entered]:
    """What was received in these dossiers, with every use recorded, in their order. The look is recorded."""
    order = {id: place for place, id in enumerate(dossiers)}
    found = sorted(sight.dossiers(user).filter(pk__in=order), key=lambda one: order[one.pk])
    told = []
    for dossier in found:
        looked(user, dossier, at)
        told += of_dossier(dossier, language)
    return told


def of_dossier(dossier: Dossier, language: str = "en") -> list[Entered]:
    """What was received in a dossier that the user may see."""
    found = LaterUse.objects.filter(dossier=dossier).select_related("by", "draft", "corrected_by")
    rows = list(found.order_by("at", "id"))
    return [
        Entered(one, tuple(row for row in rows if row.act == one.act))
        for one in things.received(folding.fold(dossier), language)
    ]


def thing(user: User, dossier: str, act: str, at: datetime, language: str = "en") -> ThingView:
    """One thing received. The look is recorded.

    :raises NothingReceived, NotFound: there is none, or not for this user.
    """
    found = sight.dossier(user, dossier)
    here = next((one for one in of_dossier(found, language) if one.thing.act == act), None)
    if here is None:
        raise NothingReceived(id=act)
    looked(user, found, at)
    return ThingView(
        thing=here.thing,
        dossier=found,
        uses=here.uses,
        may_record=sight.may(user, "send", recording(found)).allowed,
        may_ask=sight.may(user, "draft", sight.of_dossier(found)).allowed,
    )


def recording(dossier: Dossier) -> Thing:
    """Recording a use is a step of the authority that needs no second person: those who may send may record."""
    return Thing("act", dossier.pk, dossier.unit.code)


def looked(user: User, dossier: Dossier, at: datetime) -> None:
    sight.saw(user, Thing("dossier", f"{dossier.pk} received", dossier.unit.code), at)


def faults(thing: Received, asked: Asked) -> list[str]:
    """The names of what is missing or does not fit."""
    wrong = []
    if asked.use not in uses_for(thing.about):
        wrong.append("use")
    if not asked.purpose.strip():
        wrong.append("purpose")
    if asked.use in PASSED_ON and not asked.passed_to:
        wrong.append("passed_to")
    if asked.consented and not asked.reference.strip():
        wrong.append("reference")
    return wrong


def check(thing: Received, asked: Asked, language: str = "en") -> law.Finding:
    """Hold a use against every limit under which a thing came.

    :raises IncompleteUse: something is missing without which no answer makes sense.
    """
    if wrong := faults(thing, asked):
        raise IncompleteUse(faults=", ".join(wrong))
    return law.check(
        (one.limit for one in thing.limits),
        law.Use(
            use=asked.use,
            case=asked.case or thing.dossier,
            persons=tuple(map(things.same, asked.persons)),
            offences=tuple(map(things.same, asked.offences)),
            consents=frozenset({thing.country} if asked.consented else ()),
            user=settings.COMITY.country,
            subject_consents=asked.subject_consents,
            stayed_days=asked.stayed_days,
            returned=asked.returned,
            renounced=asked.renounced,
            custody=asked.custody,
        ),
        on=asked.on,
        language=language,
    )


@transaction.atomic
def record_use(
    dossier: str,
    act: str,
    asked: Asked,
    *,
    decision: str,
    reasons: str = "",
    despite: bool = False,
    corrects: int | None = None,
    by: User,
    at: datetime,
    language: str = "en",
) -> LaterUse:
    """Keep a use with what the limits say of it and what was decided.

    :param despite: the person states that the use is made although the limits do not leave it open.
    :raises NoDecision, ReasonsMissing: a use that is not open is made only knowingly and with reasons.
    :raises IncompleteUse, NothingReceived, NotFound, NotAllowed, CannotCorrect.
    """
    found = sight.dossier(by, dossier)
    sight.demand(by, "send", recording(found))
    here = _received(found, act, language)
    finding = check(here, asked, language)
    despite = decision == LaterUse.MADE and finding.allowed != "yes" and despite
    if decision == LaterUse.MADE and finding.allowed != "yes" and not despite:
        raise NoDecision
    if (despite or decision != LaterUse.MADE) and not reasons.strip():
        raise ReasonsMissing
    return _kept(here, found, asked, finding, decision, reasons, by, at, despite=despite, corrects=corrects)


@transaction.atomic
def ask_consent(
    dossier: str, act: str, asked: Asked, *, by: User, at: datetime, language: str = "en"
) -> tuple[LaterUse, Draft]:
    """Begin the act that asks for consent, and keep in the ledger that it was begun.

    :raises NobodyToAsk: the procedure offers no such act now.
    :raises IncompleteUse, NothingReceived, NotFound, NotAllowed.
    """
    found = sight.dossier(by, dossier)
    sight.demand(by, "draft", sight.of_dossier(found))
    here = _received(found, act, language)
    finding = check(here, asked, language)
    type = asking(found, asked.use)
    if type is None:
        raise NobodyToAsk
    draft = drafting.begin_act(found, type.id, by=by, at=at, content={"asks": asked.purpose})
    kept = _kept(here, found, asked, finding, LaterUse.CONSENT_ASKED, "", by, at, draft=draft)
    return kept, draft


def asking(dossier: Dossier, use: str) -> ActType | None:
    """The act with which we may ask for consent to a use now; failing one of its own, any question."""
    result = folding.fold(dossier)
    open_now = procedure.allowed(result.definition, result.state, dossier.role)
    questions = {one.id: one for one in open_now if one.effect == "question"}
    for id in ASKS.get(use, ASKS_OTHERWISE):
        if id in questions:
            return questions[id]
    return next(iter(questions.values()), None)


def asking_title(dossier: Dossier, use: str, language: str = "en") -> str:
    """What that act is called, for a button; empty when there is none."""
    type = asking(dossier, use)
    return "" if type is None else texts.of(folding.definition_of(dossier), language).t(f"acts.{type.id}.title")


def _received(dossier: Dossier, act: str, language: str) -> Received:
    found = next((one for one in things.received(folding.fold(dossier), language) if one.act == act), None)
    if found is None:
        raise NothingReceived(id=act)
    return found


def _kept(
    here: Received,
    dossier: Dossier,
    asked: Asked,
    finding: law.Finding,
    decision: str,
    reasons: str,
    by: User,
    at: datetime,
    *,
    despite: bool = False,
    draft: Draft | None = None,
    corrects: int | None = None,
) -> LaterUse:
    return LaterUse.objects.create(
        dossier=dossier,
        act=here.act,
        about=here.about,
        use=asked.use,
        purpose=asked.purpose.strip(),
        on=asked.on,
        asked=replace(asked, purpose=asked.purpose.strip()).as_json(),
        verdict=finding.allowed,
        finding=finding.as_json(),
        decision=decision,
        despite=despite,
        reasons=reasons.strip(),
        draft=draft,
        corrects=_corrected(here, corrects),
        by=by,
        at=at,
    )


def _corrected(here: Received, number: int | None) -> LaterUse | None:
    if number is None:
        return None
    rows = LaterUse.objects.select_for_update().filter(pk=number, dossier=here.dossier, act=here.act)
    found = rows.first()
    if found is None or LaterUse.objects.filter(corrects=found).exists():
        raise CannotCorrect
    return found
