"""Working days of the People's Republic: holidays and make-up days as the State Council sets them.

The years come from the `chinesecalendar` package (2004 up to the last year announced when it was
released). A year it does not have can be registered; until then it is *missing*, and whoever
counts is told so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

from chinese_calendar.constants import holidays as _package_off
from chinese_calendar.constants import workdays as _package_work

from watchroom.law.files import read_toml, wrong

_SATURDAY = 5
_DAY = timedelta(days=1)
_BRIDGE = timedelta(days=5)


@dataclass(frozen=True, slots=True)
class Year:
    """One year's deviations from the plain week: days off, and weekend days that are worked."""

    off: frozenset[date]
    work: frozenset[date]


_registered: dict[int, Year] = {}


def register(year: int, *, off: Iterable[date], work: Iterable[date] = ()) -> None:
    """Add or replace one year, when the State Council has announced it before the package has.

    Raises ValueError for a day outside the year, or one that is both off and worked.
    """
    entry = Year(frozenset(off), frozenset(work))
    if any(day.year != year for day in entry.off | entry.work):
        raise ValueError(f"the calendar of {year} holds a day of another year")
    if entry.off & entry.work:
        raise ValueError(f"the calendar of {year} has days that are both off and worked")
    _registered[year] = entry


def load(path: Path) -> int:
    """Register the year of a TOML file, and say which it was. Raises Refusal for a wrong file.

    The file holds `year = 2027`, `off = [2027-01-01, …]` and, if any, `work = […]`.
    """
    data = read_toml(path)
    try:
        year, off, work = data["year"], _dates(data["off"]), _dates(data.get("work", []))
        register(year, off=off, work=work)
    except (KeyError, TypeError, ValueError) as error:
        raise wrong(
            f"放假安排文件 {path} 有误：须有 year、off（日期列表），可有 work（{error}）。",
            f"The holiday file {path} is wrong: it needs year, off (dates) and may have work "
            f"({error}).",
            code="invalid-calendar",
        ) from error
    return int(year)


def _dates(values: list[date]) -> list[date]:
    if not all(type(value) is date for value in values):
        raise TypeError("dates are written as 2027-01-01, without quotes")
    return values


def forget(year: int) -> None:
    """Take a registered year away again; a year of the package is then its own again."""
    _registered.pop(year, None)


def known(year: int) -> bool:
    """Whether this year's holidays are known. If not, only the plain week can be counted."""
    return year in _registered or year in _package_years()


def is_working_day(day: date) -> bool:
    """Whether offices work. In a year that is not `known`: Monday to Friday, provisionally."""
    entry = _registered.get(day.year)
    off, work = (entry.off, entry.work) if entry else (_package_off, _package_work)
    return day in work or (day.weekday() < _SATURDAY and day not in off)


def next_working_day(day: date) -> date:
    """`day` itself if it is a working day, else the first one after it."""
    while not is_working_day(day):
        day += _DAY
    return day


def add_working_days(day: date, count: int) -> date:
    """The `count`-th working day after `day` (before it, if negative); `day` itself is not counted.

    0 gives `day` unchanged.
    """
    step = _DAY if count > 0 else -_DAY
    for _ in range(abs(count)):
        day += step
        while not is_working_day(day):
            day += step
    return day


def working_days_between(first: date, end: date) -> int:
    """How many working days lie in [first, end)."""
    return sum(is_working_day(first + n * _DAY) for n in range((end - first).days))


def missing_years(first: date, last: date) -> tuple[int, ...]:
    """The years that the days from `first` to `last` depend on and that are not known, in order.

    The last days of December belong to the next year's announcement, which moves them around New
    Year (29 December 2007 was worked for New Year 2008).
    """
    return tuple(year for year in range(first.year, (last + _BRIDGE).year + 1) if not known(year))


@lru_cache(maxsize=1)
def _package_years() -> frozenset[int]:
    # The package has whole years only: New Year alone would not make a year known.
    return frozenset(day.year for day in _package_off if day.month > 1)
