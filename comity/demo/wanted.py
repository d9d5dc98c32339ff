"""What the authorities write about one invented person whom Brazil and the Netherlands both want from France.

Each request starts from the example of its instrument; here stands what is different, by the place in the form.
"""

from collections.abc import Mapping
from copy import deepcopy
from datetime import timedelta
from typing import Any

from comity.demo.telling import put
from comity.instruments import catalogue
from comity.law.assurances import NOTICE
from comity.lib import clock

NAME = "Rogério Moreira Falcão"
NATIONALITY = "BR"

PERSON: dict[str, Any] = {
    "surname": "Moreira Falcão",
    "given_names": "Rogério",
    "aliases": ["Roger Falcon"],
    "sex": "male",
    "nationalities": [NATIONALITY],
    "date_of_birth": "1984-02-17",
    "place_of_birth": "Recife, Brésil",
    "documents": [{"kind": "passport", "number": "YC000219", "issued_by": "BR"}],
    "languages": ["pt", "fr"],
}
WHERE = "Appartement meublé à Lyon, quai des Étroits, loué au nom de la société Héron Bleu."
MARKS = "Environ 1,82 m, crâne rasé, cicatrice de brûlure à la main gauche."

IN_BRAZIL = {"from": "2024-05-06", "to": "2026-02-20"}
IN_THE_NETHERLANDS = {"from": "2025-03-10", "to": "2026-01-31"}

CONVENTION = (
    "Convention d'extradition entre la République française et la République fédérative du Brésil, "
    "signée à Paris le 28 mai 1996"
)

EXTRADITION: dict[str, Any] = {
    "/language": "fr",
    "/form/header/basis": "treaty",
    "/form/header/accepted": None,
    "/form/header/treaty": CONVENTION,
    "/form/header/earlier_contacts": "Le projet a été discuté par visioconférence le 28 octobre 2026.",
    "/form/authority/requesting/post": "Coordinatrice des extraditions",
    "/form/authority/conducting/post": "Juge fédéral",
    "/form/authority/contact/post": "Chargée du dossier",
    "/form/authority/contact/availability": "Jours ouvrables, de 9 h à 18 h (Brasília)",
    "/form/person/sought": PERSON,
    "/form/person/description": MARKS,
    "/form/person/where": "FR",
    "/form/person/location": WHERE,
    "/form/charges/offences": [
        {
            "title": "Traite des êtres humains",
            "provisions": "Code pénal brésilien, article 149-A",
            "maximum_penalty_years": 8,
            "committed": IN_BRAZIL,
            "place": "São Paulo, Brésil",
            "participation": "principal",
        },
        {
            "title": "Participation à une organisation criminelle",
            "provisions": "Loi nº 12.850 de 2013, article 2",
            "maximum_penalty_years": 8,
            "committed": IN_BRAZIL,
            "place": "São Paulo, Brésil",
            "participation": "principal",
        },
    ],
    "/form/charges/there": (
        "Les faits constitueraient en France la traite des êtres humains et la participation à une association de "
        "malfaiteurs."
    ),
    "/form/facts/summary": (
        "(1) Du 6 mai 2024 au 20 février 2026, un groupe a recruté au moins dix-neuf jeunes femmes en leur promettant "
        "un travail dans un restaurant de São Paulo. (2) À leur arrivée, leurs passeports ont été retirés et elles ont "
        "dû travailler sans salaire dans deux clubs jusqu'au paiement d'une dette inventée. (3) Rogério Moreira Falcão "
        "choisissait les femmes sur photographies, payait les billets et recevait l'argent. (4) Onze victimes ont "
        "témoigné ; les paiements ressortent des livres saisis le 3 mars 2026."
    ),
    "/form/facts/involvement": "Il dirigeait le groupe au Brésil avec deux autres personnes, qui sont détenues.",
    "/form/facts/outside": False,
    "/form/facts/jurisdiction": None,
    "/form/law/texts": (
        "L'article 149-A du Code pénal punit de quatre à huit ans de réclusion le recrutement, le transport ou "
        "l'hébergement d'une personne par fraude en vue de son exploitation. L'article 2 de la loi nº 12.850 punit de "
        "trois à huit ans la participation à une organisation criminelle. Copies et traductions jointes."
    ),
    "/form/law/limitation": "Douze ans à compter du dernier acte.",
    "/form/signature/post": "Coordinatrice des extraditions",
    "/facts": {
        "offences": ["trafficking-persons"],
        "circ.cross_border": True,
        "circ.organised_group": True,
        "act.recruit": True,
        "means.deception": True,
        "person.nationality": NATIONALITY,
        "person.risk_of_discrimination": False,
    },
}  # fmt: skip

WARRANT: dict[str, Any] = {
    "/language": "fr",
    "/form/header/where": "FR",
    "/form/header/location": WHERE,
    "/form/header/alert_number": "NL-0000-2026-583",
    "/form/person/sought": PERSON,
    "/form/person/marks": MARKS,
    "/form/decision/warrant": "Mandat d'arrêt du juge-commissaire près le tribunal d'Amsterdam, affaire 13/000583-26",
    "/form/decision/warrant_date": "2026-10-12",
    "/form/decision/reference": "13/000583-26",
    "/form/sentence/maximum_years": 12,
    "/form/charges/offences": [
        {
            "title": "Traite des êtres humains en réunion",
            "provisions": "Code pénal néerlandais, article 273f",
            "maximum_penalty_years": 12,
            "committed": IN_THE_NETHERLANDS,
            "place": "Amsterdam et Rotterdam, Pays-Bas",
            "participation": "principal",
        }
    ],
    "/form/charges/summary": (
        "(1) Entre le 10 mars 2025 et le 31 janvier 2026, six femmes recrutées au Brésil ont été exploitées dans deux "
        "maisons d'Amsterdam et de Rotterdam. (2) Rogério Moreira Falcão a loué les maisons sous un faux nom et "
        "recevait chaque semaine l'argent des mains d'un complice. (3) Cela ressort de ses messages, des baux et des "
        "déclarations de quatre victimes."
    ),
    "/form/charges/involvement": "Coauteur ; il a reçu au moins 140 000 euros.",
    "/form/charges/listed": ["human_trafficking"],
    "/form/circumstances/bars_on": "2046-01-31",
    "/form/property/description": "Téléphones, ordinateur et argent liquide trouvés lors de l'arrestation.",
    "/form/authority/issuing": {
        "name": "Rechtbank Amsterdam, rechter-commissaris",
        "kind": "investigating_judge",
        "representative": "Marijke Toonstra",
        "post": "Juge-commissaire",
        "file_reference": "13/000583-26",
        "address": {"street": "Voorbeeldkade 12", "postcode": "1011 AA", "town": "Amsterdam", "country": "NL"},
        "telephone": "+31 20 000 00 12",
        "email": "rc@rechtbank-amsterdam.example",
        "languages": ["nl", "en", "fr"],
    },
    "/form/authority/takeover_contact": {
        "name": "Joost Terpstra",
        "post": "Centre d'entraide judiciaire internationale",
        "telephone": "+31 20 000 00 00",
        "email": "irc@om.example",
        "languages": ["nl", "en", "fr"],
        "availability": "Jour et nuit par la permanence",
    },
    "/form/signature/signatory": "Marijke Toonstra",
    "/form/signature/post": "Juge-commissaire",
    "/form/signature/reference": "13/000583-26",
    "/form/signature/date": "2026-10-19",
    "/facts": {
        "offences": ["trafficking-persons"],
        "circ.cross_border": True,
        "offence.listed": True,
        "person.nationality": NATIONALITY,
        "person.age_at_offence": 41,
        "penalty.maximum_months": 144,
    },
}

OWN_CASE: dict[str, Any] = {
    "instrument": "extradition-untoc",
    "language": "fr",
    "form": {
        "header": {
            "purpose": "prosecution",
            "basis": "treaty",
            "treaty": CONVENTION,
            "scope": ["serious_crime", "transnational", "organised_group"],
            "provisional_arrest": False,
            "documents": False,
        },
        "person": {
            "sought": {
                "surname": "Quintela",
                "given_names": "Davi",
                "sex": "male",
                "nationalities": ["BR"],
                "date_of_birth": "1979-11-30",
                "languages": ["pt"],
            },
            "where": "BR",
            "location": "Chez sa sœur à Florianópolis, d'après ses messages.",
        },
        "charges": {
            "offences": [
                {
                    "title": "Blanchiment en bande organisée",
                    "provisions": "Code pénal, articles 324-1 et 324-2",
                    "maximum_penalty_years": 10,
                    "committed": {"from": "2024-09-02", "to": "2026-04-17"},
                    "place": "Marseille, France",
                    "participation": "principal",
                }
            ],
        },
    },
    "facts": {
        "offences": ["money-laundering"],
        "act.conceal": True,
        "person.nationality": "BR",
        "requested.extradites_nationals": False,
        "person.risk_of_discrimination": False,
    },
}
"""What Claire has begun: somebody whom France itself wants from Brazil. Left open, so that its grounds can be tried."""

COURT = "Chambre de l'instruction de la cour d'appel de Lyon"
ASKS = "Dans quel établissement la personne serait-elle détenue, et pouvez-vous garantir les conditions de détention ?"
ANSWERS = "La garantie est donnée par un acte séparé : cellule individuelle, et un rapport à vous chaque trimestre."
CHECK_DAYS = NOTICE.days - 4
"""How soon the first check falls due: soon enough to be announced at once."""


STATED_OF_BRAZIL = {"purpose": "prosecution", "committed_in": ["BR"], "victims_of": ["BR"]}
STATED_OF_THE_NETHERLANDS = {"purpose": "prosecution", "committed_in": ["NL"], "victims_of": ["BR"]}
"""What Claire states of each request besides what its form says; the rest stays open."""


def assurance() -> dict[str, Any]:
    """What Brazil undertakes."""
    return {
        "kind": "detention_conditions",
        "undertaking": (
            "La personne sera détenue dans une cellule individuelle d'un établissement fédéral, avec accès quotidien à "
            "l'air libre et aux soins, et pourra recevoir le consul et son avocat."
        ),
        "check_how": "Rapport de l'établissement, et une visite du consulat de France si celui-ci le souhaite.",
        "first_check": (clock.now() + timedelta(days=CHECK_DAYS)).date().isoformat(),
        "every_months": 3,
    }


def request(instrument: str, changes: Mapping[str, Any]) -> dict[str, Any]:
    """The example of an instrument with these changes."""
    made = deepcopy(catalogue.example(instrument))
    for pointer, value in changes.items():
        put(made, pointer, deepcopy(value))
    return made
