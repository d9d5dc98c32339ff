import pytest

from comity.config import settings
from comity.config.node import BadNode


class TestDatabase:
    def test_sqlite_waits_for_the_disk_before_it_acknowledges(self):
        assert "synchronous=FULL" in settings.database("sqlite")["OPTIONS"]["init_command"]

    def test_postgres_is_an_address(self):
        told = settings.database("postgres://comity:p%40ss@db.example:5433/node")
        assert (told["NAME"], told["USER"], told["PASSWORD"], told["HOST"], told["PORT"]) == (
            "node", "comity", "p@ss", "db.example", "5433",
        )  # fmt: skip

    def test_postgres_may_be_a_socket(self):
        assert settings.database("postgresql://postgres:@/postgres?host=/run/pg")["HOST"] == "/run/pg"

    def test_anything_else_is_refused(self):
        with pytest.raises(BadNode, match="postgres"):
            settings.database("mysql://x")


class TestSafeDefaults:
    def test_the_content_security_policy_allows_only_ourselves(self):
        for name, allowed in settings.CONTENT_SECURITY_POLICY["DIRECTIVES"].items():
            assert set(allowed) <= {"'self'", "'none'", "data:"}, name
            assert "data:" not in allowed or name == "img-src"

    def test_debug_is_off_and_cookies_are_closed(self):
        assert settings.DEBUG is False
        assert settings.SESSION_COOKIE_HTTPONLY
        assert settings.SESSION_COOKIE_SAMESITE == "Strict"

    def test_two_nodes_on_one_host_do_not_share_cookies(self):
        assert settings.COMITY.authority in settings.SESSION_COOKIE_NAME
        assert settings.COMITY.authority in settings.CSRF_COOKIE_NAME
