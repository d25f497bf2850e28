"""What the kernel does by the clock; procrastinate finds this module by its name.

Every process reads it while it starts: what a task needs is imported when it runs.
"""

from procrastinate.contrib.django import app


@app.periodic(cron="25 4 * * *")
@app.task(name="watchroom.retention", queue="retention", queueing_lock="watchroom.retention")
def erase(timestamp: int) -> None:
    """Each night: names, numbers and words whose time is over."""
    from .retention import erase_due  # noqa: PLC0415

    erase_due()
