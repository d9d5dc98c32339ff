"""What the people of one node do in the scenario, each step through the actions that the pages call.

Runs inside a node's own process (`comity.demo.player`); values in and out are JSON.
"""

import json
from collections.abc import Callable
from dataclasses import asdict
from io import BufferedReader
from typing import Any

from django.conf import settings

from comity.access import actions as access
from comity.access import queries as people
from comity.demo import exhibit
from comity.demo.cast import AUTHORITIES
from comity.dossiers import actions, queries
from comity.exchange import actions as exchange
from comity.exchange import queries as channels
from comity.exchange.wire.keys import words
from comity.lib import clock

REQUIREMENTS = "requirements.yaml"


def settle(authority: str, password: str) -> None:
    """Make the units and people of an authority, where they are missing, and publish its requirements."""
    told = next(known for known in AUTHORITIES if known.id == authority)
    at = clock.now()
    known_units = {unit.code for unit in people.units()}
    for office in told.offices:
        if office.code not in known_units:
            access.create_unit(office.code, office.name, handles=list(office.handles), at=at)
    known_users = {user.username for user in people.users()}
    for person in told.people:
        if person.username not in known_users:
            user, _ = access.create_user(
                person.username,
                person.full_name,
                function=person.function,
                language=person.language,
                password=password,
                at=at,
            )
            access.grant(user, person.role, unit=people.unit(person.unit) if person.unit else None, at=at)
    file = settings.COMITY.folder / REQUIREMENTS
    if told.requirements and not file.exists():
        file.write_text(json.dumps(told.requirements, indent=2), encoding="utf-8")  # JSON is YAML


def card() -> dict[str, str]:
    """Our card, and the words that one reads out on the telephone."""
    own = channels.own_card(at=clock.now())
    return {"raw": own.raw.decode(), "words": " ".join(words(own.fingerprint))}


def pin(raw: str, words: str) -> None:
    exchange.add_peer(raw.encode(), fingerprint=words, by="demo", at=clock.now())


def draft(by: str, instrument: str, to: str, unit: str, request: dict[str, Any]) -> int:
    """Draft an opening act with the form and facts of a request."""
    user = people.user(by)
    made = actions.start(
        instrument, to=to, unit=people.unit(unit), by=user, at=clock.now(),
        language=request["language"], form=request["form"], facts=request.get("facts", {}),
    )  # fmt: skip
    return int(made.pk)


def mend(by: str, draft: int, pointer: str, value: Any) -> None:
    """Put a value into a draft, as the page of that section does; the pointer ``/language`` chooses the language."""
    user, at = people.user(by), clock.now()
    row = queries.draft(user, draft, at).draft
    if pointer == "/language":
        actions.set_language(row, language=value, by=user, at=at)
    else:
        actions.save(row, pointer=pointer, value=value, by=user, at=at)


def check(by: str, draft: int) -> dict[str, Any]:
    """The preflight of a draft: ``{"verdict", "stops": [pointers]}``."""
    row = queries.draft(people.user(by), draft, clock.now()).draft
    report = queries.preflight(row, clock.now().date())
    stops = [finding.pointer for finding in report.findings if finding.severity == "stop"]
    return {"verdict": report.verdict, "stops": stops, "says": [finding.says for finding in report.findings]}


def attach(by: str, draft: int, name: str, media_type: str, size: int) -> dict[str, Any]:
    """Attach an invented bank statement of ``size`` bytes."""
    user, at = people.user(by), clock.now()
    row = queries.draft(user, draft, at).draft
    stream = BufferedReader(exhibit.Stream(size), 1024 * 1024)
    added = actions.attach(row, name=name, media_type=media_type, stream=stream, by=user, at=at)
    return {"name": added.name, "size": added.size, "sha256": added.sha256}


def submit(by: str, draft: int) -> None:
    user, at = people.user(by), clock.now()
    actions.submit(queries.draft(user, draft, at).draft, by=user, at=at)


def approve(by: str, draft: int) -> dict[str, str]:
    user, at = people.user(by), clock.now()
    act = actions.approve(queries.draft(user, draft, at).draft, by=user, at=at)
    return {"dossier": act.dossier_id, "act": act.act_id}


def act(
    by: str,
    dossier: str,
    type: str,
    content: dict[str, Any],
    approver: str | None = None,
    size: int = 0,
    name: str = "",
) -> str:
    """Take a further step: draft it, attach what goes with it, and send it or have it approved. Returns the act."""
    user, at = people.user(by), clock.now()
    file = queries.dossier(user, dossier, at)
    row = actions.begin_act(file.dossier, type, by=user, at=at, content=content)
    if size:
        attach(by, row.pk, name, "text/csv", size)
        row = queries.draft(user, row.pk, at).draft
    if approver is None:
        return str(actions.send(row, by=user, at=clock.now()).act_id)
    submit(by, row.pk)
    return approve(approver, row.pk)["act"]


def stands(dossier: str) -> dict[str, Any]:
    """Where a dossier stands here, or ``acts: 0`` when it has not arrived."""
    for row in queries.summary()["dossiers"]:
        if row["id"] == dossier:
            return {"stage": row["state"], "acts": row["acts"], "digest": row["digest"]}
    return {"stage": "", "acts": 0, "digest": ""}


def items(by: str, dossier: str) -> list[dict[str, Any]]:
    """The documents of a dossier with how much of each is here, in per cent."""
    return [
        {"name": found.item.name, "size": found.item.size, "percent": found.item.percent}
        for found in queries.items(people.user(by), dossier, clock.now())
    ]


def use(by: str, dossier: str, use: str, purpose: str) -> str:
    """Record what is done with the first thing that a dossier brought; answers what its limits say of it."""
    user, at = people.user(by), clock.now()
    thing = queries.ledger(user, [dossier], at)[0].thing
    asked = queries.Asked(use=use, purpose=purpose, on=at.date())
    return str(actions.record_use(dossier, thing.act, asked, decision="made", by=user, at=at).verdict)


def compare(by: str, person: str, nationality: list[str], stated: dict[str, dict[str, Any]]) -> int:
    """Lay requests for one person side by side, with what is stated of each. Returns the number of the comparison."""
    user, at = people.user(by), clock.now()
    made = actions.open_competition(stated, person=person, nationality=nationality, by=user, at=at)
    for one in queries.competition(user, made.pk, at).requests:
        told = {**one.told, **stated[one.id]}
        actions.state_request(made.pk, one.row.number, told, by=user, at=at)
    return int(made.pk)


def left_open(by: str) -> dict[str, int | None]:
    """The newest draft of a request and the newest comparison that somebody finds; None where there is none."""
    user = people.user(by)
    drafts = [row.id for row in queries.drafts(user) if not row.dossier]
    compared = [one.pk for one in queries.competitions(user)]
    return {"draft": next(iter(drafts), None), "competing": next(iter(compared), None)}


def document(by: str, dossier: str, language: str) -> int:
    """Make the request's PDF, as a reader does, and return its size in bytes."""
    return len(queries.request_pdf(people.user(by), dossier, language, clock.now()))


def totals() -> dict[str, int]:
    """Envelopes of this node: sent, delivered, refused, waiting, received."""
    return asdict(channels.totals())


def summary() -> dict[str, Any]:
    """Dossiers and envelopes of this node."""
    return {**queries.summary(), "envelopes": totals()}


STEPS: dict[str, Callable[..., Any]] = {
    step.__name__: step
    for step in (
        settle, card, pin, draft, mend, check, attach, submit, approve, act, stands, items, use, compare, left_open,
        document, totals, summary,
    )
}  # fmt: skip
