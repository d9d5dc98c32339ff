"""Kill nodes at any moment and break the network: nothing is lost, nothing happens twice, nobody blocks another."""

import os
import random
import time
from collections import Counter
from typing import Any

import pytest

from tests.chaos.acts import EXHIBIT_EVERY
from tests.chaos.federation import Federation

pytestmark = pytest.mark.chaos

ACTS = 500
KILLS = 200
FAULTS = 0.25
KINDS = ("cut_request", "cut_answer", "lose_answer", "delay", "repeat", "hold_back", "replay", "corrupt_request",
         "corrupt_answer")  # fmt: skip
LEAST_TYPES = 10  # of acts, so that the dossiers are more than notes
LAGS_BY = 12  # acts; further behind, the next kill waits, so that the kills are spread over all acts
LAGS_FOR = 3.0
HEALS_WITHIN = 120.0
SEED = int(os.environ.get("COMITY_CHAOS_SEED", 0)) or random.SystemRandom().randrange(1, 1 << 30)

Told = dict[str, dict[str, Any]]


def share(acts: int, nodes: int) -> list[int]:
    return [acts // nodes + (n < acts % nodes) for n in range(nodes)]


def under_fire(federation: Federation, acts: int, kills: int) -> None:
    """Let the nodes send while the network is bad and one of them after the other is killed and started again."""
    dice, nodes = random.Random(SEED), list(federation)
    federation.start()
    federation.proxies.set_faults(FAULTS)
    for kill in range(1, kills + 1):
        for node, allowed in zip(nodes, share(acts * kill // kills, len(nodes)), strict=True):
            node.allow(allowed)
        time.sleep(dice.uniform(0.02, 0.4))
        patience = time.monotonic() + LAGS_FOR
        while sum(node.sent() for node in nodes) < acts * kill // kills - LAGS_BY and time.monotonic() < patience:
            time.sleep(dice.uniform(0.01, 0.1))
        victim = dice.choice(nodes)
        victim.kill()
        if dice.random() < 0.1:
            time.sleep(dice.uniform(0.1, 0.8))
        victim.start()


def healed(federation: Federation, acts: int) -> Told:
    """End the faults and wait until everything has arrived; the last progress either way."""
    federation.proxies.set_faults(0.0)
    return federation.until(
        lambda told: (
            sum(one["sent"] for one in told.values()) == acts
            and sum(one["taken"] for one in told.values()) == acts
            and not any(one["waiting"] or one["blobs_waiting"] for one in told.values())
        ),
        seconds=HEALS_WITHIN,
    )


def everything_arrived(progress: Told, acts: int, logs: dict[str, str]) -> None:
    for (authority, told), count in zip(progress.items(), share(acts, len(progress)), strict=True):
        assert told["sent"] == told["queued"] == told["delivered"] == count, (authority, progress, logs)
        assert (told["waiting"], told["refused"], told["early"], told["blobs_waiting"]) == (0, 0, 0, 0), (
            progress,
            logs,
        )
        for peer, channel in told["channels"].items():
            assert (channel["alarm"], channel["refused"]) == ("", 0), (authority, peer, channel)
    assert sum(told["taken"] for told in progress.values()) == acts, progress


def each_once(accounts: Told) -> None:
    """Every act that arrived was handed over once, and every act that is held stands in the log once."""
    for authority, account in accounts.items():
        assert account["handed"] == account["received"], authority
        held = sorted(act for dossier in account["dossiers"].values() for act in dossier["stored"])
        assert account["logged"] == held, authority
        assert len(set(held)) == len(held), authority
        assert account["early"] == 0, authority


def parties_agree(accounts: Told) -> dict[str, dict[str, Any]]:
    """Both parties of every dossier, and nobody else, hold the same acts, state and exhibits. Returns the dossiers."""
    every = {id: dossier for account in accounts.values() for id, dossier in account["dossiers"].items()}
    for id, dossier in every.items():
        holders = sorted(authority for authority, account in accounts.items() if id in account["dossiers"])
        assert holders == dossier["parties"], id
        for authority in holders:
            theirs = accounts[authority]["dossiers"][id]
            assert theirs["digest"] == dossier["digest"], (id, theirs, dossier)
            assert theirs == dossier, id
        assert dossier["missing"] == [], id
        assert dossier["acts"] == len(dossier["stored"]), id
        assert dossier["folded"] == dossier["stored"], id
    return every


def test_500_acts_survive_200_kills_and_a_bad_network(capsys: pytest.CaptureFixture[str]) -> None:
    with Federation(seed=SEED) as federation:
        started = time.monotonic()
        under_fire(federation, ACTS, KILLS)
        sent = sum(node.sent() for node in federation)
        fired = time.monotonic()
        progress = healed(federation, ACTS)
        counted = federation.proxies.counted()
        with capsys.disabled():
            print(
                f"\nchaos: seed {SEED}, {KILLS} kills in {fired - started:.0f} s, {sent} acts sent meanwhile,"
                f" healed {time.monotonic() - fired:.0f} s later; faults {dict(sorted(counted.items()))}"
            )
        logs = {node.authority: node.log()[-2000:] for node in federation}
        everything_arrived(progress, ACTS, logs)
        accounts = {node.authority: node.call("account") for node in federation}
        dossiers = parties_agree(accounts)
        with capsys.disabled():
            print(_told(accounts, dossiers))
        each_once(accounts)
        assert len(set().union(*(account["types"] for account in accounts.values()))) >= LEAST_TYPES
        assert sum(dossier["acts"] for dossier in dossiers.values()) == ACTS
        exhibits = [exhibit for dossier in dossiers.values() for exhibit in dossier["exhibits"]]
        assert len(exhibits) >= sum(count // EXHIBIT_EVERY for count in share(ACTS, len(accounts)))
        for node in federation:
            assert node.call("verify")["faults"] == [], node.authority
        assert sent >= ACTS * 9 // 10, "too many were sent after the fire"
        assert all(counted[fault] for fault in KINDS), counted


def _told(accounts: Told, dossiers: dict[str, dict[str, Any]]) -> str:
    types = sum((Counter(account["types"]) for account in accounts.values()), Counter[str]())
    exhibits = [exhibit for dossier in dossiers.values() for exhibit in dossier["exhibits"]]
    merges = sum(account["merges"] for account in accounts.values())
    put_aside = sum(account["put_aside"] for account in accounts.values())
    crossed = sum(account["conflicts"] + account["out_of_place"] for account in accounts.values()) // 2  # at both
    size = sum(exhibit[3] for exhibit in exhibits)
    return (
        f"chaos: {len(dossiers)} dossiers, {len(exhibits)} exhibits of {size} bytes, {merges} acts that join branches,"
        f" {crossed} crossed or out of place, {put_aside} drafts put aside, acts {dict(types.most_common())}"
    )


def test_a_dead_peer_is_named_and_blocks_nobody() -> None:
    with Federation(seed=SEED) as federation:
        first, second, dead = federation
        first.start()
        second.start()
        first.allow(30)
        started = time.monotonic()
        progress = federation.until(
            lambda told: (
                told[first.authority]["sent"] == 30
                and not told[first.authority]["channels"][second.authority]["waiting"]
                and "does not answer" in told[first.authority]["channels"][dead.authority]["waiting_on"]
            ),
            seconds=40,
        )
        taken = progress[second.authority]["taken"]
        waits = progress[first.authority]["channels"][dead.authority]
        assert taken > 0
        assert waits["waiting"] > 0
        assert taken + waits["waiting"] == 30, progress
        assert time.monotonic() - started < 30
        assert waits["waiting_on"].startswith(f"{dead.authority} does not answer at http://127.0.0.1:")
        dead.start()
        progress = federation.until(lambda told: told[dead.authority]["taken"] == 30 - taken, seconds=20)
        assert progress[dead.authority]["taken"] == 30 - taken
