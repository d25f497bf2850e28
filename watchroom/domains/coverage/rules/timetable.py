"""When a shift is, on which days: wall-clock times of the agency turned into moments."""

from collections.abc import Collection, Iterator
from datetime import date, datetime, time, timedelta

from watchroom.base.clock import at_local

EVERY_DAY = (1, 2, 3, 4, 5, 6, 7)
"""Days of the week as ISO 8601 numbers them: Monday is 1."""


def span_of(day: date, starts: time, ends: time) -> tuple[datetime, datetime]:
    """The moments (UTC) at which the shift of a day begins and ends.

    A shift that ends no later than it begins ends on the next day: 22:00-06:00, 08:00-08:00.
    """
    last = day + timedelta(days=ends <= starts)
    return at_local(day, starts), at_local(last, ends)


def spans(
    first: date, last: date, days: Collection[int], starts: time, ends: time
) -> Iterator[tuple[date, datetime, datetime]]:
    """(day, begins, ends) of each shift whose day lies from `first` to `last`, both included."""
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        if day.isoweekday() in days:
            yield (day, *span_of(day, starts, ends))
