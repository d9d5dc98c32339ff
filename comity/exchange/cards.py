"""Our own card: what this node says about itself, issued anew whenever that changes."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from comity.exchange import merkle
from comity.exchange.identity import me
from comity.exchange.models import OwnCard
from comity.exchange.wire import card as wire_card
from comity.exchange.wire.card import Card
from comity.instruments import catalogue
from comity.lib import strict_yaml
from comity.lib.canonical import digest
from comity.lib.errors import BadInput


class BadRequirements(BadInput):
    code = "exchange.bad-requirements"
    says = "requirements.yaml must be a list of rules: {why}."
    next_step = "Mend the file in the node's folder; docs/rooms/instruments.md shows a rule."


@transaction.atomic
def own(*, at: datetime) -> Card:
    """The present card; a new one with the next serial if node.toml, requirements.yaml or the instruments changed.

    :raises NotACard, BadRequirements, BadYaml: what the node says about itself is malformed.
    """
    told = _content()
    content = digest({**told, "fingerprint": me().keys.fingerprint})
    latest = OwnCard.objects.order_by("-serial").first()
    if latest is not None and latest.content == content:
        return wire_card.read(bytes(latest.raw))
    merkle.lock()
    latest = OwnCard.objects.order_by("-serial").first()
    card = wire_card.issue(me().keys, **told, at=at, serial=latest.serial + 1 if latest else 1)
    sha256 = merkle.sha256(card.raw)
    OwnCard.objects.create(serial=card.serial, content=content, raw=card.raw, sha256=sha256, issued_at=at)
    merkle.append([merkle.Item("card", f"{card.authority}/{card.serial}", sha256)], at=at)
    return card


def _content() -> dict[str, Any]:
    node = settings.COMITY
    return {
        "authority": node.authority,
        "country": node.country,
        "names": dict(node.names),
        "languages": list(node.languages),
        "competences": list(node.competences),
        "contacts": [dict(contact) for contact in node.contacts],
        "endpoint": node.endpoint,
        "requirements": _requirements(),
        "instruments": [{"id": one.id, "version": one.version, "digest": one.digest} for one in catalogue.all()],
    }


def _requirements() -> list[dict[str, Any]]:
    file = settings.COMITY.folder / "requirements.yaml"
    if not file.exists():
        return []
    rules = strict_yaml.read(file).value
    if not isinstance(rules, list) or not all(isinstance(rule, dict) for rule in rules):
        raise BadRequirements(why="each is an object")
    return rules
