"""What is measured on a play, and what is said about it: estimates with their intervals.

Source: Law, "Simulation Modeling and Analysis" (5th ed., 2015): 9.4.1 independent replications,
9.5.3 batch means, 10.2.1 paired differences under common random numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import stdtrit

from watchroom.plan.simulation.board import F64, Records
from watchroom.plan.simulation.playing import Play
from watchroom.plan.simulation.scenario import Scenario


@dataclass(frozen=True)
class Estimate:
    """A mean over independent runs with its interval of confidence."""

    mean: float
    low: float
    high: float
    runs: int
    """How many runs had this figure at all."""

    @property
    def half(self) -> float:
        """Half the width of the interval."""
        return (self.high - self.low) / 2

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high


def estimate(values: F64, confidence: float = 0.95) -> Estimate:
    """Student's interval around the mean of independent values; runs without the figure (nan) are
    left out; with one run alone nothing is known and the interval is endless."""
    values = values[~np.isnan(values)]
    runs = len(values)
    if runs == 0:
        return Estimate(np.nan, -np.inf, np.inf, 0)
    mean = float(values.mean())
    if runs == 1:
        return Estimate(mean, -np.inf, np.inf, 1)
    half = float(stdtrit(runs - 1, (1 + confidence) / 2) * values.std(ddof=1) / np.sqrt(runs))
    return Estimate(mean, mean - half, mean + half, runs)


def figures(scenario: Scenario, play: Play) -> dict[str, float]:
    """The figures of one run; seconds, shares from 0 to 1, or counts. nan where nothing happened.

    `response`: from the call's time to the first unit's arrival; `complete`: to the last one's;
    `wait`: until the first unit is sent. A call that nobody reached counts in `calls` and as not
    within any limit, but in no mean.
    """
    units, span = play.units, scenario.seconds - scenario.warm_up
    told = of_calls(scenario, _counted(scenario, play.calls))
    duty = max(_on_duty(scenario, len(units)), np.finfo(float).tiny)
    return told | {
        "workload": float(units["busy"].sum() / duty) if span > 0 else np.nan,
        "driving": float(units["driving"].sum() / duty) if span > 0 else np.nan,
        "recalled": float(units["recalled"].sum()),
        "moved": float(units["moved"].sum()),
        "overtime": float(units["overtime"].sum()),
        "breaks_taken": float(units["rested"].sum()),
        "breaks_missed": float(units["missed"].sum()),
    }


def of_calls(scenario: Scenario, calls: Records) -> dict[str, float]:
    """The figures of some calls."""
    response = calls["first"] - calls["at"]
    reached = response[np.isfinite(response)]
    sent = np.isfinite(calls["sent"])
    p50, p90 = np.quantile(reached, (0.5, 0.9)) if len(reached) else (np.nan, np.nan)
    told = {
        "calls": float(len(calls)),
        "response": _mean(reached),
        "response_p50": float(p50),
        "response_p90": float(p90),
        "complete": _mean((calls["last"] - calls["at"])[np.isfinite(response)]),
        "wait": _mean((calls["sent"] - calls["at"])[sent]),
        "queue_probability": _mean(calls["sent"] > calls["at"]),
        "unreached": _mean(~np.isfinite(response)),
    }
    for limit in scenario.limits:
        told[f"within_{limit:g}"] = _mean(response <= limit)
    ranks = np.unique(calls["priority"])
    for rank in ranks if len(ranks) > 1 else ():
        mine = (calls["priority"] == rank) & np.isfinite(response)
        told[f"response_priority_{rank}"] = _mean(response[mine])
    return told


def of_batches(scenario: Scenario, play: Play, batches: int) -> list[dict[str, float]]:
    """The figures of the calls in equal parts of one long run, which are nearly independent if the
    parts are long; not those of the units."""
    calls = _counted(scenario, play.calls)
    edges = np.linspace(scenario.warm_up, scenario.seconds, batches + 1)
    cuts = np.searchsorted(calls["at"], edges)
    return [of_calls(scenario, calls[a:b]) for a, b in pairwise(cuts)]


def _counted(scenario: Scenario, calls: Records) -> Records:
    first, end = np.searchsorted(calls["at"], (scenario.warm_up, scenario.seconds))
    return calls[first:end]


def _on_duty(scenario: Scenario, units: int) -> float:
    """Unit seconds on duty inside the measured window."""
    if scenario.units.shifts is None:
        return units * (scenario.seconds - scenario.warm_up)
    shifts = np.asarray(scenario.units.shifts, np.float64).reshape(-1, 3)
    ends, begins = np.minimum(shifts[:, 2], scenario.seconds), shifts[:, 1]
    return float(np.maximum(0, ends - np.maximum(begins, scenario.warm_up)).sum())


def _mean(values: npt.NDArray[Any]) -> float:
    return float(values.mean()) if len(values) else np.nan
