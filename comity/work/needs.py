"""What needs somebody now: the bell of every page and the numbers of a reminder."""

from dataclasses import dataclass, fields
from datetime import datetime

from comity.access import queries as people
from comity.access.queries import Emergency, User
from comity.cases import queries as cases
from comity.dossiers import queries as dossiers
from comity.work import escalation

NEAR = 7
"""Days ahead in which a limit counts as near."""


@dataclass(frozen=True)
class Needs:
    """Numbers only. A number counts no further than 1000."""

    limits: int = 0  # ends of ours within a week, or passed, in what this user handles
    approvals: int = 0  # drafts to approve
    receipts: int = 0  # drafts of the node that a person sends
    tasks: int = 0  # tasks of cases due within a week
    escalations: int = 0  # told to this user and not acknowledged
    breaches: int = 0  # of assurances, that nobody took notice of
    glass: int = 0  # broken, to review

    @property
    def total(self) -> int:
        return sum(getattr(self, field.name) for field in fields(self))

    def as_counts(self) -> dict[str, int]:
        """Those that are not nothing."""
        return {field.name: n for field in fields(self) if (n := getattr(self, field.name))}


def needs(user: User, at: datetime) -> Needs:
    """How much of what waits for this user, kind by kind."""
    return Needs(
        limits=dossiers.limits_count(user, at, NEAR),
        approvals=dossiers.approvals(user),
        receipts=dossiers.by_node_count(user),
        tasks=cases.tasks_due_count(user, at),
        escalations=len(escalation.escalations(user, at)),
        breaches=dossiers.alarms(user) if works(user, at) else 0,
        glass=len(to_review(user, at)),
    )


def works(user: User, at: datetime) -> bool:
    """Whether breaches are this user's to take notice of: those who may draft do."""
    return any(grant.role not in ("auditor", "administrator") for grant in people.actor(user, at).grants)


def to_review(user: User, at: datetime) -> list[Emergency]:
    """Glass that others broke and that this user may review."""
    return [one for one in people.emergencies(user) if one.user.pk != user.pk]


def keys(user: User, at: datetime) -> list[str]:
    """A name for each thing that waits, to tell tomorrow what is new; the first fifty of each kind."""
    found = [f"limit {row.id} {row.due.ref}" for row in dossiers.limits(user, at, days=NEAR) if row.due]
    found += [f"approval {row.id}" for row in dossiers.to_approve(user, page=1)]
    found += [f"receipt {row.id}" for row in dossiers.by_node(user, page=1)]
    found += [f"task {id}" for id in cases.task_ids_due(user, at)]
    found += [f"escalation {row.pk}" for row in escalation.escalations(user, at)]
    found += [f"breach {act}" for act in (dossiers.alarm_ids(user) if works(user, at) else ())]
    found += [f"glass {row.pk}" for row in to_review(user, at)]
    return found
