"""People and things of the demo's cases: invented, in several scripts, some with what was wrong at first."""

from datetime import date, datetime
from typing import Any

from comity.access.queries import Compartment, User
from comity.subjects import actions
from comity.subjects.actions import Said

POLICE: dict[str, Any] = {
    "source": "Police report 2026/1187", "said_on": date(2026, 10, 2), "scheme": "4x4", "reliability": "A",
    "credibility": "2",
}  # fmt: skip
WITNESS: dict[str, Any] = {
    "source": "Witness A.", "said_on": date(2026, 10, 9), "scheme": "4x4", "reliability": "B", "credibility": "3",
}  # fmt: skip
PARTNER: dict[str, Any] = {
    "source": "Letter of the Dutch prosecution office", "said_on": date(2026, 10, 21), "scheme": "4x4",
    "reliability": "A", "credibility": "1", "handling": {"originator": "nl-prosecution", "codes": ["H2", "TLP:AMBER"]},
}  # fmt: skip
REGISTER: dict[str, Any] = {"source": "Company register", "said_on": date(2026, 9, 30)}

# name in the demo, kind, category, source, values
CAST: tuple[tuple[str, str, str, dict[str, Any], tuple[tuple[str, str], ...]], ...] = (
    ("boris", "Person", "suspect", POLICE, (
        ("name", "Борис Кузнецов"), ("name", "Boris Kuznetsov"), ("birthDate", "1985-03-27"), ("nationality", "ru"),
        ("gender", "male"), ("passportNumber", "N1234567"))),
    ("borja", "Person", "", PARTNER, (("name", "B. Kusnezow"), ("birthDate", "1985"), ("phone", "+31 20 555 0134"))),
    ("leila", "Person", "suspect", POLICE, (
        ("name", "ليلى بن صالح"), ("name", "Leïla Ben Salah"), ("birthDate", "1991-11-04"), ("nationality", "tn"))),
    ("wei", "Person", "contact", WITNESS, (("name", "陈伟"), ("name", "Chen Wei"), ("alias", "Wei the clockmaker"))),
    ("nino", "Person", "victim", POLICE, (
        ("name", "ნინო გელაშვილი"), ("name", "Nino Gelashvili"), ("nationality", "ge"))),
    ("marta", "Person", "witness", {"source": "Hearing of 9 October 2026"}, (
        ("name", "Marta Nowak"), ("phone", "+48 22 555 01 77"), ("email", "marta.nowak@example.org"))),
    ("nord", "Company", "", REGISTER, (
        ("name", "Nord Trade SARL"), ("registrationNumber", "B 204 771"), ("jurisdiction", "lu"),
        ("incorporationDate", "2019-06-14"))),
    ("aegis", "Company", "", REGISTER, (("name", "Aegis Shipping Ltd"), ("jurisdiction", "cy"))),
    ("van", "Vehicle", "", POLICE, (("registrationNumber", "FX-418-ZK"), ("type", "Van"), ("country", "fr"))),
    ("ship", "Vessel", "", REGISTER, (("name", "Evdokia"), ("imoNumber", "IMO9074729"), ("flag", "mt"))),
    ("account", "BankAccount", "", PARTNER, (("iban", "NL91 ABNA 0417 1643 00"), ("bankName", "Invented Bank NV"))),
    ("wallet", "CryptoWallet", "", PARTNER, (
        ("publicKey", "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq"), ("currency", "BTC"))),
    ("line", "UserAccount", "", WITNESS, (("username", "clockmaker_88"), ("service", "Messenger"))),
)  # fmt: skip
EDGES = (
    ("boris", "nord", "Ownership", "percentage", "60"),
    ("leila", "nord", "Directorship", "role", "Manager"),
    ("nord", "account", "Ownership", "", ""),
    ("nord", "van", "Ownership", "", ""),
    ("aegis", "ship", "Ownership", "", ""),
    ("boris", "leila", "Associate", "relationship", "Business partner"),
    ("boris", "wei", "Associate", "relationship", "Known from the same address"),
    ("wei", "line", "UnknownLink", "role", "Uses it"),
    ("nord", "aegis", "Payment", "amount", "48000"),
    ("account", "wallet", "UnknownLink", "role", "Filled from it on 6 October"),
)


def fill(case: Compartment, *, by: User, at: datetime) -> dict[str, str]:
    """A dozen invented subjects of a case with their relations; answers their refs by name."""
    made = {
        name: actions.add(
            case, kind, [Said(prop, value, **source) for prop, value in values], by=by, at=at, role=role
        )
        for name, kind, role, source, values in CAST
    }  # fmt: skip
    for source, target, kind, prop, value in EDGES:
        said = [Said(prop, value, **POLICE)] if prop else []
        actions.relate(made[source], made[target], kind, said, by=by, at=at)
    wrong = actions.state(made["leila"], Said("birthPlace", "Sousse", **WITNESS), by=by, at=at)
    right = Said("birthPlace", "Sfax", **{**WITNESS, "source": "Identity card"})
    actions.correct(wrong, right, "The card says Sfax; the witness mixed up two towns.", by=by, at=at)
    actions.merge(made["boris"], made["borja"], "Same passport photograph (Dutch letter, annex 2).", by=by, at=at)
    return {name: one.ref for name, one in made.items()}
