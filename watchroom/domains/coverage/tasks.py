"""What posts do by the clock; procrastinate finds this module by its name.

Every process reads it while it starts: what a task needs is imported when it runs.
"""

from procrastinate.contrib.django import app


@app.periodic(cron="* * * * *")
@app.task(name="coverage.keep_time", queue="coverage", queueing_lock="coverage.keep_time")
def begin_and_end_shifts(timestamp: int) -> None:
    """Each minute: shifts begin and end, postings ahead are made, plans run out."""
    from .actions import keep_time  # noqa: PLC0415

    keep_time()
