"""What disputes do by the clock; procrastinate finds this module by its name.

Every process reads it while it starts: what a task needs is imported when it runs.
"""

from procrastinate.contrib.django import app


@app.periodic(cron="35 4 * * *")
@app.task(name="disputes.erase", queue="disputes", queueing_lock="disputes.erase")
def erase(timestamp: int) -> None:
    """Each night: match keys and parties whose time is over."""
    from .actions import erase_expired  # noqa: PLC0415

    erase_expired()
