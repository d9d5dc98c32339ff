"""What the grounds, states and visits are called on a page."""

from django.utils.translation import gettext as _

from comity.disclosure import queries


def grounds() -> list[tuple[str, str]]:
    words = {
        "not-as-evidence": _("Its originator has not allowed that it is used as evidence"),
        "privilege": _("Confidential between a person and their counsel"),
        "protection-of-a-person": _("It would endanger a person"),
        "other-proceeding": _("It would harm another proceeding"),
        "public-security": _("Public security"),
        "private-life": _("The private life of somebody else"),
        "not-relevant": _("It has nothing to do with the charges"),
        "other": _("Another ground"),
    }
    return [(ground, words[ground]) for ground in queries.GROUNDS]


def contacts() -> list[tuple[str, str]]:
    words = {
        "paper": _("On paper, handed over"),
        "in-person": _("Read out in person"),
        "post": _("By post"),
        "phone": _("By phone, on a number known before"),
    }
    return [(contact, words[contact]) for contact in queries.CONTACTS]


def states() -> dict[str, str]:
    return {
        "proposed": _("Waits for a second person"),
        "declined": _("Not approved"),
        "coming": _("Approved, not open yet"),
        "open": _("Open now"),
        "closed": _("Closed"),
        "ended": _("Closed early"),
    }


def visits() -> dict[str, str]:
    return {
        "signed-in": _("Came in with a code"),
        "list": _("Looked at the list"),
        "item": _("Opened an item"),
        "bundle": _("Took the whole bundle"),
        "signed-out": _("Signed out"),
        "refused": _("A code that did not open it"),
    }


def custody() -> dict[str, str]:
    """What an entry of custody says happened."""
    return {
        "taken": _("Taken"),
        "received": _("Received"),
        "made": _("Made of other items"),
        "sealed": _("Sealed"),
        "copied": _("Copied"),
        "moved": _("Handed over or moved"),
        "lent": _("Lent"),
        "back": _("Brought back"),
        "examined": _("Examined"),
        "checked": _("All bytes checked"),
        "permitted": _("Passing on permitted"),
        "sent": _("Sent"),
        "returned": _("Returned"),
        "destroyed": _("Destroyed"),
        "corrected": _("Corrected"),
    }
