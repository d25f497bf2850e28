"""No cell that we write is run by a spreadsheet."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchroom.base.cells import BEGINS, guarded


@pytest.mark.parametrize(
    "words",
    [
        "=1+1",
        "+SUM(A1)",
        "-2+3+cmd|' /C calc'!A0",
        "@SUM(1)",
        "\t=1",
        "\r=1",
        " =1",
        "＝1+1",
        "\u3000=1",
    ],
)
def test_what_begins_like_a_formula_is_made_words(words: str) -> None:
    assert guarded(words) == f"'{words}"


@pytest.mark.parametrize(
    "value",
    ["-3.5", "-12", "+8613800001234", "12:00", "东城派出所", "", None, 7, -7, Decimal("-1.5")],
)
def test_everything_else_stays(value: str | int | Decimal | None) -> None:
    assert guarded(value) == value


@given(st.text())
def test_no_words_leave_it_with_the_beginning_of_a_formula(words: str) -> None:
    said = str(guarded(words))
    bare = said.lstrip(" \u00a0\u3000\ufeff")
    number = bare[:1] in ("+", "-") and bare[1:].replace(".", "", 1).isdigit()
    assert number or not bare.startswith(BEGINS)
