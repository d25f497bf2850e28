# ruff: noqa: E501  (the tables read best as rows)
"""How many calls to expect in each hour: the declared truth that drawn calls are tested against."""

import datetime as dt
from functools import cache

import numpy as np
from numpy.typing import NDArray

from watchroom.city.classes import habits
from watchroom.city.seeds import rng

FloatArray = NDArray[np.float64]

HOURS: dict[str, tuple[float, ...]] = {
    # hour of the day      0    1    2    3    4    5    6    7    8    9   10   11   12   13   14   15   16   17   18   19   20   21   22   23
    "flat": (0.7, 0.5, 0.4, 0.3, 0.3, 0.4, 0.6, 0.9, 1.1, 1.2, 1.2, 1.2, 1.1, 1.1, 1.2, 1.2, 1.2, 1.3, 1.3, 1.3, 1.3, 1.2, 1.1, 0.9),
    "day": (0.1, 0.1, 0.1, 0.1, 0.1, 0.2, 0.5, 1.0, 1.7, 2.1, 2.1, 1.9, 1.6, 1.6, 1.9, 2.0, 2.0, 1.8, 1.4, 1.2, 1.0, 0.7, 0.4, 0.2),
    "morning": (0.3, 0.2, 0.2, 0.2, 0.3, 0.7, 1.6, 2.4, 2.3, 1.8, 1.5, 1.2, 1.0, 0.9, 0.9, 0.9, 1.0, 1.2, 1.3, 1.0, 0.8, 0.6, 0.5, 0.4),
    "evening": (0.7, 0.4, 0.2, 0.2, 0.2, 0.2, 0.4, 0.7, 0.8, 0.9, 0.9, 0.9, 1.0, 0.9, 0.9, 1.0, 1.2, 1.6, 2.1, 2.4, 2.4, 2.0, 1.5, 1.1),
    "late": (2.2, 1.7, 1.2, 0.7, 0.4, 0.3, 0.2, 0.2, 0.2, 0.3, 0.3, 0.4, 0.6, 0.6, 0.5, 0.5, 0.5, 0.7, 1.1, 1.6, 2.2, 2.7, 3.0, 2.7),
    "night": (1.9, 1.6, 1.3, 1.0, 0.8, 0.6, 0.5, 0.5, 0.5, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6, 0.7, 0.8, 1.1, 1.4, 1.7, 1.9, 2.1, 2.2),
    "commute": (0.3, 0.2, 0.2, 0.1, 0.2, 0.3, 0.8, 1.9, 2.3, 1.4, 1.2, 1.2, 1.2, 1.1, 1.1, 1.2, 1.4, 2.1, 2.4, 1.5, 1.1, 0.9, 0.7, 0.5),
}  # fmt: skip
MONTHS: dict[str, tuple[float, ...]] = {
    "flat": (1.0,) * 12,
    "spring": (0.8, 0.9, 1.2, 1.4, 1.3, 1.0, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9),
    "summer": (0.7, 0.7, 0.8, 0.9, 1.1, 1.3, 1.4, 1.4, 1.2, 1.0, 0.8, 0.7),
    "autumn": (0.9, 0.8, 0.9, 0.9, 0.9, 1.0, 0.9, 0.9, 1.0, 1.2, 1.5, 1.1),
    "winter": (1.3, 1.4, 0.9, 0.9, 0.9, 0.9, 0.8, 0.8, 0.9, 0.9, 1.0, 1.3),
}
WEEKDAYS = (0.97, 0.95, 0.96, 0.97, 1.07, 1.06, 1.02)
HOLIDAY, RISE = 1.09, 1.65  # all calls on a holiday; a class in the weather it hates
WEATHER = ("clear", "cloud", "rain", "storm", "fog", "snow", "heat")
SPRING_FESTIVAL = {
    2024: (2, 10), 2025: (1, 29), 2026: (2, 17), 2027: (2, 6), 2028: (1, 26), 2029: (2, 13), 2030: (2, 3),
}  # fmt: skip


def holiday(day: dt.date) -> bool:
    """The long public holidays; the city's own plain table, not a legal working calendar."""
    if day.month == 1 and day.day == 1:
        return True
    if (day.month == 5 and day.day <= 3) or (day.month == 10 and day.day <= 7):
        return True
    if day.year not in SPRING_FESTIVAL:
        return False
    first = dt.date(day.year, *SPRING_FESTIVAL[day.year])
    return dt.timedelta(0) <= day - first < dt.timedelta(7)


def likely(month: int) -> FloatArray:
    """How likely each kind of weather is in a month (1 to 12)."""
    warm = month in (6, 7, 8)
    cold = month in (12, 1, 2)
    wet = 0.34 if month in (3, 4, 5, 6) else 0.20
    odds = np.array(
        [0.34, 0.28, wet, 0.08 if 4 <= month <= 9 else 0.01, 0.05 if cold else 0.02,
         0.04 if cold else 0.0, 0.24 if warm else 0.0]
    )  # fmt: skip
    return np.asarray(odds / odds.sum())


@cache
def year_of_weather(seed: int, year: int) -> tuple[str, ...]:
    """One kind of weather a day; yesterday's weather likes to stay."""
    r = rng(seed, "weather", year)
    day, today, out = dt.date(year, 1, 1), "cloud", []
    while day.year == year:
        if r.random() > 0.42:
            today = WEATHER[int(r.choice(len(WEATHER), p=likely(day.month)))]
        out.append(today)
        day += dt.timedelta(1)
    return tuple(out)


def weather(seed: int, day: dt.date) -> str:
    """The declared weather of a day."""
    return year_of_weather(seed, day.year)[day.timetuple().tm_yday - 1]


@cache
def profiles() -> tuple[FloatArray, FloatArray, FloatArray]:
    """(share (classes,), hours (classes, 24) summing to 1, months (classes, 12) averaging 1)."""
    share = np.array([h.share for h in habits()])
    hours = np.array([HOURS[h.hours] for h in habits()])
    months = np.array([MONTHS[h.months] for h in habits()])
    return (
        share / share.sum(),
        hours / hours.sum(axis=1, keepdims=True),
        months / months.mean(axis=1, keepdims=True),
    )


@cache
def echoes() -> FloatArray:
    """Mean number of calls for one event of each class (further callers come one after another)."""
    return 1 / (1 - np.array([h.echo for h in habits()]))


def expected(seed: int, day: dt.date, per_day: float) -> FloatArray:
    """Expected events (classes, 24) of a day; with `echoes` they make `per_day` calls on a plain day."""
    share, hours, months = profiles()
    today = weather(seed, day)
    hated = np.array([RISE if today in h.weather else 1.0 for h in habits()])
    scale = per_day / float((share * echoes()).sum())
    scale *= WEEKDAYS[day.weekday()] * (HOLIDAY if holiday(day) else 1.0)
    return np.asarray((share * months[:, day.month - 1] * hated * scale)[:, None] * hours)
