"""What the columns of a table mean: a guess from the headings, and the check of what somebody decided. Pure."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from followthemoney.types import registry

from comity.lib.errors import BadInput
from comity.subjects import evaluation, kinds

DUPLICATES = ("skip", "state", "add")
ID = "id"  # the column with the id that a row had where it came from
FORMATS = ("", "%d/%m/%Y", "%d.%m.%Y", "%m/%d/%Y", "%d-%m-%Y", "%Y%m%d", "%Y/%m/%d")
"""How days may be written; "" is 1985-03-27 and its beginnings."""

# Headings that people use, in English and French, folded: what FollowTheMoney calls it. The first that the kind has.
HEADINGS: dict[str, tuple[str, ...]] = {
    "id": ("id", "identifier", "ref", "reference", "numero", "no", "key", "cle"),
    "name": ("name", "full name", "nom complet", "nom et prenom", "company", "company name", "raison sociale",
             "denomination", "societe"),
    "lastName": ("last name", "surname", "family name", "nom", "nom de famille"),
    "firstName": ("first name", "given name", "given names", "forename", "prenom", "prenoms"),
    "alias": ("alias", "aliases", "aka", "also known as", "surnom", "dit"),
    "birthDate": ("date of birth", "birth date", "dob", "born", "date de naissance", "ne le", "nee le", "naissance"),
    "birthPlace": ("place of birth", "birth place", "lieu de naissance"),
    "nationality": ("nationality", "nationalite", "citizenship"),
    "gender": ("gender", "sex", "sexe", "genre"),
    "country": ("country", "pays"),
    "address": ("address", "adresse", "domicile", "residence"),
    "full": ("address", "adresse", "full address"),
    "email": ("email", "e mail", "mail", "courriel", "adresse electronique"),
    "phone": ("phone", "telephone", "tel", "mobile", "portable", "msisdn", "phone number"),
    "passportNumber": ("passport", "passport number", "passport no", "passeport", "numero de passeport"),
    "idNumber": ("id number", "identity card", "national id", "cni", "carte d identite", "numero d identite"),
    "registrationNumber": ("registration number", "registration", "plate", "licence plate", "license plate",
                           "immatriculation", "plaque", "siren", "siret", "company number", "rcs"),
    "jurisdiction": ("jurisdiction", "country of registration", "pays d immatriculation", "juridiction"),
    "iban": ("iban",),
    "bic": ("bic", "swift"),
    "accountNumber": ("account", "account number", "numero de compte", "compte"),
    "bankName": ("bank", "bank name", "banque"),
    "publicKey": ("wallet", "address", "adresse", "public key", "cle publique", "btc address", "crypto address"),
    "currency": ("currency", "devise", "monnaie"),
    "username": ("username", "user name", "login", "handle", "pseudo", "identifiant", "nom d utilisateur"),
    "service": ("service", "platform", "plateforme", "reseau"),
    "type": ("type", "kind", "categorie"),
    "model": ("model", "modele"),
    "imoNumber": ("imo", "imo number", "numero imo"),
    "mmsi": ("mmsi",),
    "flag": ("flag", "pavillon"),
    "notes": ("notes", "note", "remarks", "remarques", "comment", "commentaire", "observations"),
    "incorporationDate": ("date of incorporation", "incorporated", "date de creation"),
    "legalForm": ("legal form", "forme juridique"),
    "position": ("position", "job", "profession", "fonction"),
}  # fmt: skip
TELLING = {
    "BankAccount": {"iban", "accountNumber"},
    "CryptoWallet": {"publicKey"},
    "Vessel": {"imoNumber", "mmsi"},
    "Vehicle": {"model"},
    "UserAccount": {"username"},
    "Company": {"jurisdiction", "legalForm", "incorporationDate"},
}
"""The kind that a table is about, where a heading tells; otherwise it is about persons."""


class BadMapping(BadInput):
    code = "subjects.bad-mapping"
    says = "{why}."
    next_step = "Choose for every column what it holds, or that it is left out."


def folded(heading: str) -> str:
    """A heading without accents, signs and case."""
    plain = unicodedata.normalize("NFKD", heading).encode("ascii", "ignore").decode()
    plain = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", plain)
    return re.sub(r"[^a-z0-9]+", " ", plain.lower()).strip()


def guess(heading: Sequence[str], samples: Sequence[Sequence[str]] = ()) -> dict[str, Any]:
    """The kind that a table is probably about, and what each column probably holds; "" is left out.

    How days are written is told by the first rows, where only one way fits them.
    """
    names = [folded(one) for one in heading]
    meant = {prop for prop, known in HEADINGS.items() for name in names if name in known}
    kind = next((kind for kind, telling in TELLING.items() if telling & meant), "Person")
    taken: set[str] = set()
    columns = []
    for place, (one, name) in enumerate(zip(heading, names, strict=True)):
        prop = meaning(kind, one, name, taken)
        taken |= {prop} - {""} if prop == ID else set()
        cells = [row[place].strip() for row in samples if len(row) == len(heading) and row[place].strip()]
        columns.append({"heading": one, "prop": prop, "split": "", "format": day_format(kind, prop, cells)})
    return {"schema": kind, "columns": columns}


def day_format(kind: str, name: str, cells: Sequence[str]) -> str:
    """The one way in which most of these days are written; "" where several fit."""
    prop = kinds.schema(kind).get(name) if name not in ("", ID) else None
    if prop is None or prop.type != registry.date or not cells:
        return ""
    read = {one: sum(bool(prop.type.clean_text(cell, format=one or None)) for cell in cells) for one in FORMATS}
    best = max(read.values())
    fitting = [one for one in FORMATS if read[one] == best]
    return fitting[0] if best and (len(fitting) == 1 or "" in fitting) else ""


def meaning(kind: str, heading: str, name: str, taken: set[str]) -> str:
    schema = kinds.schema(kind)
    offered = {one.name: one for one in kinds.offered(kind) if one.type != registry.entity}
    if heading in offered:
        return heading
    for prop, known in HEADINGS.items():
        if name in known and (prop in offered or (prop == ID and ID not in taken)):
            return prop
    for prop, one in offered.items():
        if name == folded(str(one.label)) or name == folded(prop):
            return prop
    if name == "nom" and "name" in offered and "lastName" not in offered:
        return "name"
    return "notes" if name in HEADINGS["notes"] and schema.get("notes") else ""


def checked(mapping: Mapping[str, Any], format: str) -> dict[str, Any]:
    """The mapping, when it can be used.

    :raises BadMapping: as it says.
    """
    told = dict(mapping)
    if told.get("duplicates") not in DUPLICATES:
        raise BadMapping(why=f"{told.get('duplicates')!r} does not say what is done with what is in the case already")
    evaluation.checked(told.get("scheme", ""), told.get("reliability", ""), told.get("credibility", ""))
    if format == "csv":
        kinds.schema(told["schema"], edge=False)
        used = [one["prop"] for one in told["columns"] if one["prop"]]
        if not set(used) - {ID}:
            raise BadMapping(why="No column is used")
        if used.count(ID) > 1:
            raise BadMapping(why="Only one column can hold the id")
        for one in told["columns"]:
            _check(told["schema"], one)
    return told


def _check(kind: str, column: Mapping[str, Any]) -> None:
    if column["format"] not in FORMATS:
        raise BadMapping(why=f"{column['format']!r} is no way to write days that is known here")
    if column["prop"] in ("", ID):
        return
    if kinds.prop(kind, column["prop"]).type == registry.entity:
        raise BadMapping(why=f"{column['heading']}: what names another subject is imported from FollowTheMoney only")


def fitted(template: Mapping[str, Any], columns: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """A template put on the columns of another file: those with the same heading are taken over."""
    known = {folded(one["heading"]): one for one in template["columns"]}
    return {
        "schema": template["schema"],
        "columns": [{**known.get(folded(one["heading"]), {**one, "prop": ""}), "heading": one["heading"]}
                    for one in columns],
    }  # fmt: skip
