"""A process that has imported a node's code once and forks it on demand, so that a restart costs milliseconds.

Speaks JSON lines: ``{"do": "start"}``, ``{"do": "kill"}``, ``{"do": "call", "name": ..., "arguments": [...]}``.
"""

import json
import os
import signal
import sys
import threading
import traceback
from importlib import import_module
from pathlib import Path
from typing import Any


def main(folder: Path) -> None:
    import django

    django.setup()
    from django.core.wsgi import get_wsgi_application

    from tests.chaos import acts

    app = get_wsgi_application()
    for module in ("comity.config.urls", "comity.exchange.server", "tests.chaos.questions", "django.core.management"):
        import_module(module)
    acts.warm_up()
    child = 0
    for line in sys.stdin:
        told = json.loads(line)
        if told["do"] == "start":
            child = _fork(folder, lambda: _serve(app, folder))
            answer: Any = child
        elif told["do"] == "kill":
            answer = _kill(child)
            child = 0
        else:
            answer = _call(folder, told["name"], told["arguments"])
        print(json.dumps(answer), flush=True)
    if child:
        _kill(child)


def _fork(folder: Path, work: Any) -> int:
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        out = os.open(folder / "run" / "log.txt", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup2(out, 1)
        os.dup2(out, 2)
        os.close(0)
        work()
        code = 0
    except BaseException:  # noqa: BLE001 - the outer edge of a process
        traceback.print_exc()
    finally:
        os._exit(code)


def _serve(app: Any, folder: Path) -> None:
    from django.conf import settings

    from comity.exchange.server import Server
    from tests.chaos import acts

    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    server = Server(app, settings.COMITY.listen, stop, threads=4)
    threading.Thread(target=acts.drive, args=(folder / "run" / "allowed", stop), daemon=True).start()
    server.run()


def _kill(child: int) -> bool:
    if not child:
        return False
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return True


def _call(folder: Path, name: str, arguments: list[Any]) -> Any:
    """A function of tests.chaos.questions in a process of its own, so that this one never opens the database."""
    reading, writing = os.pipe()

    def work() -> None:
        from tests.chaos import questions

        try:
            told = {"value": getattr(questions, name)(*arguments)}
        except Exception:  # noqa: BLE001 - told to the test
            told = {"error": traceback.format_exc()}
        with os.fdopen(writing, "w") as out:
            json.dump(told, out)

    pid = _fork(folder, work)
    os.close(writing)
    with os.fdopen(reading) as answer:
        text = answer.read()
    os.waitpid(pid, 0)
    return json.loads(text)


if __name__ == "__main__":
    main(Path(os.environ["COMITY_NODE"]))
