"""The charts there are, each with the table of the same figures. Titles are in one language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any

from watchroom.base.cells import Cell
from watchroom.base.text import Text

Value = Decimal | None
WEEKDAYS = (
    Text("周一", "Mon"), Text("周二", "Tue"), Text("周三", "Wed"), Text("周四", "Thu"),
    Text("周五", "Fri"), Text("周六", "Sat"), Text("周日", "Sun"),
)  # fmt: skip


@dataclass(frozen=True)
class Table:
    """Heads and rows; a cell is words or a number."""

    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def _cells(values: Sequence[Value], said: Sequence[str]) -> list[Cell]:
    """Each number; where there is none, what is said instead (a dash, or that it is masked)."""
    return [w if v is None else v for v, w in zip(values, said, strict=True)]


def _with_unit(name: str, unit: str) -> str:
    return f"{name} ({unit})" if unit else name


@dataclass(frozen=True)
class Line:
    """One line of values; `said` are those values as they are published."""

    name: str
    values: tuple[Value, ...]
    said: tuple[str, ...]


@dataclass(frozen=True)
class Lines:
    """Values over time. `low`, `high`: a band around the first line; `band` says what it is."""

    title: str
    unit: str
    over: str
    labels: tuple[str, ...]
    lines: tuple[Line, ...]
    low: tuple[Value, ...] = ()
    high: tuple[Value, ...] = ()
    band: str = ""

    @property
    def table(self) -> Table:
        """A row for each time."""
        columns = [line.said for line in self.lines]
        rows = tuple(zip(self.labels, *columns, strict=True))
        return Table((self.over, *(line.name for line in self.lines)), rows)

    @property
    def data(self) -> Table:
        """The same with numbers as numbers, in the chart's unit, for whoever computes on."""
        columns = [_cells(line.values, line.said) for line in self.lines]
        heads = (_with_unit(line.name, self.unit) for line in self.lines)
        return Table((self.over, *heads), tuple(zip(self.labels, *columns, strict=True)))


@dataclass(frozen=True)
class Multiples:
    """The same small chart for each agency, on one scale."""

    title: str
    unit: str
    each: str
    parts: tuple[Lines, ...]

    @property
    def most(self) -> Decimal:
        """The greatest value of all, which every part is drawn to."""
        values = (v for part in self.parts for line in part.lines for v in line.values)
        return max((value for value in values if value is not None), default=Decimal(0))

    @property
    def table(self) -> Table:
        """A row for each agency, a column for each time."""
        labels = self.parts[0].labels if self.parts else ()
        rows = tuple((part.title, *part.lines[0].said) for part in self.parts)
        return Table((self.each, *labels), rows)

    @property
    def data(self) -> Table:
        """The same with numbers as numbers."""
        lines = ((part.title, part.lines[0]) for part in self.parts)
        rows = tuple((title, *_cells(line.values, line.said)) for title, line in lines)
        return Table((_with_unit(self.each, self.unit), *self.table.head[1:]), rows)


@dataclass(frozen=True)
class Bars:
    """One value for each of several things, in the order given."""

    title: str
    unit: str
    each: str
    labels: tuple[str, ...]
    values: tuple[Value, ...]
    said: tuple[str, ...]

    @property
    def table(self) -> Table:
        """A row for each."""
        return Table((self.each, self.title), tuple(zip(self.labels, self.said, strict=True)))

    @property
    def data(self) -> Table:
        """The same with numbers as numbers."""
        cells = _cells(self.values, self.said)
        head = (self.each, _with_unit(self.title, self.unit))
        return Table(head, tuple(zip(self.labels, cells, strict=True)))


@dataclass(frozen=True)
class Flows:
    """How many went from where to where, forward only. `nodes` in the order of a life."""

    title: str
    heads: tuple[str, str, str]
    nodes: tuple[str, ...]
    links: tuple[tuple[str, str, int], ...]

    @property
    def table(self) -> Table:
        """A row for each way taken."""
        return Table(self.heads, tuple((a, b, n) for a, b, n in self.links))

    @property
    def data(self) -> Table:
        """The same: its numbers are numbers."""
        return self.table


@dataclass(frozen=True)
class Hours:
    """How many fell in each hour of each weekday: seven rows of 24, Monday first."""

    title: str
    unit: str
    each: str
    days: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]

    @property
    def table(self) -> Table:
        """A row for each hour, a column for each day: read downward like a clock."""
        rows = tuple(map(self._hour, range(24)))
        return Table((self.each, *self.days), rows)

    @property
    def data(self) -> Table:
        """The same: its numbers are numbers."""
        return self.table

    def _hour(self, hour: int) -> tuple[Cell, ...]:
        return (f"{hour:02}:00", *(day[hour] for day in self.counts))


@dataclass(frozen=True)
class Area:
    """One area of a map: its outline is a GeoJSON Polygon or MultiPolygon in WGS-84."""

    code: str
    name: str
    value: Value
    said: str
    outline: Mapping[str, Any] = field(repr=False)
    masked: bool = False


@dataclass(frozen=True)
class Areas:
    """A map of areas, each in the shade of its value."""

    title: str
    unit: str
    each: str
    areas: tuple[Area, ...]

    @property
    def table(self) -> Table:
        """A row for each area, the greatest first."""
        known = sorted(self.areas, key=lambda a: (a.value is None, -(a.value or 0), a.code))
        rows = tuple((area.code, area.name, area.said) for area in known)
        return Table(("", self.each, self.title), rows)

    @property
    def data(self) -> Table:
        """The same with numbers as numbers, by code."""
        cells = _cells([a.value for a in self.areas], [a.said for a in self.areas])
        rows = tuple((a.code, a.name, cell) for a, cell in zip(self.areas, cells, strict=True))
        return Table(("", self.each, _with_unit(self.title, self.unit)), rows)

    @property
    def steps(self) -> tuple[Decimal, ...]:
        """Four bounds between five shades: equal numbers of areas between them."""
        values = sorted({area.value for area in self.areas if area.value})
        if len(values) < 2:
            return ()
        cuts = (values[round(k * (len(values) - 1) / 5)] for k in (1, 2, 3, 4))
        return tuple(sorted({cut for cut in cuts if cut > values[0]}))

    def shade(self, value: Value) -> int:
        """0 (least) to 4 (most); -1 where there is none, or nothing to count."""
        return self.spread(sum(value >= step for step in self.steps)) if value else -1

    def spread(self, step: int) -> int:
        """The shade of a step: all five are used, however few steps there are."""
        return step * 4 // len(self.steps) if self.steps else 2

    def shade_of(self, area: Area) -> int:
        """The same for an area; one that is masked has few, and lies in the lightest shade."""
        return 0 if area.masked else self.shade(area.value)


Chart = Lines | Multiples | Bars | Flows | Hours | Areas
KINDS: Mapping[str, type[Any]] = {
    one.__name__: one for one in (Lines, Multiples, Bars, Flows, Hours, Areas)
}


def kept(chart: Chart) -> dict[str, Any]:
    """The chart as plain data, to be kept with a report."""
    return {"kind": type(chart).__name__, **_plain(asdict(chart))}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return {"decimal": str(value)}
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value


def read(data: Mapping[str, Any]) -> Chart:
    """The chart that `kept` gave. Raises KeyError for a kind there is not."""
    given = {key: _whole(key, item) for key, item in data.items() if key != "kind"}
    chart: Chart = KINDS[data["kind"]](**given)
    return chart


def _whole(key: str, value: Any) -> Any:
    if key == "parts":
        return tuple(read({"kind": "Lines", **part}) for part in value)
    made: Mapping[str, type[Any]] = {"lines": Line, "areas": Area}
    if key in made:
        return tuple(made[key](**{k: _whole(k, v) for k, v in one.items()}) for one in value)
    return _tuples(value)


def _tuples(value: Any) -> Any:
    if isinstance(value, Mapping) and set(value) == {"decimal"}:
        return Decimal(value["decimal"])
    if isinstance(value, Sequence) and not isinstance(value, str):
        return tuple(_tuples(item) for item in value)
    return value
