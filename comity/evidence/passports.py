"""The passport of a stored item: facts, chain and the limits of its act brought together for `passport.make`."""

from datetime import datetime

from django.conf import settings

from comity.access.queries import User
from comity.dossiers import queries as dossiers
from comity.evidence import passport, sight, viewing
from comity.evidence.models import Derivation, Item
from comity.evidence.passport import About, Passport, Reason


def of(user: User, ref: str, country: str, at: datetime) -> Passport:
    """What a State (or ``ICC``) may need of an item, what is there and what is missing; the look is recorded.

    :raises NotFound: no such item, or not for this user. calendars.UnknownCountry: no such country.
    """
    row = sight.item(user, ref, at)
    sight.saw(user, row, at, f"passport {country}")
    file = viewing.item_facts(row)
    custody = viewing.custody_of(row).entries
    return passport.make(file, custody, about(user, row, country, at), country, on=at.date())


def about(user: User, row: Item, country: str, at: datetime) -> About:
    made_of = sight.items(user, at).filter(pk__in=Derivation.objects.filter(item=row).values("source"))
    translated = Derivation.objects.filter(source=row, way="translation").values("item")
    translations = sight.items(user, at).filter(pk__in=translated, state__in=("held", "lent")).exclude(language="")
    allows = dossiers.allows(row.dossier, row.act, country, at) if row.act else None
    return About(
        country=settings.COMITY.country,
        giver=row.country,
        checked_at=row.checked_at,
        intact=row.intact,
        sources=tuple(viewing.item_facts(one) for one in made_of),
        translations=tuple(sorted(translations.values_list("language", flat=True))),
        consented=allows is not None and allows.consented,
        evidence=allows.evidence if allows else "none",
        limits=tuple(
            Reason(one.says, {}, one.cite, one.source, one.confidence) for one in (allows.reasons if allows else ())
        ),
    )
