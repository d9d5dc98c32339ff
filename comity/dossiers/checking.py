"""The check of a draft: the same pure functions that the receiver runs on arrival."""

from typing import Any

from django.conf import settings

from comity.dossiers import folding
from comity.dossiers.models import Draft, item
from comity.exchange import queries as network
from comity.instruments import catalogue, forms, model, preflight
from comity.instruments.model import Finding, Report


def card_of(authority: str) -> Any:
    """The card of a peer; None when it is none (or no longer)."""
    return network.card(authority)


def check(draft: Draft, language: str) -> Report:
    """Everything that the receiver would find, with findings in ``language``."""
    definition = catalogue.get(draft.instrument)
    attachments = [item(row) for row in draft.attachments.filter(removed_at__isnull=True).order_by("number")]
    if draft.dossier is None:
        return _opening(draft, definition, attachments, language)
    return _further(draft, definition, attachments, language)


def request(draft: Draft, definition: model.Definition) -> dict[str, Any]:
    """The draft as a request: ``{"instrument","issuing","executing","language","form","facts"}``."""
    raise NotImplementedError
