"""Words of this area in the reader's language: kinds, states, what happened, how one thing comes of another."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from comity.web.forms import words


def kinds() -> dict[str, str]:
    return {
        "document": _("Document"),
        "image": _("Image"),
        "audio": _("Sound recording"),
        "video": _("Video"),
        "data-set": _("Data set"),
        "account-record": _("Records of an account"),
        "device": _("Device"),
        "cash": _("Cash"),
        "valuable": _("Valuables"),
        "firearm": _("Firearm"),
        "drugs": _("Drugs"),
        "sample": _("Sample or trace"),
        "object": _("Other object"),
    }


def states() -> dict[str, str]:
    return {
        "held": _("Held here"),
        "lent": _("Lent"),
        "returned": _("Returned"),
        "destroyed": _("Destroyed"),
    }


def whats() -> dict[str, str]:
    """What happened, as the heading of an entry of custody."""
    return {
        "taken": _("Taken in"),
        "received": _("Received with an act"),
        "made": _("Made of other items"),
        "sealed": _("Sealed anew"),
        "copied": _("Something was made of it"),
        "moved": _("Moved"),
        "lent": _("Lent"),
        "back": _("Back again"),
        "examined": _("Examined"),
        "checked": _("Bytes read and compared"),
        "permitted": _("Its originator agreed that it goes on"),
        "sent": _("Put into an act"),
        "returned": _("Returned"),
        "destroyed": _("Destroyed"),
        "corrected": _("Correction"),
    }


def ways() -> dict[str, str]:
    return {
        "copy": _("Copy"),
        "extract": _("Extract"),
        "translation": _("Translation"),
        "transcription": _("Transcription"),
        "enhancement": _("Enhancement"),
    }


def statuses() -> dict[str, str]:
    """What a row of the passport says, in a word that stands beside its mark."""
    return {
        "there": _("Is there"),
        "missing": _("Missing"),
        "open": _("A person looks"),
        "against": _("Stands in the way"),
        "unknown": _("Not known"),
    }


def said(sentence: str, values: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """A sentence of the room with its values, in the reader's language: moments and authorities as pages show them."""
    return _(sentence).format(**{name: value_in_words(value, names) for name, value in values.items()})


def value_in_words(value: Any, names: Mapping[str, str]) -> str:
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), words.MOMENT)
    return names.get(value) or states().get(value, value) if isinstance(value, str) else str(value)
