"""Settings of the tests: a node made afresh in a temporary folder, unless COMITY_NODE names one."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

if "COMITY_NODE" not in os.environ:
    _folder = Path(tempfile.mkdtemp(prefix="comity-test-"))
    (_folder / "run").mkdir()
    (_folder / "secret.key").write_text("only-for-tests-" + "x" * 40)
    (_folder / "node.toml").write_text(
        'authority = "fr-central"\ncountry = "FR"\nlanguages = ["en", "fr"]\ntime_zone = "Europe/Paris"\n'
        'second_factor = "optional"\n[names]\nen = "Central Authority of France (test)"\n'
    )
    os.environ["COMITY_NODE"] = str(_folder)
    atexit.register(shutil.rmtree, _folder, ignore_errors=True)

from comity.config.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # tests sign in hundreds of times
