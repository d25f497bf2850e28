"""The best prices there are: the whole linear relaxation at once, by an interior point (HiGHS).

Each demand has a part for each step of its gains, and a part is served as far as the sites that
bring at least so much are open. The prices of the demands in this program give the best Lagrangian
bound. They need not be exact: `lagrangian` proves whatever prices it is given.
Source: Garcia, Labbe, Marin, "Solving large p-median problems with a radius formulation", INFORMS
Journal on Computing 23 (2011).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse

from watchroom.plan.siting.gains import Floats, Gains, Ints, summed
from watchroom.plan.siting.rules import Rules
from watchroom.plan.siting.run import Run

LARGEST, STEPS = 500_000, 8
"""Entries of the program, and entries for each gain, beyond which cutting is quicker: covers have
one and tiers a few; medians have about as many steps as sites."""


def prices(gains: Gains, rules: Rules, run: Run) -> Floats | None:
    """(n) the price of each demand; None where the program is too large or the run was stopped.

    `rules.rows` are left out, as `lagrangian.price` leaves them out.
    """
    ends = _ends(gains)
    lengths = ends - gains.start[gains.rows[ends]] + 1
    if not 0 < lengths.sum() <= min(LARGEST, STEPS * len(gains.site)):
        return None
    import highspy  # noqa: PLC0415 - only planning needs a solver

    after = np.append(gains.gain[1:], 0.0)[ends]
    last = gains.start[1:][gains.rows[ends]] - 1 == ends
    step = gains.gain[ends] - np.where(last, 0.0, after)
    unit = float(step.max()) / 1000
    solver = _model(highspy, gains, rules, ends, step / unit)
    solver.cbIpmInterrupt.subscribe(lambda event: event.interrupt() if run.stopped else None)
    solver.run()
    solution = solver.getSolution()
    if run.stopped or not solution.dual_valid:
        return None
    # What a part is worth beyond what the sites ask for serving it is what the demand keeps.
    asked = np.abs(np.array(solution.row_dual)[: len(ends)]) * unit
    level = summed(gains.rows[ends], np.clip(step - asked, 0.0, step), gains.demands)
    return np.rint(level)  # gains are whole: slopes of a millionth would only upset the master


def _ends(gains: Gains) -> Ints:
    """(parts) the last entry of each run of equal gains within a demand."""
    rows, gain = gains.rows, gains.gain
    changes = (rows[1:] != rows[:-1]) | (gain[1:] != gain[:-1])
    return np.flatnonzero(np.append(changes, True)) if len(rows) else np.zeros(0, np.int64)


def _model(highspy: Any, gains: Gains, rules: Rules, ends: Ints, worth: Floats) -> Any:
    """max worth @ part; part <= the sum of its sites, sites within limits by team and kind."""
    parts, m = len(ends), gains.sites
    solver = highspy.Highs()
    for option, value in (
        ("output_flag", False), ("threads", 1), ("solver", "ipm"), ("run_crossover", "off"),
    ):  # fmt: skip
        solver.setOptionValue(option, value)
    none, barred = np.empty(0, np.int32), rules.barred & ~rules.fixed
    solver.addCols(
        m + parts, np.concatenate((np.zeros(m), -worth)),
        np.concatenate((rules.fixed, np.zeros(parts))).astype(float),
        np.concatenate((~barred, np.ones(parts))).astype(float), 0, none, none, np.empty(0),
    )  # fmt: skip
    table = sparse.vstack((
        sparse.hstack((-_served_by(gains, ends), sparse.eye_array(parts))),
        *(sparse.hstack((_members(label, len(limit)), sparse.csr_array((len(limit), parts))))
          for label, limit in ((rules.team, rules.team_limit), (rules.kind, rules.kind_limit))),
    )).tocsr()  # fmt: skip
    upper = np.concatenate((np.zeros(parts), rules.team_limit, rules.kind_limit)).astype(float)
    solver.addRows(
        len(upper), np.full(len(upper), -highspy.kHighsInf), upper, table.nnz,
        table.indptr[:-1].astype(np.int32), table.indices.astype(np.int32), table.data,
    )  # fmt: skip
    return solver


def _served_by(gains: Gains, ends: Ints) -> sparse.csr_array:
    """(parts, m) 1 where the site brings at least as much as the part asks."""
    begin = gains.start[gains.rows[ends]]
    lengths = ends - begin + 1
    start = np.concatenate(([0], np.cumsum(lengths)))
    entry = np.arange(start[-1]) - np.repeat(start[:-1] - begin, lengths)
    ones = np.ones(len(entry))
    return sparse.csr_array((ones, gains.site[entry], start), shape=(len(ends), gains.sites))


def _members(label: Ints, labels: int) -> sparse.csr_array:
    """(labels, m) 1 where the site has the label."""
    sites = np.arange(len(label))
    return sparse.csr_array((np.ones(len(label)), (label, sites)), shape=(labels, len(label)))
