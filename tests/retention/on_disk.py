"""Settings of the tests with an SQLite database in a file, as a node has it (test_no_copy.py)."""

from comity.config.settings_test import *  # noqa: F403

DATABASES["default"]["TEST"] = {"NAME": str(COMITY.folder / "test.sqlite3")}  # noqa: F405
