"""Where p units stand so that as much demand as possible is within reach."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import sparse

from watchroom.plan.siting import checking
from watchroom.plan.siting.answer import Siting, Whole, chosen
from watchroom.plan.siting.gains import Bools, Floats, from_table, summed
from watchroom.plan.siting.rules import any_of
from watchroom.plan.siting.run import Progress, Run, Stop
from watchroom.plan.siting.solve import Problem, solve

OVERLAPS = 3e8
"""Looking for dominated sites is given up where it would count more overlaps than this."""


def max_cover(
    reach: object,
    demand: npt.ArrayLike,
    p: int,
    *,
    seed: int = 0,
    progress: Progress | None = None,
    stop: Stop = None,
) -> Siting:
    """The p sites with the most demand in reach of at least one of them.

    reach: (n, m) sparse or dense table, true where site j reaches demand i in time. demand: (n)
    calls at each point, kept to the thousandth. progress, stop: see `run`; a stopped run has its
    best plan and a bound that holds. `assignment` names a site that reaches the demand. The same
    input and seed give the same plan. Raises Refusal for wrong shapes, p or numbers.

    Source: Church, ReVelle, "The maximal covering location problem", Papers of the Regional Science
    Association 32 (1974); solved by branch and Benders-cut after Cordeau, Furini, Ljubic, European
    Journal of Operational Research 275 (2019).
    """
    covers = checking.reaching(reach)
    steps = checking.steps(checking.amounts(demand, covers.shape[:1]))
    p = checking.posts(p, covers.shape[1])
    distinct, worth = merged(covers, steps)
    useful = undominated(distinct, p)
    table = distinct[:, useful].tocoo()
    shape = (distinct.shape[0], len(useful))
    gains = from_table(table.row.astype(np.int64), table.col, worth[table.row], shape)
    run = Run(progress, stop, lambda worth: worth / checking.STEPS_PER_UNIT)
    found = solve(Problem(gains, any_of(gains.sites, p)), run, seed)
    opened = np.zeros(covers.shape[1], np.bool_)
    opened[useful[found.open]] = True
    return Siting(
        objective=found.worth / checking.STEPS_PER_UNIT,
        bound=found.bound / checking.STEPS_PER_UNIT,
        seconds=run.seconds,
        maximised=True,
        sites=chosen(opened),
        assignment=served(covers, opened),
    )


def merged(reach: sparse.csr_array, demand: Floats) -> tuple[sparse.csr_array, Floats]:
    """Demands that the same sites reach are one; those that count for nothing go."""
    first: dict[bytes, int] = {}
    kept: list[int] = []
    group = np.full(len(demand), -1)
    for i in np.flatnonzero((np.diff(reach.indptr) > 0) & (demand > 0)):
        key = reach.indices[reach.indptr[i] : reach.indptr[i + 1]].tobytes()
        group[i] = first.setdefault(key, len(first))
        if group[i] == len(kept):
            kept.append(int(i))
    counted = group >= 0
    return reach[kept], summed(group[counted], demand[counted], len(kept))


def undominated(reach: sparse.csr_array, least: int = 1) -> npt.NDArray[np.int64]:
    """Sites worth keeping: no other reaches all they reach, and more or with a lower number."""
    every = np.arange(reach.shape[1])
    if np.sum(np.diff(reach.indptr).astype(float) ** 2) > OVERLAPS:
        return every
    counts = reach.astype(np.int32)
    shared = (counts.T @ counts).tocoo()
    size = np.bincount(reach.indices, minlength=reach.shape[1])
    within = (shared.data == size[shared.row]) & (shared.row != shared.col)
    smaller = size[shared.row] < size[shared.col]
    later = (size[shared.row] == size[shared.col]) & (shared.row > shared.col)
    gone = size == 0
    gone[shared.row[within & (smaller | later)]] = True
    left = every[~gone]
    # With more units than useful sites some stand where they add nothing.
    return left if len(left) >= least else np.sort(np.concatenate((left, every[gone]))[:least])


def served(reach: sparse.csr_array, opened: Bools) -> Whole:
    """(n) an open site that reaches each demand, -1 for none."""
    rows = np.repeat(np.arange(reach.shape[0]), np.diff(reach.indptr))
    hits = np.flatnonzero(opened[reach.indices])
    out = np.full(reach.shape[0], -1, np.int32)
    row, first = np.unique(rows[hits], return_index=True)
    out[row] = reach.indices[hits[first]]
    return out
