"""What every planner hands back: a decision, what it is worth, and how good it can be at most."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Solution:
    """A decision that is to be made as cheap as possible, or as useful as possible."""

    objective: float
    """What the decision costs or brings, in the units of the numbers given."""
    bound: float
    """No decision costs less (or brings more) than this; infinite where nothing is known."""
    seconds: float
    """Computing time."""
    maximised: bool = False
    """True where more is better, as for calls covered; costs are minimised."""

    @property
    def proven(self) -> bool:
        """True when the bound reaches the objective: no better decision exists."""
        return self.bound == self.objective

    @property
    def gap(self) -> float:
        """How much better another decision could be at most, in units given; 0 when proven."""
        return self.bound - self.objective if self.maximised else self.objective - self.bound
