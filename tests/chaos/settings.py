"""Settings of a node under fire: those of every node, with short pauses and a note of every act handed over."""

from comity.config.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

COMITY_INCOMING = {"comity-act/1": "tests.chaos.handed.receive"}
COMITY_EXCHANGE = {
    "first_pause": 0.05, "last_pause": 1.0, "poll": 0.2, "connect_timeout": 1.0, "answer_timeout": 5.0,
    "lease": 10.0, "keep_free_bytes": 0,
}  # fmt: skip
