"""Histories no bureau ever had, in the words that the declared indicators look for.

Events, states and kinds are those in the expressions themselves, so that every condition of every
indicator is met by some rows and missed by others: late, doubled, out of order, within one second.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import ibis.expr.operations as ops
import pyarrow as pa
from ibis import Schema

from watchroom.figures.engines import exact
from watchroom.figures.engines.snapshot import AGENCIES, File, Snapshot, Standing, fingerprint
from watchroom.figures.indicator import Indicator

START = datetime(2025, 11, 20, tzinfo=UTC)
DAYS = 75
MOVED = datetime(2025, 12, 31, 4, 5, 6, 789_000, tzinfo=UTC)
TREE = (
    Standing(1, (1,)),
    Standing(2, (1, 2)),
    Standing(3, (1, 3)),
    Standing(4, (1, 2, 4), None, MOVED),
    Standing(4, (1, 3, 4), MOVED, None),
    Standing(5, (1, 3, 5)),
)
"""The fourth agency moved to another county in the middle of a day."""
Tables = Mapping[str, pa.Table]


def words(indicators: Mapping[str, Indicator]) -> list[str]:
    """Every word that any condition compares with."""
    found = {"", "something else"}
    for one in indicators.values():
        literals = exact.samples(one).op().find(ops.Literal)
        found |= {node.value for node in literals if isinstance(node.value, str)}
    return sorted(found)


def made(indicators: Mapping[str, Indicator], seed: int, rows: int) -> Tables:
    """Every table the indicators name, with random rows."""
    random, said = Random(seed), words(indicators)
    tables = exact.tables(exact.samples(one) for one in indicators.values())
    return {name: _table(random, schema, said, name, rows) for name, schema in tables.items()}


def _table(random: Random, schema: Schema, said: list[str], name: str, rows: int) -> pa.Table:
    once = name == "kernel_matter" or ("matter_id" in schema and "event" not in schema)
    matters = rows // 4 + 1
    many = matters if once and rows else rows
    told = [{c: _value(random, c, str(k), said) for c, k in schema.items()} for _ in range(many)]
    for number, row in enumerate(told):
        row.update({key: number for key in ("id", "matter_id") if once and key in row})
        if not once and "matter_id" in row:
            row["matter_id"] = random.randrange(matters)
        if row.get("parent_id") is not None:
            row["parent_id"] = random.randrange(matters)
    return pa.Table.from_pylist(told, schema.to_pyarrow())


def _value(random: Random, name: str, kind: str, said: list[str]) -> Any:
    if name == "agency_id":
        return random.randint(1, 5)
    if name in ("closed_at", "beat_id", "parent_id", "priority") and random.random() < 0.2:
        return None
    if kind.startswith("timestamp"):
        micros = random.choice([0, 0, 1, 499_999, 500_000, 999_999])
        seconds = random.choice([random.randrange(DAYS * 86400), random.randrange(600)])
        return START + timedelta(seconds=seconds, microseconds=micros)
    if kind == "string":
        dots = {"kind": 1, "event": 2}.get(name, 0)
        return random.choice([word for word in said if word.count(".") == dots])
    return random.randrange(12)


def snapshot(folder: Path, tables: Tables) -> Snapshot:
    """The tables as a snapshot on disk."""
    with duckdb.connect() as engine:
        engine.execute("SET TimeZone = 'UTC'")
        files = [_file(engine, folder, name, rows) for name, rows in (*tables.items(), _tree())]
    columns = {name: dict.fromkeys(rows.column_names, "") for name, rows in tables.items()}
    one = Snapshot(folder, "", "", 0, "", columns, tuple(files))
    one.write()
    return one


def _file(engine: duckdb.DuckDBPyConnection, folder: Path, name: str, rows: pa.Table) -> File:
    path = folder / File(name, "", 0, "").path
    path.parent.mkdir(parents=True)
    engine.register("given", rows)
    engine.execute(f"COPY (FROM given) TO '{path}' (FORMAT parquet)")
    engine.unregister("given")
    return File(name, "", rows.num_rows, fingerprint(path))


def _tree() -> tuple[str, pa.Table]:
    rows = [
        {"agency_id": s.agency_id, "path": f".{'.'.join(map(str, s.path))}.", "since": s.since,
         "until": s.until}
        for s in TREE
    ]  # fmt: skip
    moment = pa.timestamp("us", "UTC")
    kinds = [("agency_id", pa.int64()), ("path", pa.string()), ("since", moment), ("until", moment)]
    return AGENCIES, pa.Table.from_pylist(rows, pa.schema(kinds))
