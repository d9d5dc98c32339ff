"""A small bundle of invented items, made from nothing but values."""

import base64
import io
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from comity.access.handling import Handling
from comity.evidence import chain
from comity.evidence.packages import bundle, case_graph, case_package, container, index, listing, logged
from comity.evidence.packages.items import item_of
from comity.evidence.values import CustodyFacts, DerivationFacts, ItemFacts, ItemFile, TakingFacts
from comity.exchange.wire import card, checkpoint, signed, tlog
from tests.vectors.make import KEYS, Ring

AT = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)
FR = "fr-central"
CASE = "c-2026-0001"
BYTES = {
    1: b"account;amount\nFR76 0001;1200.00\n",
    3: b"A letter that Jean Malcolm wrote to nobody in particular.\n",
    4: b"",
}


def steps(ref, *told):
    """A chain of custody: ``(what, from, to)`` one hour apart."""
    rows, previous = [], chain.FIRST_PREVIOUS
    for number, (what, source, to) in enumerate(told, start=1):
        at = AT + timedelta(hours=number)
        one = chain.Entry(
            FR,
            ref,
            number,
            previous,
            what,
            at,
            at,
            "alice",
            "Alice Martin",
            from_whom=source,
            to_whom=to,
            why="the case",
        )
        raw = chain.write(one)
        previous = chain.hash_of(raw)
        rows.append(
            CustodyFacts(
                ref, number, what, at, at, "Alice Martin", raw, previous, one.previous, source, to, why="the case"
            )
        )
    return tuple(rows)


def item(number, title="", kind="document", sources=(), **more):
    ref = f"{CASE}/{number}"
    raw = BYTES.get(number)
    facts = ItemFacts(
        ref, FR, number, title or f"Item {number}", kind, name=f"Paper {number}.CSV" if raw is not None else "",
        media_type="text/csv" if raw is not None else "", size=None if raw is None else len(raw),
        sha256="" if raw is None else chain.hash_of(raw), physical=raw is None, seal="" if raw is not None else "S-17",
        taking=TakingFacts(at=AT, where="Marseille", by="Alice Martin", from_whom="Banque du Sud", power="seizure"),
        derived_from=tuple(sources), way="extract" if sources else "", **more,
    )  # fmt: skip
    custody = steps(ref, ("taken", "Banque du Sud", "Alice Martin"), ("moved", "Alice Martin", "evidence room"))
    made = tuple(DerivationFacts(ref, source, "extract", tool="scissors 1.0", by="Bob", at=AT) for source in sources)
    return ItemFile(facts, custody, made)


KEPT = Handling(originator="nl-om", codes=frozenset({"H1", "TLP:AMBER"}))
FILES = {
    1: item(1),
    2: item(2, "A telephone", "device"),
    3: item(3, sources=[f"{CASE}/1"]),
    4: item(4, handling=KEPT),
}
SALT = bytes(range(32))
HIDDEN = item_of(item(9, "What the counsel wrote"))


@dataclass
class Made:
    raw: bytes
    parts: bundle.Parts
    head: listing.Told
    key: str


def entries():
    told = [item_of(FILES[1]), item_of(FILES[2]), HIDDEN, item_of(FILES[3]), item_of(FILES[4])]
    return [
        listing.withheld(n, one, ground="privilege", says="letters to counsel", salt=SALT)
        if one is HIDDEN else listing.disclosed(n, one)
        for n, one in enumerate(told, start=1)
    ]  # fmt: skip


def opened(entry):
    number = int(entry.item["ref"].rsplit("/", 1)[1])
    yield BYTES[number]


def own_card(name=FR):
    return card.issue(
        KEYS[name], authority=name, country="FR", names={"en": "Central Authority"}, languages=["fr"],
        endpoint="https://fr.example/exchange", at=AT, serial=1,
    )  # fmt: skip


def proof(head, kind, at=AT, keys=KEYS[FR], origin=FR):
    """What the log of the node would answer: the head is entry 2 of 5."""
    told = [tlog.entry("act", f"{n:064x}", f"{n:064x}", at) for n in range(5)]
    told[2] = tlog.entry(kind, head.id, chain.hash_of(head.raw), at)
    tiles = Ring()
    tiles.update(tlog.append([tlog.leaf_hash(one) for one in told], 0, tiles))
    note = checkpoint.sign(checkpoint.origin_of(origin), 5, tlog.root(5, tiles), keys)
    steps_ = [base64.b64encode(one).decode() for one in tlog.inclusion_proof(2, 5, tiles)]
    return logged.carried(
        {"index": 2, "size": 5, "entry": told[2].decode(), "proof": steps_, "checkpoint": note.raw.decode()}
    )


def parts(rows=None, *, signer=FR, at=AT):
    rows = entries() if rows is None else rows
    root = listing.root_of(listing.leaves(rows))
    pages = {
        "index.html": index.page(
            rows, authority=FR, case=CASE, purpose="defence", recipient="Maître Odile Blanc", on="2026-11-23", root=root
        )
    }
    told = listing.head(
        rows, authority=FR, case=CASE, purpose="defence", at=at, files=pages,
        recipient={"name": "Maître Odile Blanc", "function": "counsel of the accused"},
        opens_at=AT, closes_at=AT + timedelta(days=30),
    )  # fmt: skip
    head = signed.sign(listing.KIND, told, KEYS[signer])
    return bundle.Parts(head.raw, rows, own_card().raw, proof(head, bundle.LOG_KIND, at), pages)


def made(of=None):
    of = of or parts()
    raw = b"".join(bundle.stream(of, opened))
    return Made(raw, of, listing.read(of.head, KEYS[FR].public), KEYS[FR].fingerprint)


def members(raw):
    """``{name: content}`` of a container, in its order."""
    found = container.Opened(io.BytesIO(raw))
    return {one.name: b"".join(found.pieces(one)) for one in found.listed}


def packed(content):
    """A container in its right spelling around other contents."""
    return b"".join(container.stream([(name, len(raw), raw) for name, raw in content.items()]))


def changed(of, **how):
    return replace(of, **how)


def package(files=None, *, signer=FR):
    """A CASE package of the four items, one of them with a handling code."""
    files = list(FILES.values()) if files is None else files
    document = case_graph.graph(
        files,
        authority=FR,
        names={"en": "Central Authority"},
        case=CASE,
        subjects=[{"id": "s-1", "kind": "person", "name": "Jean Malcolm"}],
    )
    draft = case_package.draft(document, files, authority=FR, case=CASE, at=AT)
    head = signed.sign(case_package.KIND, draft.head, KEYS[signer])
    return b"".join(
        container.stream(case_package.contents(draft, head.raw, own_card().raw, lambda file: [BYTES[file.item.number]]))
    )
