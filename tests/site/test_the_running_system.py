"""Real processes on a real database, reached over HTTP."""

from __future__ import annotations

import time
from pathlib import Path

import httpx
import psycopg
import pytest

from tests.plugin import ROOT
from tests.running import READY, Running

STATIC: Path = ROOT / "watchroom" / "desk" / "static"


def test_pages_and_stream_answer_at_one_address(running_watchroom: Running) -> None:
    assert httpx.get(f"{running_watchroom.url}/live/ready", timeout=60).status_code == 200
    page = httpx.get(f"{running_watchroom.url}/sign-in/", timeout=60)
    assert page.headers["Content-Type"].startswith("text/html")


def test_static_files_are_served_from_where_they_lie(running_watchroom: Running) -> None:
    answer = httpx.get(f"{running_watchroom.url}/static/{a_static_file()}", timeout=60)
    assert answer.status_code == 200
    assert answer.content == (STATIC / a_static_file()).read_bytes()


def a_static_file() -> str:
    return next(p for p in STATIC.rglob("*") if p.is_file()).relative_to(STATIC).as_posix()


def test_the_worker_listens_for_jobs(running_watchroom: Running) -> None:
    if running_watchroom.database.url == running_watchroom.database.owner_url:
        pytest.skip("one role for everything on this server")
    listening = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND usename = 'watchroom' AND query LIKE '%procrastinate%'"
    )
    end = time.monotonic() + READY
    with psycopg.connect(running_watchroom.database.owner_url, autocommit=True) as connection:
        while connection.execute(listening).fetchone() == (0,):  # pages are ready before it
            assert time.monotonic() < end, (running_watchroom.logs / "worker.log").read_text()
            time.sleep(0.05)
