"""What the fraud centre does by the clock; procrastinate finds this module by its name.

Every process reads it while it starts: what a task needs is imported when it runs.
"""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

FIRST = 10
"""Before everything else: after a burst thousands of reactions to limits may be waiting."""


@app.task(
    name="fraud.open",
    queue="reactions",
    retry=RetryStrategy(max_attempts=8, exponential_wait=3),
    priority=FIRST,
)
def open_cases() -> None:
    """Right after an intake: windows become cases on the desk."""
    from .actions import open_waiting  # noqa: PLC0415

    open_waiting()


@app.periodic(cron="* * * * *")
@app.task(name="fraud.sweep", queue="fraud", queueing_lock="fraud.sweep", priority=FIRST)
def sweep(timestamp: int) -> None:
    """Each minute: windows that an interrupted job left waiting."""
    from .actions import open_waiting  # noqa: PLC0415

    open_waiting()


@app.task(name="fraud.order", queue="fraud")
def try_order(order_id: str) -> None:
    """An order that a bank did not answer is tried again; doing it twice does no harm."""
    from uuid import UUID  # noqa: PLC0415

    from .actions.orders import pursue  # noqa: PLC0415

    pursue(UUID(order_id))


@app.periodic(cron="* * * * *")
@app.task(name="fraud.orders", queue="fraud", queueing_lock="fraud.orders")
def sweep_orders(timestamp: int) -> None:
    """Each minute: orders that an interrupted job left waiting."""
    from .actions.orders import due, pursue  # noqa: PLC0415

    for order_id in due():
        pursue(order_id)


@app.periodic(cron="* * * * *")
@app.task(
    name="fraud.messages", queue="fraud", queueing_lock="fraud.messages", lock="fraud.messages"
)
def exchange_messages(timestamp: int) -> None:
    """At once when one is written, and each minute for receipts: one session at a time."""
    from .actions.messages import exchange  # noqa: PLC0415

    exchange()
