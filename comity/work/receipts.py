"""Acknowledgements that write themselves: drafted by the node when a request comes, sent by a person or not at all."""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from comity.dossiers import actions as dossier_actions
from comity.dossiers import queries as dossiers
from comity.dossiers.queries import Dossier
from comity.lib import clock
from comity.lib.errors import ComityError

log = logging.getLogger("comity.work")
BACK = timedelta(days=30)
"""What came earlier and was not acknowledged is no case for a form: somebody must look at it."""


def write_receipts(at: datetime) -> int:
    """Draft the receipt of each request that arrived, where its procedure has one that sets a clock or meets one.

    :returns: how many were drafted. Each dossier gets one, once, also when it is put aside.
    """
    made = 0
    for dossier in dossiers.receipts_owed(at - BACK):
        try:
            draft = dossier_actions.draft_by_node(dossier.pk, "acknowledge", content(dossier), at=at)
        except ComityError as error:  # an instrument that this release does not hold; the others go on
            log.warning("no receipt was drafted for %s: %s", dossier.pk, error.code)
            continue
        made += draft is not None
    return made


def content(dossier: Dossier) -> dict[str, Any]:
    """What is known: when the request came, and at which authority and unit it lies.

    Its reference, who forwarded it and every remark only a person can tell: they stay open.
    """
    arrived = dossiers.arrived_at(dossier) or dossier.opened_at
    known = {
        "received_at": clock.stamp(arrived),
        "competent_authority": f"{authority_name()}, {dossier.unit.name}"[:300],
    }
    return {name: value for name, value in known.items() if name in dossiers.fields_of(dossier, "acknowledge")}


def authority_name() -> str:
    node = settings.COMITY
    return str(node.names.get(node.languages[0]) or node.name)
