"""The one question: each indicator's samples, counted by agency with its subtree and by period.

Samples are added up by agency first and then up the tree; only what cannot be added (percentiles,
different ones) is counted at every agency above it.
"""
# ruff: noqa: S608 - every word of these statements is our own

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import gcd
from typing import Literal

import ibis
import numpy as np
import pyarrow as pa
from ibis import Table

from watchroom.figures.engines.snapshot import Standing
from watchroom.figures.indicator import PERCENTILES
from watchroom.figures.periods import Period

CALENDAR = pa.schema([("slot", pa.int64()), ("period", pa.int64())])
STANDING = pa.schema([(name, pa.int64()) for name in ("standing", "agency_id", "since", "until")])
WITHIN = pa.schema([("standing", pa.int64()), ("above", pa.int64())])
MICROS = 1_000_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ALWAYS = (-(2**62), 2**62)
ANSWERS = pa.schema(
    [
        ("indicator", pa.int64()),
        ("agency_id", pa.int64()),
        ("period", pa.int64()),
        ("count", pa.int64()),
        ("part", pa.float64()),
        ("p50", pa.float64()),
        ("p90", pa.float64()),
        ("p95", pa.float64()),
    ]
)


@dataclass(frozen=True)
class Calendar:
    """Each slot of time with the period it lies in: days, for months.

    A second falls into slot (second - `origin`) / `width`. Slots in use begin at 1, so that it is
    all the same whether an engine rounds what lies before the first one down or towards zero.
    """

    origin: int
    width: int
    rows: pa.Table


def calendar(periods: Sequence[Period]) -> Calendar:
    """The coarsest slots that fit. ValueError where a period begins or ends within a second."""
    spans = [(_whole(one.start), _whole(one.end)) for one in periods]
    first = min((start for start, _ in spans), default=0)
    width = gcd(*(moment - first for span in spans for moment in span)) or 1
    origin = first - width
    slots = [np.arange((start - origin) // width, (end - origin) // width) for start, end in spans]
    numbers = np.repeat(np.arange(len(spans)), [len(one) for one in slots])
    rows = pa.table([np.concatenate([*slots, []]).astype(np.int64), numbers], CALENDAR)
    return Calendar(origin, width, rows)


def _whole(moment: datetime) -> int:
    if moment.microsecond:
        raise ValueError(f"periods begin and end on a whole second, not at {moment}")
    return int(moment.timestamp())


def tree(standings: Sequence[Standing]) -> tuple[pa.Table, pa.Table]:
    """Which agency stood when, and above it every agency that its samples count for."""
    rows = [
        {
            "standing": n,
            "agency_id": s.agency_id,
            "since": _at(s.since, 0),
            "until": _at(s.until, 1),
        }
        for n, s in enumerate(standings)
    ]
    above = [{"standing": n, "above": a} for n, s in enumerate(standings) for a in s.path]
    return (
        pa.Table.from_pylist(rows, STANDING),
        pa.Table.from_pylist(above, WITHIN),
    )


def given(standings: Sequence[Standing], calendar: Calendar) -> dict[str, pa.Table]:
    """The tables the statements name beside those of the expressions."""
    stood, within = tree(standings)
    return {
        "figures_calendar": calendar.rows,
        "figures_standing": stood,
        "figures_within": within,
    }


def _at(moment: datetime | None, end: int) -> int:
    return ALWAYS[end] if moment is None else (moment - EPOCH) // timedelta(microseconds=1)


NAMED = tuple(f"p{round(q * 100)}" for q in PERCENTILES)


@dataclass(frozen=True)
class Dialect:
    """How an engine says the few things that engines say differently.

    `micros`: a moment in microseconds since 1970; `divided`: one whole number by another, whole.
    """

    name: Literal["duckdb", "postgres", "pyspark"]
    micros: str
    divided: str
    double: str
    quote: str = '"'

    def sql(self, expression: Table) -> str:
        """An expression in the engine's own words."""
        return str(ibis.to_sql(expression, dialect=self.name))

    def column(self, name: str) -> str:
        """A quoted name: some engines keep `at` and `count` for themselves."""
        return f"{self.quote}{name}{self.quote}"


@dataclass(frozen=True)
class Asked:
    """One statement for each way of counting, "" where no indicator is counted so.

    `added`: count and part; samples are added up by agency, then up the tree.
    `different`: count of the different ones and part, at every agency above them.
    `timed`: every sample (indicator, agency_id, period, value) at every agency above it.
    """

    added: str
    different: str
    timed: str


def asked(expressions: Sequence[tuple[str, Table]], calendar: Calendar, dialect: Dialect) -> Asked:
    """The statements for samples with their units, numbered in the order given.

    Only seconds have percentiles: of ones and zeros nobody asks them.
    """
    added, different, timed = list[str](), list[str](), list[str]()
    for number, (unit, samples) in enumerate(expressions):
        rows = _placed(number, unit, dialect.sql(samples), calendar, dialect)
        if unit == "seconds":
            timed.append(_everywhere(rows))
        elif unit == "distinct":
            different.append(_different(rows))
        else:
            added.append(_added(rows))
    return Asked(_up_the_tree(added), _union(different), _union(timed))


def _placed(number: int, unit: str, samples: str, calendar: Calendar, dialect: Dialect) -> str:
    """Samples with the period they fall into and how their agency stood at that time."""
    moment = dialect.micros.format(f"s.{dialect.column('at')}")
    since = f"({moment} - {calendar.origin * MICROS})"
    slot = dialect.divided.format(since, calendar.width * MICROS)
    value = f"CAST(s.{dialect.column('value')} AS {dialect.double})"
    one = f"CAST(1 AS {dialect.double})"
    count = {
        "ratio": f"CAST(s.{dialect.column('of')} AS {dialect.double})",
        "distinct": f"s.{dialect.column('what')}",
    }.get(unit, one)
    return f"""
SELECT {number} AS indicator, stood.standing, calendar.period, {value} AS sample, {count} AS counted
FROM ({samples}) AS s
JOIN figures_calendar AS calendar ON calendar.slot = {slot}
JOIN figures_standing AS stood ON stood.agency_id = s.agency_id
     AND {moment} >= stood.since AND {moment} < stood.until"""


def _added(rows: str) -> str:
    return f"""
SELECT indicator, standing, period, SUM(counted) AS counted, SUM(sample) AS part
FROM ({rows}) AS placed GROUP BY indicator, standing, period"""


def _everywhere(rows: str) -> str:
    return f"""
SELECT indicator, above AS agency_id, period, sample, counted FROM ({rows}) AS placed
JOIN figures_within AS tree ON tree.standing = placed.standing"""


def _different(rows: str) -> str:
    return f"""
SELECT indicator, agency_id, period, COUNT(DISTINCT counted) AS counted, SUM(sample) AS part
FROM ({_everywhere(rows)}) AS everywhere GROUP BY indicator, agency_id, period"""


def _up_the_tree(leaves: Sequence[str]) -> str:
    """Sums of each agency's whole subtree."""
    if not leaves:
        return ""
    return f"""
SELECT indicator, above AS agency_id, period, SUM(counted) AS counted, SUM(part) AS part
FROM ({_union(leaves)}) AS leaves JOIN figures_within AS tree ON tree.standing = leaves.standing
GROUP BY indicator, above, period"""


def _union(parts: Sequence[str]) -> str:
    return "\nUNION ALL".join(parts)


def told(found: Sequence[pa.Table], keys: Sequence[str]) -> "Answers":
    """The answers in a stated order, whatever engine they come from."""
    order = [(name, "ascending") for name in ("indicator", "agency_id", "period")]
    rows = pa.concat_tables([ANSWERS.empty_table(), *(one.cast(ANSWERS) for one in found)])
    return Answers(tuple(keys), rows.sort_by(order))


@dataclass(frozen=True)
class Answers:
    """One row for each indicator, agency and period in which anything was counted.

    `table`: indicator and period are numbers in the order asked; percentiles are empty where the
    unit has none. Whoever is not in it counts nothing: zero, or undefined.
    """

    indicators: tuple[str, ...]
    table: pa.Table

    def cells(self) -> Mapping[tuple[str, int, int], tuple[float | None, ...]]:
        """By indicator, agency and period: count, part, p50, p90, p95."""
        columns = [self.table[name].to_pylist() for name in ANSWERS.names]
        return {
            (self.indicators[one[0]], one[1], one[2]): tuple(one[3:])
            for one in zip(*columns, strict=True)
        }
