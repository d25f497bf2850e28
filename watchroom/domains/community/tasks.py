"""What community policing does in the background; procrastinate finds this module by its name.

Every process reads it while it starts: what a task needs is imported when it runs.
"""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app


@app.task(
    name="community.tell",
    queue="outward",
    retry=RetryStrategy(max_attempts=8, exponential_wait=6),
)
def tell(notice_id: int) -> None:
    """Tell an organ of a hazard; tried again with growing pauses."""
    from .actions.telling import tell as tell_once  # noqa: PLC0415

    tell_once(notice_id)
