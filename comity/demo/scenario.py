"""The story that the demo plays: four requests between four authorities, by the nodes' own people."""

import time
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from comity.demo.federation import Federation, Node
from comity.instruments import catalogue
from comity.lib import clock
from comity.lib.errors import ComityError

ARRIVAL_SECONDS = 180

FR, BR, NL, ICC = "fr-central", "br-central", "nl-prosecution", "icc-court"


# What a visitor should look at in the dossier of each instrument.
LOOKS = {
    "eio": "The question tied to a field, the exhibit, the clocks of both sides, the proof of every step",
    "mla-untoc": "What preflight stopped, the refusal with its ground, the request as a Portuguese document",
    "police-information-eu-2023-977": "The eight-hour clock, still running: sign in as yann in France and answer it",
    "icc-assistance": "The postponement with its ground and its end; sign in as joost to resume",
}


class DidNotArrive(ComityError):
    code = "demo.did-not-arrive"
    says = "{what} did not arrive at {where} within {seconds} seconds."
    next_step = "Look at the node's log, and at its page 'Peers', which says what the channel waits for."


class NotAsTold(ComityError):
    code = "demo.not-as-told"
    says = "The scenario expected {expected}, and found {found}."
    next_step = "Compare comity/demo/scenario.py with the instrument's definition."


@dataclass
class Telling:
    """The federation, where to say what happens, and what was made so far."""

    nodes: Federation
    say: Callable[[str], None]
    documents: list[dict[str, Any]] = field(default_factory=list)
    acts: dict[str, int] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Node:
        return self.nodes[name]

    def open(self, where: str, to: str, *, by: str, approver: str, unit: str, request: Mapping[str, Any]) -> str:
        """Draft, submit and approve a request, and wait until it stands at the other side."""
        draft = self[where].play(
            "draft", by=by, instrument=request["instrument"], to=to, unit=unit, request=dict(request)
        )
        return self.release(where, to, by=by, approver=approver, draft=draft)

    def release(self, where: str, to: str, *, by: str, approver: str, draft: int) -> str:
        self[where].play("submit", by=by, draft=draft)
        dossier = str(self[where].play("approve", by=approver, draft=draft)["dossier"])
        self.acts[dossier] = 1
        self.arrived(to, dossier)
        return dossier

    def act(
        self, where: str, to: str, dossier: str, type: str, content: Mapping[str, Any], *, by: str,
        approver: str | None = None, size: int = 0, name: str = "",
    ) -> str:  # fmt: skip
        """Take a step at one side and wait until the other has it. Returns the act."""
        told = self[where].play(
            "act",
            by=by,
            dossier=dossier,
            type=type,
            content=dict(content),
            approver=approver,
            size=size,
            name=name,
        )
        self.acts[dossier] += 1
        self.arrived(to, dossier)
        return str(told)

    def arrived(self, where: str, dossier: str) -> None:
        wanted = self.acts[dossier]

        def here() -> bool:
            return bool(self[where].play("stands", dossier=dossier)["acts"] >= wanted)

        wait(here, what=f"Act {wanted} of {dossier}", where=where)


def wait(here: Callable[[], bool], *, what: str, where: str, seconds: float = ARRIVAL_SECONDS) -> None:
    """:raises DidNotArrive: it is not here in time."""
    until = time.monotonic() + seconds
    while not here():
        if time.monotonic() > until:
            raise DidNotArrive(what=what, where=where, seconds=seconds)
        time.sleep(0.1)


def play(nodes: Federation, *, say: Callable[[str], None], exhibit: int) -> Telling:
    """Play the four requests, unless this federation has played them before."""
    telling = Telling(nodes, say)
    if nodes[FR].play("summary")["dossiers"]:
        say("The scenario was played before; the nodes go on where they stood.")
        return telling
    say("1  France orders bank records in the Netherlands (European Investigation Order)")
    investigation_order(telling, exhibit)
    say("2  France asks Brazil for assistance (UNTOC article 18)")
    mutual_assistance(telling)
    say("3  The Netherlands ask France for police information, urgently (Directive (EU) 2023/977)")
    police_information(telling)
    say("4  The Court asks the Netherlands for cooperation (Rome Statute, article 93)")
    court(telling)
    settle(telling)
    return telling


def settle(telling: Telling) -> None:
    """Wait until nothing is under way any more."""
    for name, node in telling.nodes.nodes.items():
        wait(lambda node=node: node.play("totals")["waiting"] == 0, what="Every receipt", where=name)  # type: ignore[misc]


def later(**parts: int) -> str:
    return clock.stamp(clock.now() + timedelta(**parts))


def investigation_order(tell: Telling, exhibit: int) -> None:
    """With a question that points at the very field, and a large exhibit coming back."""
    order = deepcopy(catalogue.example("eio"))
    dossier = tell.open(FR, NL, by="claire", approver="antoine", unit="mla", request=order)
    tell.say(f"   {dossier} was drafted by Claire, approved by Antoine, and stands in Amsterdam")
    tell.act(
        NL,
        FR,
        dossier,
        "acknowledge",
        {"received_at": later(), "competent_authority": "Prosecution office, financial team"},
        by="joost",
    )
    pointer, asks, answer = QUESTION
    question = tell.act(
        NL,
        FR,
        dossier,
        "ask",
        {"pointer": pointer, "asks": asks, "due": later(days=5)},
        by="joost",
        approver="femke",
    )
    tell.say(f"   Amsterdam asks about the field {pointer}")
    tell.act(FR, NL, dossier, "answer", {"question": question, "answer": answer}, by="claire", approver="antoine")
    tell.act(NL, FR, dossier, "recognise", {"scope": "full"}, by="joost", approver="femke")
    tell.act(NL, FR, dossier, "start_execution", {}, by="joost", approver="femke")
    tell.say(f"   the exhibit of {exhibit // 1_000_000} MB is sealed and on its way")
    tell.act(
        NL, FR, dossier, "transfer",
        {"description": "Statements of the account for the whole period.", "return_required": False},
        by="joost", approver="femke", size=exhibit, name="account-statements.csv",
    )  # fmt: skip

    def complete() -> bool:
        found = tell[FR].play("items", by="claire", dossier=dossier)
        return bool(found) and all(item["percent"] == 100 for item in found)

    wait(complete, what="The exhibit", where=FR, seconds=ARRIVAL_SECONDS * 2)
    for item in tell[FR].play("items", by="claire", dossier=dossier):
        tell.documents.append({"dossier": dossier, "name": item["name"], "size": item["size"]})
    document(tell, NL, "femke", dossier, "nl")


QUESTION = (
    "/form/additional/bank_transactions/accounts",
    "The bank knows two accounts of this holder. Do you need the savings account as well?",
    "Yes, both accounts, for the same period.",
)


def mutual_assistance(tell: Telling) -> None:
    """Three defects that the receiver's rules find before anything leaves; then a refusal with its ground."""
    request = deepcopy(catalogue.example("mla-untoc"))
    whole = {pointer: value_at(request, pointer) for pointer in PLANTED}
    for pointer, value in PLANTED.items():
        put(request, pointer, value)
    draft = tell[FR].play("draft", by="claire", instrument="mla-untoc", to=BR, unit="mla", request=request)
    report = tell[FR].play("check", by="claire", draft=draft)
    if report["verdict"] != "stop" or set(report["stops"]) != set(PLANTED):
        raise NotAsTold(expected=f"a stop at {sorted(PLANTED)}", found=f"{report['verdict']} at {report['stops']}")
    for sentence in report["says"]:
        tell.say(f"   preflight: {sentence}")
    for pointer, value in whole.items():
        tell[FR].play("mend", by="claire", draft=draft, pointer=pointer, value=value)
    dossier = tell.release(FR, BR, by="claire", approver="antoine", draft=draft)
    tell.say(f"   mended and approved: {dossier} stands in Brasília")
    tell.act(BR, FR, dossier, "acknowledge", {"received_at": later(), "reference": "AC-2026/3391"}, by="beatriz")
    tell.act(
        BR,
        FR,
        dossier,
        "consult",
        {"obstacle": "Os documentos pedidos estão sob sigilo de outro processo."},
        by="beatriz",
        approver="rafael",
    )
    tell.act(
        FR, BR, dossier, "reply_consultation",
        {"decision": "none_proposed", "text": "Nous maintenons la demande ; aucune condition n'a été proposée."},
        by="claire", approver="antoine",
    )  # fmt: skip
    tell.act(
        BR, FR, dossier, "refuse",
        {
            "ground": "domestic_prohibition",
            "reasons": "Em caso semelhante, a lei brasileira não permitiria entregar estes registros nesta fase.",
            "consulted": True,
        },
        by="beatriz", approver="rafael",
    )  # fmt: skip
    tell.say("   Brasília consults, then refuses, with the ground and its reasons")
    document(tell, BR, "beatriz", dossier, "pt")


# What Claire got wrong at first: the language, and two boxes that paragraph 15 and paragraph 24 ask for.
PLANTED: dict[str, Any] = {"/language": "fr", "/form/authority/functions": None, "/form/timing/reasons": None}


def police_information(tell: Telling) -> None:
    """Urgent, and directly accessible: eight hours."""
    request = deepcopy(catalogue.example("police-information-eu-2023-977"))
    dossier = tell.open(NL, FR, by="ruben", approver="ilse", unit="spoc", request=request)
    received = {"received_at": later(), "competent_authority": "Section centrale de coopération opérationnelle"}
    tell.act(FR, NL, dossier, "acknowledge", received, by="yann")
    tell.say(f"   {dossier}: the eight-hour clock runs in Paris")
    document(tell, FR, "yann", dossier, "fr")


def court(tell: Telling) -> None:
    """The Netherlands postpone, because the Court's request would interfere with a case of their own."""
    request = deepcopy(catalogue.example("icc-assistance"))
    dossier = tell.open(ICC, NL, by="amara", approver="henrik", unit="cooperation", request=request)
    received = {
        "received_at": later(),
        "competent_authority": "Prosecution office, international crimes team",
    }
    tell.act(NL, ICC, dossier, "acknowledge", received, by="joost")
    tell.act(
        NL, ICC, dossier, "postpone",
        {
            "ground": "other_case",
            "reasons": (
                "A search in a domestic investigation takes place next week; "
                "an earlier hearing would warn the suspects."
            ),
            "until": later(days=21)[:10],
        },
        by="joost", approver="femke",
    )  # fmt: skip
    tell.say(f"   {dossier}: The Hague's prosecutors postpone, with the ground of article 94")
    document(tell, NL, "femke", dossier, "nl")


def document(tell: Telling, where: str, by: str, dossier: str, language: str) -> None:
    """Have a reader make the request's document in the receiver's language."""
    size = tell[where].play("document", by=by, dossier=dossier, language=language)
    tell.documents.append({"dossier": dossier, "name": f"{dossier}.{language}.pdf", "size": size})


def value_at(request: Mapping[str, Any], pointer: str) -> Any:
    value: Any = request
    for part in pointer.strip("/").split("/"):
        value = value[int(part)] if isinstance(value, list) else value[part]
    return value


def put(request: dict[str, Any], pointer: str, value: Any) -> None:
    """Put a value at a pointer; None takes the place away."""
    above, _, name = pointer.rpartition("/")
    place = value_at(request, above) if above else request
    if value is None:
        del place[name]
    else:
        place[name] = value
