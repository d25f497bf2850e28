"""The periods in which bureaus count, and their neighbours."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchroom.base.clock import at_local, day_start
from watchroom.figures.periods import (
    Period,
    day,
    half_year,
    month,
    months_back,
    previous,
    quarter,
    same_last_year,
    since,
    usual,
    week,
    year,
    year_to_date,
)

NOW = datetime(2026, 3, 31, 7, 30, tzinfo=UTC)
DAYS = st.dates(date(2001, 1, 1), date(2090, 1, 1))


def told(period: Period) -> tuple[str, str]:
    return str(period.first), str(period.last)


@pytest.mark.parametrize(
    ("period", "days"),
    [
        (week(date(2026, 3, 31)), ("2026-03-30", "2026-04-05")),
        (month(2024, 2), ("2024-02-01", "2024-02-29")),
        (month(2025, 12), ("2025-12-01", "2025-12-31")),
        (quarter(2025, 4), ("2025-10-01", "2025-12-31")),
        (half_year(2026, 2), ("2026-07-01", "2026-12-31")),
        (since(date(2021, 6, 1), NOW), ("2021-06-01", "2026-03-31")),
        (year_to_date(NOW), ("2026-01-01", "2026-03-31")),
    ],
)
def test_first_and_last_day(period: Period, days: tuple[str, str]) -> None:
    assert told(period) == days


@pytest.mark.parametrize(
    ("period", "before", "year_ago"),
    [
        (month(2026, 3), month(2026, 2), month(2025, 3)),
        (quarter(2026, 1), quarter(2025, 4), quarter(2025, 1)),
        (half_year(2026, 1), half_year(2025, 2), half_year(2025, 1)),
        (year(2026), year(2025), year(2025)),
        (month(2024, 2), month(2024, 1), month(2023, 2)),
        (month(2025, 2), month(2025, 1), month(2024, 2)),
        (week(date(2026, 3, 31)), week(date(2026, 3, 24)), week(date(2025, 4, 1))),
        (day(date(2024, 2, 29)), day(date(2024, 2, 28)), day(date(2023, 2, 28))),
    ],
)
def test_the_period_before_and_the_same_one_last_year(
    period: Period, before: Period, year_ago: Period
) -> None:
    assert previous(period) == before
    assert same_last_year(period) == year_ago


def test_a_month_that_still_runs_is_compared_with_as_many_days() -> None:
    every = {one.key: one for one in usual(NOW - timedelta(days=9))}
    assert told(every["this-month"].period) == ("2026-03-01", "2026-03-22")
    assert told(every["this-month"].before) == ("2026-02-01", "2026-02-22")
    assert told(every["this-month"].year_ago) == ("2025-03-01", "2025-03-22")
    assert told(every["this-quarter"].before) == ("2025-10-01", "2025-12-20")
    assert every["last-month"].before == month(2026, 1)
    assert {one.key: one for one in usual(NOW)}["this-month"].before == month(2026, 2)


def test_from_midnight_to_this_moment_steps_by_day_week_or_month() -> None:
    noon = at_local(date(2026, 3, 10), NOW.time())
    for start, back in ((date(2026, 3, 10), timedelta(1)), (date(2026, 3, 9), timedelta(7))):
        running = Period(day_start(start), noon)
        assert previous(running) == Period(running.start - back, running.end - back)
    running = Period(day_start(date(2026, 3, 1)), noon)
    assert previous(running) == Period(
        day_start(date(2026, 2, 1)), at_local(date(2026, 2, 10), NOW.time())
    )


def test_a_period_never_runs_backwards() -> None:
    with pytest.raises(ValueError, match="before it begins"):
        Period(NOW, NOW - timedelta(seconds=1))


@given(DAYS)
def test_months_halves_and_days_tile_the_year(of: date) -> None:
    months = [month(of.year, number) for number in range(1, 13)]
    halves = [half_year(of.year, number) for number in (1, 2)]
    for parts in (months, halves):
        assert (parts[0].start, parts[-1].end) == (year(of.year).start, year(of.year).end)
        assert all(a.end == b.start for a, b in pairwise(parts))
    assert sum(one.days for one in months) == year(of.year).days
    assert previous(day(of)).end == day(of).start
    assert previous(week(of)).end == week(of).start


@given(DAYS, st.integers(1, 40))
def test_months_back_are_neighbours_and_end_with_this_one(of: date, n: int) -> None:
    found = months_back(day_start(of), n)
    assert len(found) == n
    assert found[-1] == month(of.year, of.month)
    assert all(previous(b) == a for a, b in pairwise(found))
