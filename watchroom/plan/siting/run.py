"""One run of a planner: it can be watched, and stopped with the best answer so far."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

Progress = Callable[[float, float, float], None]
"""Receives (best objective, bound, seconds) whenever one of the first two has changed."""
Stop = Callable[[], bool] | float | None
"""A function that is asked whether to stop, or a number of seconds."""


class Run:
    """Keeps best worth and bound for `progress`, and asks `stop`."""

    def __init__(self, progress: Progress | None, stop: Stop, turn: Callable[[float], float]):
        """turn: from the worth inside to the objective outside; it may turn the sign."""
        self._begun = time.perf_counter()
        self._progress, self._stop, self._turn = progress, stop, turn
        self._best, self._bound = -np.inf, np.inf
        self._stopped = False

    @property
    def seconds(self) -> float:
        """Time since the run began."""
        return time.perf_counter() - self._begun

    @property
    def stopped(self) -> bool:
        """Has the time run out, or did somebody ask to stop? Once yes, always yes."""
        if not self._stopped and self._stop is not None:
            asked = self._stop() if callable(self._stop) else self.seconds >= self._stop
            self._stopped = bool(asked)
        return self._stopped

    def tell(self, *, best: float = -np.inf, bound: float = np.inf) -> None:
        """A plan of this worth, or a bound, was found."""
        before = (self._best, self._bound)
        self._best, self._bound = max(self._best, best), min(self._bound, bound)
        if self._progress is not None and before != (self._best, self._bound):
            self._progress(self._turn(self._best), self._turn(self._bound), self.seconds)
