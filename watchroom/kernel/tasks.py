"""What the kernel does by the clock; procrastinate finds this module by its name.

Every process reads it while it starts: what a task needs is imported when it runs.
"""

from procrastinate import JobContext
from procrastinate.contrib.django import app

DONE_STAYS_H = 72
"""Hours for which a job that succeeded can still be looked at; what failed stays."""


@app.periodic(cron="25 4 * * *")
@app.task(name="watchroom.retention", queue="retention", queueing_lock="watchroom.retention")
def erase(timestamp: int) -> None:
    """Each night: names, numbers and words whose time is over."""
    from .retention import erase_due  # noqa: PLC0415

    erase_due()


@app.periodic(cron="40 4 * * *")
@app.task(
    name="watchroom.forget_jobs",
    queue="retention",
    queueing_lock="watchroom.forget_jobs",
    pass_context=True,
)
async def forget_jobs(context: JobContext, timestamp: int) -> None:
    """Each night: jobs that were done days ago, or the queue would grow for ever."""
    await context.app.job_manager.delete_old_jobs(nb_hours=DONE_STAYS_H)
