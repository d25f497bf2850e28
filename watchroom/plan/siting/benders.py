"""The linear relaxation of a siting problem, by Benders cuts in HiGHS.

The master has a column for each site and one for the worth of each group of demands. For sites x the best
worth of demand i has a closed form: with its sites in order of gain and k the first where x adds up to 1,
    worth <= gain[k] + sum over j before k of (gain[j] - gain[k]) x[j],
and the cuts of a group are added up. Cuts are sought between x and an inner point (in-out).
Sources: Duran-Mateluna, Ales, Elloumi, "An efficient Benders decomposition for the p-median problem",
European Journal of Operational Research 308 (2023); Cordeau, Furini, Ljubic, "Benders decomposition
for very large scale partial set covering and maximal covering location problems", same journal 275
(2019); Fischetti, Ljubic, Sinnl, "Redesigning Benders decomposition for large-scale facility
location", Management Science 63 (2017).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

from watchroom.plan.siting.gains import Bools, Floats, Gains, Ints
from watchroom.plan.siting.rules import Rules

SMALL = 1e-7


@dataclass(frozen=True)
class Relaxed:
    """What the relaxation says at one node."""

    bound: float
    x: Floats
    """(m) how far each site is open."""
    reduced: Floats
    """(m) what opening the site more would add to the bound, per unit; negative: lose."""


class Master:
    """The relaxation, tightened by every call of `cut`; sites may be shut or opened by bounds."""

    def __init__(
        self, gains: Gains, rules: Rules, level: Floats, rows: list[tuple[Ints, float]], groups: int
    ):
        """level: (n) prices for the first cuts. rows: sites of which so many must be open."""
        import highspy  # noqa: PLC0415 - only planning needs a solver

        self.gains = gains
        self._group, self.groups = _groups(gains, level, groups)
        self._solver: Any = highspy.Highs()
        for option, value in (("output_flag", False), ("threads", 1), ("presolve", "off")):
            self._solver.setOptionValue(option, value)
        m, self._infinity = gains.sites, highspy.kHighsInf
        top = np.bincount(self._group, _first(gains, gains.gain), minlength=self.groups)
        cost = np.concatenate((np.zeros(m), -np.ones(self.groups)))
        upper = np.concatenate((np.ones(m), top))
        lower = np.concatenate((rules.fixed.astype(float), np.zeros(self.groups)))
        none = np.empty(0, np.int32)
        self._solver.addCols(
            m + self.groups, cost, lower, upper, 0, none, none, np.empty(0, np.float64)
        )
        self._limits(rules, rows)
        self._inner = np.full(m, min(1.0, float(rules.team_limit.sum()) / max(1, m)))
        self._add(*_price_cuts(self._table(), level))

    def bounds(self, lower: Floats, upper: Floats) -> None:
        """Between what values each site may lie."""
        m = self.gains.sites
        self._solver.changeColsBounds(m, np.arange(m, dtype=np.int32), lower, upper)

    def solve(self) -> Relaxed | None:
        """The relaxation with the cuts so far; None if the rules cannot be kept."""
        import highspy  # noqa: PLC0415

        self._solver.run()
        status = self._solver.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            return None
        if status != highspy.HighsModelStatus.kOptimal:
            raise RuntimeError(f"HiGHS ended with {status}")
        solution, m = self._solver.getSolution(), self.gains.sites
        values = np.array(solution.col_value)
        self._worth = values[m:]
        x = np.clip(values[:m], 0.0, 1.0)
        value = -float(self._solver.getInfo().objective_function_value)
        return Relaxed(value, x, -np.array(solution.col_dual)[:m])

    def cut(self, x: Floats, *, inside: bool) -> float:
        """Add the cuts that the last solution breaks; by how much it broke them in all."""
        if inside:
            self._inner = 0.5 * (self._inner + x)
            broken = self._cut_at(0.6 * x + 0.4 * self._inner, x)
            if broken > 0:
                return broken
        return self._cut_at(x, x)

    def basis(self) -> Any:
        """Where the solver stands, to come back to."""
        return self._solver.getBasis()

    def restart(self, basis: Any, count: int) -> None:
        """Go back there; the cuts since then stand beside it."""
        import highspy  # noqa: PLC0415

        more = self.count - count
        if more > 0:
            basis.row_status = [*basis.row_status, *[highspy.HighsBasisStatus.kBasic] * more]
        self._solver.setBasis(basis)

    @property
    def count(self) -> int:
        """How many rows the relaxation has."""
        return int(self._solver.getNumRow())

    def drop_idle(self) -> None:
        """Forget the cuts that do not bind."""
        import highspy  # noqa: PLC0415

        status = self._solver.getBasis().row_status
        idle = [
            row
            for row in range(self._first_cut, self.count)
            if status[row] == highspy.HighsBasisStatus.kBasic
        ]
        if len(idle) > 200:
            self._solver.deleteRows(len(idle), np.array(idle, np.int32))

    def _table(self) -> tuple[Any, ...]:
        gains = self.gains
        return (
            gains.start, gains.site, gains.gain, self._group, self.groups, gains.sites,
        )  # fmt: skip

    def _cut_at(self, point: Floats, x: Floats) -> float:
        constant, slope = _cuts(*self._table(), point)
        broken = self._worth - constant - slope @ x
        much = broken > SMALL * (1.0 + np.abs(self._worth)) * 10
        if not much.any():
            return 0.0
        self._add(constant, slope, np.flatnonzero(much))
        return float(broken[much].sum())

    def _add(self, constant: Floats, slope: Floats, which: Ints | None = None) -> None:
        which = np.arange(self.groups) if which is None else which
        rows, cols = np.nonzero(slope[which])
        values = -slope[which[rows], cols]
        rows = np.concatenate((rows, np.arange(len(which))))
        cols = np.concatenate((cols, self.gains.sites + which))
        values = np.concatenate((values, np.ones(len(which))))
        self._rows(np.full(len(which), -self._infinity), constant[which], rows, cols, values)

    def _limits(self, rules: Rules, rows: list[tuple[Ints, float]]) -> None:
        for label, limit in ((rules.team, rules.team_limit), (rules.kind, rules.kind_limit)):
            if label is rules.kind and len(rules.kind_limit) == len(rules.team_limit):
                continue  # the kinds are the teams
            upper = np.maximum(limit, np.bincount(label[rules.fixed], minlength=len(limit)))
            low = np.full(len(limit), -self._infinity)
            self._rows(low, upper.astype(float), label, np.arange(len(label)), np.ones(len(label)))
        for sites, least in rows:
            zeros = np.zeros(len(sites), np.int64)
            self._rows(
                np.array([least]), np.array([self._infinity]), zeros, sites, np.ones(len(sites))
            )
        self._first_cut = self.count

    def _rows(self, lower: Floats, upper: Floats, rows: Ints, cols: Ints, values: Floats) -> None:
        order = np.argsort(rows, kind="stable")
        start = np.concatenate(([0], np.cumsum(np.bincount(rows, minlength=len(lower)))[:-1]))
        self._solver.addRows(
            len(lower), lower, upper, len(cols), start.astype(np.int32),
            cols[order].astype(np.int32), values[order],
        )  # fmt: skip


def _first(gains: Gains, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """(n) the entry of each demand's best site, 0 for a demand without any."""
    out = np.zeros(gains.demands, values.dtype)
    has = np.diff(gains.start) > 0
    out[has] = values[gains.start[:-1][has]]
    return out


def _groups(gains: Gains, level: Floats, most: int) -> tuple[Ints, int]:
    """(n) a group for each demand: itself, or where there are too many, the site it leans on."""
    if gains.demands <= most:
        return np.arange(gains.demands), gains.demands
    surplus = np.maximum(0.0, gains.gain - level[gains.rows])
    score = np.bincount(gains.site, surplus, minlength=gains.sites)
    order = np.lexsort((-score[gains.site], gains.rows))
    leans = _first(gains, gains.site[order])
    _, group = np.unique(leans, return_inverse=True)
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
def _price_cuts_at(start, site, gain, group, groups, sites, level):  # type: ignore[no-untyped-def]  # pragma: no cover
    constant, slope = np.zeros(groups), np.zeros((groups, sites))
    for i in range(len(start) - 1):
        constant[group[i]] += level[i]
        for e in range(start[i], start[i + 1]):
            if gain[e] <= level[i]:
                break
            slope[group[i], site[e]] += gain[e] - level[i]
    return constant, slope


def _price_cuts(table: tuple[Any, ...], level: Floats) -> tuple[Floats, Floats]:
    found: tuple[Floats, Floats] = _price_cuts_at(*table, level)
    return found


def shut_or_needed(relaxed: Relaxed, target: float) -> tuple[Bools, Bools]:
    """(sites that no plan worth `target` opens, sites that every such plan opens)."""
    slack = 1e-6 * (1.0 + abs(relaxed.bound))
    at_zero, at_one = relaxed.x < 1e-9, relaxed.x > 1 - 1e-9
    shut = at_zero & (relaxed.bound + relaxed.reduced + slack < target)
    needed = at_one & (relaxed.bound - relaxed.reduced + slack < target)
    return shut, needed
