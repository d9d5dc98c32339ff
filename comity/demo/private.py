"""Two cases of the French authority: what its people write down for themselves, and what never leaves the node.

Told through the actions that the pages call. The days lie in the past so that the timeline has something to show.
"""

from datetime import date, datetime, timedelta
from typing import Any

from comity.access import actions as access
from comity.access import queries as people
from comity.access.queries import User
from comity.cases import actions, queries
from comity.demo import wanted
from comity.dossiers import queries as dossiers
from comity.lib import clock

CONFIDENTIAL = 2
CYBER = {
    "title": "Rançongiciel contre un hôpital de Lyon",
    "summary": (
        "Le 3 novembre, un rançongiciel a chiffré les dossiers de trois services. La rançon a été demandée en "
        "bitcoins ; une partie est passée par un compte aux Pays-Bas. Il faut conserver les traces, identifier "
        "le titulaire et geler ce qui reste."
    ),
}
EXTRADITION = {
    "title": f"{wanted.NAME} : deux demandes de remise",
    "summary": (
        "Le Brésil demande l'extradition et les Pays-Bas ont émis un mandat d'arrêt européen pour la même personne. "
        "La personne est placée sous contrôle judiciaire à Rouen. Il faut décider laquelle passe d'abord, et vérifier "
        "l'assurance donnée par Brasília."
    ),
}
CYBER_NOTES = (
    (13, "yann", "L'hôpital a coupé le réseau à 4 h 10. Les horloges des serveurs avancent de sept minutes."),
    (12, "claire", "Le parquet de Lyon est saisi. La décision d'enquête vise le compte bancaire néerlandais."),
    (9, "yann", "Le portefeuille cité dans la note de rançon a reçu deux paiements, les 4 et 6 novembre."),
)
CYBER_TASKS = (
    ("Demander le gel du solde avant la réponse de la banque", "claire", 2, "first"),
    ("Comparer les relevés reçus avec les deux paiements", "yann", 4, "normal"),
    ("Informer l'hôpital de ce qui peut être restauré", "yann", -1, "normal"),
)
EXTRADITION_NOTES = (
    (8, "claire", "L'avocate demande que les deux dossiers soient examinés à la même audience."),
    (6, "claire", "La personne a été entendue à Rouen, avec interprète. Elle conteste les faits néerlandais."),
)
SOURCE = "Le renseignement sur l'adresse vient d'un proche qui craint pour sa vie. Ne jamais citer."


class Told:
    """Who acts, and the days before today on which it happened."""

    def __init__(self, at: datetime) -> None:
        self.now = at

    def user(self, name: str) -> User:
        return people.user(name)

    def ago(self, days: int, hours: int = 0) -> datetime:
        return self.now - timedelta(days=days, hours=hours)

    def day(self, days: int) -> date:
        return (self.now + timedelta(days=days)).date()


def play() -> list[str]:
    """Play both cases, unless they are here. Returns their numbers."""
    told = Told(clock.now())
    found = queries.cases(told.user("claire"), told.now).rows
    return [row.number for row in found] if found else [cyber(told), extradition(told)]


def cyber(told: Told) -> str:
    """Led by the single point of contact, with a case officer of the other unit, who links the order to it."""
    yann, claire = told.user("yann"), told.user("claire")
    number = actions.open(
        CYBER["title"], unit=people.unit("spoc"), by=yann, at=told.ago(14), template="cybercrime-24-7",
        summary=CYBER["summary"],
    ).number  # fmt: skip
    actions.add_member(number, claire, part="member", by=yann, at=told.ago(14, -1))
    actions.add_member(number, told.user("solene"), part="reader", by=yann, at=told.ago(13), until=told.now + YEAR)
    for days, who, text in CYBER_NOTES:
        note = actions.note(number, text, by=told.user(who), at=told.ago(days))
    actions.correct_note(
        note.pk, f"{CYBER_NOTES[-1][2][:-1]}, et un troisième le 11.", reason="Le relevé de la plateforme est complet.",
        by=yann, at=told.ago(4),
    )  # fmt: skip
    for title, who, days, priority in CYBER_TASKS:
        actions.task(
            number, title, assigned_to=told.user(who), due_on=told.day(days), priority=priority, by=yann,
            at=told.ago(5),
        )  # fmt: skip
    done(number, yann, told, most=6)
    link(number, "eio", claire, told.ago(3), "Les relevés du compte par lequel la rançon est passée.")
    link(number, "police-information-eu-2023-977", yann, told.ago(2), "Les Pays-Bas demandent la même adresse.")
    return number


def extradition(told: Told) -> str:
    """Classified, led by the case officer, with a circle for the source that only two people may read."""
    claire, antoine = told.user("claire"), told.user("antoine")
    for user in (claire, antoine):
        if people.clearance_of(user, told.now) < CONFIDENTIAL:
            access.set_clearance(user, CONFIDENTIAL, by=None, at=told.ago(11))
    number = actions.open(
        EXTRADITION["title"], unit=people.unit("mla"), by=claire, at=told.ago(10), template="extradition",
        summary=EXTRADITION["summary"], level=CONFIDENTIAL,
    ).number  # fmt: skip
    actions.add_member(number, antoine, part="member", by=claire, at=told.ago(10, -1))
    circle = actions.open_circle(number, "La source", by=claire, at=told.ago(7)).compartment.name
    actions.add_member(number, antoine, part="reader", by=claire, at=told.ago(7, -1), circle=circle)
    actions.note(
        number, SOURCE, by=claire, at=told.ago(7, -1), circle=circle, level=CONFIDENTIAL,
        handling={"codes": ["TLP:RED", "PAP:RED"]},
    )  # fmt: skip
    for days, who, text in EXTRADITION_NOTES:
        actions.note(number, text, by=told.user(who), at=told.ago(days), level=CONFIDENTIAL)
    actions.task(
        number, "Décider laquelle des deux demandes passe d'abord", assigned_to=antoine, due_on=told.day(1),
        priority="first", by=claire, at=told.ago(2),
    )  # fmt: skip
    done(number, claire, told, most=4)
    link(number, "extradition-untoc", claire, told.ago(3), "La demande du Brésil.")
    link(number, "eaw", claire, told.ago(2), "Le mandat des Pays-Bas.")
    return number


YEAR = timedelta(days=365)


def done(number: str, by: User, told: Told, *, most: int) -> None:
    """The first tasks of the template are behind them."""
    tasks = [row for row in queries.tasks(by, number, told.now) if row.from_template][:most]
    for days, row in enumerate(tasks):
        actions.do_task(row.id, by=by, at=told.ago(9 - days))


def link(number: str, instrument: str, by: User, at: datetime, why: str) -> None:
    """The first dossier of this kind that the scenario made, where it made one."""
    found: list[dict[str, Any]] = dossiers.summary()["dossiers"]
    ids = sorted(row["id"] for row in found if row["instrument"] == instrument)
    if ids:
        actions.link(number, ids[0], why=why, by=by, at=at)
