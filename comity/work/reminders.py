"""Reminders by e-mail: once a period, numbers and an address of this node only, tried again when the mail fails.

A mail passes through machines that are not ours. It names no person, no dossier and no title: a test holds it to that.
"""

import hashlib
import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from comity.access import asking
from comity.access.queries import User
from comity.work import needs, sight
from comity.work.models import Profile, Reminder

log = logging.getLogger("comity.work")
AGAIN = (timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=6))
"""How long after each failure it is tried again; then it stays failed, and is shown."""
HOUR = 7
"""From this hour of the day at the node on, daily reminders are sent."""


def remind(at: datetime) -> int:
    """Send every mail that is due: safe to do twice, also at once. Answers how many were sent."""
    rows = Profile.objects.filter(user__is_active=True).exclude(rhythm=Profile.NONE).select_related("user")
    for profile in rows.order_by("user"):
        plan(profile, at)
    due = Reminder.objects.exclude(status=Reminder.SENT).filter(next_try_at__lte=at, tries__lte=len(AGAIN))
    return sum(send(pk, at) for pk in due.order_by("at", "pk").values_list("pk", flat=True))


def plan(profile: Profile, at: datetime) -> None:
    """Keep that a user is to be reminded, unless the period has its mail or nothing waits."""
    user, local = profile.user, at.astimezone(ZoneInfo(str(settings.COMITY.time_zone)))
    daily = profile.rhythm == Profile.DAILY
    day = local.date().isoformat()
    if daily and (local.hour < HOUR or Reminder.objects.filter(user=user, period=day).exists()):
        return
    with asking.asking(user.pk, at):
        waits = needs.needs(user, at)
        keys = sorted(digest(one) for one in needs.keys(user, at))
    if not waits.total:
        return
    fresh = set(keys) - (set() if daily else told_before(user))
    if not fresh:
        return
    period = day if daily else digest(" ".join(sorted(fresh)))[:24]
    row = Reminder(user=user, period=period, counts=waits.as_counts(), known=keys, at=at, next_try_at=at)
    Reminder.objects.bulk_create([row], ignore_conflicts=True)


def told_before(user: User) -> set[str]:
    """What the last mails named: somebody reminded at once hears of each thing once."""
    rows = Reminder.objects.filter(user=user).order_by("-at", "-pk").values_list("known", flat=True)[:20]
    return {key for known in rows for key in known}


def digest(text: str) -> str:
    """A name for something that waits, which tells nobody what it is."""
    return hashlib.sha256(f"{settings.SECRET_KEY} reminder {text}".encode()).hexdigest()[:24]


def send(pk: int, at: datetime) -> bool:
    """Send one mail, if nobody else does. It is claimed first: two workers never send the same."""
    with transaction.atomic():
        row = Reminder.objects.select_for_update().select_related(None).get(pk=pk)
        if row.status == Reminder.SENT or row.next_try_at > at or row.tries > len(AGAIN):
            return False
        row.tries += 1
        row.status = Reminder.WAITING
        row.next_try_at = at + AGAIN[min(row.tries, len(AGAIN)) - 1]
        row.save(update_fields=["tries", "status", "next_try_at"])
    profile = Profile.objects.select_related("user").get(user=row.user_id)
    if profile.rhythm == Profile.NONE:
        return settle(row, Reminder.FAILED, "The user wants no mail any more.")
    try:
        message(profile.user, profile.address, row.counts).send(fail_silently=False)
    except OSError as error:  # smtplib's errors and those of the network are all of this kind
        log.warning("a reminder was not sent: %s", type(error).__name__)
        return settle(row, Reminder.FAILED, f"{type(error).__name__}")
    return settle(row, Reminder.SENT, "")


def settle(row: Reminder, status: str, says: str) -> bool:
    row.status, row.says = status, says[:300]
    row.save(update_fields=["status", "says"])
    return status == Reminder.SENT


def message(user: User, address: str, counts: dict[str, int]) -> EmailMessage:
    """The mail: how many things of each kind wait, and where."""
    with override(user.language if user.language in dict(settings.LANGUAGES) else "en"):
        body = "\n".join(lines(counts))
        subject = _("Comity: something waits for you")
    return EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL, [address])


def lines(counts: dict[str, int]) -> Iterable[str]:
    """In the language that is set."""
    yield _("On your node wait for you:")
    yield ""
    for kind, count in counts.items():
        yield f"- {says(kind, count)}"
    yield ""
    yield f"{settings.COMITY.endpoint}/reminders/"
    yield ""
    yield _("This mail holds numbers only. You choose on the page above whether you get it.")


def says(kind: str, count: int) -> str:
    """One line of what waits, in the language that is set."""
    told = {
        "limits": ngettext("%(count)s limit that is near", "%(count)s limits that are near", count),
        "approvals": ngettext("%(count)s draft to approve", "%(count)s drafts to approve", count),
        "receipts": ngettext("%(count)s receipt to send", "%(count)s receipts to send", count),
        "tasks": ngettext("%(count)s task that is due", "%(count)s tasks that are due", count),
        "escalations": ngettext("%(count)s escalation", "%(count)s escalations", count),
        "breaches": ngettext("%(count)s broken assurance", "%(count)s broken assurances", count),
        "glass": ngettext("%(count)s broken glass to review", "%(count)s broken glasses to review", count),
    }
    return told[kind] % {"count": count}


def reminders(user: User) -> list[Reminder]:
    """The last mails to a user."""
    return list(Reminder.objects.filter(user=user).order_by("-at", "-pk")[:20])


def failed(user: User) -> list[Reminder]:
    """Mails that could not be sent and are not tried any more, for administrators.

    :raises NotAllowed: the user does not manage users.
    """
    sight.demand_administrator(user)
    rows = Reminder.objects.filter(status=Reminder.FAILED).select_related("user")
    return list(rows.order_by("-at", "-pk")[:50])
