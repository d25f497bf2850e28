"""The relaxation of a siting problem: sites may be half open, worth is bounded by cuts (HiGHS).

The master has a column for each site and one for the worth of each group of demands. Cuts are
sought between its answer and an inner point (in-out), which needs fewer of them.
Source: Fischetti, Ljubic, Sinnl, "Redesigning Benders decomposition for large-scale facility
location", Management Science 63 (2017).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from watchroom.plan.siting.cuts import Cutter
from watchroom.plan.siting.gains import Floats, Ints
from watchroom.plan.siting.rules import Rules

TIGHT = 1e-9
"""Feasibility inside the solver, where worth is scaled so that a group is worth 1000 at most."""
IDLE = 200
"""So many cuts may lie about unused."""


@dataclass(frozen=True)
class Relaxed:
    """What the relaxation says."""

    bound: float
    x: Floats
    """(m) how far each site is open."""
    reduced: Floats
    """(m) what moving it would add to the bound, per unit."""


class Master:
    """The relaxation, tightened by every call of `cut`; sites are held between bounds."""

    def __init__(self, cutter: Cutter, rules: Rules, lower: Floats, upper: Floats):
        """lower, upper: (m) how far each site is open at least and at most, before branching."""
        import highspy  # noqa: PLC0415 - only planning needs a solver

        self._names = highspy
        self._cutter, self._m = cutter, cutter.sites
        self._unit = max(1.0, float(cutter.top.max(initial=0.0))) / 1000
        self._solver: Any = highspy.Highs()
        for option, value in (
            ("output_flag", False), ("threads", 1), ("presolve", "off"),
            ("primal_feasibility_tolerance", TIGHT), ("dual_feasibility_tolerance", TIGHT),
        ):  # fmt: skip
            self._solver.setOptionValue(option, value)
        none, groups = np.empty(0, np.int32), cutter.groups
        self._solver.addCols(
            self._m + groups,
            np.concatenate((np.zeros(self._m), -np.ones(groups))),
            np.concatenate((lower, np.zeros(groups))),
            np.concatenate((upper, cutter.top / self._unit)),
            0, none, none, np.empty(0, np.float64),
        )  # fmt: skip
        self._limits(rules)
        self._inner = np.minimum(upper, rules.most / max(1, self._m))
        self._add(*cutter.first(), np.arange(groups))

    @property
    def count(self) -> int:
        """How many rows the relaxation has."""
        return int(self._solver.getNumRow())

    def bounds(self, lower: Floats, upper: Floats) -> None:
        """Between what values each site may lie."""
        self._solver.changeColsBounds(self._m, np.arange(self._m, dtype=np.int32), lower, upper)

    def solve(self) -> Relaxed | None:
        """The relaxation with the cuts so far; None if the rules cannot be kept."""
        known = self._names.HighsModelStatus
        self._solver.run()
        if self._solver.getModelStatus() not in (known.kOptimal, known.kInfeasible):
            self._solver.clearSolver()  # numerical trouble on the way: begin without a basis
            self._solver.run()
        status = self._solver.getModelStatus()
        if status == known.kInfeasible:
            return None
        if status != known.kOptimal:
            raise RuntimeError(f"HiGHS ended with {status}")
        solution, unit = self._solver.getSolution(), self._unit
        values = np.array(solution.col_value)
        self._worth = values[self._m :] * unit
        value = -float(self._solver.getInfo().objective_function_value) * unit
        reduced = -np.array(solution.col_dual)[: self._m] * unit
        return Relaxed(value, values[: self._m], reduced)

    def cut(self, x: Floats, *, inside: bool) -> float:
        """Add the cuts that the last answer x breaks; by how much it broke them in all."""
        if inside:
            self._inner = 0.5 * (self._inner + x)
            broken = self._cut_at(0.6 * x + 0.4 * self._inner, x)
            if broken > 0:
                return broken
        return self._cut_at(x, x)

    def basis(self) -> tuple[Any, int]:
        """Where the solver stands, to come back to."""
        return self._solver.getBasis(), self.count

    def restart(self, basis: tuple[Any, int]) -> None:
        """Go back there; cuts made since then start as slack."""
        stand, rows = basis
        more = [self._names.HighsBasisStatus.kBasic] * (self.count - rows)
        stand.row_status = [*stand.row_status[:rows], *more]
        self._solver.setBasis(stand)

    def drop_idle(self) -> None:
        """Forget the cuts that do not bind; only before a basis is kept."""
        status, basic = self._solver.getBasis().row_status, self._names.HighsBasisStatus.kBasic
        idle = [row for row in range(self._first_cut, self.count) if status[row] == basic]
        if len(idle) > IDLE:
            self._solver.deleteRows(len(idle), np.array(idle, np.int32))

    def _cut_at(self, point: Floats, x: Floats) -> float:
        constant, slope = self._cutter.at(point)
        broken = self._worth - constant - slope @ x
        much = np.flatnonzero(broken > 1e-9 * np.abs(self._worth) + 1e-7 * self._unit)
        self._add(constant, slope, much)
        return float(broken[much].sum())

    def _add(self, constant: Floats, slope: Floats, which: Ints) -> None:
        rows, cols = np.nonzero(slope[which])
        values = -slope[which[rows], cols] / self._unit
        rows = np.concatenate((rows, np.arange(len(which))))
        cols = np.concatenate((cols, self._m + which))
        values = np.concatenate((values, np.ones(len(which))))
        low = np.full(len(which), -self._names.kHighsInf)
        self._rows(low, constant[which] / self._unit, rows, cols, values)

    def _limits(self, rules: Rules) -> None:
        labels = [(rules.team, rules.team_limit)]
        if not np.array_equal(rules.kind, rules.team) or np.any(
            rules.kind_limit < rules.team_limit
        ):
            labels.append((rules.kind, rules.kind_limit))
        for label, limit in labels:
            low, ones = np.full(len(limit), -self._names.kHighsInf), np.ones(self._m)
            self._rows(low, limit.astype(float), label, np.arange(self._m), ones)
        for row in rules.rows:
            zeros = np.zeros(len(row.site), np.int64)
            high = np.array([self._names.kHighsInf])
            self._rows(np.array([row.least]), high, zeros, row.site, row.factor)
        self._first_cut = self.count

    def _rows(self, lower: Floats, upper: Floats, rows: Ints, cols: Ints, values: Floats) -> None:
        order = np.argsort(rows, kind="stable")
        start = np.concatenate(([0], np.cumsum(np.bincount(rows, minlength=len(lower)))[:-1]))
        self._solver.addRows(
            len(lower), lower, upper, len(cols), start.astype(np.int32),
            cols[order].astype(np.int32), values[order],
        )  # fmt: skip
