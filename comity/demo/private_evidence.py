"""Items of a case of the French authority: seized, received, copied, translated; one with a gap in its custody.

Told through the actions that the pages call. Everybody in it is invented.
"""

import io
from datetime import datetime, timedelta

from comity.access import queries as people
from comity.access.queries import Compartment, User
from comity.cases import queries as cases
from comity.dossiers import queries as dossiers
from comity.evidence import actions, queries
from comity.evidence.queries import Item
from comity.evidence.values import TakingFacts
from comity.lib import clock

NOTE = (
    "VOS FICHIERS SONT CHIFFRÉS. Versez 12 bitcoins à l'adresse ci-dessous avant le 8 novembre.\nbc1q-exemple-invente\n"
)
NOTE_EN = "YOUR FILES ARE ENCRYPTED. Pay 12 bitcoins to the address below before 8 November.\nbc1q-exemple-invente\n"
JOURNAL = "".join(
    f"2026-11-03T04:{minute:02}:00 service-{minute % 3} chiffrement en cours\n" for minute in range(10, 60)
)
SEARCH = {
    "where": "Hôpital de la Croix-Rousse, salle des serveurs, Lyon",
    "by": "Capitaine Morel, police judiciaire de Lyon",
    "from_whom": "Direction informatique de l'hôpital",
    "power": "Réquisition du procureur de Lyon du 3 novembre 2026",
    "provision": "Code de procédure pénale, article 60-1",
}


def play(number: str) -> list[str]:
    """Take the items of a case in, unless it has some. Returns their names."""
    now = clock.now()
    lead = next((user for user in people.users(active_only=True) if writes(user, number, now)), None)
    if lead is None:
        return []
    compartment = people.compartments(lead, kind="item", verb="write", at=now).get(name=number)
    if not queries.count(lead, compartment, now):
        seized(compartment, lead, now)
        received(compartment, number, now)
    return [row.ref for row in queries.in_compartment(lead, compartment, now)]


def writes(user: User, number: str, at: datetime) -> bool:
    """Who leads the case: they may propose destruction, which nobody else may."""
    return people.compartments(user, kind="item", verb="destroy", at=at).filter(name=number).exists()


def document(text: str) -> io.BytesIO:
    return io.BytesIO(text.encode())


def seized(compartment: Compartment, lead: User, now: datetime) -> None:
    """A server with a gap in its custody, the note of the blackmailers with its translation, a journal to destroy."""
    then = now - timedelta(days=12)
    taking = TakingFacts(at=then - timedelta(hours=6), **SEARCH)
    server = actions.take(
        compartment, title="Serveur de la salle 2", kind="device", by=lead, at=then, seal="LY-2026-0417",
        place="Scellés, salle B", description="Serveur rack noir, deux disques, étiquette de l'hôpital.", taking=taking,
    )  # fmt: skip
    actions.lend(server, to_whom="Laboratoire de police scientifique, Écully", why="Image des disques", by=lead,
                 at=then + timedelta(days=2))  # fmt: skip
    actions.bring_back(
        server, from_whom="Transporteur Rhône Express", by=lead, at=then + timedelta(days=6), seal="LY-2026-0431",
        left_at=then + timedelta(days=5), place="Scellés, salle B",
    )  # fmt: skip
    note = taken(compartment, lead, then, "Note de rançon", NOTE, "note.txt", taking)
    actions.derive(
        [note], way="translation", title="Note de rançon, traduction anglaise",
        person="Jeanne Colline, traductrice jurée", by=lead, at=then + timedelta(days=3),
        stream=document(NOTE_EN), name="note-en.txt", media_type="text/plain",
        language="en", note="Traduction certifiée, cour d'appel de Lyon.",
    )  # fmt: skip
    journal = taken(compartment, lead, then, "Journal du serveur de fichiers", JOURNAL, "journal.log", taking)
    copy = actions.derive(
        [journal], way="copy", title="Copie de travail du journal", person=lead.full_name, by=lead,
        at=then + timedelta(days=1), stream=document(JOURNAL), name="journal-copie.log", media_type="text/plain",
    )  # fmt: skip
    actions.derive(
        [journal], way="extract", title="Journal, de 4 h 10 à 4 h 30", person=lead.full_name, by=lead,
        at=then + timedelta(days=4), stream=document(JOURNAL[: len(JOURNAL) // 2]), name="journal-extrait.log",
        media_type="text/plain", tool="grep 3.11", language="fr",
    )  # fmt: skip
    actions.check_bytes(note, by=lead, at=then + timedelta(days=4))
    actions.propose(
        copy, kind="destroy", reasons="La copie de travail ne sert plus : l'extrait suffit à l'analyse.",
        asked_by="Note du procureur de Lyon du 18 novembre 2026", by=lead, at=now - timedelta(days=1),
    )  # fmt: skip


def taken(where: Compartment, lead: User, at: datetime, title: str, text: str, name: str, taking: TakingFacts) -> Item:
    return actions.take(
        where, title=title, kind="document", by=lead, at=at, stream=document(text), name=name,
        media_type="text/plain", language="fr", taking=taking,
    )  # fmt: skip


def received(compartment: Compartment, number: str, now: datetime) -> None:
    """The first document that another authority sent in a dossier of the case, by whoever may see both."""
    for user in people.users(active_only=True):
        if not people.compartments(user, kind="item", verb="write", at=now).filter(pk=compartment.pk).exists():
            continue
        for link in cases.links(user, number, now):
            if not link.seen:
                continue
            for one in dossiers.items(user, link.dossier, now):
                if one.act.way == "received" and one.item.state == "complete":
                    actions.from_attachment(
                        one.item.id, compartment, by=user, at=now - timedelta(hours=3), kind="account-record",
                        title=f"Relevés reçus : {one.item.name}",
                    )  # fmt: skip
                    return
