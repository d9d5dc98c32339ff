"""What the people of a node under fire do: open dossiers and take further steps in them, through the actions of the
pages. Runs inside the nodes. How far they came is what the database says; an interrupted step is taken up again.
"""

import copy
import io
import os
import random
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from comity.access import actions as access
from comity.access import queries as people
from comity.access.queries import User
from comity.dossiers import actions, queries
from comity.dossiers.queries import Act, Attachment, Dossier, DossierView, Draft
from comity.exchange import queries as network
from comity.instruments import catalogue, preflight
from comity.instruments.model import ActType, Definition, Question
from comity.lib import clock

Content = dict[str, Any]

UNIT, OFFICER, APPROVER = "mla", "alice", "bob"
IN_THE_UNION = ("FR", "NL")
OPEN_ANOTHER = 0.04
EXHIBIT_EVERY = 20
EXHIBIT_SIZES = (0, 70_000, 9_000_000)
TRANSFERRED = 3_000


def make_people() -> None:
    """A unit that handles everything, with one who drafts and one who approves."""
    at = clock.now()
    unit = access.create_unit(UNIT, "Mutual legal assistance", at=at)
    for name, role in ((OFFICER, "officer"), (APPROVER, "approver")):
        user, _ = access.create_user(name, f"{name.title()} Martin", password="five unrelated words", at=at)
        access.grant(user, role, unit=unit, at=at)


def warm_up() -> None:
    """Load what every child needs, once, before they are forked: definitions, rules, texts."""
    for definition in catalogue.all():
        preflight.run(definition, catalogue.example(definition.id))


def drive(allowed: Path, stop: threading.Event) -> None:
    """Send acts up to the number that the file allows; goes on after a kill where the database says."""
    try:
        officer, approver = people.user(OFFICER), people.user(APPROVER)
        while not stop.is_set():
            sent = Act.objects.filter(way=Act.SENT).count()
            if sent >= int(allowed.read_text() or 0):
                time.sleep(0.01)
                continue
            draft = _interrupted() or _begin(sent, officer)
            _finish(draft, sent, officer, approver)
    finally:
        connection.close()


def _interrupted() -> Draft | None:
    return Draft.objects.filter(status__in=(Draft.DRAFTING, Draft.SUBMITTED)).order_by("pk").first()


def _begin(sent: int, officer: User) -> Draft:
    """A draft of the next act: the first two open a dossier with each peer, later ones go on with any of them."""
    dice = random.Random(f"{os.environ['COMITY_CHAOS_SEED']} {settings.COMITY.authority} {Draft.objects.count()}")
    peers = network.peers()
    dossiers = list(Dossier.objects.filter(final=False).order_by("pk"))
    if sent >= len(peers) and dice.random() >= OPEN_ANOTHER and dossiers:
        view = queries.dossier(officer, dice.choice(dossiers).pk, clock.now())
        if possible := _possible(view):
            act = dice.choices(possible, [WEIGHTS.get(one.id, 1.0) for one in possible])[0]
            content = _content(view, act, sent)
            return actions.begin_act(view.dossier, act.id, by=officer, at=clock.now(), content=content)
    peer = peers[sent % len(peers)]
    request = _request(peer.card.country)
    return actions.start(
        request["instrument"], to=peer.authority, unit=people.unit(UNIT), by=officer, at=clock.now(),
        language="en", form=request["form"], facts=request["facts"],
    )  # fmt: skip


def _request(country: str) -> Content:
    """The example of the instrument that binds both countries, between them."""
    ours = settings.COMITY.country
    if ours not in IN_THE_UNION or country not in IN_THE_UNION:
        return catalogue.example("mla-untoc")
    request = copy.deepcopy(catalogue.example("eio"))
    request["form"]["states"] |= {"issuing_state": ours, "executing_state": country}
    return request


def _possible(view: DossierView) -> list[ActType]:
    """The steps open to us that this driver knows how to take."""
    return [
        act
        for act in view.possible
        if act.id in CONTENTS or (act.effect == "question") or (act.effect == "answer" and _asked(view))
    ]


def _asked(view: DossierView) -> list[Question]:
    """The open questions that are ours to answer."""
    return [one for one in view.state.questions if one.of == view.role and one.answered_by is None]


def _content(view: DossierView, act: ActType, sent: int) -> Content:
    if act.effect == "question":
        section = view.definition.sections[sent % len(view.definition.sections)]
        return {"pointer": f"/form/{section.id}", "asks": f"Please explain this part of the request ({sent})."}
    if act.effect == "answer":
        asked = _asked(view)
        return {"question": asked[sent % len(asked)].id, "answer": f"It is as the file says ({sent})."}
    return CONTENTS[act.id](view.definition, sent)


def _amend(definition: Definition, sent: int) -> Content:
    pointer = {"eio": "/form/grounds/reasons", "mla-untoc": "/form/facts/link"}[definition.id]
    return {"reasons": "New facts have come up.", "amends": {pointer: f"As the witness said ({sent})."}}


def _transfer(definition: Definition, sent: int) -> Content:
    told: Content = {"description": f"Part {sent} of the records."}
    return told | ({"return_required": False} if definition.id == "eio" else {})


def _postpone(definition: Definition, sent: int) -> Content:
    ground = next(one.code for one in definition.grounds if one.list == "postponement")
    told: Content = {"ground": ground, "reasons": f"It would disturb an investigation of ours ({sent})."}
    return told | ({"consulted": True} if definition.id == "mla-untoc" else {})


def _received(definition: Definition, sent: int) -> Content:
    at = clock.stamp(clock.now() - timedelta(minutes=1))
    return {"received_at": at, "competent_authority": "Court of first instance"}


def _consult(definition: Definition, sent: int) -> Content:
    if definition.id == "eio":
        return {"about": "practical", "text": "When may we come?"}
    return {"obstacle": "The bank has moved its archive."}


def _reply(definition: Definition, sent: int) -> Content:
    decision = "maintained" if definition.id == "eio" else "accepted"
    return {"decision": decision, "text": "Let us go on as agreed."}


CONTENTS: dict[str, Callable[[Definition, int], Content]] = {
    "note": lambda _, sent: {"text": f"Nothing new since message {sent}."},
    "acknowledge": _received,
    "consult": _consult,
    "reply_consultation": _reply,
    "amend": _amend,
    "recognise": lambda _definition, _sent: {"scope": "full"},
    "accept": lambda _definition, _sent: {"conditional": False},
    "start_execution": lambda _definition, _sent: {"by_whom": "Financial unit"},
    "postpone": _postpone,
    "resume": lambda _definition, _sent: {"text": "We go on."},
    "transfer_part": _transfer,
    "withdraw": lambda _definition, _sent: {"reasons": "The accused has died."},
    "close": lambda _definition, _sent: {},
}
WEIGHTS = {"note": 2.0, "acknowledge": 3.0, "withdraw": 0.3, "postpone": 0.5}


def _finish(draft: Draft, sent: int, officer: User, approver: User) -> None:
    """Attach what is due, and send. Where the dossier has moved on meanwhile, the draft is put aside."""
    act = catalogue.get(draft.instrument).act(draft.act_type)
    if act is None:
        raise ValueError(f"{draft.instrument} has no act {draft.act_type}")
    try:
        if draft.status == Draft.DRAFTING:
            draft = _exhibit(draft, act, sent, officer)
        if not act.four_eyes:
            actions.send(draft, by=officer, at=clock.now())
            return
        if draft.status == Draft.DRAFTING:
            draft = actions.submit(draft, by=officer, at=clock.now())
        actions.approve(draft, by=approver, at=clock.now())
    except (actions.NotPossible, actions.NotReady):
        if draft.status == Draft.SUBMITTED:
            draft = actions.give_back(draft, by=officer, reason="The dossier has moved on.", at=clock.now())
        actions.discard(draft, by=officer, at=clock.now())


def _exhibit(draft: Draft, act: ActType, sent: int, officer: User) -> Draft:
    due = (sent + 1) % EXHIBIT_EVERY == 0
    if Attachment.objects.filter(draft=draft).exists() or not (due or act.effect == "transfer"):
        return draft
    size = EXHIBIT_SIZES[(sent + 1) // EXHIBIT_EVERY % len(EXHIBIT_SIZES)] if due else TRANSFERRED
    bytes_ = io.BytesIO(random.Random(sent).randbytes(size))
    actions.attach(
        draft, name=f"exhibit {sent}.bin", media_type="application/octet-stream", stream=bytes_, by=officer,
        at=clock.now(),
    )  # fmt: skip
    draft.refresh_from_db()
    return draft
