"""Where p units stand so that the way to all demand is shortest on the whole."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from watchroom.plan.siting import checking
from watchroom.plan.siting.answer import Siting, chosen
from watchroom.plan.siting.gains import from_table
from watchroom.plan.siting.rules import any_of
from watchroom.plan.siting.run import Progress, Run, Stop
from watchroom.plan.siting.solve import Problem, solve


def p_median(
    cost: npt.ArrayLike,
    p: int,
    weights: npt.ArrayLike | None = None,
    *,
    seed: int = 0,
    progress: Progress | None = None,
    stop: Stop = None,
) -> Siting:
    """The p sites with the least weighted sum of cost from each demand to its nearest open site.

    cost: (n, m) cost of serving demand i from site j, for example seconds. p: how many sites open.
    weights: (n) calls at each demand; 1 each unless told. Costs x weights are kept to the
    thousandth. progress, stop: see `run`; a stopped run has its best plan and a bound that holds.
    The same input and seed give the same plan. Raises Refusal for wrong shapes, p or numbers.

    Source: Hakimi, "Optimum locations of switching centers", Operations Research 12 (1964); solved
    by Benders decomposition after Duran-Mateluna, Ales, Elloumi, "An efficient Benders
    decomposition for the p-median problem", European Journal of Operational Research 308 (2023).
    """
    seconds = checking.table(cost)
    weighted = seconds * checking.amounts(weights, seconds.shape[:1])[:, None]
    steps = checking.steps(weighted)
    p = checking.posts(p, steps.shape[1])
    worst = steps.max(axis=1)
    rows, sites = np.nonzero(steps < worst[:, None])
    gains = from_table(rows, sites, (worst[:, None] - steps)[rows, sites], steps.shape)
    total = float(worst.sum())

    def turn(worth: float) -> float:
        return (total - worth) / checking.STEPS_PER_UNIT

    run = Run(progress, stop, turn)
    found = solve(Problem(gains, any_of(gains.sites, p)), run, seed)
    opened = chosen(found.open)
    return Siting(
        objective=turn(found.worth),
        bound=turn(found.bound),
        seconds=run.seconds,
        sites=opened,
        assignment=opened[seconds[:, opened].argmin(axis=1)],
    )
