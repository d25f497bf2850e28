"""All figures from a snapshot folder on Spark, for a province or a nation: `watchroom[province]`.

The folder must be where every worker can read it. Spark sorts by value and adds up how many there
are, so no worker ever holds all samples of an agency.
"""
# ruff: noqa: S608 - every word of these statements is our own

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import ibis

from watchroom.figures.engines import exact, tally
from watchroom.figures.engines.snapshot import Snapshot, Standing
from watchroom.figures.indicator import PERCENTILES, Indicator
from watchroom.figures.periods import Period

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

SPARK = tally.Dialect("pyspark", "UNIX_MICROS({})", "({} DIV {})", "DOUBLE", "`")


@contextmanager
def local(
    cores: int = 2, memory: str = "4g", settings: Mapping[str, str] = MappingProxyType({})
) -> "Iterator[SparkSession]":
    """A Spark of this machine alone, for tests and benchmarks."""
    from pyspark.sql import SparkSession  # noqa: PLC0415 - an extra: most machines have none

    usual = {
        "spark.ui.enabled": "false",
        "spark.driver.memory": memory,
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.sql.shuffle.partitions": str(2 * cores),
        "spark.ui.showConsoleProgress": "false",
    }
    builder = SparkSession.builder.master(f"local[{cores}]").appName("watchroom")
    for name, value in {**usual, **settings}.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    try:
        yield session
    finally:
        session.stop()


def run(
    session: "SparkSession",
    indicators: Mapping[str, Indicator],
    folder: Path,
    periods: Sequence[Period],
    *,
    standings: Sequence[Standing] | None = None,
) -> tally.Answers:
    """Every indicator of every agency, each with its whole subtree, in every period.

    The session's clock is set to UTC, as every engine's is.
    """
    ibis.pyspark.connect(session)  # sets that clock, and ibis ready to speak Spark's SQL
    snapshot = Snapshot.read(folder)
    expressions = [(one.unit, exact.samples(one)) for one in indicators.values()]
    calendar = tally.calendar(periods)
    kept = list(_open(session, snapshot, [samples for _, samples in expressions]))
    for name, rows in tally.given(standings or snapshot.standings(), calendar).items():
        session.createDataFrame(rows).createOrReplaceTempView(name)
    parts = _statements(tally.asked(expressions, calendar, SPARK))
    try:
        return tally.told([session.sql(part).toArrow() for part in parts], list(indicators))
    finally:
        for rows in kept:
            rows.unpersist()


def _open(
    session: "SparkSession", snapshot: Snapshot, samples: Sequence[tally.Table]
) -> Iterator["DataFrame"]:
    """Name the files as the expressions do, read once and kept: every indicator asks them again.

    A table of which nothing was ever written is empty.
    """
    used = exact.used(samples)
    for name, schema in exact.tables(samples).items():
        if files := snapshot.parquet(name):
            rows = session.read.parquet(*files).select(*(c for c in schema if c in used)).cache()
            yield rows
        else:
            rows = session.createDataFrame(schema.to_pyarrow().empty_table())
        rows.createOrReplaceTempView(name)


def _statements(asked: tally.Asked) -> list[str]:
    empty = ", ".join(f"NULL AS {name}" for name in tally.NAMED)
    parts = [f"SELECT *, {empty} FROM ({one})" for one in (asked.added, asked.different) if one]
    if asked.timed:
        parts.append(_percentiles(asked.timed))
    return [f"{_ANSWER} FROM ({part})" for part in parts]


_ANSWER = "SELECT CAST(indicator AS BIGINT) AS indicator, agency_id, period, " + ", ".join(
    f"CAST({given} AS {kind}) AS {name}"
    for given, kind, name in (
        ("counted", "BIGINT", "count"),
        ("part", "DOUBLE", "part"),
        *((one, "DOUBLE", one) for one in tally.NAMED),
    )
)


def _percentiles(rows: str) -> str:
    """How many samples there are up to each value; the neighbours of a place among them."""
    named = ", ".join(
        _percentile(f"CAST('{q}' AS DOUBLE) * (counted - 1)", name)
        for q, name in zip(PERCENTILES, tally.NAMED, strict=True)
    )
    keys = "indicator, agency_id, period"
    return f"""
SELECT {keys}, FIRST(counted) AS counted, SUM(sample * many) AS part, {named} FROM (
    SELECT *, SUM(many) OVER (PARTITION BY {keys} ORDER BY sample) AS upto,
           SUM(many) OVER (PARTITION BY {keys}) AS counted
    FROM (SELECT {keys}, sample, COUNT(*) AS many FROM ({rows}) GROUP BY {keys}, sample))
GROUP BY {keys}"""


def _percentile(place: str, name: str) -> str:
    low, high = (
        f"MIN(CASE WHEN upto > {end}({place}) THEN sample END)" for end in ("FLOOR", "CEIL")
    )
    fraction = f"FIRST({place} - FLOOR({place}))"
    return f"{low} + ({high} - {low}) * {fraction} AS {name}"
