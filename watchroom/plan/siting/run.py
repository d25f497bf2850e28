"""One run of a planner: it can be watched, and stopped with the best answer so far."""

from __future__ import annotations

import time
from collections.abc import Callable

Progress = Callable[[float, float, float], None]
Stop = Callable[[], bool] | float | None


class Run:
    """Tells `progress` (best objective, bound, seconds) and asks `stop`."""

    def __init__(self, progress: Progress | None, stop: Stop, turn: Callable[[float], float]):
        """stop: a function that is asked, or seconds. turn: from inner worth to the objective."""
        self.begun = time.perf_counter()
        self._progress, self._stop, self._turn = progress, stop, turn
        self._told: tuple[float, float] | None = None

    @property
    def seconds(self) -> float:
        """Time since the run began."""
        return time.perf_counter() - self.begun

    @property
    def stopped(self) -> bool:
        """Has the time run out, or did somebody ask to stop?"""
        if self._stop is None:
            return False
        return self._stop() if callable(self._stop) else self.seconds >= self._stop

    def tell(self, best: float, bound: float) -> None:
        """Report where better or bound has changed."""
        if self._progress is not None and self._told != (best, bound):
            self._told = (best, bound)
            self._progress(self._turn(best), self._turn(bound), self.seconds)
