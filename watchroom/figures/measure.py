"""What was measured of one agency, exactly, and how far it could have come out otherwise by chance.

A period is taken as one of many like it: what lies behind the number is drawn from its posterior
(Jeffreys priors), as Goldstein and Spiegelhalter do for league tables (J. R. Statist. Soc. A 159,
1996, 385-443). Nothing here rounds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Protocol

import numpy as np
import numpy.typing as npt

Draws = npt.NDArray[np.float64]


class Measure(Protocol):
    """One number of one agency."""

    @property
    def value(self) -> Fraction | None:
        """The number itself; None where it is undefined (a share of nothing)."""

    def draw(self, rng: np.random.Generator, many: int) -> Draws:
        """`many` values that may lie behind it. Only asked of one that is defined."""


@dataclass(frozen=True)
class Exact:
    """A number that chance has no part in: a price, a mark, what somebody counted once for all."""

    value: Fraction | None

    def draw(self, rng: np.random.Generator, many: int) -> Draws:
        """The number itself, each time."""
        return np.full(many, float(self.value or 0))


@dataclass(frozen=True)
class Count:
    """How often something happened, per `amount` of `base` (people, officers, work done).

    `chance` says whether the base is itself a count of what happened (work), not of what there is.
    """

    count: int
    base: int | None = None
    amount: int = 1
    chance: bool = False

    @property
    def value(self) -> Fraction | None:
        """count · amount / base, or the bare count; None over a base of zero."""
        if self.base is None:
            return Fraction(self.count)
        return Fraction(self.count * self.amount, self.base) if self.base > 0 else None

    def draw(self, rng: np.random.Generator, many: int) -> Draws:
        """Poisson rates: gamma with count + ½, over the base."""
        rate = rng.gamma(self.count + 0.5, size=many)
        if self.base is None:
            return rate
        below = rng.gamma(self.base + 0.5, size=many) if self.chance else float(self.base)
        return np.asarray(rate * self.amount / below, dtype=np.float64)


@dataclass(frozen=True)
class Share:
    """How many of how many, in per cent. `free`: the upper is no part of the lower (ended ÷ begun),
    so it may pass 100."""

    part: int
    whole: int
    free: bool = False

    @property
    def value(self) -> Fraction | None:
        """100 · part / whole; None of nothing."""
        return Fraction(100 * self.part, self.whole) if self.whole > 0 else None

    def draw(self, rng: np.random.Generator, many: int) -> Draws:
        """Beta with ½ added to both sides; of a free one, two gammas."""
        if self.free:
            above = rng.gamma(self.part + 0.5, size=many)
            return 100 * above / rng.gamma(self.whole + 0.5, size=many)
        return 100 * rng.beta(self.part + 0.5, self.whole - self.part + 0.5, size=many)


@dataclass(frozen=True)
class Quantile:
    """A percentile of samples (seconds).

    `exact` is it; `levels` and `values` trace the samples' quantile function, both rising, levels
    from 0 to 1; `samples` is how many there were; `level` which percentile (0.9).
    """

    exact: float | None
    level: float
    samples: int
    levels: Sequence[float] = ()
    values: Sequence[float] = ()

    @property
    def value(self) -> Fraction | None:
        """The percentile as the samples gave it; None of none."""
        return None if self.exact is None else Fraction(Decimal(str(self.exact)))

    def draw(self, rng: np.random.Generator, many: int) -> Draws:
        """Where the percentile of all that could have been sampled may lie.

        The share below an order statistic is beta distributed (David and Nagaraja, Order
        Statistics, 2003, 2.1); that share is read back through the samples' own quantile function.
        """
        above = self.samples * self.level + 0.5
        below = self.samples * (1 - self.level) + 0.5
        where = rng.beta(above, below, size=many)
        return np.asarray(np.interp(where, self.levels, self.values), dtype=np.float64)
