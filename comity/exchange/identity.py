"""Who this node is: its authority and its secret keys."""

import os
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from comity.exchange.wire.keys import SecretKeys
from comity.lib.errors import BadInput


class KeysExist(BadInput):
    code = "exchange.keys-exist"
    says = "This node has its keys already: {file}."
    next_step = "Keep them. Other authorities have pinned their fingerprint."


@dataclass(frozen=True)
class Identity:
    authority: str
    keys: SecretKeys = field(repr=False)


def me() -> Identity:
    """This node's authority and keys, read once.

    :raises BadKeys: there is no key file, or it is malformed. NeedsPassphrase, WrongPassphrase: it is locked.
    """
    return Identity(settings.COMITY.authority, _load(settings.COMITY.keys_file))


@lru_cache(maxsize=8)
def _load(file: Path) -> SecretKeys:
    return SecretKeys.load(file, os.environ.get("COMITY_PASSPHRASE"))


def make_keys(*, passphrase: str | None = None) -> str:
    """Draw this node's keys and write them to its folder; returns the fingerprint.

    :raises KeysExist: it has keys already.
    """
    file: Path = settings.COMITY.keys_file
    if file.exists():
        raise KeysExist(file=file)
    keys = SecretKeys.generate()
    keys.save(file, passphrase)
    return keys.fingerprint
