"""What may not leave: documents whose giver has not allowed that they are passed on, by whatever way they got here.

Documents that came with an act are bound by the limits under which they came, found again by their hash; for what
other rooms keep, ``MAY_LEAVE`` in ``config/wiring.py`` is asked (docs/rooms/dossiers.md, "What may not leave").
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.utils.module_loading import import_string

from comity.access import asking, handling
from comity.access.handling import Handling
from comity.dossiers import folding, received
from comity.dossiers.models import Act, Attachment, Dossier, Draft, LaterUse
from comity.exchange import queries as network
from comity.exchange.peers import NotAPeer
from comity.law import speciality as law
from comity.law.reasons import Reason

EVIDENCE, PASS_ON = "evidence", "pass_on"
STANDS = ("no", "consent", "depends")


@dataclass(frozen=True)
class Brought:
    """A document that an act of another authority brought, and what that authority allows."""

    document: Attachment
    giver: str
    country: str
    handling: Handling


@dataclass(frozen=True)
class Allows:
    """What the limits under which a document came say of a State: whether its giver consented, and use as evidence."""

    consented: bool
    evidence: str
    reasons: tuple[Reason, ...]


def receivers(draft: Draft) -> list[str]:
    """The authorities to which a draft will go: every party but us."""
    if draft.dossier is None:
        return [draft.receiver]
    return sorted({one["authority"] for one in draft.dossier.parties.values()} - {folding.us()})


def forbidden(draft: Draft, on: date) -> Iterator[tuple[int, str, str, str]]:
    """For each document of a draft that may not go to one of its receivers: number, name, receiver, why."""
    attached = list(draft.attachments.filter(removed_at__isnull=True).order_by("number"))
    if not attached:
        return
    with asking.as_node():  # what stands in the way may lie where the drafter does not see it
        for to in receivers(draft):
            for row in attached:
                for says in dict.fromkeys(against([row.sha256], to, on)):
                    yield row.number, row.name, to, says


def against(sha256s: Iterable[str], to: str, on: date) -> Iterator[str]:
    """Sentences that forbid bytes with these hashes to go to an authority."""
    wanted = list(sha256s)
    for one in brought(wanted, on):
        for limit in handling.against_passing_on(one.handling, to):
            if not consented(one.document, to):
                yield limit.says
    for name in settings.COMITY_MAY_LEAVE:
        ask: Callable[[list[str], str], list[str]] = import_string(name)
        yield from ask(wanted, to)


def brought(sha256s: Iterable[str], on: date) -> list[Brought]:
    """The documents with these hashes that acts of others brought, each with what binds it."""
    rows = Attachment.objects.filter(sha256__in=list(sha256s), act__way=Act.RECEIVED).select_related("act__dossier")
    return [binding(row, row.act, on) for row in rows if row.act is not None]


def binding(document: Attachment, act: Act, on: date) -> Brought:
    """What the giver of a document allows: the limits under which it came, as handling codes."""
    result = folding.fold(act.dossier)
    thing = next((one for one in received.received(result) if one.act == act.act_id), None)
    country = next((one["country"] for one in act.dossier.parties.values() if one["authority"] == act.by), "")
    bounds = thing.limits if thing else ()
    return Brought(document, act.by, country, as_handling(act.by, act.dossier, bounds, on))


def as_handling(giver: str, dossier: Dossier, bounds: Iterable[received.Bound], on: date) -> Handling:
    """Limits of the law room as the codes that bind an item: H1 no evidence, H2 or H3 (with words) not passed on."""
    limits = [bound.limit for bound in bounds if bound.limit.about != "person"]
    codes, words = set[str](), list[str]()
    if stands(limits, EVIDENCE, dossier, on):
        codes.add("H1")
    if stands(limits, PASS_ON, dossier, on):
        told = {bound.limit.term for bound in bounds}
        words = [said(bound) for bound in bounds if stands([bound.limit], PASS_ON, dossier, on)]
        codes.add("H2" if told & {"no_passing_on"} or not words else "H3")
    return Handling(originator=giver, codes=frozenset(codes), restriction="; ".join(dict.fromkeys(words)))


def stands(limits: list[law.Limit], use: str, dossier: Dossier, on: date) -> bool:
    """Whether a limit that is on record stands in the way of a use."""
    if not limits:
        return False
    asked = law.Use(use=use, case=dossier.pk, user=settings.COMITY.country)
    return law.check(limits, asked, on=on).allowed in STANDS


def said(bound: received.Bound) -> str:
    """A limit in words with its article, and what its giver added."""
    article = f" ({bound.limit.article})" if bound.limit.article else ""
    return " ".join(filter(None, (bound.limit.says.rstrip(".") + article, bound.detail)))


def consented(document: Attachment, to: str) -> bool:
    """Whether the ledger of later uses holds the giver's consent that this goes to the State of an authority."""
    return document.act is not None and allowed(document.act.dossier.pk, document.act.act_id, to)


def allowed(dossier: str, act: str, to: str) -> bool:
    """As :func:`consented`, by the act that brought it."""
    try:
        return by_ledger(dossier, act, network.peer(to).card.country)
    except NotAPeer:
        return False


def allows(dossier: str, act: str, country: str, at: datetime) -> Allows | None:
    """What is on record for one State of what an act brought; None where the act is not here. The caller records."""
    found = Act.objects.filter(act_id=act, dossier=dossier).select_related("dossier").first()
    if found is None:
        return None
    thing = next((one for one in received.received(folding.fold(found.dossier)) if one.act == act), None)
    limits = [bound.limit for bound in (thing.limits if thing else ()) if bound.limit.about != "person"]
    if not limits:
        return Allows(by_ledger(dossier, act, country), "none", ())
    asked = law.Use(use=EVIDENCE, case=dossier, user=settings.COMITY.country)
    finding = law.check(limits, asked, on=at.date())
    return Allows(by_ledger(dossier, act, country), finding.allowed, finding.reasons)


def by_ledger(dossier: str, act: str, country: str) -> bool:
    """Whether somebody recorded the giver's consent that it goes to a State."""
    made = LaterUse.objects.filter(
        dossier=dossier, act=act, use=PASS_ON, decision=LaterUse.MADE, corrected_by__isnull=True
    )
    return any(row.asked.get("consented") and row.asked.get("passed_to") == country for row in made)


def came_with(document: Attachment, at: datetime) -> Brought | None:
    """What binds a document that somebody found; None where no act of another authority brought it."""
    act = document.act
    if act is None or act.way != Act.RECEIVED:
        return None
    return binding(document, act, at.date())


def open_drafts_with(blob: str) -> list[int]:
    """The drafts, not yet sent nor put aside, to which a stored document is attached; asked by the node."""
    rows = Attachment.objects.filter(blob=blob, removed_at__isnull=True, act__isnull=True)
    return sorted(rows.exclude(draft__status=Draft.DISCARDED).values_list("draft", flat=True))
