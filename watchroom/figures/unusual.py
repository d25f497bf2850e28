"""What was unusual on a day: counts of places and classes against days like it, with false alarms
held down over everything that was looked at. It speaks of places and days, never of a person.

The baseline are days of the same kind (weekday, or day off): the last eight, and the nine nearest
to the same date a year before, scaled by how much the class has grown since. The expected count is
a ratio of totals; its tail is negative binomial: for counts that scatter as Poisson exactly the
conditional test of two rates (Przyborowski and Wilenski, Biometrika 31, 1940, 313-323), otherwise
widened by the scatter found in the baseline, as Farrington and others do (J. R. Statist. Soc. A
159, 1996, 547-563; Noufaily and others, Statist. Med. 32, 2013, 1206-1222).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
from scipy import stats

from .chance import F64, discoveries

RECENT, YEAR_AGO, LEAST = 8, 9, 6
FAR, NEAR = 180, 45
LIKE_A_YEAR = timedelta(days=364)
ENOUGH = 50.0
"""Counts of a class in each half of the baseline from which its own growth is read."""
POOL = 8.0
"""As so many days of the whole class weigh on the scatter of one series."""
Q = 0.1
"""The share of false alarms, and the chance of any where nothing is unusual."""


@dataclass(frozen=True)
class Baseline:
    """The days a day is compared with; `year_ago` says which of them are a year old."""

    days: tuple[date, ...]
    year_ago: npt.NDArray[np.bool_]

    @property
    def enough(self) -> bool:
        """Whether there are days enough to say what is usual."""
        return len(self.days) >= LEAST


def baseline(day: date, kind: Callable[[date], Hashable], first: date) -> Baseline:
    """The days like `day`, no earlier than `first` (when records begin). `kind`: which days are
    alike: the weekday, and one kind for all days off."""
    wanted = kind(day)
    recent = _like(day, range(1, FAR), kind, wanted, first)[:RECENT]
    there = day - LIKE_A_YEAR
    nearest = sorted(range(-NEAR, NEAR + 1), key=abs)
    old = [d for d in _like(there, nearest, kind, wanted, first) if d not in recent][:YEAR_AGO]
    days = (*recent, *old)
    return Baseline(days, np.array([d in old for d in days], dtype=bool))


def _like(
    day: date,
    back: range | list[int],
    kind: Callable[[date], Hashable],
    wanted: Hashable,
    first: date,
) -> list[date]:
    days = (day - timedelta(days=n) for n in back)
    return [d for d in days if d >= first and kind(d) == wanted]


@dataclass(frozen=True, eq=False)
class Seen:
    """What was found, series by series: expected count, chance of as many or more, of as few or
    fewer, and which stand out; of those the range in which 95 of 100 such days lie, else nan."""

    expected: F64
    low: F64
    high: F64
    more: F64
    fewer: F64
    rises: npt.NDArray[np.bool_]
    falls: npt.NDArray[np.bool_]


def look(
    today: npt.NDArray[np.int64],
    reference: npt.NDArray[np.int64],
    classes: npt.NDArray[np.int64],
    year_ago: npt.NDArray[np.bool_],
    q: float = Q,
) -> Seen:
    """Look at all series of one day at once.

    `today` (s) counts; `reference` (s, d) the same on the days of the baseline; `classes` (s) which
    class each belongs to; `year_ago` (d). All series that were looked at have to be handed in, also
    the quiet ones: the false alarms are counted over them all, `q` half for rises, half for falls.
    """
    weights = _weights(reference, classes, year_ago)
    total = reference.sum(axis=1).astype(np.float64)
    share = 1.0 / weights.sum(axis=1)
    scatter = _scatter(reference, classes, weights)
    more = _at_least(today, total + 1, share, scatter)
    fewer = 1 - _at_least(today + 1, np.maximum(total, 1e-9), share, scatter)
    fewer = np.where(total > 0, fewer, 1.0)
    rises, falls = discoveries(more, q / 2), discoveries(fewer, q / 2)
    low, high = _range((total + 0.5) * share, share, scatter, rises | falls)
    return Seen(total * share, low, high, more, fewer, rises, falls)


def _range(mean: F64, share: F64, scatter: F64, which: npt.NDArray[np.bool_]) -> tuple[F64, F64]:
    low, high = np.full(len(mean), np.nan), np.full(len(mean), np.nan)
    shape, p = _shape(mean[which], share[which], scatter[which])
    low[which], high[which] = (stats.nbinom.ppf(end, shape, p) for end in (0.025, 0.975))
    return low, high


def _weights(
    reference: npt.NDArray[np.int64],
    classes: npt.NDArray[np.int64],
    year_ago: npt.NDArray[np.bool_],
) -> F64:
    """(s, d) how much of today each day of the baseline stands for: 1, or less a year ago where the
    class has grown."""
    weights = np.ones(reference.shape)
    if not year_ago.any() or year_ago.all():
        return weights
    old, new = reference[:, year_ago].sum(axis=1), reference[:, ~year_ago].sum(axis=1)
    days_old, days_new = year_ago.sum(), (~year_ago).sum()
    every = _ratio(old.sum() / days_old, new.sum() / days_new)
    for one in np.unique(classes):
        mine = classes == one
        a, b = old[mine].sum(), new[mine].sum()
        known = min(a, b) >= ENOUGH
        weights[np.ix_(mine, year_ago)] = _ratio(a / days_old, b / days_new) if known else every
    return weights


def _ratio(old: float, new: float) -> float:
    return float(old / new) if old > 0 and new > 0 else 1.0


def _scatter(reference: npt.NDArray[np.int64], classes: npt.NDArray[np.int64], weights: F64) -> F64:
    """(s) variance over mean: that of the class, or the series' own, drawn towards it and taken a
    standard error wider, where that is more. Seventeen days tell little of one series: a scatter
    that came out small by chance would turn ordinary days into alarms. Never below 1."""
    total, days = reference.sum(axis=1), reference.shape[1]
    mean = total[:, None] * weights / weights.sum(axis=1)[:, None]
    pearson = np.divide(
        (reference - mean) ** 2, mean, out=np.zeros(mean.shape), where=mean > 0
    ).sum(axis=1)
    own = np.where(total > 0, days - 1, 0).astype(np.float64)
    pooled = np.ones(len(total))
    for one in np.unique(classes):
        mine = classes == one
        pooled[mine] = pearson[mine].sum() / max(own[mine].sum(), 1.0)
    mixed = (pearson + POOL * pooled) / (own + POOL)
    wider = mixed * (1 + np.sqrt(2 / (own + POOL)))
    return np.asarray(np.maximum(np.maximum(wider, pooled), 1.0))


def _shape(mean: F64, share: F64, scatter: F64) -> tuple[F64, F64]:
    """Size and probability of the negative binomial with this mean whose variance is the scatter
    and what is not known of the mean itself."""
    variance = scatter * mean * (1 + share)
    return mean**2 / (variance - mean), mean / variance


def _at_least(count: npt.NDArray[np.int64], total: F64, share: F64, scatter: F64) -> F64:
    shape, p = _shape(total * share, share, scatter)
    return np.asarray(stats.nbinom.sf(count - 1, shape, p), dtype=np.float64)
