"""What every planner hands back: a decision, what it costs, and how good it can be at most."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Solution:
    """A decision that is to be made as cheap as possible."""

    objective: float
    """What the decision costs, in the units of the cost given."""
    bound: float
    """No decision at all costs less than this; -inf where nothing is known."""
    seconds: float
    """Computing time."""

    @property
    def proven(self) -> bool:
        """True when the bound reaches the objective: no better decision exists."""
        return self.bound == self.objective

    @property
    def gap(self) -> float:
        """How much better another decision could be at most, in units of cost; 0 when proven."""
        return self.objective - self.bound
