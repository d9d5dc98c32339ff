"""One story of a case: what every room says happened in it, the acts of its dossiers among them."""

from collections.abc import Iterator
from datetime import datetime

from comity.access.happening import Happening
from comity.access.queries import User
from comity.cases import sight, telling
from comity.cases.models import Case, Link
from comity.dossiers import queries as dossiers
from comity.evidence import queries as evidence
from comity.liaison import queries as liaison
from comity.subjects import queries as subjects

ACT = "{title} ({dossier})"


def timeline(user: User, number: str, at: datetime, language: str = "en") -> list[Happening]:
    """What happened in a case, as far as the reader may see it, the oldest first. The look is recorded.

    :raises NotFound: there is no such case, or not for this user.
    """
    case = sight.case(user, number, at)
    sight.saw(user, case.compartment, at, "timeline")
    where = [case.compartment, *(one.compartment for one in sight.circles(user, case, at))]
    rooms = (telling.history, subjects.history, evidence.history, liaison.history)
    told = [one for room in rooms for compartment in where for one in room(user, compartment, at)]
    told += _acts(user, case, at, language)
    once = {(one.at, one.kind, one.id, one.says, str(one.values)): one for one in told}
    return sorted(once.values(), key=lambda one: one.at)


def _acts(user: User, case: Case, at: datetime, language: str) -> Iterator[Happening]:
    """The acts of the dossiers that the reader may see."""
    for link in sight.mine(Link, user, at).filter(case=case, ended_at=None):
        try:
            acts = dossiers.timeline(user, link.dossier_id, at, language)
        except dossiers.NotFound:
            continue
        for act in acts:
            values = {"title": act.title, "dossier": link.dossier_id, "act": act.act}
            yield Happening(at=act.at, by=act.by, kind="act", id=link.dossier_id, says=ACT, values=values)
