"""What medians, covers and tiers share: a demand is worth what its best open site brings.

A demand i brings `gain[i, j]` if j is the best of the open sites for it, nothing without one. A
median is the same with gain = worst cost - cost; a cover with gain = demand where the site reaches
it. All gains are whole numbers kept in float64: sums are exact below 2^53.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Gains:
    """A sparse table of demands by sites, each demand's sites ordered from the best down."""

    start: Ints
    """(n+1) where each demand's list begins."""
    site: Ints
    """(nnz) site numbers."""
    gain: Floats
    """(nnz) what the site brings; positive, not increasing within a demand."""
    sites: int
    """How many sites there are (m)."""

    @property
    def demands(self) -> int:
        """How many demands there are (n)."""
        return len(self.start) - 1

    @cached_property
    def rows(self) -> Ints:
        """(nnz) the demand of each entry."""
        return np.repeat(np.arange(self.demands), np.diff(self.start))

    @cached_property
    def by_site(self) -> tuple[Ints, Ints, Floats]:
        """(start, demand, gain): the same table read by sites."""
        order = np.argsort(self.site, kind="stable")
        start = np.concatenate(([0], np.cumsum(np.bincount(self.site, minlength=self.sites))))
        return start, self.rows[order], self.gain[order]

    @cached_property
    def step(self) -> float:
        """Every worth is a multiple of this: the greatest common divisor of the gains."""
        common = np.gcd.reduce(np.unique(self.gain).astype(np.int64)) if len(self.gain) else 1
        return float(max(1, common))

    def kept(self, sites: Ints) -> Gains:
        """The same with these sites only, numbered as in the list; demands keep their numbers."""
        number = np.full(self.sites, -1)
        number[sites] = np.arange(len(sites))
        left = number[self.site] >= 0
        counts = np.bincount(self.rows[left], minlength=self.demands)
        start = np.concatenate(([0], np.cumsum(counts)))
        return Gains(start, number[self.site[left]], self.gain[left], len(sites))

    def best(self, open_sites: Bools) -> tuple[Floats, Ints]:
        """(what each demand brings, the site it brings it from, -1 for none)."""
        worth, served = np.zeros(self.demands), np.full(self.demands, -1)
        hits = np.flatnonzero(open_sites[self.site])
        row, first = np.unique(self.rows[hits], return_index=True)
        worth[row], served[row] = self.gain[hits[first]], self.site[hits[first]]
        return worth, served


def summed(index: Ints, amount: Floats, size: int) -> Floats:
    """(size) the amounts that fall to each index, added up."""
    return np.bincount(index, amount, minlength=size).astype(np.float64)


def from_table(rows: Ints, sites: Ints, gain: Floats, shape: tuple[int, int]) -> Gains:
    """Gains from entries in any order; entries that bring nothing are dropped."""
    used = gain > 0
    rows, sites, gain = rows[used], sites[used], gain[used]
    order = np.lexsort((sites, -gain, rows))
    start = np.concatenate(([0], np.cumsum(np.bincount(rows, minlength=shape[0]))))
    return Gains(start, sites[order].astype(np.int64), gain[order].astype(np.float64), shape[1])
