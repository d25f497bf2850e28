"""Jobs that nobody does any more: their worker was killed, or the database went away under it.

Such a job stays marked as being done and holds its locks, and procrastinate never looks at it
again: a reaction would be lost. The worker finds them and queues them once more, which is harmless,
for jobs are idempotent.
"""

import logging
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, connection, transaction

log = logging.getLogger(__name__)
HEARTBEAT_S = 30.0
"""A worker that was silent for so long is gone; procrastinate's own bound."""
MOST_TRIES = 20
"""A job that has ended so many workers is given up: it is what kills them."""

_STRANDED = """
SELECT j.id FROM procrastinate_jobs j LEFT JOIN procrastinate_workers w ON w.id = j.worker_id
WHERE j.status = 'doing' AND (
    w.id IS NULL
    OR w.last_heartbeat < now() - make_interval(secs => %(heartbeat)s)
    OR (w.id = %(worker)s AND NOT j.id = ANY(%(under_way)s)))
"""
_HOLD = _STRANDED + " AND j.id = %(job)s FOR UPDATE OF j SKIP LOCKED"
_AGAIN = """
SELECT CASE WHEN attempts < %s THEN procrastinate_retry_job_v2(id, now(), NULL, NULL, NULL)
       ELSE procrastinate_finish_job_v1(id, 'failed', false) END
FROM procrastinate_jobs WHERE id = %s
"""
_TWIN_WAITS = "SELECT procrastinate_finish_job_v1(%s, 'aborted', false)"


@dataclass
class UnderWay:
    """What this worker does at the moment: a middleware around every job."""

    worker: int | None = None
    jobs: set[int] = field(default_factory=set)
    _before: set[int] = field(default_factory=set)

    async def __call__(self, call_next: Any, context: Any, worker: Any) -> Any:
        """Run a job and know of it meanwhile."""
        self.worker = worker.worker_id
        self.jobs.add(context.job.id)
        try:
            return await call_next()
        finally:
            self.jobs.discard(context.job.id)

    def put_back(self) -> int:
        """Queue again what was stranded at this look and at the one before; returns how many.

        Twice, because a job that has just been taken, or is just being written off, looks alike.
        """
        known = set(self.jobs)
        found = _found(self.worker, known)
        again = [job for job in sorted(found & self._before) if _put_back(job, self.worker, known)]
        self._before = found
        if again:
            log.warning("%d jobs were left by a worker that is gone: queued again", len(again))
        return len(again)


def _asked(worker: int | None, under_way: Collection[int]) -> dict[str, Any]:
    return {"heartbeat": HEARTBEAT_S, "worker": worker, "under_way": list(under_way)}


def _found(worker: int | None, under_way: Collection[int]) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(_STRANDED, _asked(worker, under_way))
        return {row[0] for row in cursor.fetchall()}


def _put_back(job: int, worker: int | None, under_way: Collection[int]) -> bool:
    """Under the row's lock and asked once more: another worker may have seen to it meanwhile."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_HOLD, {**_asked(worker, under_way), "job": job})
        if cursor.fetchone() is None:
            return False
        try:
            with transaction.atomic():
                cursor.execute(_AGAIN, [MOST_TRIES, job])
        except IntegrityError:  # another under the same queueing lock waits already: that one does
            cursor.execute(_TWIN_WAITS, [job])
    return True
