"""What a subject can be, as FollowTheMoney has it: kinds of things, edges between them, their properties. Pure."""

from collections.abc import Mapping, Sequence
from functools import cache

from followthemoney import model
from followthemoney.property import Property
from followthemoney.schema import Schema
from followthemoney.types import registry
from rigour.names import pick_name

from comity.lib.errors import BadInput

THINGS: dict[str, tuple[str, ...]] = {
    "people": ("Person", "Organization", "Company", "PublicBody", "LegalEntity"),
    "means": ("Vehicle", "Vessel", "Airplane", "BankAccount", "CryptoWallet", "UserAccount", "Asset", "Security"),
    "places": ("Address", "RealEstate"),
    "papers": ("Passport", "Identification", "Document", "Note", "License", "Contract"),
    "events": ("Event", "Call", "Trip", "Message"),
}
"""What the pages offer, by group; an import may bring any kind that is not abstract."""
EDGES = (
    "UnknownLink", "Associate", "Family", "Ownership", "Control", "Directorship", "Membership", "Employment",
    "Representation", "Payment", "Debt", "Succession", "Documentation",
)  # fmt: skip
CARRIES_ROLE = ("LegalEntity",)
"""Kinds, with all below them, that can be suspect, victim or witness."""
IDENTIFYING = {"publicKey", "cryptoAddress"}  # besides every property of the type identifier


class UnknownKind(BadInput):
    code = "subjects.unknown-kind"
    says = "{schema!r} is no kind of {what} in FollowTheMoney."
    next_step = "Use a name such as Person, Company, Vehicle or Ownership, in this spelling."


class UnknownProperty(BadInput):
    code = "subjects.unknown-property"
    says = "{schema} has no property {prop!r} that can be stated."
    next_step = "'comity subject kinds {schema}' lists its properties."


def schema(name: str, *, edge: bool | None = None) -> Schema:
    """The schema with this name; ``edge`` says whether it must be one.

    :raises UnknownKind: there is none, or it is abstract, or not what was wanted.
    """
    found = model.get(name)
    what = {None: "subject", True: "relation", False: "person or thing"}[edge]
    if found is None or found.abstract or (edge is not None and bool(found.edge) != edge):
        raise UnknownKind(schema=name, what=what)
    return found


def prop(kind: str, name: str) -> Property:
    """A property of a schema.

    :raises UnknownProperty: it has none of this name, or one that only mirrors that of another subject.
    """
    found = schema(kind).get(name)
    if found is None or found.stub:
        raise UnknownProperty(schema=kind, prop=name)
    return found


@cache
def ends(kind: str) -> tuple[str, str]:
    """The properties that hold the two ends of an edge."""
    found = schema(kind, edge=True)
    assert found.source_prop is not None  # noqa: S101 - every edge of the model has both
    assert found.target_prop is not None  # noqa: S101
    return found.source_prop.name, found.target_prop.name


@cache
def offered(kind: str) -> tuple[Property, ...]:
    """The properties that a form offers, what matters most first; without the ends of an edge."""
    found = schema(kind)
    taken = set(ends(kind)) if found.edge else set()
    usual = [one for one in found.sorted_properties if not (one.stub or one.hidden or one.deprecated)]
    first = [name for name in found.featured if name not in taken]
    rank = {name: place for place, name in enumerate(first)}
    return tuple(sorted((one for one in usual if one.name not in taken), key=lambda one: rank.get(one.name, len(rank))))


def identifies(one: Property) -> bool:
    """Whether two subjects with the same value are probably one."""
    return bool(one.type == registry.identifier) or one.name in IDENTIFYING


def is_person(kind: str) -> bool:
    return schema(kind).is_a("Person")


def carries_role(kind: str) -> bool:
    """Whether a category of persons makes sense for it."""
    return any(schema(kind).is_a(one) for one in CARRIES_ROLE)


def caption(kind: str, values: Mapping[str, Sequence[str]]) -> str:
    """What to call a subject, from what is known of it; "" when nothing has a name in it."""
    found = schema(kind)
    for name in found.caption:
        if name == "lastName" and values.get("firstName"):
            break
        given = sorted(values.get(name, ()))
        one = found.get(name)
        if given and one is not None:
            return (pick_name(given) if one.type == registry.name and len(given) > 1 else None) or given[0]
    parts = [sorted(values.get(name, ("",)))[0] for name in ("firstName", "middleName", "lastName")]
    return " ".join(part for part in parts if part)
