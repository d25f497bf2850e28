from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchroom.base import clock

NEW_YEAR_EVE = datetime(2025, 12, 31, 16, 30, tzinfo=UTC)


def test_the_local_day_is_the_one_on_the_wall_in_china() -> None:
    assert clock.local_date(NEW_YEAR_EVE) == date(2026, 1, 1)
    assert clock.day_start(date(2026, 1, 1)) == datetime(2025, 12, 31, 16, tzinfo=UTC)
    assert clock.day_end(date(2026, 1, 1)) == datetime(2026, 1, 1, 16, tzinfo=UTC)


def test_a_held_clock_stands_still_and_is_given_back() -> None:
    with clock.held_at(NEW_YEAR_EVE):
        assert clock.now() == NEW_YEAR_EVE
        assert clock.now().tzinfo is UTC
    assert clock.now() > NEW_YEAR_EVE


def test_a_clock_from_elsewhere_is_turned_into_utc() -> None:
    beijing = timezone(timedelta(hours=8))
    with clock.running_on(lambda: datetime(2026, 1, 1, 8, tzinfo=beijing)):
        assert clock.now() == datetime(2026, 1, 1, tzinfo=UTC)


def test_a_moment_without_a_zone_is_refused() -> None:
    naive = datetime(2026, 1, 1)  # noqa: DTZ001
    for act in (clock.utc, clock.local, clock.local_date):
        with pytest.raises(ValueError, match="time zone"):
            act(naive)


@given(st.datetimes(min_value=datetime(1995, 1, 1), max_value=datetime(2100, 1, 1)))  # noqa: DTZ001
def test_every_moment_lies_in_its_own_local_day(wall: datetime) -> None:
    moment = wall.replace(tzinfo=UTC)
    day = clock.local_date(moment)
    assert clock.day_start(day) <= moment < clock.day_end(day)
