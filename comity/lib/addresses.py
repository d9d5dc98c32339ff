"""Which addresses a secret may be sent to."""

from urllib.parse import urlsplit

LOCAL = ("127.0.0.1", "localhost", "::1")


def is_private_way(address: str) -> bool:
    """Whether what is sent there is read by nobody on the way: over https, or not off this machine."""
    parts = urlsplit(address)
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOCAL))
