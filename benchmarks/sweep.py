"""200 plans x 100 days on this machine and on a cluster: `python -m benchmarks.sweep`.

Days of a small city with its units at other posts each time, through joblib with one process and
with two, and, by the same call inside `joblib.parallel_config("dask")`, on a local Dask cluster. A
replication is decided by (scenario, seed, replication) alone: all numbers must be equal, or the run
fails. Wall seconds, as processes are what is compared; a cluster of one machine wins nothing.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import platform
import time
from pathlib import Path

import numpy as np

from benchmarks.simulation import UNITS, city
from watchroom.plan.simulation import Units, sweep

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results" / "sweep.json"


def spread(scenarios, replications):
    """Days of a small city with its units at other posts, through joblib and on a local Dask
    cluster: equal numbers, and what each took."""
    import distributed
    import joblib

    rng, day = np.random.default_rng(5), city(86_400.0, places=100)
    many = [
        dataclasses.replace(day, units=Units(post=rng.integers(0, UNITS + 100, UNITS)))
        for _ in range(scenarios)
    ]
    took, answers = {}, {}
    for workers in (1, 2):
        begun = time.perf_counter()
        answers[f"joblib {workers}"] = sweep(many, 7, replications, workers=workers)
        took[f"joblib {workers}"] = time.perf_counter() - begun
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as here,
        distributed.Client(here),
        joblib.parallel_config("dask"),
    ):
        begun = time.perf_counter()
        answers["dask 2"] = sweep(many, 7, replications)
        took["dask 2"] = time.perf_counter() - begun
    first = answers["joblib 1"]
    equal = all(
        np.array_equal(a.values, b.values, equal_nan=True)
        for other in answers.values()
        for a, b in zip(first, other, strict=True)
    )
    calls = int(sum(a.of("calls").sum() for a in first))
    print(f"sweep {scenarios} x {replications} ({calls:,} calls): equal {equal}; wall {took}")
    assert equal
    return {"scenarios": scenarios, "replications": replications, "calls": calls, "equal": equal,
            "wall_seconds": took}  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scenarios", type=int, default=200)
    parser.add_argument("--replications", type=int, default=100)
    asked = parser.parse_args()
    about = {
        "machine": platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
    }
    told = spread(asked.scenarios, asked.replications)
    about["load"] = round(os.getloadavg()[0], 1)
    RESULTS.write_text(json.dumps({"about": about} | told, indent=1) + "\n")
    print(f"written: {RESULTS.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
