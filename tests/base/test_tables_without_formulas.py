"""Tables that a spreadsheet opens: nothing in them is carried out."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchroom.base.cells import BEGINS_A_FORMULA, inert


@pytest.mark.parametrize(
    "cell", ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3", "\t=1", "\r=1", " =HYPERLINK(1)"]
)
def test_what_begins_like_a_formula_is_text(cell: str) -> None:
    assert inert(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["+8613800001234", "-3", "-3.5", "张三", "", "12 号"])
def test_what_people_write_stays_as_it_is(cell: str) -> None:
    assert inert(cell) == cell


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\x00")))
def test_no_text_at_all_begins_a_formula(cell: str) -> None:
    out = io.StringIO()
    csv.writer(out).writerow([inert(cell)])
    (read,) = next(csv.reader(io.StringIO(out.getvalue(), newline="")), [""])
    bare = read.lstrip(" ")
    assert not bare.startswith(BEGINS_A_FORMULA)
    assert bare[:1] not in ("+", "-") or bare[1:].replace(".", "", 1).isdigit()
