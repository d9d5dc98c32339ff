"""How people are reached and in which languages they work; set by themselves or by an administrator."""

import re
from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.db import transaction

from comity.access.queries import User
from comity.lib.errors import BadInput
from comity.work import sight
from comity.work.models import Profile

RHYTHMS = (Profile.NONE, Profile.DAILY, Profile.AT_ONCE)
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?")


class BadAddress(BadInput):
    code = "work.bad-address"
    says = "{address!r} is not a mail address."
    next_step = "Give an address such as name@authority.example, or choose to get no mail."


class BadRhythm(BadInput):
    code = "work.bad-rhythm"
    says = "{rhythm!r} is not a rhythm of reminders; known are none, daily and at-once."
    next_step = "Choose one of them."


class BadLanguage(BadInput):
    code = "work.bad-language"
    says = "{language!r} is not the code of a language."
    next_step = "Write codes such as fr, en or pt, one after the other."


def profile(user: User) -> Profile | None:
    """What is set for a user; None while nothing is: no mail."""
    return Profile.objects.select_related("changed_by").filter(user=user).first()


@transaction.atomic
def set_profile(
    user: User, *, address: str, rhythm: str, languages: Sequence[str], by: User | None, at: datetime
) -> Profile:
    """Set how somebody is reminded and in which languages they work.

    :param by: the user, an administrator, or None for the command line of the node's own machine.
    :raises BadAddress, BadRhythm, BadLanguage: as they say. NotAllowed: somebody else's, by no administrator.
    """
    if by is not None and by.pk != user.pk:
        sight.demand_administrator(by)
    address = address.strip()
    if rhythm not in RHYTHMS:
        raise BadRhythm(rhythm=rhythm)
    if address or rhythm != Profile.NONE:
        try:
            EmailValidator()(address)
        except ValidationError:
            raise BadAddress(address=address) from None
    codes = list(dict.fromkeys(code.strip() for code in languages if code.strip()))
    for code in codes:
        if not LANGUAGE.fullmatch(code):
            raise BadLanguage(language=code)
    made, _ = Profile.objects.update_or_create(
        user=user,
        defaults={"address": address, "rhythm": rhythm, "languages": codes, "changed_by": by, "changed_at": at},
    )
    return made
