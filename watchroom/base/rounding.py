"""How figures are rounded, said once: half up, in decimals, undefined where the base is zero."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Final

import numpy as np
import numpy.typing as npt

Number = int | float | Decimal | Fraction

PERCENTILE_METHOD: Final = "linear"
"""Hyndman & Fan (1996) definition 7: what pandas, DuckDB `quantile_cont` and PostgreSQL
`percentile_cont` compute, so that a figure is equal wherever it is computed."""


def half_up(value: Number, places: int = 0) -> Decimal:
    """`value` with `places` decimals, halves away from zero (the 四舍五入 of every bulletin).

    A float is taken as the decimal it prints as (2.675 → 2.68), a Fraction exactly.
    Raises ValueError for NaN or infinity.
    """
    if isinstance(value, Fraction):
        return _exact_half_up(value, places)
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    if not exact.is_finite():
        raise ValueError(f"cannot round {value!r}")
    return _exact_half_up(Fraction(exact), places)


def percent(part: Number, whole: Number, places: int = 2) -> Decimal | None:
    """100 · part / whole, half up; None where `whole` is zero: no share of nothing exists."""
    base = _fraction(whole)
    return None if base == 0 else _exact_half_up(100 * _fraction(part) / base, places)


def change_percent(now: Number, before: Number, places: int = 2) -> Decimal | None:
    """Change against an earlier period in percent: 100 · (now - before) / before, half up.

    None where `before` is zero. A negative base is a defect of the figure, so ValueError.
    """
    base = _fraction(before)
    if base < 0:
        raise ValueError(f"a change needs a base of zero or more, got {before!r}")
    return percent(_fraction(now) - base, base, places)


def rate(count: Number, population: Number, per: int = 100_000, places: int = 2) -> Decimal | None:
    """`count` per `per` of `population`, half up; None where the population is zero."""
    base = _fraction(population)
    return None if base == 0 else _exact_half_up(per * _fraction(count) / base, places)


def percentile(values: Sequence[float] | npt.NDArray[np.float64], q: float) -> float | None:
    """The exact q-th percentile (0-100) of all values by `PERCENTILE_METHOD`; None when empty.

    Raises ValueError for q outside 0-100 and for NaN among the values.
    """
    array = np.asarray(values, dtype=np.float64)
    if not 0 <= q <= 100:
        raise ValueError(f"a percentile lies between 0 and 100, got {q}")
    if np.isnan(array).any():
        raise ValueError("a percentile of missing values is undefined: drop them first")
    return float(np.percentile(array, q, method=PERCENTILE_METHOD)) if array.size else None


def minutes(seconds: Number | None) -> str:
    """Seconds as minutes and seconds (4:05) or hours (1:04:05); a dash where there are none."""
    if seconds is None:
        return "—"
    whole = abs(int(half_up(seconds)))
    sign = "-" if seconds < 0 and whole else ""
    if whole >= 3600:
        return f"{sign}{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"
    return f"{sign}{whole // 60}:{whole % 60:02}"


def _fraction(value: Number) -> Fraction:
    return Fraction(str(value)) if isinstance(value, float) else Fraction(value)


def _exact_half_up(value: Fraction, places: int) -> Decimal:
    scaled = abs(value) * 10**places
    units = int(scaled + Fraction(1, 2))
    # Built from integers, so a long numerator is never cut by the decimal context's precision.
    digits = tuple(int(digit) for digit in str(units))
    return Decimal((1 if value < 0 and units else 0, digits, -places))
