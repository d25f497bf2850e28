"""Covering everything with the fewest sites: first what follows by itself, then a solver.

Reductions: a demand that is in reach wherever another one is, and a site that reaches only what
another reaches, go; a demand that one site alone reaches opens it. Repeated until nothing follows.
Source: Toregas, Swain, ReVelle, Bergman, "The location of emergency service facilities", Operations
Research 19 (1971); reductions: Beasley, "An algorithm for set covering problem", European Journal
of Operational Research 31 (1987).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit
from scipy import sparse

from watchroom.plan.siting import interchange
from watchroom.plan.siting.cover import merged, undominated
from watchroom.plan.siting.gains import Bools, Floats, Ints, from_table
from watchroom.plan.siting.rules import any_of
from watchroom.plan.siting.run import Run

EXCHANGES = 400
"""Exchanges tried for each number of sites."""


@dataclass(frozen=True)
class Core:
    """What is left to decide."""

    needed: Ints
    """Sites that are open for certain."""
    sites: Ints
    """Sites to choose from."""
    reach: sparse.csr_array
    """(demands left, len(sites))."""


def reduce(reach: sparse.csr_array) -> Core:
    """What follows by itself; every demand must be in reach of some site."""
    needed: list[Ints] = []
    sites = np.arange(reach.shape[1])
    while True:
        before = reach.shape
        reach, _ = merged(reach, np.ones(reach.shape[0]))
        by_site = reach.tocsc()
        easy = _implied(reach.indptr, reach.indices, by_site.indptr, by_site.indices)
        reach = reach[~easy]
        alone = np.unique(reach.indices[reach.indptr[:-1][np.diff(reach.indptr) == 1]])
        needed.append(sites[alone])
        done = np.asarray(reach[:, alone].sum(axis=1)).ravel() > 0
        reach = reach[~done]
        useful = undominated(reach, 0)
        sites, reach = sites[useful], reach[:, useful].tocsr()
        reach.sort_indices()
        if reach.shape == before or 0 in reach.shape:
            return Core(np.sort(np.concatenate(needed)), sites, reach)


def quick(core: Core, run: Run, seed: int, enough: int = 0) -> Bools:
    """A good cover of the core: one site less as long as exchanges still find a cover."""
    n, m = core.reach.shape
    gains = from_table(
        np.repeat(np.arange(n), np.diff(core.reach.indptr)), core.reach.indices,
        np.ones(core.reach.nnz), (n, m),
    )  # fmt: skip
    best = _greedy(core.reach)
    while best.sum() > max(1, enough) and not run.stopped:
        fewer = any_of(m, int(best.sum()) - 1)
        start = best.copy()
        start[np.flatnonzero(best)[-1]] = False
        opened, worth = interchange.search(
            gains, fewer, run, seed=seed, exchanges=EXCHANGES, start=start
        )
        if worth < n:
            break
        best = opened
    return best


def prove(core: Core, best: Bools, run: Run, most: int | None = None) -> tuple[Bools, float]:
    """(fewest sites found, bound on their number). most: stop once so few are found, or proven
    not to be enough: then the bound is above it."""
    import highspy  # noqa: PLC0415 - only planning needs a solver

    solver = _model(core, highspy, most)
    if most is None:
        start = highspy.HighsSolution()
        start.col_value = best.astype(float).tolist()
        solver.setSolution(start)

    def watch(event: Any) -> None:
        found, bound = event.data_out.mip_primal_bound, event.data_out.mip_dual_bound
        if most is None:
            run.tell(best=-min(found, float(best.sum())), bound=-np.ceil(bound - 1e-6))
        if run.stopped:
            event.interrupt()

    solver.cbMipInterrupt.subscribe(watch)
    solver.run()
    status, known = solver.getModelStatus(), highspy.HighsModelStatus
    if status == known.kInfeasible:
        return best, (len(best) if most is None else most) + 1.0
    found = np.array(solver.getSolution().col_value) > 0.5
    bound = float(np.ceil(solver.getInfo().mip_dual_bound - 1e-6))
    covers = len(found) == len(best) and _covers(core.reach, found)
    better = covers and found.sum() < best.sum()
    return (found if better else best), max(0.0, bound)


def _model(core: Core, highspy: Any, most: int | None) -> Any:
    """min the number of sites, every demand reached; at most `most` of them."""
    n, m = core.reach.shape
    solver, far = highspy.Highs(), highspy.kHighsInf
    for option, value in (("output_flag", False), ("threads", 1), ("mip_rel_gap", 0.0)):
        solver.setOptionValue(option, value)
    if most is not None:
        solver.setOptionValue("objective_target", float(most))
    none = np.empty(0, np.int32)
    solver.addCols(m, np.ones(m), np.zeros(m), np.ones(m), 0, none, none, np.empty(0))
    every = np.arange(m, dtype=np.int32)
    solver.changeColsIntegrality(m, every, np.full(m, highspy.HighsVarType.kInteger))
    solver.addRows(
        n, np.ones(n), np.full(n, far), core.reach.nnz,
        core.reach.indptr[:-1].astype(np.int32), core.reach.indices.astype(np.int32),
        np.ones(core.reach.nnz),
    )  # fmt: skip
    if most is not None:
        solver.addRow(-far, float(most), m, every, np.ones(m))
    return solver


def relaxed(core: Core) -> float:
    """How many sites are needed at least if sites may be open in part (linear programming)."""
    import highspy  # noqa: PLC0415

    solver = _model(core, highspy, None)
    solver.setOptionValue("solve_relaxation", True)
    solver.run()
    return float(solver.getInfo().objective_function_value)


def _covers(reach: sparse.csr_array, opened: Bools) -> bool:
    return bool(np.all(reach @ opened.astype(np.int32) > 0))


def _greedy(reach: sparse.csr_array) -> Bools:
    """Open what reaches most of what is left; then shut what is not needed."""
    by_site, opened = reach.tocsc(), np.zeros(reach.shape[1], np.bool_)
    left: Floats = np.ones(reach.shape[0])
    while left.any():
        opened[int(np.argmax(left @ by_site))] = True
        left = (reach @ opened.astype(np.int32) == 0).astype(float)
    for j in np.flatnonzero(opened):
        opened[j] = False
        opened[j] = not _covers(reach, opened)
    return opened


@njit(cache=True, nogil=True)
def _implied(start, site, by_start, by_demand):  # type: ignore[no-untyped-def]  # pragma: no cover
    """(n) true for demands whose sites include all sites of another demand."""
    n = len(start) - 1
    out = np.zeros(n, np.bool_)
    for s in range(n):
        if out[s]:
            continue
        rare = site[start[s]]
        for e in range(start[s], start[s + 1]):
            j = site[e]
            if by_start[j + 1] - by_start[j] < by_start[rare + 1] - by_start[rare]:
                rare = j
        length = start[s + 1] - start[s]
        for k in range(by_start[rare], by_start[rare + 1]):
            r = by_demand[k]
            if r == s or out[r] or start[r + 1] - start[r] <= length:
                continue
            e, found = start[s], 0
            for f in range(start[r], start[r + 1]):
                if e < start[s + 1] and site[f] == site[e]:
                    e += 1
                    found += 1
            if found == length:
                out[r] = True
    return out
