"""The periods in which bureaus count: days, weeks, months, halves, years, and their neighbours.

A period is [start, end): moments, aware; its days begin at midnight of the bureau's own zone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from watchroom.base.clock import day_start, local, local_date, utc
from watchroom.base.text import Text

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Period:
    """From a moment up to, not including, another. Raises ValueError where it would run back."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if utc(self.start) > utc(self.end):
            raise ValueError(f"a period cannot end before it begins: {self.start} > {self.end}")

    @property
    def first(self) -> date:
        """Its first day."""
        return local_date(self.start)

    @property
    def last(self) -> date:
        """Its last day; that of its beginning if it is empty."""
        return max(self.first, local_date(self.end - timedelta(microseconds=1)))

    @property
    def days(self) -> int:
        """How many calendar days it touches."""
        return (self.last - self.first).days + 1

    @property
    def whole_days(self) -> bool:
        """Whether it begins and ends at midnight."""
        return all(local(moment).time() == local(moment).min.time() for moment in self._ends)

    @property
    def _ends(self) -> tuple[datetime, datetime]:
        return self.start, self.end


@dataclass(frozen=True)
class Named:
    """A period with the name it goes by. `whole`: what it will have been when it is over."""

    key: str
    title: Text
    period: Period
    whole: Period

    @property
    def before(self) -> Period:
        """环比: as much of the period before as has passed of this one; to its end at most."""
        before = previous(self.whole)
        if self.period == self.whole:
            return before
        passed = self.period.end - self.period.start
        return Period(before.start, min(before.end, before.start + passed))

    @property
    def year_ago(self) -> Period:
        """同比: the same days of last year."""
        return same_last_year(self.whole if self.period == self.whole else self.period)


def _days(first: date, beyond: date) -> Period:
    return Period(day_start(first), day_start(beyond))


def day(of: date) -> Period:
    """One calendar day."""
    return _days(of, of + timedelta(days=1))


def week(of: date) -> Period:
    """The week, Monday to Sunday (GB/T 7408, ISO 8601), in which a day lies."""
    monday = of - timedelta(days=of.weekday())
    return _days(monday, monday + timedelta(days=7))


def month(year: int, number: int) -> Period:
    """One calendar month, 1 to 12."""
    return _days(date(year, number, 1), _month_on(date(year, number, 1), 1))


def quarter(year: int, number: int) -> Period:
    """One quarter, 1 to 4."""
    first = date(year, 3 * number - 2, 1)
    return _days(first, _month_on(first, 3))


def half_year(year: int, number: int) -> Period:
    """上半年 or 下半年: 1 or 2."""
    first = date(year, 6 * number - 5, 1)
    return _days(first, _month_on(first, 6))


def year(number: int) -> Period:
    """One calendar year."""
    return _days(date(number, 1, 1), date(number + 1, 1, 1))


def since(first: date, until: datetime) -> Period:
    """ "Since June 2021": from the beginning of a day up to a moment."""
    return Period(day_start(first), until)


def year_to_date(moment: datetime) -> Period:
    """From the first of January up to the moment."""
    return since(date(local(moment).year, 1, 1), moment)


def _month_on(first: date, months: int) -> date:
    """The first of the month so many months later (or, negative, earlier)."""
    number = first.year * 12 + first.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


def _shifted(moment: datetime, months: int) -> datetime:
    """The same wall clock so many months later; the 31st becomes the last day there is."""
    there = local(moment)
    first = _month_on(there.date(), months)
    last = _month_on(first, 1) - timedelta(days=1)
    on = first.replace(day=min(there.day, last.day))
    return utc(datetime.combine(on, there.timetz()))


def _months_of(period: Period) -> int | None:
    """How many whole calendar months a period is; None if it is something else."""
    start, end = local(period.start), local(period.end)
    whole = period.whole_days and start.day == end.day == 1 and start < end
    return (end.year - start.year) * 12 + end.month - start.month if whole else None


def previous(period: Period) -> Period:
    """环比: the period of the same kind just before.

    Whole months (quarters, halves, years) step by calendar months. One that still runs, from
    midnight to this moment, is compared with the same stretch of the day, the week or the month
    before. Anything else steps by its own length in days: the seven days before.
    """
    months = _months_of(period) or _running_month(period)
    if months:
        return Period(_shifted(period.start, -months), _shifted(period.end, -months))
    running_week = not period.whole_days and period.first.weekday() == 0 and period.days <= 7
    back = timedelta(days=7 if running_week else period.days)
    return Period(period.start - back, period.end - back)


def _running_month(period: Period) -> int:
    running = not period.whole_days and period.first.day == 1
    return int(running and period.first.month == period.last.month and period.days <= 31)


def same_last_year(period: Period) -> Period:
    """同比: the same days of the calendar a year earlier; 29 February becomes the 28th.

    A week is compared with the week of the same number, Monday to Sunday, where there is one
    (52 weeks earlier).
    """
    if _is_week(period):
        back = timedelta(weeks=52)
        return Period(period.start - back, period.end - back)
    return Period(_shifted(period.start, -12), _shifted(period.end, -12))


def _is_week(period: Period) -> bool:
    return period.whole_days and period.days == 7 and period.first.weekday() == 0


def months_back(moment: datetime, n: int) -> list[Period]:
    """The last `n` calendar months, oldest first; the last is the one in which the moment lies."""
    here = local_date(moment).replace(day=1)
    firsts = [_month_on(here, -back) for back in range(n - 1, -1, -1)]
    return [month(first.year, first.month) for first in firsts]


def usual(moment: datetime) -> Sequence[Named]:
    """The periods people ask for by name; those that still run end with the day of the moment."""
    today = local_date(moment)
    this_month = month(today.year, today.month)
    this_quarter = quarter(today.year, (today.month + 2) // 3)
    this_half = half_year(today.year, (today.month + 5) // 6)
    told = (
        ("today", Text("今日", "Today"), day(today)),
        ("yesterday", Text("昨日", "Yesterday"), previous(day(today))),
        ("this-week", Text("本周", "This week"), week(today)),
        ("last-week", Text("上周", "Last week"), previous(week(today))),
        ("this-month", Text("本月", "This month"), this_month),
        ("last-month", Text("上月", "Last month"), previous(this_month)),
        ("this-quarter", Text("本季度", "This quarter"), this_quarter),
        ("this-half", Text("本半年", "This half-year"), this_half),
        ("last-half", Text("上个半年", "Last half-year"), previous(this_half)),
        ("this-year", Text("今年以来", "This year to date"), year(today.year)),
        ("last-year", Text("去年", "Last year"), year(today.year - 1)),
    )
    beyond = day(today).end
    return tuple(
        Named(key, title, Period(whole.start, min(whole.end, beyond)), whole)
        for key, title, whole in told
    )
