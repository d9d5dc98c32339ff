"""Opens the node that a command works on: Django is set up here alone, and only when it is needed."""

import os
from pathlib import Path
from typing import Any

from comity.lib.errors import BadInput, ComityError


class AnotherNode(BadInput):
    code = "cli.another-node"
    says = "This process works on the node in {here} and cannot turn to the one in {there}."
    next_step = "Run the command in a process of its own."


class NotMigrated(ComityError):
    code = "cli.not-migrated"
    says = "The database lacks {count} changes that this version of Comity needs."
    next_step = "Stop the node, make a backup, and run 'comity migrate'."


def open_node(told: str | None) -> Any:
    """Set Django up for the node in the folder ``told`` (default: COMITY_NODE, or the folder we are in).

    Returns the node: its folder, authority, country, listen and so on, as node.toml says.

    :raises NoNode: there is no node.
    :raises BadNode: node.toml cannot be used.
    :raises AnotherNode: Django was set up for another one before.
    """
    from django.apps import apps
    from django.conf import settings

    if apps.ready:
        there = Path(told).resolve() if told else settings.COMITY.folder
        if there != settings.COMITY.folder:
            raise AnotherNode(here=settings.COMITY.folder, there=there)
        return settings.COMITY
    if told:
        os.environ["COMITY_NODE"] = str(Path(told).resolve())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "comity.config.settings")
    import django

    django.setup()
    return settings.COMITY


def pending_migrations() -> list[str]:
    """The names of the changes that the database still lacks."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label} {migration.name}" for migration, _ in plan]


def demand_migrated() -> None:
    """:raises NotMigrated: the database lacks changes."""
    missing = pending_migrations()
    if missing:
        raise NotMigrated(count=len(missing))


def migrate() -> list[str]:
    """Bring the database up to date; returns what was applied."""
    from django.core.management import call_command

    missing = pending_migrations()
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)  # does nothing unless settings name a cache in the database
    return missing
