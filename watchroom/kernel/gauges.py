"""What can be read off the database at any moment: numbers without names.

`health` judges them, the desk's metrics publish them.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection

from watchroom.base.clock import now

from .models import Deadline

SILENT_S = 30.0
"""A worker that gave no sign for so long is gone; procrastinate's own bound."""
LIVE = "watchroom-live"
"""What the live process calls its connection."""

_JOBS = """
SELECT count(*) FILTER (WHERE j.status = 'todo' AND coalesce(j.scheduled_at, now()) <= now()),
       count(*) FILTER (WHERE j.status = 'doing'),
       count(*) FILTER (WHERE j.status = 'doing'
           AND (w.id IS NULL OR w.last_heartbeat < now() - make_interval(secs => %(silent)s))),
       (SELECT count(*) FROM procrastinate_events e
         WHERE e.type = 'failed' AND e.at > now() - interval '1 day'),
       (SELECT extract(epoch FROM now() - min(coalesce(t.scheduled_at, e.at)))
          FROM procrastinate_jobs t JOIN procrastinate_events e
            ON e.job_id = t.id AND e.type = 'deferred'
         WHERE t.status = 'todo' AND coalesce(t.scheduled_at, now()) <= now())
FROM procrastinate_jobs j LEFT JOIN procrastinate_workers w ON w.id = j.worker_id
WHERE j.status IN ('todo', 'doing')
"""
_WORKER = "SELECT extract(epoch FROM now() - max(last_heartbeat)) FROM procrastinate_workers"
_HELD = """
SELECT extract(epoch FROM clock_timestamp() - min(xact_start)) FROM pg_stat_activity
WHERE datname = current_database() AND backend_xid IS NOT NULL AND pid <> pg_backend_pid()
"""
_LIVE = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND application_name = %s
"""
_TABLES = """
SELECT relname, pg_total_relation_size(relid) FROM pg_stat_user_tables
ORDER BY pg_total_relation_size(relid) DESC LIMIT %s
"""
_OVERDUE = """
SELECT m.kind, count(*) FROM kernel_deadline d JOIN kernel_matter m ON m.id = d.matter_id
WHERE d.state = 'running' AND d.due_at <= now() GROUP BY m.kind
"""


@dataclass(frozen=True)
class Jobs:
    """The queue. `failed`: in the last day; `stranded`: begun by a worker that is gone."""

    waiting: int
    under_way: int
    stranded: int
    failed: int
    oldest_s: float


def _row(sql: str, values: Any = None) -> tuple[object, ...]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        found: tuple[object, ...] = cursor.fetchone()
    return found


def _seconds(value: object) -> float:
    return max(0.0, float(str(value))) if value is not None else 0.0


def jobs() -> Jobs:
    """How the queue stands."""
    waiting, under_way, stranded, failed, oldest = _row(_JOBS, {"silent": SILENT_S})
    return Jobs(
        int(str(waiting)),
        int(str(under_way)),
        int(str(stranded)),
        int(str(failed)),
        _seconds(oldest),
    )


def worker_silent_s() -> float | None:
    """Seconds since the liveliest worker gave a sign; None where there is none."""
    (silent,) = _row(_WORKER)
    return None if silent is None else _seconds(silent)


def forgotten_clocks(late: timedelta) -> int:
    """Clocks that ran out so long ago and were not raised."""
    rows = Deadline.objects.filter(state="running", raised_at=None)
    return rows.filter(due_at__lt=now() - late).count()


def stream_held_s() -> float:
    """For how long the oldest writing transaction has held up the live stream, if any."""
    return _seconds(_row(_HELD)[0])


def live_processes() -> int:
    """How many processes read the trail for screens."""
    return int(str(_row(_LIVE, [LIVE])[0]))


def overdue() -> dict[str, int]:
    """Running clocks whose time is over, by the kind of matter."""
    with connection.cursor() as cursor:
        cursor.execute(_OVERDUE)
        return {str(kind): int(count) for kind, count in cursor.fetchall()}


def entries() -> int:
    """Entries of the trail there have ever been: what comes in, per second, is its slope."""
    return int(str(_row("SELECT coalesce(sum(length), 0) FROM kernel_chain")[0]))


def database_bytes() -> int:
    """Size of the database."""
    return int(str(_row("SELECT pg_database_size(current_database())")[0]))


def table_bytes(most: int = 15) -> dict[str, int]:
    """Sizes of the largest tables, indexes included."""
    with connection.cursor() as cursor:
        cursor.execute(_TABLES, [most])
        return {str(name): int(size) for name, size in cursor.fetchall()}


def connections() -> int:
    """Connections to this database."""
    sql = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    return int(str(_row(sql)[0]))
