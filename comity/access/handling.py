"""Handling codes: what may be done with material, as its originator said. Pure: values in, findings out.

Europol handling codes (H0 to H3, used with SIENA), TLP 2.0 (FIRST) and PAP (MISP taxonomy). They bind what may be
passed on and used; who may read is decided by compartments and levels (docs/rooms/access.md, "Handling").
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from comity.lib.errors import BadInput

EUROPOL = ("H0", "H1", "H2", "H3")
TLP = ("TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED")  # weakest first
PAP = ("PAP:CLEAR", "PAP:GREEN", "PAP:AMBER", "PAP:RED")
CODES = (*EUROPOL, *TLP, *PAP)
OLD = {"TLP:WHITE": "TLP:CLEAR", "PAP:WHITE": "PAP:CLEAR"}


class BadHandling(BadInput):
    code = "access.bad-handling"
    says = "{why}."
    next_step = "Known codes are H0 to H3, TLP:CLEAR to TLP:RED and PAP:CLEAR to PAP:RED; H3 needs its text."


@dataclass(frozen=True)
class Handling:
    """What the originator allows.

    ``originator`` is the authority that decides ("" is this one); ``restriction`` the words that H3 carries;
    ``purposes`` those for which it may be used, none meaning any; ``consents`` the authorities to which the
    originator has agreed that it is passed on.
    """

    originator: str = ""
    codes: frozenset[str] = frozenset()
    restriction: str = ""
    purposes: frozenset[str] = frozenset()
    consents: frozenset[str] = field(default=frozenset())

    def as_json(self) -> dict[str, Any]:
        """What a table keeps; what is empty has no key."""
        told = {
            "originator": self.originator,
            "codes": sorted(self.codes, key=CODES.index),
            "restriction": self.restriction,
            "purposes": sorted(self.purposes),
            "consents": sorted(self.consents),
        }
        return {key: value for key, value in told.items() if value}


OWN = Handling()
"""Material of this authority without any code."""


@dataclass(frozen=True)
class Limit:
    """A code that stands in the way, and the sentence that says so."""

    code: str
    says: str


def read(told: dict[str, Any] | None) -> Handling:
    """From what a table or a form keeps.

    :raises BadHandling: an unknown code or key, two colours of one protocol, or H3 without its text.
    """
    told = dict(told or {})
    unknown = set(told) - {"originator", "codes", "restriction", "purposes", "consents"}
    if unknown:
        raise BadHandling(why=f"Handling has no key {sorted(unknown)[0]!r}")
    codes = frozenset(OLD.get(code, code) for code in told.get("codes", ()))
    for code in sorted(codes):
        if code not in CODES:
            raise BadHandling(why=f"{code!r} is not a handling code")
    for scale in (TLP, PAP):
        if len(codes & set(scale)) > 1:
            raise BadHandling(why=f"{' and '.join(sorted(codes & set(scale)))} contradict each other")
    restriction = str(told.get("restriction", "")).strip()
    if "H3" in codes and not restriction:
        raise BadHandling(why="H3 says that there is another restriction, and its text is missing")
    return Handling(
        originator=str(told.get("originator", "")),
        codes=codes,
        restriction=restriction,
        purposes=frozenset(told.get("purposes", ())),
        consents=frozenset(told.get("consents", ())),
    )


NO_PURPOSE = "nothing"
"""The purpose that is left when parts allow none in common."""


def strictest(of: Iterable[Handling]) -> Handling:
    """What binds material made of several parts: every code of each, the darkest colour, the purposes common to all.

    Where the parts have different originators, only what all of them agreed to is agreed for the whole.
    """
    parts = list(of)
    binding = [part for part in parts if part.originator or part.codes]
    originators = {part.originator or "own" for part in binding}
    codes = frozenset[str]().union(*(part.codes for part in parts))
    for scale in (TLP, PAP):
        held = [code for code in scale if code in codes]
        codes -= set(held[:-1])
    limited = [part.purposes for part in parts if part.purposes]
    common = frozenset.intersection(*limited) if limited else frozenset()
    return Handling(
        originator="" if originators <= {"own"} else "+".join(sorted(originators)),
        codes=codes,
        restriction="; ".join(sorted({part.restriction for part in parts if part.restriction})),
        purposes=common or (frozenset({NO_PURPOSE}) if limited else frozenset()),
        consents=frozenset.intersection(*(part.consents for part in binding)) if binding else frozenset(),
    )


def against_passing_on(handling: Handling, to: str) -> list[Limit]:
    """What forbids handing the material to this authority. To the originator nothing does; its consent lifts all."""
    if to == handling.originator or to in handling.consents:
        return []
    told = {
        "H2": "H2: it may not be passed on without the permission of its originator.",
        "H3": f"H3: {handling.restriction}",
        "TLP:RED": "TLP:RED: it is for the named recipients only.",
        "TLP:AMBER+STRICT": "TLP:AMBER+STRICT: it stays within this authority.",
        "TLP:AMBER": "TLP:AMBER: it stays within this authority and those it serves.",
    }
    if not handling.originator:  # our own marks on our own material do not bind us towards a partner whom we choose
        told = {code: says for code, says in told.items() if code in ("TLP:RED", "TLP:AMBER+STRICT")}
    return [Limit(code, says) for code, says in told.items() if code in handling.codes]


def against_evidence(handling: Handling) -> list[Limit]:
    """What forbids use as evidence in proceedings."""
    if "H1" in handling.codes:
        return [Limit("H1", "H1: it may not be used as evidence without the permission of its originator.")]
    return []


def against_use(handling: Handling, purpose: str) -> list[Limit]:
    """What forbids use for a purpose."""
    if handling.purposes and purpose not in handling.purposes:
        allowed = ", ".join(sorted(handling.purposes))
        return [Limit("purpose", f"It may be used for {allowed} only.")]
    return []
