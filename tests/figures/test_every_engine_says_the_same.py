"""Every declared indicator, every agency, every month: DuckDB, PostgreSQL and Spark to the last
digit, and the pages' own way of asking."""

import shutil
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.figures import histories
from watchroom.figures import periods
from watchroom.figures.engines import duck, exact, postgres, tally
from watchroom.figures.indicator import Indicator
from watchroom.kernel.indicators import all_indicators

MONTHS = [periods.month(2025, 11), periods.month(2025, 12), periods.month(2026, 1)]
KINDS = {"int64": "bigint", "string": "text", "timestamp('UTC')": "timestamptz"}


@pytest.fixture(scope="module")
def indicators() -> Mapping[str, Indicator]:
    return all_indicators()


def lay(tables: histories.Tables) -> None:
    """Temporary tables stand before the real ones of the same name, in this transaction only."""
    schemas = exact.tables(exact.samples(one) for one in all_indicators().values())
    with connection.cursor() as cursor:
        for name, rows in tables.items():
            columns = ", ".join(f'"{c}" {KINDS[str(k)]}' for c, k in schemas[name].items())
            cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{name}")
            cursor.execute(f"CREATE TEMP TABLE {name} ({columns}) ON COMMIT DROP")
            with cursor.copy(f"COPY pg_temp.{name} FROM STDIN") as copy:
                for row in rows.to_pylist():
                    copy.write_row(list(row.values()))


def ask(statement: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL jit = off")
        cursor.execute(statement.replace("%", "%%"), [])
        return list(cursor.fetchall())


def differences(one: tally.Answers, other: tally.Answers) -> list[Any]:
    """What the two say apart, so that a failure can be read."""
    a, b = one.cells(), other.cells()
    return [(k, a.get(k), b.get(k)) for k in sorted({*a, *b}) if a.get(k) != b.get(k)][:5]


@settings(
    max_examples=4,
    deadline=None,
    phases=[Phase.generate],  # each costs seconds: a seed says enough to find it again
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 2**32), rows=st.sampled_from([0, 60, 3000]))
def test_duckdb_and_postgresql_over_any_history(
    db: None, tmp_path: Path, indicators: Mapping[str, Indicator], seed: int, rows: int
) -> None:
    tables = histories.made(indicators, seed, rows)
    folder = tmp_path / "any"
    shutil.rmtree(folder, ignore_errors=True)
    histories.snapshot(folder, tables)
    lay(tables)
    embedded = duck.run(indicators, folder, MONTHS)
    live = postgres.run(ask, indicators, histories.TREE, MONTHS)
    assert differences(embedded, live) == []


def test_every_indicator_counts_something_somewhere(
    tmp_path: Path, indicators: Mapping[str, Indicator]
) -> None:
    """The comparison would say nothing of an indicator that counts nothing."""
    histories.snapshot(tmp_path, histories.made(indicators, 7, 40_000))
    counted = {key for key, _, _ in duck.run(indicators, tmp_path, MONTHS).cells()}
    assert counted == set(indicators)


def test_spark_says_the_same(tmp_path: Path, indicators: Mapping[str, Indicator]) -> None:
    if shutil.which("java") is None or find_spec("pyspark") is None:
        pytest.skip("Spark needs Java 17 and the extra watchroom[province]")
    from watchroom.figures.engines import spark

    histories.snapshot(tmp_path, histories.made(indicators, 11, 6000))
    embedded = duck.run(indicators, tmp_path, MONTHS)
    with spark.local(settings={"spark.sql.codegen.wholeStage": "false"}) as session:
        spread = spark.run(session, indicators, tmp_path, MONTHS)
    assert differences(embedded, spread) == []
    assert embedded.table.num_rows > 1000
