"""The worker: jobs and timers from the same database, through procrastinate."""

from __future__ import annotations

import logging
from collections.abc import Callable

log = logging.getLogger(__name__)


def run(concurrency: int) -> None:
    """Work until told to stop; a job under way is finished first."""
    import asyncio

    import django

    django.setup()
    from procrastinate.contrib.django import app

    from watchroom.kernel.kept_figures import keep_up
    from watchroom.kernel.registry import registry
    from watchroom.kernel.stranded import UnderWay
    from watchroom.kernel.webhooks import follow

    # Here and by one thread: of a library that two import at once, one may get a half.
    jobs = list(registry.modules("jobs"))
    log.info("reactions of %d domains", len(jobs))

    async def work() -> None:
        under_way = UnderWay()
        async with worker_app.open_async():
            running = (
                _every(1.0, "clocks", _clocks()),
                _every(1.0, "webhooks", follow),
                _every(1.0, "figures", keep_up),
                _every(10.0, "jobs of workers that are gone", under_way.put_back),
            )
            watches = [asyncio.create_task(watch) for watch in running]
            await worker_app.run_worker_async(
                name="watchroom",
                concurrency=concurrency,
                shutdown_graceful_timeout=5,
                worker_middleware=[under_way],
            )
            for watch in watches:
                watch.cancel()

    worker_app = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]
    with app.replace_connector(worker_app.connector):
        asyncio.run(work())


async def _every(seconds: float, what: str, act: Callable[[], object]) -> None:
    """Do it again and again, whatever happens to the database meanwhile; with many workers all do,
    and each clock, delivery and job is seen to by one.

    In a thread of its own: no clock waits for figures that are counted or for an address that does
    not answer.
    """
    import asyncio
    from concurrent.futures import ThreadPoolExecutor

    from asgiref.sync import sync_to_async
    from django.db import Error, close_old_connections

    def afresh() -> None:
        close_old_connections()  # one that broke would be kept, and fail for ever
        act()

    own = ThreadPoolExecutor(1, thread_name_prefix=what)
    once = sync_to_async(afresh, thread_sensitive=False, executor=own)
    while True:
        try:
            await once()
        except Error as error:
            log.warning("%s wait for the database: %s", what, type(error).__name__)
        except Exception:  # a defect in one round must not be the end of all clocks
            log.exception("%s: this round failed, the next one comes", what)
        await asyncio.sleep(seconds)


def _clocks() -> Callable[[], None]:
    """Raise the clocks that have run out.

    First those whose year's holidays were unknown: a newer calendar comes with a new start.
    """
    from watchroom.kernel.clocks import recompute_incomplete
    from watchroom.kernel.sweep import raise_overdue

    recomputed = False

    def act() -> None:
        nonlocal recomputed
        if not recomputed:
            recompute_incomplete()
            recomputed = True
        raise_overdue()

    return act
