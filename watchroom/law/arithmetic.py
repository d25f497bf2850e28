"""The arithmetic of one limit: from a start and a quantity to the moment it ends."""

from __future__ import annotations

import calendar as months
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from watchroom.base import clock
from watchroom.law import calendar
from watchroom.law.rule import Rule, Unit

Quantity = tuple[tuple[int, Unit], ...]
"""A length as parts that are added one after the other: one month and fifteen days."""

Span = tuple[datetime, datetime]

_STEPS = {
    Unit.SECONDS: timedelta(seconds=1),
    Unit.MINUTES: timedelta(minutes=1),
    Unit.HOURS: timedelta(hours=1),
    Unit.HOURS_HARD: timedelta(hours=1),
}


@dataclass(frozen=True, slots=True)
class Finish:
    """Where a limit ends.

    `at`: the first moment (UTC) that is too late; for days that is 24:00 of `last_day`.
    `before_roll`: the last day before it rolled off a holiday, None where it did not roll.
    `missing`: years whose holidays are not known although the answer depends on them.
    """

    at: datetime
    last_day: date | None = None
    before_roll: date | None = None
    missing: tuple[int, ...] = ()


def finish(rule: Rule, start: datetime, quantity: Quantity, pauses: Sequence[Span] = ()) -> Finish:
    """The end of `quantity` counted from `start` under the rule's way of counting.

    Time limits by the clock run from moment to moment. Days: the first day is not counted unless
    the law says so, and the last one runs to 24:00 (Civil Code art. 201-203; Criminal Procedure
    Law art. 105). Months end on the same day of the month, or its last day where there is none
    (Civil Code art. 202).
    """
    if rule.unit.by_the_clock:
        length = sum((number * _STEPS[unit] for number, unit in quantity), timedelta())
        return Finish(start + length + sum((b - a for a, b in pauses), timedelta()))
    first = clock.local_date(start)
    if rule.backward:
        last = add(first, tuple((-number, unit) for number, unit in quantity))
        return _closed(rule, min(first, last), max(first, last), last, last)
    days = sum(_days(rule, span) for span in pauses)
    last = add(first, (*quantity, (days, _day_unit(rule))))
    if rule.counting.first_day_counts:
        last -= timedelta(days=1)
    rolled = calendar.next_working_day(last) if rule.rolls else last
    return _closed(rule, first, rolled, last, rolled)


def add(day: date, quantity: Quantity) -> date:
    """`day` plus each part of the quantity in turn: months first, then days."""
    whole = sum(number for number, unit in quantity if unit.monthly)
    day = add_months(day, whole) if whole else day
    for number, unit in quantity:
        if unit.working:
            day = calendar.add_working_days(day, number)
        elif not unit.monthly:
            day += timedelta(days=number)
    return day


def add_months(day: date, count: int) -> date:
    """The same day `count` months on, or the month's last day where there is none."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(year, month + 1, min(day.day, months.monthrange(year, month + 1)[1]))


def _closed(rule: Rule, first: date, until: date, last: date, rolled: date) -> Finish:
    depends = rule.rolls or rule.unit.working or any(e.unit.working for e in rule.extensions)
    return Finish(
        at=clock.day_end(rolled),
        last_day=rolled,
        before_roll=last if rolled != last else None,
        missing=_missing(rule, first, until, last) if depends else (),
    )


def _missing(rule: Rule, first: date, until: date, last: date) -> tuple[int, ...]:
    # A rolling end depends on the calendar of its last days only, a count on every day of it.
    return calendar.missing_years(last if rule.rolls else first, until)


def _day_unit(rule: Rule) -> Unit:
    return Unit.WORKING_DAYS if rule.unit.working else Unit.CALENDAR_DAYS


def _days(rule: Rule, span: Span) -> int:
    """Whole days not counted: from the day of the pause up to the day of the resumption."""
    first, end = (clock.local_date(moment) for moment in span)
    if rule.unit.working:
        return calendar.working_days_between(first, end)
    return (end - first).days
