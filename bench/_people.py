"""People at work in one node: each opens pages over HTTP, with time to read in between, and notes how long it took."""

import http.client
import json
import random
import sys
import threading
import time
from typing import Any

READS_FOR = (2.5, 7.5)  # seconds between two pages of one person; five on average


def main() -> None:
    """From standard input: {"port", "seconds", "people": [{"cookie", "pages": {kind: [path, ...]}}]}."""
    told = json.load(sys.stdin)
    ends = time.monotonic() + told["seconds"]
    taken: list[tuple[str, float]] = []
    threads = [
        threading.Thread(target=work, args=(told["port"], person, n, ends, taken))
        for n, person in enumerate(told["people"])
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps(taken))


def work(port: int, person: dict[str, Any], seed: int, ends: float, taken: list[tuple[str, float]]) -> None:
    dice = random.Random(seed)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    time.sleep(dice.uniform(0, READS_FOR[1]))
    while time.monotonic() < ends:
        kind = dice.choice(list(person["pages"]))
        path = dice.choice(person["pages"][kind])
        started = time.perf_counter()
        connection.request("GET", path, headers={"Cookie": person["cookie"], "Accept-Language": "en"})
        answer = connection.getresponse()
        body = answer.read()
        taken.append((kind, time.perf_counter() - started))
        if answer.status != 200 or b"</html>" not in body[-200:]:
            raise RuntimeError(f"{path}: {answer.status} {answer.getheader('Location')}")
        time.sleep(dice.uniform(*READS_FOR))


if __name__ == "__main__":
    main()
