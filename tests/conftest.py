"""For all tests: who asks is forgotten after each, the second wall stands, and the access record can be emptied."""

import pytest
from django.db import connection

from comity.access import asking


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The test database gets the second wall as ``comity migrate`` gives it to a node."""
    from comity.access import wall

    with django_db_blocker.unblock():
        wall.install(connection)


@pytest.fixture(scope="session", autouse=True)
def _record_can_be_emptied(request):
    """Django empties every table after a test with real transactions: the guard of the access record steps aside."""
    if not request.config.pluginmanager.hasplugin("django"):
        yield
        return
    from comity.access import history

    operations = type(connection.ops)
    flush = operations.sql_flush

    def sql_flush(self, *args, **named):
        vendor = self.connection.vendor
        return [*history.release(vendor), *flush(self, *args, **named), *history.guard(vendor)]

    operations.sql_flush = sql_flush
    yield
    operations.sql_flush = flush


@pytest.fixture(autouse=True)
def _nobody_asks_on():
    """A command that acts as a user says so until its process ends; the next test is none of theirs."""
    yield
    asking._current.set(asking.NODE)
