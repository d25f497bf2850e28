"""Figures for tools that ask by SQL: a view for each indicator, generated from its expression.

A view says, of each agency with all that stood below it then, what each month of the bureau's own
calendar counted. It holds no row about a person or a matter, and no number under the indicator's
floor. Who reads the views reads nothing else: they run with their owner's rights.
"""
# ruff: noqa: S608 - every word of these statements is our own

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import ibis
import pyarrow as pa
from psycopg import sql

from watchroom.base.clock import now
from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.figures import periods
from watchroom.figures.engines import duck, exact, tally
from watchroom.figures.engines.snapshot import AGENCIES, Snapshot
from watchroom.figures.indicator import PERCENTILES, Indicator

from .indicators import all_indicators

SCHEMA = "figures"
NO_ROLE = Text(
    "数据库里没有角色 {r}：请先用 CREATE ROLE 建立它",
    "There is no role {r}: make it with CREATE ROLE",
)


def name_of(key: str) -> str:
    """The view of an indicator: "dispatch.incidents" is figures.dispatch_incidents."""
    return key.replace(".", "_")


def lay(cursor: Any, reader: str = "") -> list[str]:
    """Lay the views anew, as the owner of the tables; returns their names.

    `reader`: a role that may read them. Refusal if there is no such role.
    """
    if reader:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [reader])
        if cursor.fetchone() is None:
            raise Refusal(NO_ROLE.format(r=reader))
    away(cursor)
    cursor.execute(f"CREATE SCHEMA {SCHEMA}")
    names = []
    for key, one in all_indicators().items():
        name = f"{SCHEMA}.{name_of(key)}"
        cursor.execute(f"CREATE VIEW {name} AS {view(one)}".replace("%", "%%"), [])
        told = f"COMMENT ON VIEW {name} IS {{}}"
        words = f"{one.title.zh} · {one.title.en}: {one.definition.zh} · {one.definition.en}"
        cursor.execute(sql.SQL(told).format(sql.Literal(words)))
        names.append(name)
    if reader:
        for rights in ("USAGE ON SCHEMA {}", "SELECT ON ALL TABLES IN SCHEMA {}"):
            grant = f"GRANT {rights.format(SCHEMA)} TO {{}}"
            cursor.execute(sql.SQL(grant).format(sql.Identifier(reader)))
    return names


def away(cursor: Any) -> None:
    """Take the views away: a table on which one stands could not be altered."""
    cursor.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")


def view(one: Indicator) -> str:
    """The statement of an indicator's view."""
    rows = ibis.to_sql(exact.samples(one), dialect="postgres")
    counted = {"ratio": "sum(told.of)", "distinct": "count(DISTINCT told.what)"}
    parts = [
        f"{counted.get(one.unit, 'count(*)')}::bigint AS counted",
        "sum(told.value)::float8 AS part",
        *(_percentile(one, q, name) for q, name in zip(PERCENTILES, tally.NAMED, strict=True)),
    ]
    return f"""
SELECT month, agency_code, agency, agency_en, {_masked(one, "masked")} FROM (
    SELECT month, agency_code, agency, agency_en, counted, part, {", ".join(tally.NAMED)},
           {_under(one)} AS masked
    FROM (
        SELECT date_trunc('month', told."at" AT TIME ZONE 'Asia/Shanghai')::date AS month,
               above.code AS agency_code, above.name AS agency, above.name_en AS agency_en,
               {", ".join(parts)}
        FROM ({rows}) AS told
        JOIN kernel_agency_at AS stood ON stood.agency_id = told.agency_id
             AND told."at" >= stood.since AND told."at" < stood.until
        JOIN kernel_agency AS above ON strpos(stood.path, '.' || above.id || '.') > 0
        GROUP BY 1, above.id, above.code, above.name, above.name_en) AS monthly) AS behind"""


def _percentile(one: Indicator, q: float, name: str) -> str:
    if one.unit != "seconds":
        return f"NULL::float8 AS {name}"
    return f"percentile_cont({q}) WITHIN GROUP (ORDER BY told.value) AS {name}"


def _under(one: Indicator) -> str:
    """Fewer than the floor, or so few on one side that the other gives them away."""
    few = [f"counted < {one.floor}"]
    if one.unit == "share":
        sides = ("part", "counted - part")
        few += [f"({side} > 0 AND {side} < {one.floor})" for side in sides]
    if one.unit == "ratio":
        few.append(f"part < {one.floor}")
    return f"({' OR '.join(few)})"


def _masked(one: Indicator, masked: str) -> str:
    names = ("counted", "part", *tally.NAMED)
    shown = [f"CASE WHEN NOT {masked} THEN {name} END AS {name}" for name in names]
    return ", ".join([*shown, masked])


def export(folder: Path, target: Path, months: int) -> int:
    """All figures of the last months in one Parquet file, from a snapshot; how many rows.

    The same columns as the views, with the indicator's key in front.
    """
    indicators, snapshot = all_indicators(), Snapshot.read(folder)
    asked = periods.months_back(now(), months)
    answers = duck.run(indicators, folder, asked)
    firsts = pa.table({"period": range(months), "month": [one.first for one in asked]})
    with duckdb.connect() as engine:
        engine.execute("SET TimeZone = 'UTC'")
        engine.read_parquet(snapshot.parquet(AGENCIES)).create_view("agencies")
        engine.register("answers", answers.table)
        engine.register("months", firsts)
        statement = " UNION ALL ".join(_exported(indicators))
        partial = target.with_name(target.name + ".part")
        engine.execute(f"COPY ({statement}) TO '{_quoted(partial)}' (FORMAT parquet)")
        partial.replace(target)
        row = engine.execute(f"SELECT count(*) FROM '{_quoted(target)}'").fetchone()
    return int(row[0]) if row else 0


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def _exported(indicators: dict[str, Indicator]) -> Iterator[str]:
    for number, (key, one) in enumerate(indicators.items()):
        yield f"""
SELECT '{key}' AS indicator, month, agency_code, agency, agency_en, {_masked(one, "masked")} FROM (
    SELECT m.month, g.code AS agency_code, g.name AS agency, g.name_en AS agency_en,
           a.counted, a.part, a.p50, a.p90, a.p95, {_under(one)} AS masked
    FROM (SELECT * RENAME ("count" AS counted) FROM answers WHERE indicator = {number}) AS a
    JOIN (SELECT DISTINCT agency_id, code, name, name_en FROM agencies) AS g USING (agency_id)
    JOIN months AS m USING (period)) AS behind"""
