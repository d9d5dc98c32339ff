"""Taking a CASE package of another authority into a case, following docs/spec/case-package.md section 5.

The package itself becomes an item, so that every word of it, the other authority's custody included, stays as it came.
What has bytes in it becomes an item of its own, extracted from the package and bound as it was marked.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO, cast

from comity.access import handling
from comity.access import queries as people
from comity.access.queries import User
from comity.disclosure.sight import NotFound
from comity.evidence import actions as evidence
from comity.evidence.packages import case_package as package
from comity.evidence.packages import case_reading
from comity.evidence.packages.case_reading import Note, Preview, ReadItem
from comity.evidence.packages.container import Member, Opened
from comity.evidence.packages.findings import Report
from comity.evidence.values import TakingFacts
from comity.lib.errors import ComityError


class NotSound(ComityError):
    code = "disclosure.not-sound"
    says = "The package is not as it was signed: {first}"
    next_step = "'comity bundle verify' names every fault; ask the authority for the package again."


@dataclass(frozen=True)
class Imported:
    """The item that the package became, and those that were taken out of it; what was set aside is in ``preview``."""

    ref: str
    taken: tuple[str, ...]
    preview: Preview
    report: Report


class Content:
    """One member of a package, as a file to read."""

    def __init__(self, opened: Opened, member: Member) -> None:
        self.file, self.at, self.end = opened.file, member.start, member.end

    def read(self, size: int = -1) -> bytes:
        count = self.end - self.at if size < 0 else min(size, self.end - self.at)
        self.file.seek(self.at)
        piece = self.file.read(count)
        self.at += len(piece)
        return piece


def take_package(user: User, number: str, file: BinaryIO, *, key: str, name: str, at: datetime) -> Imported:
    """Verify a package against the fingerprint of its authority, then take it and what it carries into a case.

    :raises NotSound: it is not as that authority signed it; nothing is taken.
    :raises NotFound, NotAllowed: no such case for this user, or not theirs to add to.
    """
    compartment = people.compartments(user, kind="item", at=at).filter(name=number).first()
    if compartment is None:
        raise NotFound(id=number)
    report = package.verify(file, key=key)
    if not report.ok:
        first = report.faults[0].says if report.faults else "it cannot be read."
        raise NotSound(first=first)
    opened = Opened(file)
    found = case_reading.preview(opened.read(package.GRAPH, package.GRAPH_LIMIT))
    bound = handling.strictest([handling.read(item.handling) for item in found.items])
    giver = str(report.told["authority"])
    file.seek(0)
    whole = evidence.take(
        compartment, title=f"CASE package {report.told['case']} of {giver}", kind="data-set", by=user, at=at,
        handling=bound, taking=TakingFacts(at=at, by=user.full_name, from_whom=giver), stream=file, name=name,
        media_type="application/zip",
    )  # fmt: skip
    by_hash = {opened.sha256(one): one for one in opened.listed if one.name.startswith("items/")}
    taken: list[str] = []
    for item in found.items:
        member = by_hash.get(item.sha256)
        if member is None:
            found.rejected.append(Note(item.where, f"{item.title!r} has no bytes here: take it in when you hold it."))
            continue
        taken.append(extracted(whole, item, opened, member, giver, user, at))
    return Imported(whole.ref, tuple(taken), found, report)


def extracted(whole: Any, item: ReadItem, opened: Opened, member: Member, giver: str, user: User, at: datetime) -> str:
    made = evidence.derive(
        [whole], way="extract", title=item.title[:200], kind=item.kind, tool="comity import case-uco",
        person=user.full_name, by=user, at=at, stream=cast(BinaryIO, Content(opened, member)),
        name=item.name or member.name.rpartition("/")[2], media_type=item.media_type, description=item.description,
        note=f"{item.exhibit} of {giver}",
    )  # fmt: skip
    return str(made.ref)
