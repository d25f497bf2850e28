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


@app.task(name="coverage.compute", queue="planning")
def compute() -> None:
    """A planning run takes a core for minutes: one after the other, whatever the workers."""
    from .actions import compute_runs  # noqa: PLC0415

    compute_runs()
