"""What dispatch does by the clock; procrastinate finds this module by its name."""

from procrastinate.contrib.django import app

from . import cards


@app.periodic(cron="* * * * *")
@app.task(name="dispatch.cards", queue="cards", queueing_lock="dispatch.cards")
def keep_cards(timestamp: int) -> None:
    """Each minute: the paper cards as they stand now. A late run writes once, not many times."""
    cards.write_all()
