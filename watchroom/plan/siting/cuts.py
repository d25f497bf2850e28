"""What the relaxation may believe about a group of demands: cuts in closed form.

For half-open sites x the best worth of demand i has a closed form: with its sites in order of gain
and k the first where x adds up to 1,
    worth <= gain[k] + sum over j before k of (gain[j] - gain[k]) x[j],
and the cuts of a group are added up.
Sources: Duran-Mateluna, Ales, Elloumi, "An efficient Benders decomposition for the p-median
problem", European Journal of Operational Research 308 (2023); Cordeau, Furini, Ljubic, "Benders
decomposition for very large scale partial set covering and maximal covering location problems",
same journal 275 (2019).
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
from numba import njit

from watchroom.plan.siting.gains import Floats, Gains, Ints, summed

Cuts = tuple[Floats, Floats]
"""(constant, slope), shapes (groups), (groups, m): worth of g <= constant[g] + slope[g] @ x."""


class Cutter(Protocol):
    """Knows what groups of demands are worth."""

    sites: int
    groups: int
    top: Floats
    """(groups) what each group is worth at most."""

    def first(self) -> Cuts:
        """Cuts to begin with."""

    def at(self, x: Floats) -> Cuts:
        """The tightest cuts at x."""


class BestSite:
    """Cuts for demands that are worth what their best open site brings."""

    def __init__(self, gains: Gains, level: Floats, most_groups: int):
        """level: (n) prices, which make the first cuts as good as the Lagrangian bound."""
        self.sites = gains.sites
        self._level = level
        group, self.groups = _groups(gains, level, most_groups)
        self.top = summed(group, _first(gains, gains.gain), self.groups)
        self._table = (gains.start, gains.site, gains.gain, group, self.groups, gains.sites)

    def first(self) -> Cuts:
        """The Lagrangian bound, group by group."""
        found: Cuts = _price_cuts(*self._table, self._level)
        return found

    def at(self, x: Floats) -> Cuts:
        """The tightest cuts at x."""
        found: Cuts = _cuts(*self._table, x)
        return found


def _first(gains: Gains, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """(n) the value at each demand's first entry, 0 for a demand without any."""
    out = np.zeros(gains.demands, values.dtype)
    has = np.diff(gains.start) > 0
    out[has] = values[gains.start[:-1][has]]
    return out


def _groups(gains: Gains, level: Floats, most: int) -> tuple[Ints, int]:
    """(n) a group for each demand: itself, or where there are too many, the site it leans on."""
    if gains.demands <= most:
        return np.arange(gains.demands), gains.demands
    surplus = np.maximum(0.0, gains.gain - level[gains.rows])
    score = summed(gains.site, surplus, gains.sites)
    order = np.lexsort((-score[gains.site], gains.rows))
    _, group = np.unique(_first(gains, gains.site[order]), return_inverse=True)
    return group.astype(np.int64), int(group.max()) + 1


@njit(cache=True, nogil=True)
def _cuts(start, site, gain, group, groups, sites, x):  # type: ignore[no-untyped-def]  # pragma: no cover
    constant, slope = np.zeros(groups), np.zeros((groups, sites))
    for i in range(len(start) - 1):
        total, level = 0.0, 0.0
        last = start[i + 1]
        for e in range(start[i], start[i + 1]):
            total += x[site[e]]
            if total >= 1.0 - 1e-9:
                level, last = gain[e], e
                break
        constant[group[i]] += level
        for e in range(start[i], last):
            slope[group[i], site[e]] += gain[e] - level
    return constant, slope


@njit(cache=True, nogil=True)
def _price_cuts(start, site, gain, group, groups, sites, level):  # type: ignore[no-untyped-def]  # pragma: no cover
    constant, slope = np.zeros(groups), np.zeros((groups, sites))
    for i in range(len(start) - 1):
        constant[group[i]] += level[i]
        for e in range(start[i], start[i + 1]):
            if gain[e] <= level[i]:
                break
            slope[group[i], site[e]] += gain[e] - level[i]
    return constant, slope
