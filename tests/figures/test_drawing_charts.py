"""Charts are data: their table, their drawing and what is kept of them say the same."""

import io
import xml.etree.ElementTree as ET
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from watchroom.figures.charts import drawn, kinds, options, raster
from watchroom.figures.charts.kinds import (
    Area,
    Areas,
    Bars,
    Chart,
    Flows,
    Hours,
    Line,
    Lines,
    Multiples,
)  # fmt: skip
from watchroom.figures.charts.picture import svg

MONTHS = ("2026-01", "2026-02", "2026-03", "2026-04")
LINE = Line("警情数", (D(5), None, D(8), D(2)), ("5", "—", "8", "2"))
BAND = (D(1),) * 4, (D(9),) * 4
LINES = Lines("警情数", "", "月", MONTHS, (LINE,), *BAND, "偶然波动的范围")
SQUARE = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]}
EAST = {"type": "Polygon", "coordinates": [[[1, 0], [2, 0], [2, 1], [1, 1], [1, 0]]]}
WAYS = (("新增", "待办", 9), ("待办", "办结", 7))
BEATS = (Area("B1", "一格", D(3), "3", SQUARE), Area("B2", "二格", D(9), "9", EAST))
CHARTS: list[Chart] = [
    LINES,
    Multiples("警情数", "", "单位", (LINES, Lines("西城", "", "月", MONTHS, (LINE,)))),
    Bars("警情数", "", "单位", ("东城", "西城"), (D(8), None), ("8", "少于 5")),
    Flows("去向", ("从", "到", "件"), ("新增", "待办", "办结"), WAYS),
    Hours("时段", "", "时", tuple("一二三四五六日"), tuple(tuple(range(24)) for _ in range(7))),
    Areas("警情数", "", "警格", BEATS),
]  # fmt: skip


def _name(chart: Chart) -> str:
    return type(chart).__name__


@pytest.mark.parametrize("chart", CHARTS, ids=_name)
def test_what_is_kept_of_a_chart_is_the_chart(chart: Chart) -> None:
    assert kinds.read(kinds.kept(chart)) == chart


@pytest.mark.parametrize("chart", CHARTS, ids=_name)
def test_it_is_drawn_inside_its_frame_and_named_for_those_who_listen(chart: Chart) -> None:
    picture = drawn.picture(chart)
    tree = ET.fromstring(svg(picture))  # noqa: S314 - our own
    assert tree.attrib["role"] == "img"
    assert tree.attrib["aria-label"] == chart.title
    for mark in picture.marks:
        points = [mark.at] if hasattr(mark, "at") else mark.points
        for x, y in points:
            assert -1 <= x <= picture.width + 1
            assert -1 <= y <= picture.height + 1
    image = Image.open(io.BytesIO(raster.png(picture, None)))
    assert image.size == (round(picture.width * 2), round(picture.height * 2))


def test_a_month_without_a_number_is_a_gap_and_a_dash() -> None:
    assert LINES.table.rows[1] == ("2026-02", "—")
    strokes = [m for m in drawn.picture(LINES).marks if getattr(m, "width", 0) == 2]
    assert [len(stroke.points) for stroke in strokes] == [1, 2]
    series = options.of_lines(LINES)["series"]
    assert series[0]["data"] == [5.0, None, 8.0, 2.0]


@pytest.mark.parametrize("chart", CHARTS, ids=_name)
def test_the_table_that_is_read_and_the_one_that_is_computed_on_have_the_same_shape(
    chart: Chart,
) -> None:
    assert len(chart.data.rows) == len(chart.table.rows)
    assert {len(row) for row in chart.data.rows} == {len(chart.table.head)}


def test_bars_of_the_screen_and_of_the_table_are_the_same() -> None:
    bars = CHARTS[2]
    assert isinstance(bars, Bars)
    assert options.of_bars(bars)["series"][0]["data"] == [8.0, None]
    assert bars.table.rows == (("东城", "8"), ("西城", "少于 5"))


def test_the_flow_of_a_sankey_goes_forward_only() -> None:
    flows = CHARTS[3]
    assert isinstance(flows, Flows)
    deep = drawn.depths(flows)
    assert all(deep[source] < deep[target] for source, target, _ in flows.links)


@given(st.floats(0.001, 1e9))
def test_ticks_are_round_and_reach_the_greatest(most: float) -> None:
    marks = drawn.ticks(most)
    assert marks[0] == 0
    assert marks[-1] >= most * (1 - 1e-9)
    assert 2 <= len(marks) <= 6


@given(st.lists(st.integers(0, 50), min_size=2, max_size=40))
def test_a_greater_value_is_never_in_a_lighter_shade(values: list[int]) -> None:
    areas = tuple(Area(f"{k}", "", D(v), f"{v}", SQUARE) for k, v in enumerate(values))
    chart = Areas("", "", "", areas)
    shades = [chart.shade(D(v)) for v in sorted(values)]
    assert shades == sorted(shades)
    assert all(-1 <= shade <= 4 for shade in shades)
    assert all((shade == -1) == (v == 0) for v, shade in zip(sorted(values), shades, strict=True))
