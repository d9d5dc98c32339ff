"""Words for what happened at the door, and for the browser that somebody used."""

import re

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

register = template.Library()

WORDS = {
    "signed in": gettext_lazy("signed in"),
    "sign-in failed": gettext_lazy("sign-in failed"),
    "signed out": gettext_lazy("signed out"),
    "session ended": gettext_lazy("session ended"),
    "password": gettext_lazy("password"),
    "totp": gettext_lazy("authenticator app"),
    "recovery codes": gettext_lazy("recovery code"),
    "security key": gettext_lazy("security key"),
    "passkey": gettext_lazy("passkey"),
    "provider": gettext_lazy("sign-in service of the authority"),
    "code": gettext_lazy("code"),
    "wrong password": gettext_lazy("wrong password"),
    "unknown name": gettext_lazy("unknown sign-in name"),
    "wrong code": gettext_lazy("wrong code"),
    "wrong key": gettext_lazy("wrong or unknown key"),
    "too many attempts": gettext_lazy("too many attempts"),
    "access ended": gettext_lazy("the access of this account has ended"),
    "unknown identity": gettext_lazy("nobody is bound to this identity"),
    "the provider said no": gettext_lazy("the sign-in service did not confirm it"),
    "the provider does not answer": gettext_lazy("the sign-in service did not answer"),
    "answer to another question": gettext_lazy("an answer that nobody here had asked for"),
    "idle": gettext_lazy("nothing was done for a while"),
    "too old": gettext_lazy("it was open for long"),
    "ended elsewhere": gettext_lazy("ended from another session"),
}

# From the particular to the general: Edge calls itself Chrome as well, and Chrome Safari.
BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrom", "Chrome"), ("Safari", "Safari"))
SYSTEMS = (
    ("Android", "Android"), ("iPhone|iPad", "iOS"), ("Windows", "Windows"), ("Mac OS|Macintosh", "macOS"),
    ("CrOS", "ChromeOS"), ("Linux|X11", "Linux"),
)  # fmt: skip


@register.filter
def door(told: str) -> str:
    """The words of the record in the reader's language; several means are joined by plus signs."""
    return " + ".join(str(WORDS.get(one, one)) for one in told.split(" + "))


@register.filter
def browser(agent: str) -> str:
    """ "Firefox, Linux": what people recognise of what a browser says about itself."""
    names = [next((name for sign, name in known if re.search(sign, agent)), "") for known in (BROWSERS, SYSTEMS)]
    return ", ".join(name for name in names if name) or str(_("unknown browser"))
