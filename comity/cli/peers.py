"""`comity peers`: our card, and the authorities whose cards we have compared and pinned."""

import argparse
from typing import Any

from comity.cli import node, reading
from comity.cli.answer import FINDING, OK, Answer, facts, table
from comity.cli.usage import Commands
from comity.lib import clock
from comity.lib.errors import ComityError

COMMAND_LINE = "the command line"


def add(commands: Commands) -> None:
    group = commands.group("peers", "Our card, and the authorities that we have pinned.")
    parser = group.add("card", card, "Our card, its fingerprint and the words to read out.")
    parser.add_argument("--out", metavar="FILE", help="write the card there, to hand over")
    parser = group.add("add", pin, "Pin an authority whose fingerprint was compared out of band.")
    parser.add_argument("file", metavar="FILE", help="its card")
    parser.add_argument(
        "--fingerprint", required=True, metavar="HEX-OR-WORDS", help="as you were told, not as the card says"
    )
    parser.add_argument("--by", default=COMMAND_LINE, metavar="NAME", help="who compared, for the record")
    group.add("list", show, "Every peer, and how the channel to it stands.")
    parser = group.add("verify", verify, "Ask peers for their cards and compare them with what we pinned.")
    parser.add_argument("authority", metavar="AUTHORITY", nargs="?", help="one of them (default: all)")
    for name, run, says in (
        ("remove", remove, "Stop talking to a peer. What was exchanged stays."),
        ("restart", restart, "Go on with a channel that was stopped, after both sides have talked."),
    ):
        parser = group.add(name, run, says)
        parser.add_argument("authority", metavar="AUTHORITY")
        parser.add_argument("--by", default=COMMAND_LINE, metavar="NAME")


def card(told: argparse.Namespace) -> Answer:
    node.open_node(told.dir)
    from comity.exchange import queries

    ours = queries.own_card(at=clock.now())
    if told.out:
        reading.write(told.out, ours.raw)
    value = {**described(ours), "card": ours.raw.decode()}
    return Answer(value, in_words(value) + (f"\n\nThe card is in {told.out}." if told.out else f"\n\n{value['card']}"))


def described(one: Any) -> dict[str, Any]:
    """A card as JSON, without the keys themselves."""
    from comity.exchange.wire.keys import words

    return {
        "authority": one.authority,
        "country": one.country,
        "name": one.name(),
        "endpoint": one.endpoint,
        "languages": list(one.languages),
        "serial": one.serial,
        "issued_at": clock.stamp(one.issued_at),
        "fingerprint": one.fingerprint,
        "words": list(words(one.fingerprint)),
    }


def in_words(value: dict[str, Any]) -> str:
    return facts(
        [
            ("Authority", f"{value['authority']} ({value['country']}), {value['name']}"),
            ("Endpoint", value["endpoint"]),
            ("Card", f"number {value['serial']}, {value['issued_at']}"),
            ("Fingerprint", value["fingerprint"]),
            ("In words", " ".join(value["words"])),
        ]
    )


def pin(told: argparse.Namespace) -> Answer:
    node.open_node(told.dir)
    from comity.exchange import actions, queries

    raw = reading.content(told.file)
    authority = actions.add_peer(raw, fingerprint=told.fingerprint, by=told.by, at=clock.now())
    value = described(queries.peer(authority).card)
    return Answer(value, f"Pinned.\n\n{in_words(value)}")


def remove(told: argparse.Namespace) -> Answer:
    node.open_node(told.dir)
    from comity.exchange import actions

    actions.remove_peer(told.authority, by=told.by, at=clock.now())
    return Answer({"removed": told.authority}, f"{told.authority} is no longer a peer; what was exchanged stays.")


def restart(told: argparse.Namespace) -> Answer:
    node.open_node(told.dir)
    from comity.exchange import actions

    actions.restart_channel(told.authority, by=told.by, at=clock.now())
    return Answer({"restarted": told.authority}, f"The channel to {told.authority} goes on.")


def show(told: argparse.Namespace) -> Answer:
    node.open_node(told.dir)
    from comity.exchange import queries

    channels = {channel.peer: channel for channel in queries.overview()}
    rows = [
        {
            **described(peer.card),
            "status": peer.status,
            "pinned_at": clock.stamp(peer.pinned_at),
            "pinned_by": peer.pinned_by,
            **channel_state(channels[peer.authority]),
        }
        for peer in queries.peers(removed=True)
    ]
    lines = [
        (
            row["authority"],
            row["country"],
            row["status"],
            row["delivered"],
            row["waiting"],
            row["refused"],
            row["waiting_on"],
        )
        for row in rows
    ]
    headings = ("peer", "country", "status", "delivered", "waiting", "refused", "waits on")
    return Answer(rows, table(headings, lines, empty="No peers yet: 'comity peers add' pins one."))


def channel_state(channel: Any) -> dict[str, Any]:
    """The traffic with one peer as JSON."""
    names = (
        "sent",
        "delivered",
        "refused",
        "waiting",
        "received",
        "waiting_on",
        "alarm",
        "failures",
        "blobs_waiting",
    )
    contact = channel.last_contact_at
    return {
        **{name: getattr(channel, name) for name in names},
        "last_contact_at": clock.stamp(contact) if contact else None,
    }


def verify(told: argparse.Namespace) -> Answer:
    """Exit 1 when a peer does not answer or shows other keys than ours of it. A newer card is taken over."""
    node.open_node(told.dir)
    from comity.exchange import queries

    chosen = [queries.peer(told.authority)] if told.authority else queries.peers()
    rows = [compared(peer) for peer in chosen]
    lines = [(row["authority"], "ok" if row["ok"] else "WRONG", row["says"]) for row in rows]
    code = OK if all(row["ok"] for row in rows) else FINDING
    return Answer({"ok": code == OK, "peers": rows}, table(("peer", "", "says"), lines, empty="No peers yet."), code)


def compared(peer: Any) -> dict[str, Any]:
    """What a peer shows now beside what we pinned."""
    from comity.exchange import actions, queries
    from comity.exchange.wire import card as wire

    row = {"authority": peer.authority, "fingerprint": peer.fingerprint, "words": list(peer.words)}
    try:
        raw = queries.fetch_card(peer.endpoint)
        shown = wire.read(raw)
        if shown.fingerprint == peer.fingerprint and shown.serial > peer.card.serial:
            actions.update_card(raw, by=COMMAND_LINE, at=clock.now())
            return {
                **row,
                "ok": True,
                "says": f"the keys are those that we pinned; took over its card number {shown.serial}",
            }
        if raw != peer.card.raw:
            wire.demand_successor(peer.card, shown)
    except ComityError as error:
        return {**row, "ok": False, "says": error.sentence}
    return {**row, "ok": True, "says": "shows the card that we pinned"}
