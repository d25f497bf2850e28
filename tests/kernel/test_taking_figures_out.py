"""Files of figures hold what was on the screen, and nothing that a spreadsheet runs."""

import csv
import io
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from watchroom.figures.charts.kinds import Bars, Table
from watchroom.kernel import figure_exports, paper_font

TABLE = Table(
    ("单位", "=HYPERLINK(1)"),
    (("=cmd|'/C calc'!A0", Decimal("1234.5")), ("@SUM(1)", 7), ("东城派出所", "少于 5")),
)
SAFE = [["单位", "'=HYPERLINK(1)"], ["'=cmd|'/C calc'!A0", "1234.5"], ["'@SUM(1)", "7"],
        ["东城派出所", "少于 5"]]  # fmt: skip


def test_no_cell_of_a_csv_is_a_formula_and_excel_reads_its_chinese() -> None:
    said = figure_exports.csv_of(TABLE)
    assert said.startswith("\ufeff")
    assert list(csv.reader(io.StringIO(said[1:]))) == SAFE


def test_no_cell_of_a_workbook_is_a_formula_and_numbers_are_numbers() -> None:
    sheet = load_workbook(io.BytesIO(figure_exports.xlsx_of(TABLE, "警情[1]"))).active
    assert [[str(cell.value) for cell in row] for row in sheet.iter_rows()] == SAFE
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} == {"s", "n"}
    assert sheet["B2"].value == 1234.5


def test_a_picture_in_chinese_without_any_font_is_refused_with_a_way_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(paper_font, "find", lambda: None)
    bars = Bars("警情数", "", "单位", ("东城",), (Decimal(8),), ("8",))
    assert figure_exports.png(figure_exports.picture(bars)) is None
    latin = Bars("Incidents", "", "Agency", ("East",), (Decimal(8),), ("8",))
    assert figure_exports.png(figure_exports.picture(latin))
