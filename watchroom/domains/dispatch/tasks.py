"""What dispatch does by the clock; procrastinate finds this module by its name.

Every process reads it while it starts: what a task needs is imported when it runs.
"""

from procrastinate.contrib.django import app


@app.periodic(cron="* * * * *")
@app.task(name="dispatch.cards", queue="cards", queueing_lock="dispatch.cards")
def keep_cards(timestamp: int) -> None:
    """Each minute: the paper cards as they stand now. A late run writes once, not many times."""
    from . import cards  # noqa: PLC0415

    cards.write_all()


@app.periodic(cron="40 3 * * *")
@app.task(name="dispatch.demand", queue="demand", queueing_lock="dispatch.demand")
def count_demand(timestamp: int) -> None:
    """Each night: where calls come from, and at which hours."""
    from . import actions  # noqa: PLC0415

    actions.rebuild_demand()


@app.periodic(cron="55 3 * * *")
@app.task(name="dispatch.streets", queue="demand", queueing_lock="dispatch.streets")
def learn_streets(timestamp: int) -> None:
    """Each night: how fast the streets really are, from the units' own finished drives."""
    from . import actions  # noqa: PLC0415

    actions.learn_streets()
