"""Cover by units that may be busy: a call counts with the chance that a unit in reach is free.

With every unit busy a share `busy` of its time, independently, a demand that k units reach is
covered with the chance 1 - busy^k: each further unit is worth less. Several units may stand at one
site.
Source: Daskin, "A maximum expected covering location model: formulation, properties and heuristic
solution", Transportation Science 17 (1983). Where units are not independent (they are not, quite),
judge plans by simulation: `best_of` takes any judge.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import numpy.typing as npt
from numba import njit
from scipy import sparse

from watchroom.plan.siting import checking
from watchroom.plan.siting.answer import Siting, Whole
from watchroom.plan.siting.benders import Master
from watchroom.plan.siting.cover import merged, served
from watchroom.plan.siting.cuts import Cuts
from watchroom.plan.siting.gains import Floats, Ints, summed
from watchroom.plan.siting.rules import any_of
from watchroom.plan.siting.run import Progress, Run, Stop
from watchroom.plan.siting.tree import NEAR, Plan, Tree

GROUPS = 400
"""So many columns of worth in the relaxation at most."""


def expected_cover(
    reach: object,
    demand: npt.ArrayLike,
    p: int,
    *,
    busy: float,
    most: int | None = None,
    progress: Progress | None = None,
    stop: Stop = None,
) -> Siting:
    """Where p units stand so that the most demand finds a free unit in reach.

    reach: (n, m) sparse or dense table, true where site j reaches demand i in time. demand: (n)
    calls at each point. p: units. busy: share of its time that a unit is busy, 0 <= busy < 1.
    most: units at one site at most (p unless told). `sites` names a site once for each unit.
    `proven` to within one in a billion, as worth is no whole number here. progress, stop: see
    `run`. Raises Refusal for wrong shapes or numbers.
    """
    covers = checking.reaching(reach)
    calls = checking.amounts(demand, covers.shape[:1])
    room = p if most is None else int(most)
    if not 0 <= busy < 1 or p < 1 or room < 1 or room * covers.shape[1] < p:
        raise checking.refusal(
            "忙碌率应不小于 0 且小于 1；警力数至少为 1，且各点要容得下。",
            "The busy share must be at least 0 and below 1; there must be at least one unit, and "
            "room for all of them at the sites.",
        )
    run = Run(progress, stop, float)
    distinct, worth = merged(covers, calls)
    units, bound = _best(distinct, worth, int(p), float(busy), min(room, int(p)), run)
    sites = np.repeat(np.arange(len(units)), units)
    objective = cover_value(covers, calls, sites, busy=busy)
    proven = bound <= objective * (1.0 + NEAR) + NEAR
    return Siting(
        objective=objective,
        bound=objective if proven else bound,
        seconds=run.seconds,
        maximised=True,
        sites=sites.astype(np.int32),
        assignment=served(covers, units > 0),
    )


def cover_value(
    reach: object, demand: npt.ArrayLike, sites: npt.ArrayLike, *, busy: float
) -> float:
    """Demand that finds a free unit in reach, with units at these sites (repeated for several)."""
    covers = checking.reaching(reach)
    calls = checking.amounts(demand, covers.shape[:1])
    units = np.bincount(np.asarray(sites, np.int64), minlength=covers.shape[1])
    return float(np.sum(calls * (1.0 - float(busy) ** (covers.astype(np.int64) @ units))))


def best_of(
    plans: Iterable[Siting], judge: Callable[[Whole], float], *, maximise: bool = True
) -> tuple[Siting, float]:
    """(the plan that the judge likes best, its mark). judge: from sites to a mark, for example a
    simulation's share of calls reached in time, with common random numbers."""
    marked = [(plan, float(judge(plan.sites))) for plan in plans]
    if not marked:
        raise checking.refusal("没有可比较的方案。", "There is no plan to compare.")
    return (max if maximise else min)(marked, key=lambda pair: pair[1])


def _best(
    reach: sparse.csr_array, worth: Floats, p: int, busy: float, most: int, run: Run
) -> tuple[Ints, float]:
    """(units at each site, bound)."""
    table = _Table(reach, worth, busy)
    units = table.improved(np.zeros(reach.shape[1]), p, most)
    value = table.value(units)
    run.tell(best=value)
    lower, upper = np.zeros(len(units)), np.full(len(units), float(most))

    random = np.random.default_rng(0)

    def polish(x: Floats, *, widely: bool) -> tuple[Floats, float]:
        start = np.floor(x + (random.random(len(x)) if widely else 1e-6))
        start[np.cumsum(start) > p] = 0.0
        found = table.improved(start, p, most)
        return found, table.value(found)

    if len(worth) == 0:
        return units.astype(np.int64), 0.0
    master = Master(_Counted(table, p), any_of(len(units), p), lower, upper)
    tree = Tree(master, Plan(units, value), 0.0, polish, run)
    tree.search(lower, upper)
    return np.rint(tree.plan.open).astype(np.int64), max(tree.plan.worth, tree.bound)


class _Table:
    """Distinct demands, what they are worth by the number of units that reach them."""

    def __init__(self, reach: sparse.csr_array, worth: Floats, busy: float):
        self.reach, self.worth, self.busy = reach, worth, busy
        by_site = reach.tocsc()
        self._arrays = (
            reach.indptr.astype(np.int64), reach.indices.astype(np.int64),
            by_site.indptr.astype(np.int64), by_site.indices.astype(np.int64),
        )  # fmt: skip
        self._counts = reach.astype(np.float64)

    def value(self, units: Floats) -> float:
        """What units at the sites are worth."""
        return float(np.sum(self.worth * (1.0 - self.busy ** np.rint(self._counts @ units))))

    def improved(self, units: Floats, p: int, most: int) -> Floats:
        """Filled up to p units greedily, then moved one at a time while that helps."""
        found: Floats = _move(*self._arrays, self.worth, self.busy, units.copy(), p, float(most))
        return found


class _Counted:
    """Cuts: worth is concave in the number of units in reach, so tangents lie above it."""

    def __init__(self, table: _Table, p: int):
        self._table, self._p = table, p
        self.sites = table.reach.shape[1]
        leans = table.reach.indices[table.reach.indptr[:-1]] % GROUPS
        _, self._group = np.unique(leans, return_inverse=True)
        self.groups = int(self._group.max()) + 1
        self.top: Floats = summed(self._group, table.worth, self.groups)

    def first(self) -> Cuts:
        """Tangents where the units are spread evenly."""
        return self.at(np.full(self.sites, self._p / self.sites))

    def at(self, x: Floats) -> Cuts:
        """The tangents at x: between two whole numbers of units, the chord."""
        table = self._table
        units = np.maximum(0.0, table.reach.astype(np.float64) @ x)
        below = np.floor(units + 1e-9)
        slope = table.worth * table.busy**below * (1.0 - table.busy)
        constant = table.worth * (1.0 - table.busy**below) - slope * below
        rows = np.repeat(self._group, np.diff(table.reach.indptr))
        each = np.repeat(slope, np.diff(table.reach.indptr))
        entry = (rows, table.reach.indices)
        shape = (self.groups, self.sites)
        slopes = sparse.coo_array((each, entry), shape=shape).toarray()
        return summed(self._group, constant, self.groups), slopes


@njit(cache=True, nogil=True)
def _shift(j, change, start, site, by_start, by_demand, rest, busy, add):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Put a unit at site j or take one away; rest[i]: worth that nobody covers."""
    for e in range(by_start[j], by_start[j + 1]):
        i = by_demand[e]
        before = rest[i]
        rest[i] = before * busy if change > 0 else before / busy
        for f in range(start[i], start[i + 1]):
            add[site[f]] += (rest[i] - before) * (1.0 - busy)


@njit(cache=True, nogil=True)
def _move(start, site, by_start, by_demand, worth, given, units, p, most):  # type: ignore[no-untyped-def]  # pragma: no cover
    busy = max(given, 1e-3)  # a busy share of 0 could not be undone; ties aside the order is kept
    m = len(units)
    rest, add = worth.copy(), np.zeros(m)
    for i in range(len(worth)):
        for f in range(start[i], start[i + 1]):
            add[site[f]] += worth[i] * (1.0 - busy)
    total = 0.0
    for j in range(m):
        for _ in range(int(units[j])):
            _shift(j, 1, start, site, by_start, by_demand, rest, busy, add)
            total += 1.0
    while total < p:
        best = -1
        for j in range(m):
            if units[j] < most and (best < 0 or add[j] > add[best]):
                best = j
        _shift(best, 1, start, site, by_start, by_demand, rest, busy, add)
        units[best] += 1.0
        total += 1.0
    better = True
    while better:
        better = False
        for out in range(m):
            if units[out] < 1.0:
                continue
            _shift(out, -1, start, site, by_start, by_demand, rest, busy, add)
            units[out] -= 1.0
            best = out
            for j in range(m):
                if units[j] < most and add[j] > add[best] * (1.0 + 1e-9) + 1e-12:
                    best = j
            _shift(best, 1, start, site, by_start, by_demand, rest, busy, add)
            units[best] += 1.0
            better = better or best != out
    return units
