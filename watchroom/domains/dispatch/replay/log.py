"""Reading a call log. Pure: no database.

A log has one row for each unit of a call. Its mapping (TOML) says which column is which, how times
are written, and which of our classes each of its types is. Rows that cannot be true are kept apart
with line and reason; the rest goes on.
"""

import csv
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text

TIMES = (
    "received",
    "classified",
    "sent",
    "set_out",
    "arrived",
    "left_scene",
    "elsewhere",
    "cleared",
)
"""The moments of a row, in the only order they can have happened."""
MUST_HAVE = ("received", "sent", "cleared")


@dataclass(frozen=True)
class LogMapping:
    """What a mapping file says."""

    key: str
    agency: Text
    columns: Mapping[str, str]
    time_format: str
    zone: ZoneInfo
    point: re.Pattern[str] | None
    classes: Mapping[str, Mapping[str, str]]
    unit_kinds: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Row:
    """One unit of one call; a moment that was not recorded is None."""

    line: int
    call: str
    unit: str
    unit_kind: str
    type: str
    place: str
    lon: float | None
    lat: float | None
    disposition: str
    at: Mapping[str, datetime | None]

    def moment(self, name: str) -> datetime:
        """A moment that every accepted row has."""
        found = self.at[name]
        assert found is not None, name  # noqa: S101 - `read_row` saw to it
        return found


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that was left out, and why."""

    line: int
    reason: Text


def read_mapping(path: Path) -> LogMapping:
    """The mapping in a file. Raises Refusal naming what is missing."""
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
        point = said["columns"].get("point")
        return LogMapping(
            key=said["key"],
            agency=Text(said["agency"]["zh"], said["agency"]["en"]),
            columns=said["columns"],
            time_format=said["times"]["format"],
            zone=ZoneInfo(said["times"]["zone"]),
            point=re.compile(said["point"]["pattern"]) if point else None,
            classes=said["classes"],
            unit_kinds=said.get("unit_kinds", {}),
        )
    except (KeyError, ValueError, TypeError, AttributeError, OSError, re.error) as error:
        raise Refusal(
            Text("映射文件有误：{e}", "The mapping cannot be used: {e}").format(e=str(error))
        ) from error


def read(path: Path, mapping: LogMapping) -> Iterator[Row | Reject]:
    """Every row of a log, in the order of the file; line 2 is the first below the names."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        missing = set(mapping.columns.values()) - set(reader.fieldnames or ())
        if missing:
            names = "、".join(sorted(missing))
            raise Refusal(Text("文件缺少列：{n}", "The file lacks columns: {n}").format(n=names))
        for line, cells in enumerate(reader, 2):
            try:
                yield read_row(line, cells, mapping)
            except Refusal as refusal:
                yield Reject(line, refusal.text)


def read_row(line: int, cells: Mapping[str, str], mapping: LogMapping) -> Row:
    """One row; Refusal with the reason when it cannot be true."""

    def cell(name: str) -> str:
        return (cells.get(mapping.columns.get(name, "")) or "").strip()

    at = {name: _moment(cell(name), mapping) for name in TIMES}
    _plausible(at)
    if cell("type") not in mapping.classes:
        raise Refusal(Text("没有对应的类别：{t}", "No class for {t}").format(t=cell("type")))
    lon, lat = _point(cell("point"), mapping)
    return Row(
        line=line,
        call=cell("call"),
        unit=cell("unit"),
        unit_kind=mapping.unit_kinds.get(cell("unit_kind"), "car"),
        type=cell("type"),
        place=cell("place"),
        lon=lon,
        lat=lat,
        disposition=cell("disposition") or "—",
        at=at,
    )


def _moment(text: str, mapping: LogMapping) -> datetime | None:
    if not text:
        return None
    try:
        naive = datetime.strptime(text, mapping.time_format)  # noqa: DTZ007 - zone on the next line
    except ValueError as error:
        raise Refusal(Text("时间看不懂：{t}", "Cannot read the time {t}").format(t=text)) from error
    return naive.replace(tzinfo=mapping.zone).astimezone(UTC)


def _plausible(at: Mapping[str, datetime | None]) -> None:
    for name in MUST_HAVE:
        if at[name] is None:
            raise Refusal(Text("没有时间“{n}”", "There is no time “{n}”").format(n=name))
    known = [(name, moment) for name in TIMES if (moment := at[name]) is not None]
    for (earlier, a), (later, b) in pairwise(known):
        if b < a:
            raise Refusal(
                Text("时间先后颠倒：{l} 早于 {e}", "Out of order: {l} is before {e}").format(
                    l=later, e=earlier
                )
            )


def _point(text: str, mapping: LogMapping) -> tuple[float | None, float | None]:
    found = mapping.point.search(text) if mapping.point else None
    return (float(found["lon"]), float(found["lat"])) if found else (None, None)


def without_overlaps(rows: Iterable[Row]) -> Iterator[Row | Reject]:
    """Rows in order of sending; a unit cannot be sent while it is still on another call."""
    busy: dict[str, Row] = {}
    for row in sorted(rows, key=lambda r: (r.moment("sent"), r.line)):
        other = busy.get(row.unit)
        if other and row.moment("sent") < other.moment("cleared"):
            yield Reject(
                row.line,
                Text(
                    f"{row.unit} 当时还在第 {other.line} 行的警情上",
                    f"{row.unit} was still on the call of line {other.line}",
                ),
            )
            continue
        busy[row.unit] = row
        yield row
