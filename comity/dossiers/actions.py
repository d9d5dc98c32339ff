"""What changes dossiers and drafts. docs/rooms/dossiers.md lists the actions with their meaning."""

from datetime import datetime

from django.db import transaction

from comity.access.queries import User
from comity.dossiers import sight
from comity.dossiers.arriving import NobodyHandles
from comity.dossiers.assurances import NoNote, acknowledge
from comity.dossiers.competing import (
    Superseded,
    add_dossier,
    add_request,
    decide,
    open_competition,
    remove_request,
    restore_request,
    state_request,
)
from comity.dossiers.drafting import (
    ChangedMeanwhile,
    NoReason,
    NotPossible,
    NotReady,
    UnknownReceiver,
    WrongStatus,
    attach,
    begin_act,
    detach,
    discard,
    give_back,
    reattach,
    restore,
    save,
    set_language,
    start,
    submit,
)
from comity.dossiers.models import Assignment, Dossier
from comity.dossiers.receiving import rebuild, receive
from comity.dossiers.sending import NamesDocuments, NeedsApproval, approve, lock, send, send_all
from comity.dossiers.uses import IncompleteUse, NoDecision, ReasonsMissing, ask_consent, record_use
from comity.lib.errors import BadInput


class NotAColleague(BadInput):
    code = "dossiers.not-a-colleague"
    says = "{name} may not read this dossier, so it cannot be assigned to them."
    next_step = "Choose somebody of the unit that handles it."


@transaction.atomic
def assign(dossier: Dossier, *, to: User | None, by: User, at: datetime) -> Dossier:
    """Name the person who handles a dossier, or nobody.

    :raises NotAColleague: the person may not read it. NotAllowed, NotFound: the rules.
    """
    found = lock(dossier.pk)
    thing = sight.of_dossier(found)
    sight.demand(by, "assign", thing)
    if to is not None and not sight.may(to, "read", thing).allowed:
        raise NotAColleague(name=to.full_name)
    if found.assigned_to == to:
        return found
    found.assigned_to = to
    found.save(update_fields=["assigned_to"])
    Assignment.objects.create(dossier=found, to=to, by=by, at=at)
    return found


__all__ = [
    "ChangedMeanwhile",
    "IncompleteUse",
    "NamesDocuments",
    "NeedsApproval",
    "NoDecision",
    "NoNote",
    "NoReason",
    "NobodyHandles",
    "NotAColleague",
    "NotPossible",
    "NotReady",
    "ReasonsMissing",
    "Superseded",
    "UnknownReceiver",
    "WrongStatus",
    "acknowledge",
    "add_dossier",
    "add_request",
    "approve",
    "ask_consent",
    "assign",
    "attach",
    "begin_act",
    "decide",
    "detach",
    "discard",
    "give_back",
    "open_competition",
    "reattach",
    "rebuild",
    "receive",
    "record_use",
    "remove_request",
    "restore",
    "restore_request",
    "save",
    "send",
    "send_all",
    "set_language",
    "start",
    "state_request",
    "submit",
]
