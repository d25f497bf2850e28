"""Looking at a run while it computes: what it tells, and when it is to stop."""

import time
from typing import Any


class Watch:
    """Stops a run when its seconds are over. Others also write down what it tells."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._begun = time.perf_counter()

    def begin(self) -> None:
        """What was asked for is laid out: the seconds count from here."""
        self._begun = time.perf_counter()

    def tell(self, **figures: Any) -> None:
        """How far it has come: figures that JSON can hold."""

    def stop(self) -> bool:
        """Whether to stop now, with the best so far."""
        return self.taken >= self.seconds

    @property
    def taken(self) -> float:
        """Seconds since it was laid out."""
        return time.perf_counter() - self._begun

    def best(self, objective: float, bound: float, per: float = 1.0) -> None:
        """What solvers tell: the best so far and its bound."""
        self.tell(best=finite(objective * per), bound=finite(bound * per))


def finite(value: float) -> float | None:
    """A number JSON can hold; None for one that is endless or not known."""
    return float(value) if abs(value) < 1e300 else None
