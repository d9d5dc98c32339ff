"""Verifying a court bundle offline, step by step (docs/spec/court-bundle.md, section 5)."""

from typing import IO

from comity.evidence import chain
from comity.evidence.packages import bundle, container, listing, logged
from comity.evidence.packages.container import Opened
from comity.evidence.packages.findings import Report, Step
from comity.evidence.packages.listing import BadList, Entry, Told
from comity.exchange.wire import card, signed, tlog
from comity.exchange.wire.card import Card
from comity.exchange.wire.keys import matches
from comity.lib.errors import BadInput

LIMITS = {bundle.LINES: 256 * 1024 * 1024, bundle.LEAVES: 16 * 1024 * 1024}
SMALL = 1024 * 1024
STRUCTURE, KEYS, HEAD = "The file is whole", "The keys are those you were told", "The list is signed"
RECORDED, LINES, CUSTODY = (
    "The list was recorded",
    "Every line is the one that was signed",
    "Each chain of custody holds",
)
ITEMS, ROOT = "Every disclosed item is here, and nothing else", "The root is the one in the court's file"


def verify(file: IO[bytes], *, key: str, root: str = "") -> Report:
    """Verify a bundle against a fingerprint (64 hex digits or twelve words) and the root that somebody else holds.

    Nothing but the file is read. The report names each fault; ``ok`` means that every step was taken and holds.
    """
    report = Report(kind=listing.KIND)
    opened = structure(report, file)
    if opened is None:
        report.skip(KEYS, HEAD, RECORDED, LINES, CUSTODY, ITEMS, *([ROOT] if root else []))
        return report
    known = keys(report, opened, key)
    told = head(report, opened, known)
    recorded(report, opened, known, told)
    entries = lines(report, opened, told)
    custody(report, entries)
    items(report, opened, told, entries)
    if root:
        step = report.step(ROOT)
        found = told.root if told else "none"
        if root.strip().lower() != found:
            step.fault("root.other", bundle.HEAD, f"The file's list has the root {found}: it is another list.")
        step.says = "Both roots are the same."
    if told is not None:
        report.told = told.signed.body
    return report


def structure(report: Report, file: IO[bytes]) -> Opened | None:
    """(1) One spelling: every byte that is not content follows from the names and the contents."""
    step = report.step(STRUCTURE)
    try:
        opened = Opened(file)
    except container.NotAContainer as error:
        step.fault("structure.unreadable", "file", error.sentence)
        return None
    container.check(opened, step)
    return opened


def keys(report: Report, opened: Opened, told: str) -> Card | None:
    """(2) The card inside is signed by its own keys, and they are the ones that the reader was told."""
    step = report.step(KEYS)
    try:
        found = card.read(opened.read(bundle.CARD, SMALL))
    except BadInput as error:
        step.fault("keys.card", bundle.CARD, f"The card cannot be used: {error.sentence}")
        return None
    if not matches(found.fingerprint, told):
        step.fault(
            "keys.other", bundle.CARD,
            f"The card is of {found.authority} with the fingerprint {found.fingerprint}: not the one you were told.",
        )  # fmt: skip
    step.says = f"{found.name()} ({found.authority}), fingerprint {found.fingerprint}."
    return found


def head(report: Report, opened: Opened, known: Card | None) -> Told | None:
    """(3) Both signatures over the head of the list are by these keys; its date and addressee are what was signed."""
    step = report.step(HEAD)
    raw = opened.read(bundle.HEAD, SMALL)
    if known is None:
        step.skipped, step.says = True, "Without a card nobody's signature can be verified."
        return None
    try:
        told = listing.read(raw, known.keys)
    except BadInput as error:
        code = "head.signature" if isinstance(error, signed.BadSignature) else "head.malformed"
        step.fault(code, bundle.HEAD, error.sentence)
        return None
    if told.authority != known.authority:
        step.fault("head.authority", bundle.HEAD, f"It speaks for {told.authority}, the card is of {known.authority}.")
    step.says = f"Signed on {told.at}: {told.count} items, {told.disclosed} disclosed, root {told.root}."
    return told


def recorded(report: Report, opened: Opened, known: Card | None, told: Told | None) -> None:
    """(4) The log of the authority holds this head."""
    step = report.step(RECORDED)
    if known is None or told is None:
        step.skipped, step.says = True, "Without a signed list there is nothing to look for."
        return
    raw = opened.read(bundle.LOG, logged.LIMIT)
    try:
        index, size = logged.verify(
            raw, kind=bundle.LOG_KIND, head=told.signed, authority=known.authority, at=told.at, keys=known.keys
        )
    except logged.BadLogProof as error:
        step.fault("log.proof", bundle.LOG, error.sentence)
        return
    step.says = f"Entry {index} of the log of {known.authority}, which had {size} entries."


def lines(report: Report, opened: Opened, told: Told | None) -> list[Entry]:
    """(5) The lines lead to the signed root; where they do not, the leaf hashes say which one was changed."""
    step = report.step(LINES)
    raw = opened.read(bundle.LINES, LIMITS[bundle.LINES])
    rows = raw.split(b"\n")
    if rows.pop() != b"":
        step.fault("list.end", bundle.LINES, "The last line has no end: the list was cut off or something was added.")
    hashes = [tlog.leaf_hash(row) for row in rows]
    whole = told is None or (len(rows) == told.count and listing.root_of(hashes) == told.root)
    leaves = opened.read(bundle.LEAVES, LIMITS[bundle.LEAVES])
    named = _leaves(leaves)
    if leaves != "".join(f"{one.hex()}\n" for one in hashes).encode() and whole:
        step.fault("list.leaves", bundle.LEAVES, "The leaf hashes beside the list were changed; the list itself holds.")
    if not whole and told is not None:
        _name(step, rows, hashes, named, told)
    entries = [entry for n, row in enumerate(rows, start=1) if (entry := _entry(step, row, n))]
    if told and whole and sum(entry.item is not None for entry in entries) != told.disclosed:
        step.fault("list.count", bundle.HEAD, f"The head says that {told.disclosed} items are disclosed.")
    kept = sum(entry.withheld is not None for entry in entries)
    step.says = f"{len(entries)} lines: {len(entries) - kept} disclosed, {kept} withheld, each with its ground."
    return entries


def _leaves(raw: bytes) -> list[bytes]:
    try:
        return [bytes.fromhex(row.decode("ascii")) for row in raw.split(b"\n") if row]
    except ValueError:
        return []


def _name(step: Step, rows: list[bytes], hashes: list[bytes], named: list[bytes], told: Told) -> None:
    if len(rows) != told.count:
        step.fault("list.lines", bundle.LINES, f"{told.count} lines were signed; {len(rows)} are here.")
    sound = len(named) == told.count and listing.root_of(named) == told.root
    if not sound:
        step.fault(
            "list.root", bundle.LINES,
            f"The lines do not lead to the signed root {told.root}, and neither do the leaf hashes in {bundle.LEAVES}.",
        )  # fmt: skip
        return
    for n, leaf in enumerate(named, start=1):
        if n > len(hashes) or hashes[n - 1] != leaf:
            elsewhere = [place for place, one in enumerate(hashes, start=1) if one == leaf]
            more = f": it stands in line {elsewhere[0]}" if elsewhere else " or taken out"
            step.fault("list.line", f"item {n}", f"The line of item {n} was changed{more}.")
    if len(rows) > len(named):
        step.fault("list.added", f"line {len(named) + 1}", "There are lines after the last one that was signed.")


def _entry(step: Step, row: bytes, n: int) -> Entry | None:
    try:
        return listing.read_entry(row, n)
    except BadList as error:
        step.fault("list.malformed", f"item {n}", error.sentence)
        return None


def custody(report: Report, entries: list[Entry]) -> None:
    """(6) Each disclosed item's chain follows docs/spec/custody.md, and is that item's."""
    step = report.step(CUSTODY)
    steps = 0
    for entry in entries:
        if entry.item is None:
            continue
        keeper = entry.item.get("facts", {}).get("keeper", "")
        for fault in chain.verify_chain(entry.custody, authority=keeper, item=entry.item["ref"]):
            step.fault(fault.code, f"{entry.label}, custody entry {fault.number}", fault.says)
        steps += len(entry.custody)
    step.says = f"{steps} entries, each naming the one before it."


def items(report: Report, opened: Opened, told: Told | None, entries: list[Entry]) -> None:
    """(7) Each disclosed item is here with its bytes, each page is the signed one, and there is nothing else."""
    step = report.step(ITEMS)
    pages = told.files if told else {}
    # Without a signed head nobody knows which pages belong here; that is said in its own step.
    order = [name for name in bundle.FIXED if name != bundle.INDEX or told is None or name in pages]
    order += sorted(set(pages) - set(order))
    for name in order:
        if name not in opened.members:
            step.fault("items.page", name, f"{name} belongs here and is missing.")
        elif name in pages and (opened.members[name].size, opened.hashes.get(name)) != pages[name]:
            step.fault("items.page", name, f"{name} is not the page that was signed.")
    present = 0
    for entry in entries:
        if (content := entry.content) is None or entry.path is None:
            continue
        order.append(entry.path)
        if entry.path not in opened.members:
            step.fault("items.missing", f"item {entry.n}", f"Item {entry.n} is listed and not here ({entry.path}).")
        elif (opened.members[entry.path].size, opened.hashes.get(entry.path)) != (content.size, content.sha256):
            step.fault("items.changed", f"item {entry.n}", f"The bytes of item {entry.n} were changed ({entry.path}).")
        else:
            present += 1
    for name in opened.members:
        if name not in order:
            step.fault("items.unlisted", name, f"{name} is here and not listed.")
    if not step.faults and [member.name for member in opened.listed] != order:
        step.fault("items.order", "file", "The files stand in another order than they were written.")
    step.says = f"{present} files with the bytes that the list names."
