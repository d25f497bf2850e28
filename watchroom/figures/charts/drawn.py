"""Each chart drawn with lines, areas and words, for papers and downloads. Pure arithmetic."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from math import cos, floor, log10, radians
from typing import Any

from .kinds import Area, Areas, Bars, Chart, Flows, Hours, Lines, Multiples, Value
from .picture import SERIES, Picture, Point, breadth, cut

WIDE = 720.0
HEAD, FOOT, LEFT, RIGHT = 34.0, 26.0, 56.0, 30.0
ROW = 22.0


def picture(chart: Chart) -> Picture:
    """The chart as a picture 720 units wide."""
    if isinstance(chart, Lines):
        out = Picture(WIDE, 300, chart.title)
        _head(out, chart.title, chart.unit)
        _lines(out, chart, (LEFT, HEAD + 14, WIDE - LEFT - RIGHT, 300 - HEAD - FOOT - 26))
        return out
    if isinstance(chart, Multiples):
        return _multiples(chart)
    if isinstance(chart, Bars):
        return _bars(chart)
    if isinstance(chart, Flows):
        return _flows(chart)
    return _hours(chart) if isinstance(chart, Hours) else _areas(chart)


def _head(out: Picture, title: str, unit: str) -> None:
    out.words(0, 16, cut(title, out.width - breadth(unit) - 20, 14), size=14, colour="ink")
    if unit:
        out.words(out.width, 16, unit, anchor="end")


def ticks(most: float) -> list[float]:
    """Round numbers from zero to at least `most`, about four of them."""
    if most <= 0:
        return [0.0, 1.0]
    rough = most / 4
    scale = 10.0 ** floor(log10(rough))
    step = next(m * scale for m in (1, 2, 2.5, 5, 10) if m * scale >= rough * (1 - 1e-9))
    count = int(-(-most // step))
    return [round(step * k, 10) for k in range(count + 1)]


def _greatest(*groups: Sequence[Value]) -> float:
    return max((float(v) for group in groups for v in group if v is not None), default=0.0)


Frame = tuple[float, float, float, float]
"""x, y, width, height of where something is drawn."""


def _lines(out: Picture, chart: Lines, frame: Frame, most: float | None = None) -> None:
    x, y, width, height = frame
    top = most or _greatest(*(line.values for line in chart.lines), chart.high)
    marks = ticks(top)
    step = width / max(1, len(chart.labels) - 1)

    def at(k: int, value: float) -> Point:
        return x + (k * step if len(chart.labels) > 1 else width / 2), y + height * (
            1 - value / marks[-1]
        )

    for mark in marks:
        level = at(0, mark)[1]
        out.line((x, level), (x + width, level))
        out.words(x - 6, level + 4, f"{mark:,g}", anchor="end")
    if chart.low and chart.high:
        for part in _runs(chart.low, chart.high):
            upper = [at(k, float(chart.high[k] or 0)) for k in part]
            lower = [at(k, float(chart.low[k] or 0)) for k in reversed(part)]
            out.fill([*upper, *lower], "band", chart.band)
    for line, colour in zip(chart.lines, SERIES, strict=False):
        for run in _runs(line.values):
            points = [at(k, float(line.values[k] or 0)) for k in run]
            out.line(*points, colour=colour, width=2)
            for px, py in points:
                out.box(px - 2, py - 2, 4, 4, colour)
    _under(out, chart.labels, [at(k, 0)[0] for k in range(len(chart.labels))], y + height + 16)
    if most is None:
        _legend(out, chart, x, HEAD + 2)


def _runs(*columns: Sequence[Value]) -> Iterator[list[int]]:
    """Stretches of places where every column has a value."""
    run: list[int] = []
    for k, values in enumerate(zip(*columns, strict=True)):
        if any(value is None for value in values):
            if run:
                yield run
            run = []
        else:
            run.append(k)
    if run:
        yield run


def _under(out: Picture, labels: Sequence[str], places: Sequence[float], y: float) -> None:
    """As many labels as fit without touching; the last one always."""
    free = out.width + 99
    for label, x in reversed(list(zip(labels, places, strict=True))):
        half = breadth(label, 10) / 2
        if x + half < free:
            out.words(x, y, label, size=10, anchor="middle")
            free = x - half - 6


def _legend(out: Picture, chart: Lines, x: float, y: float) -> None:
    named = [(line.name, colour) for line, colour in zip(chart.lines, SERIES, strict=False)]
    for name, colour in [*named, *([(chart.band, "band")] if chart.band else [])]:
        out.box(x, y - 7, 14, 7, colour)
        out.words(x + 18, y, name, size=10)
        x += 32 + breadth(name, 10)


def _multiples(chart: Multiples) -> Picture:
    across, tall = 3, 150.0
    rows = -(-len(chart.parts) // across)
    out = Picture(WIDE, HEAD + rows * tall + 6, chart.title)
    _head(out, chart.title, chart.unit)
    wide = WIDE / across
    for k, part in enumerate(chart.parts):
        x, y = k % across * wide, HEAD + k // across * tall
        out.words(x + 40, y + 12, cut(part.title, wide - 50), colour="ink")
        frame = (x + 40, y + 20, wide - 62, tall - 50)
        _lines(out, part, frame, max(float(chart.most), 1e-9))
    return out


def _bars(chart: Bars) -> Picture:
    out = Picture(WIDE, HEAD + ROW * len(chart.labels) + 8, chart.title)
    _head(out, chart.title, chart.unit)
    side = min(220.0, max((breadth(label) for label in chart.labels), default=0.0) + 10)
    most = _greatest(chart.values) or 1.0
    room = WIDE - side - max((breadth(said) for said in chart.said), default=0.0) - 16
    for k, (label, value, said) in enumerate(
        zip(chart.labels, chart.values, chart.said, strict=True)
    ):
        y = HEAD + k * ROW
        long = float(value or 0) / most * room
        out.words(side - 8, y + 14, cut(label, side - 8), anchor="end", colour="ink")
        out.box(side, y + 3, max(long, 0.5), ROW - 7, "first", f"{label} {said}")
        out.words(side + long + 6, y + 14, said, colour="ink")
    return out


def _hours(chart: Hours) -> Picture:
    cell = (WIDE - LEFT - RIGHT) / 24
    out = Picture(WIDE, HEAD + 7 * 24 + 24, chart.title)
    _head(out, chart.title, chart.unit)
    most = max((n for day in chart.counts for n in day), default=0)
    for row, (name, day) in enumerate(zip(chart.days, chart.counts, strict=True)):
        y = HEAD + row * 24
        out.words(LEFT - 6, y + 16, name, anchor="end", colour="ink")
        for hour, n in enumerate(day):
            shade = min(4, n * 5 // (most + 1)) if n else -1
            colour = f"shade{shade}" if n else "none"
            x = LEFT + hour * cell
            out.box(x, y, cell - 1, 23, colour, f"{name} {hour:02}:00 {n}")
            if n:
                ink = "paper" if shade > 2 else "ink"
                out.words(x + cell / 2 - 0.5, y + 15, f"{n}", size=9, anchor="middle", colour=ink)
    for hour in range(0, 24, 3):
        out.words(LEFT + hour * cell, HEAD + 7 * 24 + 15, f"{hour:02}:00", size=10)
    return out


def depths(flows: Flows) -> dict[str, int]:
    """How far along the life each node lies: one more than the farthest it is reached from."""
    order = {node: k for k, node in enumerate(flows.nodes)}
    deep = dict.fromkeys(flows.nodes, 0)
    for source, target, _ in sorted(flows.links, key=lambda link: order[link[0]]):
        deep[target] = max(deep[target], deep[source] + 1)
    return deep


def _flows(chart: Flows) -> Picture:
    out = Picture(WIDE, 360, chart.title)
    _head(out, chart.title, "")
    deep = depths(chart)
    last, bar = max(deep.values(), default=0), 12.0
    through = {n: max(_sum(chart, 0, n), _sum(chart, 1, n)) for n in chart.nodes}
    columns = [[n for n in chart.nodes if deep[n] == d and through[n]] for d in range(last + 1)]
    fullest = max((sum(through[n] for n in column) for column in columns), default=0) or 1
    gaps = max((len(column) for column in columns), default=1)
    scale = (300 - 18 * gaps) / fullest
    place: dict[str, Point] = {}
    for d, column in enumerate(columns):
        y = HEAD + 8.0
        for node in column:
            place[node] = ((WIDE - 130) * d / max(1, last), y)
            y += through[node] * scale + 18
    _ribbons(out, chart, place, scale, bar)
    for node, (x, y) in place.items():
        out.box(x, y, bar, max(through[node] * scale, 1.0), "first", f"{node} {through[node]:,}")
        out.words(x + bar + 4, y + 11, f"{node} {through[node]:,}", size=10, colour="ink")
    return out


def _sum(chart: Flows, end: int, node: str) -> int:
    return sum(link[2] for link in chart.links if link[end] == node)


def _ribbons(
    out: Picture, chart: Flows, place: Mapping[str, Point], scale: float, bar: float
) -> None:
    """A ribbon for each way; those to and from afar lie lowest, below the nodes they pass."""
    order = {node: k for k, node in enumerate(chart.nodes)}
    leaving = _stacked(sorted(chart.links, key=lambda link: order[link[1]]), 0, scale)
    arriving = _stacked(sorted(chart.links, key=lambda link: -order[link[0]]), 1, scale)
    for link in chart.links:
        source, target, n = link
        upper = _bent(
            (place[source][0] + bar, place[source][1] + leaving[link]),
            (place[target][0], place[target][1] + arriving[link]),
        )
        lower = [(x, y + n * scale) for x, y in reversed(upper)]
        out.fill([*upper, *lower], "band", f"{source} → {target} {n:,}")
        out.line(*upper, colour="paper")
        out.line(*lower, colour="paper")


Link = tuple[str, str, int]


def _stacked(links: Sequence[Link], end: int, scale: float) -> dict[Link, float]:
    """How far down its node each link begins (or ends), in the order given."""
    used: dict[str, float] = {}
    found = {}
    for link in links:
        found[link] = used.get(str(link[end]), 0.0)
        used[str(link[end])] = found[link] + link[2] * scale
    return found


def _bent(a: Point, b: Point) -> list[Point]:
    """A smooth way from a to b that leaves and arrives level."""
    ways = [k / 16 for k in range(17)]
    return [(a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t * t * (3 - 2 * t)) for t in ways]


def rings(outline: Mapping[str, Any]) -> list[list[Point]]:
    """The outer rings of a GeoJSON Polygon or MultiPolygon."""
    many = outline["coordinates"] if outline["type"] == "MultiPolygon" else [outline["coordinates"]]
    return [[(float(p[0]), float(p[1])) for p in polygon[0]] for polygon in many]


def _areas(chart: Areas) -> Picture:
    shapes = [(area, rings(area.outline)) for area in chart.areas]
    points = [point for _, many in shapes for ring in many for point in ring]
    if not points:
        return Picture(WIDE, HEAD, chart.title)
    west, east = min(p[0] for p in points), max(p[0] for p in points)
    south, north = min(p[1] for p in points), max(p[1] for p in points)
    narrow = cos(radians((south + north) / 2))
    by = min(WIDE / ((east - west) * narrow or 1e-9), 460 / (north - south or 1e-9))
    out = Picture(WIDE, HEAD + (north - south) * by + 34, chart.title)
    _head(out, chart.title, chart.unit)
    left = (WIDE - (east - west) * narrow * by) / 2

    def at(point: Point) -> Point:
        return left + (point[0] - west) * narrow * by, HEAD + (north - point[1]) * by

    for area, many in shapes:
        _area(out, chart, area, [[at(p) for p in ring] for ring in many])
    _shades(out, chart)
    return out


def _area(out: Picture, chart: Areas, area: Area, many: list[list[Point]]) -> None:
    shade = chart.shade_of(area)
    colour = f"shade{shade}" if shade >= 0 else "none"
    for ring in many:
        out.fill(ring, colour, f"{area.name} {area.said}")
        out.line(*ring, colour="paper", width=0.8)


def _shades(out: Picture, chart: Areas) -> None:
    """What each shade means: from which value to below which."""
    known = [area.value for area in chart.areas if area.value]
    bounds: list[Decimal | None] = [min(known), *chart.steps, None] if known else []
    told = [_bounds(low, high) for low, high in pairwise(bounds) if low is not None]
    masked = next((area.said for area in chart.areas if area.masked), "")
    x, y = 0.0, out.height - 8
    for k, said in enumerate([masked, *told] if masked else told):
        shade = 0 if masked and k == 0 else chart.spread(k - bool(masked))
        out.box(x, y - 9, 16, 9, f"shade{shade}")
        out.words(x + 20, y, said, size=10)
        x += 34 + breadth(said, 10)


def _bounds(low: Decimal, high: Decimal | None) -> str:
    return f"{low:,f} – {high:,f}" if high is not None else f"≥ {low:,f}"
