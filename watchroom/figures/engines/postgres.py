"""All figures as plain SQL for PostgreSQL: whoever runs it brings the connection.

The pages ask one figure at a time (`watchroom.kernel.indicators`); this is every cell at once, to
hold the other engines against, and for whoever has no other.
"""
# ruff: noqa: S608 - every word of these statements is our own

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pyarrow as pa

from watchroom.figures.engines import exact, tally
from watchroom.figures.engines.snapshot import Standing
from watchroom.figures.indicator import PERCENTILES, Indicator
from watchroom.figures.periods import Period

POSTGRES = tally.Dialect(
    "postgres",
    "(EXTRACT(EPOCH FROM {}) * 1000000)::bigint",
    "({} / {})",
    "DOUBLE PRECISION",
)
Ask = Callable[[str], Sequence[Sequence[Any]]]
"""Runs a statement and hands back its rows. Its session's clock must be UTC."""


def run(
    ask: Ask,
    indicators: Mapping[str, Indicator],
    standings: Sequence[Standing],
    periods: Sequence[Period],
) -> tally.Answers:
    """Every indicator of every agency, each with its whole subtree, in every period."""
    calendar = tally.calendar(periods)
    named = [_values(n, rows) for n, rows in tally.given(standings, calendar).items()]
    in_front = f"WITH {', '.join(named)}\n"
    expressions = [(one.unit, exact.samples(one)) for one in indicators.values()]
    parts = _statements(tally.asked(expressions, calendar, POSTGRES))
    rows = [row for part in parts for row in ask(in_front + part)]
    columns = list(zip(*rows, strict=True)) or [()] * len(tally.ANSWERS)
    arrays = [pa.array(c, kind) for c, kind in zip(columns, tally.ANSWERS.types, strict=True)]
    return tally.told([pa.table(arrays, schema=tally.ANSWERS)], list(indicators))


def _values(name: str, rows: pa.Table) -> str:
    """A small table of whole numbers, said in the statement itself."""
    arrays = ", ".join(f"'{{{','.join(map(str, c.to_pylist()))}}}'::bigint[]" for c in rows.columns)
    names = ", ".join(rows.column_names)
    return f"{name} AS MATERIALIZED (SELECT * FROM unnest({arrays}) AS given ({names}))"


def _statements(asked: tally.Asked) -> list[str]:
    empty = ", ".join(f"NULL::float8 AS {name}" for name in tally.NAMED)
    parts = [
        f"SELECT *, {empty} FROM ({one}) AS t" for one in (asked.added, asked.different) if one
    ]
    if asked.timed:
        parts.append(_percentiles(asked.timed))
    return [f"{_ANSWER} FROM ({part}) AS told" for part in parts]


_ANSWER = (
    'SELECT indicator::bigint, agency_id, period, counted::bigint AS "count", part::float8, '
    + ", ".join(tally.NAMED)
)


def _percentiles(rows: str) -> str:
    named = ", ".join(f"p[{n}] AS {name}" for n, name in enumerate(tally.NAMED, 1))
    return f"""SELECT *, {named} FROM (
    SELECT indicator, agency_id, period, COUNT(*) AS counted, SUM(sample) AS part,
           percentile_cont(ARRAY{list(PERCENTILES)}) WITHIN GROUP (ORDER BY sample) AS p
    FROM ({rows}) AS everywhere GROUP BY indicator, agency_id, period) AS timed"""
