"""The table ``[oidc]`` of node.toml: the one OpenID Connect provider through which people may also sign in."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from comity.lib.addresses import is_private_way

KEYS: dict[str, type] = {
    "issuer": str, "client_id": str, "client_secret_file": str, "name": str, "second_factor": bool, "acr": list,
}  # fmt: skip
NEEDED = ("issuer", "client_id", "client_secret_file", "name")


@dataclass(frozen=True)
class Provider:
    """The authority's own sign-in service.

    ``second_factor``: whether its word that somebody showed two factors (``amr`` with ``mfa``, or one of ``acr``)
    stands for ours.
    """

    issuer: str
    client_id: str
    secret: str = field(repr=False)
    name: str
    second_factor: bool = False
    acr: tuple[str, ...] = ()
    secret_file: Path = Path("oidc.secret")


def read(told: dict[str, Any], folder: Path) -> Provider:
    """The provider that the table describes; its secret is read from the file that it names.

    :raises ValueError: what is wrong with the table, as a sentence.
    """
    for key, value in told.items():
        if key not in KEYS:
            raise ValueError(f"{key!r} is not a key of [oidc]; the keys are {', '.join(sorted(KEYS))}")
        if not isinstance(value, KEYS[key]):
            raise ValueError(f"{key} of [oidc] has the wrong type")
    for key in NEEDED:
        if not told.get(key):
            raise ValueError(f"{key} of [oidc] is missing")
    if not is_private_way(told["issuer"]) or "?" in told["issuer"] or "#" in told["issuer"]:
        raise ValueError("issuer of [oidc] is an https address without query, as the provider itself writes it")
    try:
        secret = (folder / told["client_secret_file"]).read_text(encoding="utf-8").strip()
    except OSError:
        raise ValueError(f"client_secret_file of [oidc], {told['client_secret_file']}, cannot be read") from None
    if not secret:
        raise ValueError("client_secret_file of [oidc] is empty")
    return Provider(
        issuer=told["issuer"],
        client_id=told["client_id"],
        secret=secret,
        name=told["name"],
        second_factor=told.get("second_factor", False),
        acr=tuple(told.get("acr", ())),
        secret_file=folder / told["client_secret_file"],
    )
