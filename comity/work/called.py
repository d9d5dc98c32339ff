"""A mail to whoever is called urgently (`wiring.CALLED`): that a call waits, and nothing of what it is about."""

import logging
import threading
from collections.abc import Sequence
from datetime import datetime
from functools import partial

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from comity.access.queries import User
from comity.work.models import Profile

log = logging.getLogger("comity.work")


def called(users: Sequence[User], call: int, at: datetime) -> None:
    """Mail those of them who have an address and want mail, once the caller's transaction is committed."""
    rows = Profile.objects.filter(user__in=users).exclude(rhythm=Profile.NONE).exclude(address="")
    for profile in rows.select_related("user").order_by("user"):
        transaction.on_commit(partial(start, message(profile.user, profile.address, call)), robust=True)


def start(mail: EmailMessage) -> None:
    """Beside the caller, who answers another node and must not wait for a mail server."""
    threading.Thread(target=post, args=(mail,), name="urgent-mail", daemon=True).start()


def post(mail: EmailMessage) -> None:
    """Tried once: in a minute the call goes on to the next person, and the page shows it all the while."""
    try:
        mail.send(fail_silently=False)
    except OSError as error:  # smtplib's errors and those of the network are all of this kind
        log.warning("a mail about an urgent call was not sent: %s", type(error).__name__)


def message(user: User, address: str, call: int) -> EmailMessage:
    with override(user.language if user.language in dict(settings.LANGUAGES) else "en"):
        subject = _("Comity: an urgent call waits for you")
        body = "\n".join(
            [
                _("You are being called on your node. Somebody else is called when you do not answer."),
                "",
                f"{settings.COMITY.endpoint}/liaison/calls/{call}/",
            ]
        )
    return EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL, [address])
