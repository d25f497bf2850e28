"""All figures from a snapshot folder, on this machine: DuckDB over the Parquet files."""
# ruff: noqa: S608 - every word of these statements is our own

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa
from ibis import Table
from ibis.expr.datatypes import DataType

from watchroom.figures.engines import exact, tally
from watchroom.figures.engines.snapshot import Snapshot, Standing
from watchroom.figures.indicator import PERCENTILES, Indicator
from watchroom.figures.periods import Period


def run(
    indicators: Mapping[str, Indicator],
    folder: Path,
    periods: Sequence[Period],
    *,
    standings: Sequence[Standing] | None = None,
    threads: int | None = None,
) -> tally.Answers:
    """Every indicator of every agency, each with its whole subtree, in every period.

    `standings`: the tree of agencies through time; the snapshot's own if not given.
    """
    snapshot = Snapshot.read(folder)
    with duckdb.connect(config={"threads": threads} if threads else {}) as database:
        database.execute("SET TimeZone = 'UTC'")
        expressions = [(one.unit, exact.samples(one)) for one in indicators.values()]
        calendar = tally.calendar(periods)
        _load(database, snapshot, [samples for _, samples in expressions])
        _put(database, tally.given(standings or snapshot.standings(), calendar))
        parts = _statements(tally.asked(expressions, calendar, DUCKDB))
        found = [database.sql(part).to_arrow_table() for part in parts]
    return tally.told(found, list(indicators))


def _load(
    database: duckdb.DuckDBPyConnection, snapshot: Snapshot, expressions: Sequence[Table]
) -> None:
    """Read each file once. A table of which nothing was ever written is empty.

    Words become numbers (an ENUM): indicators pick one event of many, sixty times over.
    """
    used = exact.used(expressions)
    for name, schema in exact.tables(expressions).items():
        columns = {c: kind for c, kind in schema.items() if c in used}
        if files := snapshot.parquet(name):
            rows = database.read_parquet(files, hive_partitioning=False)
            for column in (c for c, kind in columns.items() if kind.is_string()):
                _count_words(database, rows, f"{name}_{column}", column)
            picked = ", ".join(_column(name, c, kind) for c, kind in columns.items())
            rows.project(picked).to_table(name)
        else:
            database.register(name, schema.to_pyarrow().empty_table())


def _count_words(
    database: duckdb.DuckDBPyConnection, rows: duckdb.DuckDBPyRelation, kind: str, column: str
) -> None:
    rows.project(f'"{column}" AS word').create_view("words")
    words = "SELECT DISTINCT word FROM words WHERE word IS NOT NULL ORDER BY word"
    database.execute(f'CREATE TYPE "{kind}" AS ENUM ({words})')
    database.execute("DROP VIEW words")


def _column(table: str, name: str, kind: DataType) -> str:
    """Moments as UTC without a zone: DuckDB goes through ICU for every one that has a zone."""
    if kind.is_timestamp():
        return f'make_timestamp(epoch_us("{name}")) AS "{name}"'
    return f'"{name}"::"{table}_{name}" AS "{name}"' if kind.is_string() else f'"{name}"'


def _put(database: duckdb.DuckDBPyConnection, given: Mapping[str, pa.Table]) -> None:
    for name, rows in given.items():
        database.register("given", rows)
        database.execute(f"CREATE TEMP TABLE {name} AS FROM given")
        database.unregister("given")


DUCKDB = tally.Dialect("duckdb", "epoch_us({})", "({} // {})", "DOUBLE")
_ANSWER = """SELECT indicator::BIGINT AS indicator, agency_id, period, counted::BIGINT AS "count",
    part::DOUBLE AS part, p50::DOUBLE AS p50, p90::DOUBLE AS p90, p95::DOUBLE AS p95"""


def _statements(asked: tally.Asked) -> list[str]:
    """Three statements at most, whatever the number of indicators."""
    empty = ", ".join(f"NULL AS {name}" for name in tally.NAMED)
    parts = [f"SELECT *, {empty} FROM ({one})" for one in (asked.added, asked.different) if one]
    if asked.timed:
        parts.append(_percentiles(asked.timed))
    return [f"{_ANSWER} FROM ({part})" for part in parts]


def _percentiles(rows: str) -> str:
    """DuckDB's own percentile is the one that `exact` describes; all three in one go."""
    named = ", ".join(f"p[{n}] AS {name}" for n, name in enumerate(tally.NAMED, 1))
    return f"""SELECT *, {named} FROM (
        SELECT indicator, agency_id, period, count(*) AS counted, sum(sample) AS part,
               quantile_cont(sample, {list(PERCENTILES)}) AS p
        FROM ({rows}) GROUP BY indicator, agency_id, period)"""
