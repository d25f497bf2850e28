"""A worker is killed in the middle of a job: another does it, and nothing waits for the dead."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection

from watchroom.kernel import reactions
from watchroom.kernel.stranded import MOST_TRIES, UnderWay

pytestmark = pytest.mark.django_db
TASK = "fraud.open"


def asked(query: str, *values: Any) -> Any:
    """The first column of the first row."""
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchone()[0]


def begun(worker: int, lock: str = "a") -> int:
    """A job that a worker has taken."""
    reactions.later(TASK, queueing_lock=lock)
    return int(asked("SELECT id FROM procrastinate_fetch_job_v2(NULL, %s)", worker))


def worker(silent_s: int = 0) -> int:
    number = asked("SELECT worker_id FROM procrastinate_register_worker_v1()")
    query = "UPDATE procrastinate_workers SET last_heartbeat = now() - make_interval(secs => %s)"
    return int(asked(f"{query} WHERE id = %s RETURNING id", silent_s, number))


def state(job: int) -> str:
    return str(asked("SELECT status FROM procrastinate_jobs WHERE id = %s", job))


def looked_twice(under_way: UnderWay) -> int:
    assert under_way.put_back() == 0  # it may just have been taken
    return under_way.put_back()


def test_the_job_of_a_killed_worker_is_queued_again() -> None:
    job = begun(worker(silent_s=60))
    assert looked_twice(UnderWay()) == 1
    assert state(job) == "todo"


def test_so_is_one_whose_worker_was_struck_off() -> None:
    gone = worker()
    job = begun(gone)
    asked("SELECT procrastinate_unregister_worker_v1(%s) IS NULL", gone)
    assert looked_twice(UnderWay()) == 1
    assert state(job) == "todo"


def test_a_living_workers_job_is_left_to_it() -> None:
    job = begun(worker())
    assert looked_twice(UnderWay()) == 0
    assert state(job) == "doing"


def test_a_job_that_ended_while_the_database_was_away_is_queued_again() -> None:
    me = worker()
    job, under_way = begun(me), UnderWay()

    async def meanwhile() -> int:
        return looked_twice(under_way)

    context = SimpleNamespace(job=SimpleNamespace(id=job))
    with pytest.raises(StopIteration) as ended:  # by hand: a loop would forbid the database
        under_way(meanwhile, context, SimpleNamespace(worker_id=me)).send(None)
    assert ended.value.value == 0
    assert state(job) == "doing"
    assert looked_twice(under_way) == 1  # it is through, and could not say so
    assert state(job) == "todo"


def test_one_that_waits_under_the_same_lock_is_enough() -> None:
    job = begun(worker(silent_s=60))
    reactions.later(TASK, queueing_lock="a")
    assert looked_twice(UnderWay()) == 1
    assert state(job) == "aborted"
    assert asked("SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo'") == 1


def test_a_job_that_ends_every_worker_is_given_up() -> None:
    job = begun(worker(silent_s=60))
    asked("UPDATE procrastinate_jobs SET attempts = %s WHERE id = %s RETURNING 1", MOST_TRIES, job)
    assert looked_twice(UnderWay()) == 1
    assert state(job) == "failed"


def test_opening_a_case_comes_before_every_other_reaction() -> None:
    reactions.later("fraud.orders", queueing_lock="earlier")
    reactions.later(TASK, queueing_lock="later")
    first = asked("SELECT task_name FROM procrastinate_fetch_job_v2(NULL, %s)", worker())
    assert first == TASK
