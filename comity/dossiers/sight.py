"""Who may see which dossier or draft. Queries and actions find their rows here, so none can forget it.

A stranger is told "not found", as if there were nothing: that a dossier exists is itself protected.
"""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q, QuerySet

from comity.access import actions as access
from comity.access import queries as people
from comity.access import rules
from comity.access.queries import User
from comity.access.rules import Actor, Decision, Thing
from comity.dossiers.models import Attachment, Dossier, Draft, Seen
from comity.lib.errors import ComityError

DRAFT = ("unit", "dossier__unit", "drafted_by", "changed_by", "submitted_by")  # what a draft is shown with
EDITS = ("started", "saved", "attached", "detached", "reattached")


class NotFound(ComityError):
    code = "dossiers.not-found"
    says = "There is no {what} {id} here."
    next_step = "Check the number, or ask the unit that handles it."


def of_dossier(dossier: Dossier) -> Thing:
    """The dossier as the rules see it."""
    return Thing("dossier", dossier.id, dossier.unit.code)


def editors(draft: Draft) -> list[User]:
    """Everyone who started or changed a draft: none of them may approve it."""
    changed = draft.steps.filter(kind__in=EDITS).values("by")
    return list(User.objects.filter(pk__in=changed).order_by("username"))


def of_draft(draft: Draft, *, whole: bool = True) -> Thing:
    """The draft as the rules see it; ``whole`` False leaves out who edited it, which only `approve` asks."""
    drafted_by = {user.username for user in editors(draft)} | {draft.drafted_by.username} if whole else ()
    submitted_by = draft.submitted_by.username if draft.submitted_by else None
    return Thing("draft", str(draft.pk), draft.unit.code, drafted_by, submitted_by)


def in_reach(actor: Actor, kind: str, verb: str = "read") -> Q:
    """The rows whose unit the actor reaches."""
    reach = rules.visible_units(actor, verb, kind)
    return Q() if reach.everything else Q(unit__code__in=reach.units)


def dossiers(user: User) -> QuerySet[Dossier]:
    """The dossiers that a user may read."""
    return Dossier.objects.filter(in_reach(people.actor(user), "dossier")).select_related("unit", "assigned_to")


def drafts(user: User) -> QuerySet[Draft]:
    """The drafts that a user may read."""
    return Draft.objects.filter(in_reach(people.actor(user), "draft")).select_related(*DRAFT)


def dossier(user: User, id: str) -> Dossier:
    """:raises NotFound: there is none, or not for this user."""
    found = dossiers(user).filter(pk=id).first()
    if found is None:
        raise NotFound(what="dossier", id=id)
    return found


def draft(user: User, id: int) -> Draft:
    """:raises NotFound: there is none, or not for this user."""
    found = drafts(user).filter(pk=id).first()
    if found is None:
        raise NotFound(what="draft", id=id)
    return found


def attachment(user: User, id: int) -> Attachment:
    """A document of a dossier or draft that the user may read.

    :raises NotFound: there is none, or not for this user.
    """
    actor = people.actor(user)
    reach = rules.visible_units(actor, "read", "dossier")
    rows = Attachment.objects.select_related("draft__unit", "act__dossier__unit")
    if not reach.everything:
        rows = rows.filter(Q(draft__unit__code__in=reach.units) | Q(act__dossier__unit__code__in=reach.units))
    found = rows.filter(pk=id).first()
    if found is None:
        raise NotFound(what="document", id=id)
    return found


def saw(user: User, thing: Thing, at: datetime) -> None:
    """Record that the user looked at something, with the rule that allowed it."""
    access.record_read(people.actor(user), thing, at)


def saw_dossier(user: User, dossier: Dossier, at: datetime) -> None:
    """As `saw`; the dossier is then no longer new to this user."""
    saw(user, of_dossier(dossier), at)
    Seen.objects.update_or_create(user=user, dossier=dossier, defaults={"at": at})


def last_seen(user: User, ids: Collection[str]) -> dict[str, datetime]:
    """When the user last looked at each of these dossiers."""
    return dict(Seen.objects.filter(user=user, dossier__in=ids).values_list("dossier_id", "at"))


def may(user: User, verb: str, thing: Thing) -> Decision:
    return rules.can(people.actor(user), verb, thing)


def demand(user: User, verb: str, thing: Thing) -> Decision:
    """The decision, when it is yes.

    :raises NotFound: the user may not even read the thing.
    :raises NotAllowed: the user may read it, but not do this.
    """
    actor = people.actor(user)
    decision = rules.can(actor, verb, thing)
    if not decision.allowed and not rules.can(actor, "read", thing).allowed:
        raise NotFound(what=thing.kind, id=thing.id)
    return rules.demand(actor, verb, thing)
