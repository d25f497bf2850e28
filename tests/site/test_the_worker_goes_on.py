"""The worker outlives its database: clocks are raised again as soon as it is back."""

import asyncio

import psycopg
import pytest
from django.db import connection

from tests.plugin import OwnDatabase
from watchroom.site.working import _every

MOST = 5


class Through(Exception):
    """It has gone on."""


def test_clocks_go_on_when_a_connection_has_broken(own_database: OwnDatabase) -> None:
    rounds = 0

    def act() -> None:
        nonlocal rounds
        rounds += 1
        assert rounds <= MOST, "it never went on"
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            if rounds > 1:
                raise Through
            broken = cursor.fetchone()
            with psycopg.connect(own_database.owner_url, autocommit=True) as other:
                other.execute("SELECT pg_terminate_backend(%s)", broken)
            cursor.execute("SELECT 1")

    with pytest.raises(Through):
        asyncio.run(_every(0.0, "clocks", act))
    assert rounds == 2
