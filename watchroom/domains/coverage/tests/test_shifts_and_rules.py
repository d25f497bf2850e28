"""Shifts on the wall clock, what a plan asks of itself, one person in two places."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchroom.base.geometry import destination
from watchroom.domains.coverage.rules import (
    Arrival,
    Demand,
    Slot,
    clashes,
    shortfalls,
    span_of,
    spans,
    why_not_here,
)

EVERY = (1, 2, 3, 4, 5, 6, 7)
TIMES = st.integers(0, 1439).map(lambda minute: time(minute // 60, minute % 60))
DAY = timedelta(days=1)


@given(st.dates(date(2020, 1, 1), date(2035, 1, 1)), TIMES, TIMES)
def test_a_shift_lasts_more_than_nothing_and_at_most_a_day(
    day: date, starts: time, ends: time
) -> None:
    begins, over = span_of(day, starts, ends)
    assert timedelta(0) < over - begins <= DAY
    assert (over - begins == DAY) == (starts == ends)


@given(TIMES, TIMES, st.sets(st.sampled_from(EVERY), min_size=1))
def test_only_the_days_that_were_ticked(starts: time, ends: time, days: set[int]) -> None:
    first = date(2026, 1, 5)
    found = list(spans(first, first + 13 * DAY, days, starts, ends))
    assert len(found) == 2 * len(days)
    assert {day.isoweekday() for day, _, _ in found} == days


@given(
    st.lists(
        st.builds(
            Slot,
            st.sampled_from(["A", "B"]),
            st.just("S"),
            st.integers(1, 4),
            TIMES,
            TIMES,
            st.sets(st.sampled_from(EVERY), min_size=1).map(tuple),
        ),
        max_size=4,
    ),
    st.integers(0, 23),
    st.integers(1, 5),
    st.sampled_from(["", "A"]),
)
def test_a_shortfall_is_said_exactly_where_some_minute_is_short(
    slots: list[Slot], hour: int, minimum: int, post: str
) -> None:
    def people(day: int, minute: int) -> int:
        at = datetime(2026, 1, 5 + day, minute // 60, minute % 60, tzinfo=UTC)
        return sum(
            slot.strength
            for slot in slots
            if post in ("", slot.post)
            for back in range(2)
            if _covers(slot, (at - back * DAY).date(), at)
        )

    worst = min(people(day, hour * 60 + m) for day in range(7) for m in range(0, 60))
    said = shortfalls(slots, [Demand(post, hour, hour + 1, minimum)])
    assert bool(said) == (worst < minimum)


def _covers(slot: Slot, day: date, at: datetime) -> bool:
    if day.isoweekday() not in slot.days:
        return False
    start = datetime.combine(day, slot.starts, UTC)
    end = datetime.combine(day + (slot.ends <= slot.starts) * DAY, slot.ends, UTC)
    return start <= at < end


def test_handing_over_on_the_half_hour_leaves_no_gap() -> None:
    slots = [
        Slot("A", "S1", 1, time(8, 30), time(20, 30), EVERY),
        Slot("A", "S2", 1, time(20, 30), time(8, 30), EVERY),
    ]
    assert shortfalls(slots, [Demand("A", 0, 24, 1)]) == []
    (said,) = shortfalls(slots, [Demand("A", 0, 24, 2)])
    assert "至少 2 人" in said.zh
    assert "at least 2" in said.en


def test_one_person_in_two_places_is_found() -> None:
    at = datetime(2026, 1, 5, tzinfo=UTC)
    hour = timedelta(hours=1)
    assert clashes([(1, at, at + hour), (1, at + hour, at + 2 * hour)]) == []
    ((who, begins, _),) = clashes([(1, at, at + 2 * hour), (1, at + hour, at + 3 * hour)])
    assert (who, begins) == (1, at + hour)


@given(st.floats(0, 400), st.floats(0, 359))
def test_who_is_within_the_radius_is_there(metres: float, bearing: float) -> None:
    lon, lat = destination(112.9, 28.2, bearing, metres)
    found, why_not = why_not_here(Arrival(lon, lat), 112.9, 28.2, 150, None)
    assert found == pytest.approx(metres, abs=0.1)
    if abs(metres - 150) > 0.1:
        assert (why_not is None) == (metres < 150)


def test_a_zone_is_anywhere_inside_it() -> None:
    ring = [[112.9, 28.2], [112.95, 28.2], [112.95, 28.25], [112.9, 28.25], [112.9, 28.2]]
    outline = {"type": "Polygon", "coordinates": [ring]}
    for lon, there in ((112.901, True), (112.949, True), (112.96, False)):
        _, why_not = why_not_here(Arrival(lon, 28.22), 112.92, 28.22, 150, outline)
        assert (why_not is None) == there
