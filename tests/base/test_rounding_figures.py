from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchroom.base import rounding

FINITE = st.floats(-1e9, 1e9, allow_nan=False)


def test_halves_go_up_as_in_every_bulletin() -> None:
    figures = [(0.5, 0), (1.5, 0), (2.5, 0), (2.675, 2), (-2.5, 0), (-0.004, 2)]
    assert [str(rounding.half_up(v, p)) for v, p in figures] == [
        "1",
        "2",
        "3",
        "2.68",
        "-3",
        "0.00",
    ]
    assert str(rounding.half_up(Fraction(1, 3), 4)) == "0.3333"
    assert str(rounding.half_up(Decimal("1E+30"), 2)) == "1" + "0" * 30 + ".00"


def test_a_figure_that_is_no_number_is_refused() -> None:
    for wrong in (float("nan"), float("inf")):
        with pytest.raises(ValueError, match="cannot round"):
            rounding.half_up(wrong)


def test_shares_and_changes_are_undefined_on_nothing() -> None:
    assert rounding.percent(1568, 1574) == Decimal("99.62")
    assert rounding.percent(3, 0) is None
    assert rounding.change_percent(14, 17) == Decimal("-17.65")
    assert rounding.change_percent(5, 0) is None
    assert rounding.rate(7, 0) is None
    assert rounding.rate(7, 731_000) == Decimal("0.96")
    with pytest.raises(ValueError, match="zero or more"):
        rounding.change_percent(1, -1)


@given(FINITE, st.integers(0, 6))
def test_rounding_never_moves_a_figure_by_more_than_half_a_step(value: float, places: int) -> None:
    moved = abs(Fraction(rounding.half_up(value, places)) - Fraction(str(value)))
    assert moved <= Fraction(1, 2 * 10**places)


@given(st.lists(FINITE, min_size=1, max_size=60), st.floats(0, 100))
def test_percentiles_equal_those_of_a_plain_dataframe(values: list[float], q: float) -> None:
    expected = pd.Series(values).quantile(q / 100)
    assert rounding.percentile(values, q) == pytest.approx(expected, rel=1e-12, abs=1e-9)


def test_percentiles_of_nothing_or_of_gaps() -> None:
    assert rounding.percentile([], 90) is None
    assert rounding.percentile(np.array([1.0, 2.0, 3.0, 4.0]), 90) == pytest.approx(3.7)
    with pytest.raises(ValueError, match="missing"):
        rounding.percentile([1.0, float("nan")], 50)
    with pytest.raises(ValueError, match="between 0 and 100"):
        rounding.percentile([1.0], 101)
