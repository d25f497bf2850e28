"""The worker outlives its database: clocks are raised again as soon as it is back."""

import asyncio
from datetime import UTC, datetime
from itertools import pairwise
from types import SimpleNamespace

import psycopg
import pytest
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.jobs import Job

from tests.plugin import OwnDatabase
from watchroom.kernel import tasks
from watchroom.kernel.reactions import PATIENTLY
from watchroom.site.working import _every

MOST = 5


class Through(BaseException):
    """It has gone on. No Exception: those are what it outlives."""


def test_clocks_go_on_when_a_connection_has_broken(own_database: OwnDatabase) -> None:
    rounds = 0

    def act() -> None:
        nonlocal rounds
        rounds += 1
        if rounds > MOST:
            raise Through("it never went on")
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


def test_clocks_go_on_after_a_defect(own_database: OwnDatabase) -> None:
    rounds = 0

    def act() -> None:
        nonlocal rounds
        rounds += 1
        if rounds == 1:
            raise KeyError("a defect")
        raise Through

    with pytest.raises(Through):
        asyncio.run(_every(0.0, "clocks", act))
    assert rounds == 2


def test_a_reaction_that_failed_waits_longer_each_time() -> None:
    now, waits = datetime.now(UTC), []
    for attempts in range(8):
        job = Job(id=1, attempts=attempts, queue="q", lock=None, queueing_lock=None, task_name="t")
        decision = PATIENTLY.get_retry_decision(exception=KeyError(), job=job)
        assert decision is not None
        assert decision.retry_at is not None
        waits.append(round((decision.retry_at - now).total_seconds()))
    assert waits[0] >= 3
    assert all(later >= 2 * before for before, later in pairwise(waits))


def test_jobs_done_days_ago_are_forgotten_and_failures_stay(own_database: OwnDatabase) -> None:
    add = """
    WITH job AS (INSERT INTO procrastinate_jobs (queue_name, task_name, status)
                 VALUES ('q', 't', %s::procrastinate_job_status) RETURNING id)
    INSERT INTO procrastinate_events (job_id, type, at)
    SELECT id, %s::procrastinate_job_event_type, now() - make_interval(hours => %s) FROM job
    """
    rows = [
        ("succeeded", "succeeded", 100),
        ("succeeded", "succeeded", 1),
        ("failed", "failed", 100),
    ]
    with connection.cursor() as cursor:
        for row in rows:
            cursor.execute(add, row)
        forget = app.with_connector(app.connector.get_worker_connector())

        async def night() -> None:
            async with forget.open_async():
                await tasks.forget_jobs(SimpleNamespace(app=forget), 0)  # type: ignore[arg-type]

        asyncio.run(night())
        cursor.execute("SELECT status::text FROM procrastinate_jobs ORDER BY id")
        assert cursor.fetchall() == [("succeeded",), ("failed",)]
