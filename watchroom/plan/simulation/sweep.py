"""Many scenarios, many replications, many processes or machines: the same numbers everywhere.

A replication is decided by (scenario, seed, replication) alone, so it does not matter who plays it.
The work is cut by scenario and handed to joblib; joblib hands it to local processes, or, inside
`joblib.parallel_config("dask")` with a `distributed.Client`, to a cluster. Nothing else changes.
"""

from __future__ import annotations

from collections.abc import Sequence

from watchroom.plan.simulation.running import Result, run
from watchroom.plan.simulation.scenario import Scenario


def sweep(
    scenarios: Sequence[Scenario], seed: int = 0, replications: int = 10, workers: int | None = None
) -> list[Result]:
    """Results in the order of the scenarios. workers: processes; None for what joblib is told.

    Raises Refusal as `run` does, for the first scenario that is not whole.
    """
    from joblib import Parallel, delayed  # noqa: PLC0415 - not everybody who plans sweeps

    jobs = (delayed(run)(scenario, seed, replications) for scenario in scenarios)
    return list(Parallel(n_jobs=workers)(jobs))
