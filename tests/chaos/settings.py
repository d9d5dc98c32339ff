"""Settings of a node under fire: the exchange alone, with a handler of test acts and short pauses."""

from comity.config.settings import *  # noqa: F403

INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "comity.exchange"]
AUTH_USER_MODEL = "auth.User"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
TEMPLATES = []
ROOT_URLCONF = "tests.chaos.urls"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

COMITY_INCOMING = {"comity-test/1": "tests.chaos.acts.receive"}
COMITY_STORED = {"act": "tests.chaos.acts.stored"}
COMITY_EXCHANGE = {
    "first_pause": 0.05, "last_pause": 1.0, "poll": 0.2, "connect_timeout": 1.0, "answer_timeout": 5.0,
    "lease": 10.0, "keep_free_bytes": 0,
}  # fmt: skip
