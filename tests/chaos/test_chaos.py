"""Kill nodes at any moment and break the network: nothing is lost, nothing happens twice, nobody blocks another."""

import os
import random
import time

import pytest

from tests.chaos.acts import BLOB_EVERY
from tests.chaos.federation import Federation

pytestmark = pytest.mark.chaos

ACTS = 500
KILLS = 200
FAULTS = 0.25
SEED = int(os.environ.get("COMITY_CHAOS_SEED", 0)) or random.SystemRandom().randrange(1, 1 << 30)


def share(acts: int, nodes: int) -> list[int]:
    return [acts // nodes + (n < acts % nodes) for n in range(nodes)]


def test_500_acts_survive_200_kills_and_a_bad_network(capsys):
    dice = random.Random(SEED)
    with Federation(seed=SEED) as federation:
        nodes = list(federation)
        federation.start()
        federation.proxies.set_faults(FAULTS)
        for kill in range(1, KILLS + 1):
            for node, allowed in zip(nodes, share(ACTS * kill // KILLS, len(nodes)), strict=True):
                node.allow(allowed)
            time.sleep(dice.uniform(0.02, 0.45))
            victim = dice.choice(nodes)
            victim.kill()
            if dice.random() < 0.1:
                time.sleep(dice.uniform(0.1, 0.8))
            victim.start()
        federation.proxies.set_faults(0.0)
        expected = share(ACTS, len(nodes))
        progress = federation.until(
            lambda told: all(
                one["sent"] == count
                and one["effects"] == ACTS - count
                and not one["waiting"]
                and not one["blobs_waiting"]
                for one, count in zip(told.values(), expected, strict=True)
            ),
            seconds=60,
        )
        with capsys.disabled():
            print(f"\nchaos: seed {SEED}, {KILLS} kills, faults {dict(sorted(federation.proxies.counted().items()))}")
        accounts = {node.authority: node.call("account") for node in nodes}
        for node, count in zip(nodes, expected, strict=True):
            mine = accounts[node.authority]
            others = {name: account for name, account in accounts.items() if name != node.authority}
            assert mine["sent"]["acts"] == count, (SEED, progress, node.log()[-3000:])
            assert mine["doubled"] == [], SEED
            assert mine["received"] == {name: account["sent"] for name, account in others.items()}, (SEED, progress)
            assert mine["blobs"] == sum(account["sent"]["acts"] // BLOB_EVERY for account in others.values()), SEED
            told = progress[node.authority]
            assert (told["waiting"], told["refused"], told["blobs_waiting"]) == (0, 0, 0), (SEED, told)
            assert all(not channel["alarm"] for channel in told["channels"].values()), (SEED, told)
            assert node.call("verify")["faults"] == [], SEED
        counted = federation.proxies.counted()
        for fault in ("cut_request", "cut_answer", "lose_answer", "delay", "repeat", "hold_back", "replay",
                      "corrupt_request", "corrupt_answer"):  # fmt: skip
            assert counted[fault] > 0, (SEED, counted)


def test_a_dead_peer_is_named_and_blocks_nobody():
    with Federation(seed=SEED) as federation:
        first, second, dead = federation
        first.start()
        second.start()
        first.allow(30)
        started = time.monotonic()
        progress = federation.until(
            lambda told: (
                told[second.authority]["effects"] == 30
                and "does not answer" in told[first.authority]["channels"][dead.authority]["waiting_on"]
            ),
            seconds=20,
        )
        assert progress[second.authority]["effects"] == 30
        assert time.monotonic() - started < 15
        waits = progress[first.authority]["channels"][dead.authority]
        assert waits["waiting"] == 30
        assert waits["waiting_on"].startswith(f"{dead.authority} does not answer at http://127.0.0.1:")
        dead.start()
        progress = federation.until(lambda told: told[dead.authority]["effects"] == 30, seconds=20)
        assert progress[dead.authority]["effects"] == 30
