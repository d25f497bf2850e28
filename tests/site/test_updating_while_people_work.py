"""A new release in two steps: nobody's request is lost on the way.

Nothing has been released yet, so the release that follows is made up (`next_release`).
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.db import connection
from django.test import override_settings

from tests.plugin import OwnDatabase
from tests.site.test_nothing_acknowledged_is_lost import wait_for
from watchroom.site import migrating

NEXT = override_settings(MIGRATION_MODULES={"messages": "tests.site.next_release"})
OLD, NEW = "INSERT INTO called (said) VALUES (%s)", "INSERT INTO called (words) VALUES (%s)"


class Release:
    """A process of one release that writes as fast as it can, and knows what was acknowledged."""

    def __init__(self, url: str, statement: str, name: str) -> None:
        self.url, self.statement, self.name = url, statement, name
        self.done: list[str] = []
        self.broken: list[Exception] = []
        self.stop = threading.Event()

    def work(self) -> None:
        try:
            with psycopg.connect(self.url, autocommit=True) as database:
                while not self.stop.wait(0.005):
                    word = f"{self.name} {len(self.done)}"
                    database.execute(self.statement, [word])  # type: ignore[arg-type]
                    self.done.append(word)
        except Exception as error:
            self.broken.append(error)


@contextmanager
def running(release: Release) -> Iterator[Release]:
    thread = threading.Thread(target=release.work)
    thread.start()
    wait_for(lambda: len(release.done) > 5 or bool(release.broken))
    yield release
    before = len(release.done)
    wait_for(lambda: len(release.done) > before + 5 or bool(release.broken))
    release.stop.set()
    thread.join()


@pytest.fixture
def table(own_database: OwnDatabase) -> OwnDatabase:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE called (id serial, said text)")
    return own_database


@NEXT
def test_no_request_is_lost_between_two_releases(table: OwnDatabase) -> None:
    old, new = Release(table.owner_url, OLD, "old"), Release(table.owner_url, NEW, "new")
    with running(old):
        migrating.patiently(migrating.apply_before)
    assert migrating.missing() == 2  # what takes away, and what builds on that
    with running(new):
        migrating.patiently(call_migrate)
    assert (old.broken, new.broken) == ([], [])
    with connection.cursor() as cursor:
        cursor.execute("SELECT words FROM called")
        kept = [row[0] for row in cursor.fetchall()]
    assert sorted(kept) == sorted(old.done + new.done)
    assert migrating.missing() == 0


def call_migrate() -> None:
    from django.core.management import call_command

    call_command("migrate", "messages", interactive=False, verbosity=0)


@NEXT
def test_a_table_in_use_lets_the_others_pass(
    table: OwnDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrating, "LOCK_S", 1)
    monkeypatch.setattr(migrating, "PAUSE_S", 0.2)
    tried: list[int] = []

    def act() -> None:
        tried.append(1)
        migrating.apply_before()

    with psycopg.connect(table.owner_url) as reader:
        reader.execute("SELECT * FROM called")  # a report that takes its time
        updating = threading.Thread(target=lambda: (migrating.patiently(act), connection.close()))
        updating.start()
        wait_for(lambda: len(tried) >= 2)
        with psycopg.connect(table.owner_url, autocommit=True) as other:
            other.execute(OLD, ["between two tries"])
    updating.join()
    assert migrating.missing() == 2
