"""Bringing the schema up to date, signed in as the role that owns it."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from urllib.parse import unquote, urlsplit

from watchroom.site.surroundings import surroundings

LOCK_S, TRIES, PAUSE_S = 3, 20, 2.0
"""A change of a table waits so long for whoever uses it, then lets the requests behind it pass and
tries again: a queue behind a waiting ALTER TABLE is how an update stops a service."""


@contextmanager
def migrated(*, before_only: bool = False) -> Iterator[None]:
    """Apply what is missing, then run the block, still as the owner, with Django set up.

    `before_only`: what the release that still runs does not mind; the rest once it has gone. Roles
    apart (OWNER_DATABASE_URL): the application's role gets its rights.
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
        if before_only:
            patiently(apply_before)
        elif missing():
            with redirect_stdout(sys.stderr):
                patiently(lambda: call_command("migrate", interactive=False, verbosity=1))
        yield


def _without_views() -> None:
    """The views for other tools stand on tables that are about to change."""
    from django.db import connection

    from watchroom.kernel import bi

    with connection.cursor() as cursor:
        bi.away(cursor)


def apply_before() -> int:
    """Apply what may come before the new release starts; returns how many.

    A migration with `after = True` takes away what the release before still uses, and waits with
    all that builds on it.
    """
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = [step for step, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]
    later: set[tuple[str, str]] = set()
    chosen = []
    for step in plan:  # in order: what it builds on comes before it
        place = (step.app_label, step.name)
        if getattr(step, "after", False) or later & set(
            executor.loader.graph.node_map[place].parents
        ):
            later.add(place)
        else:
            chosen.append(place)
    if chosen:
        executor.migrate(chosen)
    return len(chosen)


def patiently(act: Callable[[], object]) -> None:
    """Do it, letting others pass where a table is in use."""
    from django.db import OperationalError, connection

    for left in reversed(range(TRIES)):
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, false)", [f"{LOCK_S}s"])
        try:
            act()
            return
        except OperationalError as error:
            if not left or "lock timeout" not in str(error):
                raise
        time.sleep(PAUSE_S)


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
