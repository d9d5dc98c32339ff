"""The sender of the benchmarks: a node's actions and its worker in one process, told what to do line by line."""

import json
import sys
import threading
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

RECEIVER = "nl-prosecution"
BATCH = 50
SEAL_SECONDS = 600


def main() -> None:
    import django

    django.setup()
    from comity.exchange.worker import Worker

    stop = threading.Event()
    Worker(stop).start()
    steps: dict[str, Callable[..., Any]] = {"blob": blob, "prepare": prepare, "acts": acts, "one_by_one": one_by_one}
    for line in sys.stdin:
        asked = json.loads(line)
        print(json.dumps(steps[asked["step"]](**asked["with"])), flush=True)
    stop.set()


def blob(dossier: str, file: str) -> dict[str, float]:
    """Seal a file, send the act that names it, and wait until the receiver has signed for the last chunk."""
    started, used = time.perf_counter(), time.process_time()
    act = sign(dossier, "a large exhibit", Path(file))
    sealed = time.perf_counter()
    wait_until(arrived)
    ended = time.perf_counter()
    if not carried(act):
        raise RuntimeError("the receiver did not take the exhibit")
    return {
        "seconds": ended - started,
        "sealing": sealed - started,
        "carrying": ended - sealed,
        "cpu": time.process_time() - used,
    }


def prepare(dossiers: int) -> dict[str, list[str]]:
    """Open dossiers at the receiver, outside the measured time."""
    from comity.demo import steps
    from comity.instruments import catalogue

    made = []
    for _ in range(dossiers):
        request = catalogue.example("eio")
        draft = steps.draft("claire", "eio", RECEIVER, "mla", request)
        steps.submit("claire", draft)
        made.append(steps.approve("antoine", draft)["dossier"])
    wait_until(settled)
    return {"dossiers": made}


def acts(dossiers: list[str], count: int) -> dict[str, float]:
    """Sign ``count`` acts, each batch in one of the dossiers and in one commit; the time ends with the last receipt."""
    from comity.access import queries as people
    from comity.dossiers import actions
    from comity.lib import clock

    started, used = time.perf_counter(), time.process_time()
    for first in range(0, count, BATCH):
        dossier = opened(dossiers[first // BATCH % len(dossiers)])
        notes = [("note", {"text": text(number)}) for number in range(first, min(first + BATCH, count))]
        sent = actions.send_all(dossier, notes, by=people.user("claire"), at=clock.now())
    signed = time.perf_counter() - started
    wait_until(lambda: carried(sent[-1].act_id))  # the channel is FIFO
    return {"seconds": time.perf_counter() - started, "signing": signed, "cpu": time.process_time() - used}


def one_by_one(dossiers: list[str], count: int) -> dict[str, float]:
    """Draft and send ``count`` acts, spread over the dossiers, as people do on the pages."""
    started, used = time.perf_counter(), time.process_time()
    for number in range(count):
        act = sign(dossiers[number % len(dossiers)], text(number))
    wait_until(lambda: carried(act))
    return {"seconds": time.perf_counter() - started, "cpu": time.process_time() - used}


def text(number: int) -> str:
    return f"Progress, message {number}: nothing new since the last one."


def sign(dossier: str, text: str, file: Path | None = None) -> str:
    """One act that needs no second person, through the actions that the pages call."""
    from comity.access import queries as people
    from comity.dossiers import actions
    from comity.lib import clock

    user, at = people.user("claire"), clock.now()
    draft = actions.begin_act(opened(dossier), "note", by=user, at=at, content={"text": text})
    if file is not None:
        with file.open("rb", buffering=0) as stream:
            actions.attach(draft, name=file.name, media_type="text/csv", stream=stream, by=user, at=at)
        draft.refresh_from_db()
    return str(actions.send(draft, by=user, at=at).act_id)


@cache
def opened(dossier: str) -> Any:
    """The dossier as the officer opened it once."""
    from comity.access import queries as people
    from comity.dossiers import queries
    from comity.lib import clock

    return queries.dossier(people.user("claire"), dossier, clock.now()).dossier


def settled() -> bool:
    from comity.exchange import queries

    return queries.totals().waiting == 0


def arrived() -> bool:
    """Are all files carried? A cheap look, because it is made often while the file is on its way."""
    from comity.exchange.models import BlobTransfer

    return not BlobTransfer.objects.filter(direction="out", state="waiting").exists()


def carried(act: str) -> bool:
    from comity.exchange import queries

    return all(
        delivery.state == "delivered" and all(transfer.state == "done" for transfer in delivery.blobs)
        for delivery in queries.delivery(act)
    )


def wait_until(done: Any) -> None:
    until = time.monotonic() + SEAL_SECONDS
    while not done():
        if time.monotonic() > until:
            raise TimeoutError("the receiver did not answer in time")
        time.sleep(0.005)


if __name__ == "__main__":
    main()
