"""Days without anything unusual rarely raise an alarm; a rise that is there is found."""

from datetime import date, timedelta

import numpy as np
import pytest
from scipy import stats

from watchroom.figures.chance import discoveries
from watchroom.figures.unusual import Q, baseline, look

BEGAN = date(2024, 1, 1)
SERIES, CLASSES = 400, 8


def _weekday(day: date) -> int:
    return day.weekday()


class City:
    """A city in which nothing ever happens out of the ordinary: places of very different size,
    weekdays and seasons, a class that grows, counts that scatter from Poisson to `widest` times it,
    each place its own."""

    def __init__(self, seed: int, widest: float) -> None:
        self.rng = np.random.default_rng(seed)
        self.classes = np.arange(SERIES) % CLASSES
        self.level = self.rng.gamma(0.7, 3.0, size=SERIES)
        self.week = self.rng.uniform(0.7, 1.3, size=(SERIES, 7))
        self.scatter = self.rng.uniform(1.05, widest, size=SERIES) if widest > 1 else None

    def mean(self, day: date) -> np.ndarray:
        n = (day - BEGAN).days
        season = 1 + 0.2 * np.sin(2 * np.pi * n / 365.25 + self.classes)
        growth = np.where(self.classes == 0, 1 + n / 730, 1.0)
        return self.level * self.week[:, day.weekday()] * season * growth

    def counts(self, day: date) -> np.ndarray:
        mean = self.mean(day)
        if self.scatter is None:
            return self.rng.poisson(mean)
        size = mean / (self.scatter - 1)
        return self.rng.poisson(self.rng.gamma(size, self.scatter - 1))


def _looked(city: City, day: date, planted: int = 0) -> tuple[np.ndarray, np.ndarray]:
    days = baseline(day, _weekday, BEGAN)
    reference = np.array([city.counts(d) for d in days.days]).T
    today = city.counts(day)
    if planted:
        today[7] = np.ceil(city.mean(day)[7]) + planted
    seen = look(today, reference, city.classes, days.year_ago)
    return seen.rises, seen.falls


@pytest.mark.parametrize("widest", [1.0, 3.0])
def test_where_nothing_is_unusual_few_days_raise_any_alarm(widest: float) -> None:
    """The share of 250 days with any alarm stays within its bound of one in ten."""
    city = City(11, widest)
    first = date(2025, 6, 1)
    alarms = sum(
        any(found.any() for found in _looked(city, first + timedelta(days=n))) for n in range(250)
    )
    assert alarms <= 250 * Q


def test_a_rise_that_is_there_is_found_and_is_the_one_that_is_named() -> None:
    city = City(5, 1.3)
    city.level[7] = 4.0
    found = [_looked(city, date(2025, 9, 1) + timedelta(days=n), planted=25) for n in range(20)]
    assert all(rises[7] for rises, _ in found)
    assert sum(int(rises.sum()) - 1 for rises, _ in found) <= 4


def test_a_place_that_falls_silent_is_found() -> None:
    city = City(3, 1.0)
    city.level[9] = 40.0
    days = baseline(date(2025, 9, 1), _weekday, BEGAN)
    today = city.counts(date(2025, 9, 1))
    today[9] = 0
    seen = look(today, np.array([city.counts(d) for d in days.days]).T, city.classes, days.year_ago)
    assert seen.falls[9]


def test_for_poisson_counts_the_chance_is_that_of_the_exact_conditional_test() -> None:
    """5 yesterday against 4 in the eight days before: P(Bin(9, 1/9) ≥ 5)."""
    reference = np.array([[1, 0, 1, 0, 1, 0, 1, 0]])
    none = np.zeros(8, dtype=bool)
    seen = look(np.array([5]), reference, np.zeros(1, dtype=np.int64), none)
    assert seen.more[0] == pytest.approx(stats.binom.sf(4, 9, 1 / 9))


def test_days_like_it_are_those_of_the_weekday_or_all_days_off() -> None:
    off = {date(2026, 1, 1), date(2026, 1, 2)}

    def kind(day: date) -> object:
        return "off" if day in off or day.weekday() >= 5 else day.weekday()

    holiday = baseline(date(2026, 1, 2), kind, BEGAN)
    assert holiday.days[:3] == (date(2026, 1, 1), date(2025, 12, 28), date(2025, 12, 27))
    friday = baseline(date(2026, 1, 9), kind, BEGAN)
    assert date(2026, 1, 2) not in friday.days
    assert {d.weekday() for d in friday.days} == {4}
    assert (len(friday.days), int(friday.year_ago.sum())) == (17, 9)


def test_without_records_enough_it_says_so() -> None:
    assert not baseline(date(2026, 1, 9), _weekday, date(2025, 12, 20)).enough


def test_of_many_tests_only_those_stand_out_that_chance_does_not_explain() -> None:
    p = np.array([0.001, 0.04, 0.012, 0.8, 0.5])
    assert discoveries(p, 0.05).tolist() == [True, False, True, False, False]
    assert not discoveries(np.zeros(0), 0.05).any()
