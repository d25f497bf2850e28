"""Replications, their figures with intervals, and paired comparison."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from watchroom.plan.simulation.board import F64
from watchroom.plan.simulation.demand import draw
from watchroom.plan.simulation.figures import Estimate, estimate, figures, of_batches
from watchroom.plan.simulation.playing import play
from watchroom.plan.simulation.scenario import (
    Calls,
    Demand,
    Ground,
    Scenario,
    laid_out,
    refusal,
)

Progress = Callable[[int, int], bool | None]
"""Called with (replications done, asked for) after each; False stops the run there."""


@dataclass(frozen=True, kw_only=True)
class Result:
    """The figures of all replications."""

    names: tuple[str, ...]
    values: F64
    """(replications, figures); nan where a run did not have the figure."""
    seconds: float
    """Computing time."""
    stopped: bool = False
    """True where fewer replications were played than asked for."""

    def of(self, name: str) -> F64:
        """(replications) one figure; all nan if no run had it."""
        if name not in self.names:
            raise refusal(
                f"没有名为 {name} 的指标，可用：{', '.join(self.names)}。",
                f"There is no figure `{name}`; there are {', '.join(self.names)}.",
            )
        return np.asarray(self.values[:, self.names.index(name)])

    def estimate(self, name: str, confidence: float = 0.95) -> Estimate:
        """The mean of a figure over the replications with its interval."""
        return estimate(self.of(name), confidence)


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Two scenarios on the same calls."""

    a: Result
    b: Result

    def difference(self, name: str, confidence: float = 0.95) -> Estimate:
        """b - a, paired replication by replication, with its interval."""
        return estimate(self.b.of(name) - self.a.of(name), confidence)


def run(
    scenario: Scenario,
    seed: int = 0,
    replications: int = 10,
    *,
    batches: int = 1,
    progress: Progress | None = None,
) -> Result:
    """Play a scenario `replications` times, each with fresh calls of the same demand.

    Replication r of a seed has the same calls in every scenario that has the same demand. Calls
    from a record are always the same: they are played once. batches: with one replication, cut its
    time into so many parts and treat these as the runs (batch means; figures of calls only).
    Raises Refusal for a scenario that is not whole.
    """
    begun = time.perf_counter()
    ground = laid_out(scenario)
    if isinstance(scenario.calls, Calls) or batches > 1:
        replications = min(replications, 1)
    rows: list[dict[str, float]] = []
    done = 0
    while done < replications:
        rows += _figures(scenario, ground, seed, done, batches)
        done += 1
        if progress is not None and progress(done, replications) is False:
            break
    names = tuple(dict.fromkeys(name for row in rows for name in row))
    values = np.array([[row.get(name, np.nan) for name in names] for row in rows])
    return Result(
        names=names,
        values=values.reshape(len(rows), len(names)),
        seconds=time.perf_counter() - begun,
        stopped=done < replications,
    )


def _figures(
    scenario: Scenario, ground: Ground, seed: int, replication: int, batches: int
) -> list[dict[str, float]]:
    calls = calls_of(scenario, seed, replication)
    played = play(scenario, calls, ground=ground)
    if batches > 1:
        return of_batches(scenario, played, batches)
    return [figures(scenario, played)]


def calls_of(scenario: Scenario, seed: int = 0, replication: int = 0) -> Calls:
    """The calls of one replication: drawn, or those of the record."""
    if isinstance(scenario.calls, Demand):
        return draw(scenario.calls, scenario.seconds, seed, replication)
    return scenario.calls


def compare(
    a: Scenario,
    b: Scenario,
    seed: int = 0,
    replications: int = 10,
    *,
    progress: Progress | None = None,
) -> Comparison:
    """Both scenarios on the same calls, replication by replication; stopped, both stop alike."""

    def tell(done: int, asked: int) -> bool | None:
        return None if progress is None else progress(done, 2 * asked)

    first = run(a, seed, replications, progress=tell)
    played = len(first.values)

    def tell_second(done: int, asked: int) -> bool | None:
        return None if progress is None else progress(played + done, 2 * asked)

    second = run(b, seed, played, progress=tell_second)
    common = len(second.values)
    first = Result(
        names=first.names,
        values=first.values[:common],
        seconds=first.seconds,
        stopped=first.stopped or second.stopped,
    )
    return Comparison(a=first, b=second)
