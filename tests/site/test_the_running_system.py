"""Real processes on a real database, reached over HTTP."""

from __future__ import annotations

import urllib.request

import psycopg
import pytest

from tests.running import Running


def test_pages_and_stream_answer_at_one_address(running_watchroom: Running) -> None:
    with urllib.request.urlopen(f"{running_watchroom.url}/live/ready") as answer:
        assert answer.status == 200
    with urllib.request.urlopen(f"{running_watchroom.url}/sign-in/") as answer:
        assert "text/html" in answer.headers["Content-Type"]


def test_the_worker_listens_for_jobs(running_watchroom: Running) -> None:
    with psycopg.connect(running_watchroom.database.owner_url) as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND usename = 'watchroom' AND query LIKE '%procrastinate%'"
        ).fetchone()
    if running_watchroom.database.url == running_watchroom.database.owner_url:
        pytest.skip("one role for everything on this server")
    assert row is not None and row[0] >= 1
