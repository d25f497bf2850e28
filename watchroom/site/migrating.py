"""Bringing the schema up to date, signed in as the role that owns it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from urllib.parse import unquote, urlsplit

from watchroom.site.surroundings import surroundings


@contextmanager
def migrated() -> Iterator[None]:
    """Apply what is missing, then run the block, still as the owner, with Django set up.

    Roles apart (OWNER_DATABASE_URL): the application's role gets its rights.
    """
    application = os.environ.get("DATABASE_URL")
    with surroundings(owner=True):
        if application:
            _grant(os.environ["DATABASE_URL"], unquote(urlsplit(application).username or ""))
        import django
        from django.core.management import call_command

        django.setup()
        if missing():
            _without_views()
            with redirect_stdout(sys.stderr):
                call_command("migrate", interactive=False, verbosity=1)
        yield


def _without_views() -> None:
    """The views for other tools stand on tables that are about to change."""
    from django.db import connection

    from watchroom.kernel import bi

    with connection.cursor() as cursor:
        bi.away(cursor)


def missing() -> int:
    """How many migrations the database has not seen yet."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _grant(owner_url: str, application: str) -> None:
    """Tables made from now on may be read and written by the application's role, not altered.

    Before the first migration, so that a migration can take a right away again (the trail's).
    """
    import psycopg
    from psycopg import sql

    if not application or application == urlsplit(owner_url).username:
        return
    role = sql.Identifier(application)
    with psycopg.connect(owner_url) as owner:
        for rights in ("SELECT, INSERT, UPDATE, DELETE ON TABLES", "USAGE, SELECT ON SEQUENCES"):
            grant = sql.SQL("ALTER DEFAULT PRIVILEGES GRANT {} TO {}")
            owner.execute(grant.format(sql.SQL(rights), role))
