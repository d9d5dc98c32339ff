"""The story that the demo plays: six requests between four authorities, by the nodes' own people."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from comity.demo import wanted
from comity.demo.federation import Federation
from comity.demo.telling import ARRIVAL_SECONDS, Telling, later, put, value_at, wait
from comity.instruments import catalogue
from comity.lib.errors import ComityError

FR, BR, NL, ICC = "fr-central", "br-central", "nl-prosecution", "icc-court"


class NotAsTold(ComityError):
    code = "demo.not-as-told"
    says = "The scenario expected {expected}, and found {found}."
    next_step = "Compare comity/demo/scenario.py with the instrument's definition."


def play(nodes: Federation, *, say: Callable[[str], None], exhibit: int) -> Telling:
    """Play the six requests, unless this federation has played them before."""
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
    say("5  Brazil asks France for an extradition (UNTOC article 16)")
    asked_by_brazil = extradition(telling)
    say("6  The Netherlands ask France for the same person (European arrest warrant)")
    two_want_one(telling, asked_by_brazil, warrant(telling))
    settle(telling)
    open_draft(telling)
    return telling


def settle(telling: Telling) -> None:
    """Wait until nothing is under way any more."""
    for name, node in telling.nodes.nodes.items():
        wait(lambda node=node: node.play("totals")["waiting"] == 0, what="Every receipt", where=name)  # type: ignore[misc]


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
    verdict = tell[FR].play("use", by="claire", dossier=dossier, use="evidence", purpose=PURPOSE)
    if verdict != "yes":
        raise NotAsTold(expected="a use within the limits", found=f"the answer {verdict!r}")
    tell.say("   Paris records what it uses the statements for: the limits leave it open")
    document(tell, NL, "femke", dossier, "nl")


QUESTION = (
    "/form/additional/bank_transactions/accounts",
    "The bank knows two accounts of this holder. Do you need the savings account as well?",
    "Yes, both accounts, for the same period.",
)


PURPOSE = "Pièces jointes au dossier d'instruction et présentées comme preuves à l'audience."


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


def extradition(tell: Telling) -> str:
    """France examines and asks for an assurance; Brazil gives it, with a first check that is due soon."""
    request = wanted.request("extradition-untoc", wanted.EXTRADITION)
    dossier = tell.open(BR, FR, by="beatriz", approver="rafael", unit="mla", request=request)
    tell.act(FR, BR, dossier, "acknowledge", {"received_at": later(), "reference": "EXT-2026-0118"}, by="claire")
    tell.act(FR, BR, dossier, "examine", {"court": wanted.COURT}, by="claire", approver="antoine")
    question = tell.act(
        FR, BR, dossier, "ask",
        {"pointer": "/form/assurances/given", "asks": wanted.ASKS, "due": later(days=10)},
        by="claire", approver="antoine",
    )  # fmt: skip
    given = {"assurance": wanted.assurance()}
    tell.act(BR, FR, dossier, "give_assurance", given, by="beatriz", approver="rafael")
    answer = {"question": question, "answer": wanted.ANSWERS}
    tell.act(BR, FR, dossier, "answer", answer, by="beatriz", approver="rafael")
    tell.say(f"   {dossier}: Paris asks for an assurance; Brasília gives it, to be checked in {wanted.CHECK_DAYS} days")
    return dossier


def warrant(tell: Telling) -> str:
    request = wanted.request("eaw", wanted.WARRANT)
    dossier = tell.open(NL, FR, by="joost", approver="femke", unit="irc", request=request)
    tell.act(FR, NL, dossier, "acknowledge", {"received_at": later(), "reference": "MAE-2026-0402"}, by="claire")
    return dossier


def two_want_one(tell: Telling, brazilian: str, dutch: str) -> None:
    """France lays both requests side by side, and leaves the decision open."""
    stated = {brazilian: wanted.STATED_OF_BRAZIL, dutch: wanted.STATED_OF_THE_NETHERLANDS}
    tell[FR].play("compare", by="claire", person=wanted.NAME, nationality=[wanted.NATIONALITY], stated=stated)
    tell.say("   Paris lays both requests side by side; which goes first is not decided")


def open_draft(tell: Telling) -> None:
    """Claire begins a request of her own and leaves it open, so that its grounds can be weighed."""
    case = wanted.OWN_CASE
    tell[FR].play("draft", by="claire", instrument=case["instrument"], to=BR, unit="mla", request=case)
    tell.say("   Claire leaves a draft open, with the facts stated on which its grounds are weighed")


def document(tell: Telling, where: str, by: str, dossier: str, language: str) -> None:
    """Have a reader make the request's document in the receiver's language."""
    size = tell[where].play("document", by=by, dossier=dossier, language=language)
    tell.documents.append({"dossier": dossier, "name": f"{dossier}.{language}.pdf", "size": size})
