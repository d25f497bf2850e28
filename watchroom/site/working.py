"""The worker: jobs and timers from the same database, through procrastinate."""

from __future__ import annotations

import logging

log = logging.getLogger(__name__)


def run(concurrency: int) -> None:
    """Work until told to stop; a job under way is finished first."""
    import asyncio

    import django

    django.setup()
    from procrastinate.contrib.django import app

    from watchroom.kernel.registry import registry

    # Here and by one thread: of a library that two import at once, one may get a half.
    jobs = list(registry.modules("jobs"))
    log.info("reactions of %d domains", len(jobs))

    async def work() -> None:
        async with worker_app.open_async():
            watches = [asyncio.create_task(watch()) for watch in (_watch_clocks, _tell_others)]
            await worker_app.run_worker_async(
                name="watchroom", concurrency=concurrency, shutdown_graceful_timeout=5
            )
            for watch in watches:
                watch.cancel()

    worker_app = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]
    with app.replace_connector(worker_app.connector):
        asyncio.run(work())


async def _watch_clocks() -> None:
    """Once a second, raise the clocks that have run out; with many workers each by one only.

    First those whose year's holidays were unknown: a newer calendar comes with a new start.
    """
    import asyncio

    from asgiref.sync import sync_to_async
    from django.db import Error

    from watchroom.kernel.clocks import recompute_incomplete
    from watchroom.kernel.sweep import raise_overdue

    recomputed = False
    while True:
        try:
            if not recomputed:
                await sync_to_async(recompute_incomplete)()
                recomputed = True
            await sync_to_async(raise_overdue)()
        except Error as error:
            log.warning("clocks wait for the database: %s", type(error).__name__)
        await asyncio.sleep(1.0)


async def _tell_others() -> None:
    """Once a second, what has happened goes to those who asked to be told."""
    import asyncio

    from asgiref.sync import sync_to_async
    from django.db import Error

    from watchroom.kernel.webhooks import follow

    while True:
        try:
            await sync_to_async(follow)()
        except Error as error:
            log.warning("webhooks wait for the database: %s", type(error).__name__)
        await asyncio.sleep(1.0)
