"""The worker: jobs and timers from the same database, through procrastinate."""

from __future__ import annotations


def run(concurrency: int) -> None:
    """Work until told to stop; a job under way is finished first."""
    import asyncio

    import django

    django.setup()
    from procrastinate.contrib.django import app

    async def work() -> None:
        async with worker_app.open_async():
            await worker_app.run_worker_async(
                name="watchroom", concurrency=concurrency, shutdown_graceful_timeout=5
            )

    worker_app = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]
    with app.replace_connector(worker_app.connector):
        asyncio.run(work())
