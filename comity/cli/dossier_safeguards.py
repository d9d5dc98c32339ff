"""`comity dossier assurances | received`: what was undertaken, and what was received under which limits."""

import argparse

from comity.cli.answer import Answer, table
from comity.cli.as_user import acting, moment, opened, plain
from comity.cli.usage import Commands


def add(group: Commands) -> None:
    parser = acting(group, "assurances", assurances, "The register of assurances: who owes what, where it stands.")
    parser.add_argument("--owed", choices=["us", "them"], help="only what we, or they, owe")
    parser.add_argument("--state", choices=["kept", "check due", "overdue", "breached"], help="only what stands so")
    parser = acting(group, "received", received, "What was received, under which limits, and the uses recorded.")
    parser.add_argument("id", metavar="DOSSIER", nargs="?", default="", help="only what this dossier brought")


def assurances(told: argparse.Namespace) -> Answer:
    _, queries, user, at = opened(told)
    found = queries.register(user, at=at, owes=told.owed, state=told.state, language=told.language)
    value = [
        {
            "assurance": one.id,
            "dossier": one.dossier,
            "kind": one.kind.id,
            "undertaking": one.words,
            "owed_by": one.owed_by,
            "owed_to": one.owed_to,
            "ours": one.ours,
            "given_at": plain(one.given_at),
            "alarm": one.alarm,
            "standing": one.standing.as_json(),
            "found": [{"act": f.act, "by": f.by, "at": plain(f.at), "kept": f.kept, "text": f.text} for f in one.found],
        }
        for one in found
    ]
    lines = [
        (one.dossier, one.kind.title, one.owed_by, one.standing.state + (" (alarm)" if one.alarm else ""),
         one.standing.next_check or "-")
        for one in found
    ]  # fmt: skip
    headings = ("dossier", "assurance", "owed by", "stands", "next check")
    return Answer({"assurances": value}, table(headings, lines, empty="No assurance was given."))


def received(told: argparse.Namespace) -> Answer:
    _, queries, user, at = opened(told)
    entered = queries.ledger(user, queries.received_in(user, told.id), at, language=told.language)
    value = [
        {
            "dossier": one.thing.dossier,
            "act": one.thing.act,
            "about": one.thing.about,
            "giver": one.thing.giver,
            "country": one.thing.country,
            "at": plain(one.thing.at),
            "items": list(one.thing.items),
            "limits": [
                {"says": by.limit.says, "article": by.limit.article, "set_by": by.set_by, "detail": by.detail}
                for by in one.thing.limits
            ],
            "uses": [
                {**use.asked, "verdict": use.verdict, "decision": use.decision, "despite": use.despite,
                 "reasons": use.reasons, "by": use.by.username, "at": plain(use.at), "entry": use.pk,
                 "corrects": use.corrects_id}
                for use in one.uses
            ],
        }
        for one in entered
    ]  # fmt: skip
    lines = [
        (
            one.thing.dossier,
            one.thing.title,
            one.thing.giver,
            moment(one.thing.at),
            len(one.thing.limits),
            len(one.uses),
        )
        for one in entered
    ]
    headings = ("dossier", "what", "from", "when", "limits", "uses")
    return Answer({"received": value}, table(headings, lines, empty="Nothing was received."))
