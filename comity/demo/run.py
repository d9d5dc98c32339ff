"""`comity demo`: makes the federation, plays the scenario, and stays up or prints what every party holds."""

import secrets
import signal
import socket
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import waitress

from comity.demo import looks, scenario, start_page
from comity.demo.cast import AUTHORITIES
from comity.demo.federation import Federation, federation
from comity.instruments import catalogue
from comity.lib.errors import BadInput

EXHIBIT_BYTES = 200 * 1000 * 1000
PORTS = len(AUTHORITIES) + 1


class PortTaken(BadInput):
    code = "demo.port-taken"
    says = "Port {port} on this machine is in use."
    next_step = "Choose five free ports with --port, for example --port {other}."


def demo(
    *, folder: Path | None, port: int, once: bool, say: Callable[[str], None], exhibit: int = EXHIBIT_BYTES
) -> dict[str, Any]:
    """Play the scenario and answer the summary of DESIGN section 8; ``agreed`` says whether all parties agree.

    With ``once`` the federation lives in a temporary folder (unless ``folder`` names one) and is stopped at the end;
    otherwise a start page is served until interrupted.

    :raises PortTaken: one of the ports is in use.
    """
    started = time.monotonic()
    if threading.current_thread() is threading.main_thread():
        # Being told to stop is like Ctrl-C: the nodes are stopped too, not left behind.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    with ExitStack() as stack:
        if folder is None:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="comity-demo-")))
        if (folder / "port").exists():
            port = int((folder / "port").read_text())  # the cards name it, so it stays
        for number in range(port, port + PORTS):
            free(number)
        folder.mkdir(parents=True, exist_ok=True)
        remembered(folder, "port", str(port))
        password = remembered(folder, "password", f"comity-demo-{secrets.token_hex(4)}")
        nodes = stack.enter_context(federation(folder, AUTHORITIES, port=port + 1, say=say))
        facts: dict[str, Any] = {"password": password, "dossiers": [], "pages": []}
        if not once:
            serve_start_page(nodes, facts, port)
            say(f"The start page is at http://127.0.0.1:{port}/ (sign in with the password {password})")
        nodes.make(password)
        told = scenario.play(nodes, say=say, exhibit=exhibit)
        summary = {
            **summarise(nodes),
            "documents": told.documents,
            "seconds": round(time.monotonic() - started, 1),
        }
        facts["dossiers"] = [in_words(dossier) for dossier in summary["dossiers"]]
        if not once:
            facts["pages"] = list(looks.pages(nodes))
            stay(port, password, say)
        return summary


def free(port: int) -> None:
    """:raises PortTaken: somebody listens there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise PortTaken(port=port, other=port + 100) from None


def remembered(folder: Path, name: str, value: str) -> str:
    """What the federation in this folder was made with: ``value`` the first time, and the same ever after."""
    file = folder / name
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(f"{value}\n")
    return file.read_text().strip()


def summarise(nodes: Federation) -> dict[str, Any]:
    """What every party holds, in one table: it agrees when all digests of a dossier are the same."""
    held: dict[str, dict[str, Any]] = {}
    totals = {"sent": 0, "delivered": 0, "refused": 0, "waiting": 0}
    for name, node in nodes.nodes.items():
        told = node.play("summary")
        for dossier in told["dossiers"]:
            row = held.setdefault(
                dossier["id"], {**{key: dossier[key] for key in ("id", "instrument", "state")}, "parties": []}
            )
            row["parties"].append({"authority": name, "acts": dossier["acts"], "digest": dossier["digest"]})
        for key in totals:
            totals[key] += told["envelopes"][key]
    dossiers = [held[name] for name in sorted(held)]
    agreed = bool(dossiers) and totals["waiting"] == totals["refused"] == 0
    for dossier in dossiers:
        agreed = agreed and len(dossier["parties"]) > 1
        agreed = agreed and len({(party["acts"], party["digest"]) for party in dossier["parties"]}) == 1
    return {"agreed": agreed, "dossiers": dossiers, "envelopes": totals}


def in_words(dossier: dict[str, Any]) -> dict[str, str]:
    """A dossier as the start page lists it, with titles instead of ids."""
    definition = catalogue.get(dossier["instrument"])
    stage = definition.stage(dossier["state"])
    return {
        "id": dossier["id"],
        "instrument": definition.title,
        "state": stage.title if stage else dossier["state"],
        "look": looks.LOOKS.get(definition.id, ""),
    }


def serve_start_page(nodes: Federation, facts: dict[str, Any], port: int) -> None:
    def told() -> dict[str, Any]:
        people = [
            {
                "id": node.authority.id,
                "name": node.authority.name,
                "address": node.address,
                "stopped": node.serving is not None and node.serving.poll() is not None,
                "people": [
                    {
                        "username": person.username,
                        "full_name": person.full_name,
                        "function": person.function,
                        "may": start_page.MAY[person.role],
                    }
                    for person in node.authority.people
                ],
            }
            for node in nodes.nodes.values()
        ]
        return {**facts, "nodes": people}

    server = waitress.create_server(start_page.application(told), host="127.0.0.1", port=port, threads=2)  # type: ignore[no-untyped-call]
    threading.Thread(target=server.run, name="start-page", daemon=True).start()


def stay(port: int, password: str, say: Callable[[str], None]) -> None:
    """Keep the federation up until the person at the terminal has seen enough."""
    say("")
    say(f"Ready. Open http://127.0.0.1:{port}/ and sign in with the password {password}")
    say("Stop with Ctrl-C; 'make demo' goes on where it stood.")
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        say("Stopping the nodes")


def as_text(summary: dict[str, Any]) -> str:
    """The summary for people."""
    lines = []
    for dossier in summary["dossiers"]:
        lines.append(f"{dossier['id']}  {dossier['instrument']}  {dossier['state']}")
        lines += [
            f"    {party['authority']}: {party['acts']} acts, state {party['digest'][:16]}"
            for party in dossier["parties"]
        ]
    envelopes = ", ".join(f"{count} {word}" for word, count in summary["envelopes"].items())
    lines.append(f"Envelopes: {envelopes}. Documents: {len(summary['documents'])}. {summary['seconds']} seconds.")
    lines.append("Every party agrees." if summary["agreed"] else "The parties do NOT agree.")
    return "\n".join(lines)
