"""What the screen's chart library (ECharts) is told. The page's own style is put under it there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .kinds import Bars, Flows, Hours, Lines, Value


def of_lines(chart: Lines, most: float | None = None) -> dict[str, Any]:
    """A line chart; the band as two stacked areas, the lower one unseen."""
    series: list[dict[str, Any]] = [
        {"type": "line", "name": line.name, "data": _floats(line.values), "connectNulls": False}
        for line in chart.lines
    ]
    if chart.low:
        gap = [None if h is None or lo is None else float(h - lo) for lo, h in _both(chart)]
        quiet = {
            "type": "line", "name": chart.band, "stack": "band", "symbol": "none", "silent": True,
            "lineStyle": {"opacity": 0}, "tooltip": {"show": False},
        }  # fmt: skip
        series += [
            {**quiet, "data": _floats(chart.low)},
            {**quiet, "data": gap, "areaStyle": {"opacity": 0.16}},
        ]
    option: dict[str, Any] = {
        "xAxis": {"type": "category", "data": list(chart.labels)},
        "yAxis": {"type": "value", "name": chart.unit, **({"max": most} if most else {})},
        "series": series,
    }
    names = [line.name for line in chart.lines]
    if len(names) > 1 or chart.band:
        option["legend"] = {"data": [*names, *([chart.band] if chart.band else [])]}
    return option


def _both(chart: Lines) -> Sequence[tuple[Value, Value]]:
    return list(zip(chart.low, chart.high, strict=True))


def _floats(values: Sequence[Value]) -> list[float | None]:
    return [None if value is None else float(value) for value in values]


def of_bars(chart: Bars) -> dict[str, Any]:
    """Horizontal bars, the first on top."""
    return {
        "xAxis": {"type": "value", "name": chart.unit},
        "yAxis": {"type": "category", "data": list(chart.labels), "inverse": True},
        "series": [{"type": "bar", "name": chart.title, "data": _floats(chart.values)}],
    }


def of_hours(chart: Hours) -> dict[str, Any]:
    """A grid of weekdays by hours, each in the shade of how many."""
    cells = [[hour, day, n] for day, row in enumerate(chart.counts) for hour, n in enumerate(row)]
    most = max((n for row in chart.counts for n in row), default=0)
    return {
        "xAxis": {"type": "category", "data": [f"{hour:02}" for hour in range(24)]},
        "yAxis": {"type": "category", "data": list(chart.days), "inverse": True},
        "tooltip": {"trigger": "item"},
        "visualMap": {"min": 0, "max": max(most, 1), "show": False},
        "series": [
            {"type": "heatmap", "name": chart.title, "data": cells, "emphasis": {"disabled": True}}
        ],
    }


def of_flows(chart: Flows) -> dict[str, Any]:
    """A Sankey diagram."""
    links = [{"source": a, "target": b, "value": n} for a, b, n in chart.links]
    used = {name for a, b, _ in chart.links for name in (a, b)}
    nodes = [{"name": name} for name in chart.nodes if name in used]
    return {
        "tooltip": {"trigger": "item"},
        "series": [{"type": "sankey", "name": chart.title, "data": nodes, "links": links}],
    }
