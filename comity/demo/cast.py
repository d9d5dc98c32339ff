"""Who plays: four authorities with their units, people and published requirements. All people are invented."""

from dataclasses import dataclass, field
from typing import Any

from comity.instruments import catalogue

POLICE = ("notice", "police-information-eu-2023-977", "spontaneous-information")
"""What the police desks handle."""
OF_THE_COURT = ("icc-arrest-surrender", "icc-assistance", "icc-complementarity", "icc-provisional-arrest")
JUDICIAL = tuple(id for id in catalogue.ids() if id not in POLICE)
"""What units of mutual assistance handle: everything else."""


@dataclass(frozen=True)
class Person:
    username: str
    full_name: str
    function: str
    role: str  # see docs/rooms/access.md
    unit: str | None  # None: the whole authority
    language: str = "en"


@dataclass(frozen=True)
class Office:
    code: str
    name: str
    handles: tuple[str, ...]


@dataclass(frozen=True)
class Authority:
    id: str
    country: str
    names: dict[str, str]
    languages: tuple[str, ...]
    time_zone: str
    offices: tuple[Office, ...]
    people: tuple[Person, ...]
    competences: tuple[str, ...] = ()
    contacts: tuple[dict[str, Any], ...] = ()
    requirements: tuple[dict[str, Any], ...] = field(default=())

    @property
    def name(self) -> str:
        return self.names["en"]


FRANCE = Authority(
    id="fr-central",
    country="FR",
    names={"en": "Central Authority of France", "fr": "Autorité centrale française"},
    languages=("fr", "en"),
    time_zone="Europe/Paris",
    competences=(*JUDICIAL, *POLICE),
    contacts=({"role": "24/7 desk", "phone": "+33 1 00 00 00 00", "languages": ["fr", "en"], "hours": "always"},),
    offices=(
        Office("mla", "Mutual assistance unit", JUDICIAL),
        Office("spoc", "Single point of contact", POLICE),
    ),
    people=(
        Person("claire", "Claire Vasseur", "Case officer", "officer", "mla", "fr"),
        Person("antoine", "Antoine Lemaire", "Magistrate", "approver", "mla", "fr"),
        Person("nadia", "Nadia Benkacem", "Clerk", "clerk", "mla", "fr"),
        Person("yann", "Yann Kerbrat", "SPOC officer", "officer", "spoc", "fr"),
        Person("solene", "Solène Aubry", "Head of the SPOC", "approver", "spoc", "fr"),
        Person("hugo", "Hugo Perrault", "Administrator", "administrator", None, "fr"),
        Person("odile", "Odile Garnier", "Auditor", "auditor", None, "fr"),
    ),
)

BRAZIL = Authority(
    id="br-central",
    country="BR",
    names={
        "en": "Central Authority of Brazil",
        "pt": "Autoridade Central do Brasil",
        "fr": "Autorité centrale brésilienne",
    },
    languages=("pt", "en"),
    time_zone="America/Sao_Paulo",
    competences=JUDICIAL,
    contacts=({"role": "Desk", "email": "plantao@autoridade.example", "languages": ["pt", "en"], "hours": "09-18"},),
    offices=(Office("mla", "Mutual assistance unit", JUDICIAL),),
    people=(
        Person("beatriz", "Beatriz Nogueira", "Case officer", "officer", "mla"),
        Person("rafael", "Rafael Tavares", "Head of unit", "approver", "mla"),
        Person("lucia", "Lúcia Amaral", "Administrator", "administrator", None),
    ),
    requirements=(
        {
            "id": "portuguese",
            "instrument": "mla-untoc",
            "pointer": "/language",
            "severity": "stop",
            "require": "language == 'pt'",
            "says": {
                "en": "The request must be written in Portuguese or come with a translation into it.",
                "fr": "La demande doit être rédigée en portugais ou accompagnée d'une traduction.",
            },
            "remedy": {
                "en": "Choose Portuguese as the language of the request and have the text translated.",
                "fr": "Choisissez le portugais comme langue de la demande et faites traduire le texte.",
            },
            "article": "UNTOC art. 18(14)",
        },
    ),
)

NETHERLANDS = Authority(
    id="nl-prosecution",
    country="NL",
    names={
        "en": "Prosecution Office of the Netherlands",
        "nl": "Openbaar Ministerie (voorbeeld)",
        "fr": "Ministère public néerlandais",
    },
    languages=("nl", "en"),
    time_zone="Europe/Amsterdam",
    competences=(*JUDICIAL, *POLICE),
    contacts=({"role": "IRC desk", "phone": "+31 20 000 00 00", "languages": ["nl", "en"], "hours": "08-20"},),
    offices=(
        Office("irc", "International legal assistance centre", JUDICIAL),
        Office("spoc", "Single point of contact", POLICE),
    ),
    people=(
        Person("joost", "Joost Terpstra", "Legal assistant", "officer", "irc"),
        Person("femke", "Femke Hoekman", "Prosecutor", "approver", "irc"),
        Person("ruben", "Ruben de Wit", "SPOC officer", "officer", "spoc"),
        Person("ilse", "Ilse Brandsma", "Head of the SPOC", "approver", "spoc"),
        Person("maarten", "Maarten Vis", "Administrator", "administrator", None),
    ),
    requirements=(
        {
            "id": "dutch-or-english",
            "instrument": "eio",
            "pointer": "/language",
            "severity": "stop",
            "require": "language in ['nl', 'en']",
            "says": {
                "en": "An order must be in Dutch or English.",
                "fr": "La décision doit être en néerlandais ou en anglais.",
            },
            "remedy": {
                "en": "Choose Dutch or English and have the text translated.",
                "fr": "Choisissez le néerlandais ou l'anglais et faites traduire le texte.",
            },
            "article": "Directive 2014/41/EU art. 5(2)",
        },
    ),
)

COURT = Authority(
    id="icc-court",
    country="ICC",
    names={"en": "International Criminal Court", "fr": "Cour pénale internationale"},
    languages=("en", "fr"),
    time_zone="Europe/Amsterdam",
    competences=OF_THE_COURT,
    contacts=({"role": "Registry", "email": "registry@court.example", "languages": ["en", "fr"], "hours": "09-17"},),
    offices=(Office("cooperation", "Judicial cooperation", OF_THE_COURT),),
    people=(
        Person("amara", "Amara Sow", "Cooperation adviser", "officer", "cooperation"),
        Person("henrik", "Henrik Solvang", "Head of cooperation", "approver", "cooperation"),
        Person("teresa", "Teresa Quintas", "Administrator", "administrator", None),
    ),
)

AUTHORITIES = (FRANCE, BRAZIL, NETHERLANDS, COURT)
