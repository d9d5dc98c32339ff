"""`comity serve` and `comity worker`: the processes of a node."""

import argparse
import signal
import threading

from comity.cli import node
from comity.cli.answer import Answer
from comity.cli.usage import Commands


def add(commands: Commands) -> None:
    parser = commands.add("serve", serve, "Serve pages and other nodes, with the worker inside, until told to stop.")
    parser.add_argument("--listen", metavar="HOST:PORT", help="instead of the address in node.toml")
    commands.add("worker", work, "Run the outbox worker alone, beside server processes of the same database.")


def serve(told: argparse.Namespace) -> Answer:
    from django.core.wsgi import get_wsgi_application

    here = node.open_node(told.dir)
    node.demand_migrated()
    from comity.exchange import server

    server.serve(get_wsgi_application(), told.listen or here.listen, until_told())
    return Answer({"stopped": True}, "Stopped.")


def work(told: argparse.Namespace) -> Answer:
    node.open_node(told.dir)
    node.demand_migrated()
    from comity.exchange.worker import Worker

    Worker(until_told()).run()
    return Answer({"stopped": True}, "Stopped.")


def until_told() -> threading.Event:
    """An event that SIGTERM and SIGINT set."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop
