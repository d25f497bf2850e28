"""The fixtures other tests stand on."""

from __future__ import annotations

import threading
from typing import Any

import psycopg
import pytest
from django.contrib.auth.models import Group
from django.db import connection, transaction

from tests.plugin import OwnDatabase


@pytest.mark.django_db
@pytest.mark.parametrize("turn", [1, 2])
def test_what_a_test_writes_is_gone_for_the_next(turn: int) -> None:
    assert Group.objects.count() == 0
    Group.objects.create(name=f"turn {turn}")


@pytest.mark.parametrize("turn", [1, 2])
def test_own_database_commits_for_real_and_starts_clean(
    turn: int, own_database: OwnDatabase
) -> None:
    with transaction.atomic():
        Group.objects.create(name="committed")
    with psycopg.connect(own_database.owner_url) as other:
        row = other.execute("SELECT name FROM auth_group").fetchall()
    assert row == [("committed",)]


def test_threads_see_the_own_database_too(own_database: OwnDatabase) -> None:
    seen: list[str] = []

    def look() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_database()")
            seen.append(cursor.fetchone()[0])
        connection.close()

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert seen == [own_database.name]


def test_the_application_role_writes_rows_but_not_tables(as_application: Any) -> None:
    with as_application() as application:
        application.execute("INSERT INTO auth_group (name) VALUES ('by the application')")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            application.execute("CREATE TABLE intruder (n int)")
