"""`comity serve` and `comity worker`: the processes of a node."""

import argparse
import signal
import threading

from comity.cli import node
from comity.cli.answer import Answer
from comity.cli.usage import Commands
from comity.lib.errors import BadInput


class CannotListen(BadInput):
    code = "cli.cannot-listen"
    says = "The node cannot listen at {listen}: {why}."
    next_step = "Choose another address with --listen or in node.toml, or stop what listens there."


def add(commands: Commands) -> None:
    parser = commands.add("serve", serve, "Serve pages and other nodes, with the worker inside, until stopped.")
    parser.add_argument("--listen", metavar="HOST:PORT", help="instead of the address in node.toml")
    parser.add_argument("--no-worker", action="store_true", help="leave the outbox to 'comity worker'")
    commands.add("worker", work, "Run the outbox worker alone, beside server processes of the same database.")


def serve(told: argparse.Namespace) -> Answer:
    """Serve until SIGTERM or SIGINT.

    :raises NotMigrated: the database lacks changes.
    :raises CannotListen: the address is taken, or none.
    """
    from django.core.wsgi import get_wsgi_application

    here = node.open_node(told.dir)
    node.demand_migrated()
    from comity.exchange.server import Server

    listen = told.listen or here.listen
    try:
        server = Server(get_wsgi_application(), listen, until_told(), worker=not told.no_worker)
    except (OSError, ValueError) as error:
        raise CannotListen(listen=listen, why=str(error).rstrip(".")) from None
    server.run()
    return Answer({"stopped": True}, "Stopped.")


def work(told: argparse.Namespace) -> Answer:
    """Deliver what is queued until SIGTERM or SIGINT.

    :raises NotMigrated: the database lacks changes.
    """
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
