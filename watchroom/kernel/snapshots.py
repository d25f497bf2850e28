"""Snapshots of what figures are made of, as Parquet files that any engine reads.

A snapshot is one moment: all its rows come from one repeatable-read transaction, matters and their
entries alike, and PostgreSQL's own name of that moment stands in the manifest. What leaves the
database are the columns that the language of indicators declares, never a name, a number or a word
about a person, and every table that any domain's indicator names.

Entries are only ever added, each to the chain of its month: a month whose chains are as long as its
file has rows is not read again. All other tables are read whole; files that come out the same are
linked, not kept twice. Each snapshot is a folder of its own, finished when its manifest is there;
what a killed run had written is taken over by the next.
"""
# ruff: noqa: S608 - every word of these statements is our own

import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import duckdb
import ibis
import psycopg
from django.apps import apps
from django.db import connection
from ibis import Schema
from psycopg import sql

from watchroom.base.clock import now
from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.figures.engines import exact
from watchroom.figures.engines.snapshot import AGENCIES, MANIFEST, File, Snapshot, fingerprint
from watchroom.figures.indicator import ENTRIES, MATTERS

from .indicators import all_indicators
from .models import Matter
from .trail import WHOLE_TO

FOLDER, MAKING, JOURNAL, LATEST = "snapshots", ".making", "journal.jsonl", "latest"
KEPT = 3
ROW_GROUP = 24_576
"""Rows: small, for a file is sorted by event and a reader skips the groups it does not want."""
SORTED_BY = ("event", "kind", "clock", "matter_id", "id")
LOCK = 7_305_610_241
MONTH = "to_char({} AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM')"
BUSY = Text(
    "另一次快照正在进行，请稍后再试", "Another snapshot is being made; try again when it is done"
)
TREE = ibis.schema(
    {
        "agency_id": "int64",
        "code": "string",
        "name": "string",
        "name_en": "string",
        "kind": "string",
        "path": "string",
        "since": "timestamp('UTC')",
        "until": "timestamp('UTC')",
    }
)
_TREE = """SELECT '', a.id AS agency_id, a.code, a.name, a.name_en, a.kind, p.path, p.since, p.until
FROM kernel_agency a JOIN kernel_agency_at p ON p.agency_id = a.id"""
Progress = Callable[[int, int], None]
Database = psycopg.Connection[tuple[object, ...]]


def declared() -> dict[str, Schema]:
    """The tables that leave the database, each with the columns that do."""
    expressions = [ENTRIES, MATTERS, *map(exact.samples, all_indicators().values())]
    return exact.tables(expressions)


def take(root: Path, *, until: str = "", progress: Progress | None = None) -> Snapshot:
    """Make a snapshot below `root`; `until`: with nothing recorded after that month ("2026-10").

    Refusal while another one is being made.
    """
    parameters = connection.get_connection_params()
    parameters.pop("cursor_factory", None)
    with psycopg.connect(**parameters) as database:
        database.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        database.read_only = True
        return write(root, database, until=until, progress=progress)


def write(
    root: Path, database: Database, *, until: str = "", progress: Progress | None = None
) -> Snapshot:
    """The same from a connection whose transaction sees one moment."""
    if not _one(database, f"SELECT pg_try_advisory_xact_lock({LOCK})"):
        raise Refusal(BUSY)
    database.execute("SET LOCAL TimeZone = 'UTC'")
    making = _Making(root, database, until)
    parts = list(making.parts())
    for number, part in enumerate(parts, 1):
        making.put(part)
        if progress:
            progress(number, len(parts))
    return making.finish()


@dataclass(frozen=True)
class _Part:
    """A question of the database; its first column is the month that each row belongs to."""

    table: str
    schema: Schema
    question: sql.Composable


@dataclass
class _Making:
    root: Path
    database: Database
    until: str
    files: list[File] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.made_at = now()
        self.position = int(str(_one(self.database, WHOLE_TO)))
        self.seen = str(_one(self.database, "SELECT pg_current_snapshot()::text"))
        self.tables = declared()
        self.columns = {
            name: _columns(one) for name, one in (*self.tables.items(), (AGENCIES, TREE))
        }
        self.folder = self.root / MAKING
        self.folder.mkdir(parents=True, exist_ok=True)
        self.known = {
            **_finished(self.root, self.columns),
            **_unfinished(self.folder, self.columns),
        }

    def parts(self) -> Iterator[_Part]:
        """What must be asked; months of entries that are known already are taken over here."""
        yield _Part(AGENCIES, TREE, sql.SQL(_TREE))
        for name, schema in self.tables.items():
            if name == ENTRIES.get_name():
                yield from self._months_of_entries(schema)
            else:
                yield _Part(name, schema, self._rows(name, schema))

    def _months_of_entries(self, schema: Schema) -> Iterator[_Part]:
        name = ENTRIES.get_name()
        lengths = (
            "SELECT month, sum(length)::bigint FROM kernel_chain GROUP BY month ORDER BY month"
        )
        for month, rows in self.database.execute(lengths).fetchall():
            known = self.known.get((name, str(month)))
            if not rows or (self.until and str(month) > self.until):
                continue
            if known and known[1].rows == rows:
                self._take_over(*known)
            else:
                yield _Part(name, schema, _entries(schema, str(month)))

    def _rows(self, name: str, schema: Schema) -> sql.Composable:
        """All rows of a table, by the month in which their matter came in, where they have one."""
        own = name == MATTERS.get_name()
        column = "id" if own else _matter_column(name)
        if not column:
            return sql.SQL("SELECT '', {} FROM {} t").format(_named(schema), sql.Identifier(name))
        return sql.SQL(
            "SELECT * FROM (SELECT {month} AS month, {columns} FROM {table} t "
            "JOIN kernel_matter m ON m.id = t.{column}) AS told WHERE {until} IN ('', month) "
            "OR month < {until}"
        ).format(
            month=sql.SQL(MONTH.format("m.entered_at")),
            columns=_named(schema),
            table=sql.Identifier(name),
            column=sql.Identifier(column),
            until=sql.Literal(self.until),
        )

    def put(self, part: _Part) -> None:
        """Ask, and write a file for each month of the answer."""
        raw = self.folder / "raw.csv"
        copy = sql.SQL("COPY ({}) TO STDOUT (FORMAT csv)").format(part.question)
        with self.database.cursor() as cursor, raw.open("wb") as out, cursor.copy(copy) as rows:
            for block in rows:
                out.write(block)
        for file in _written(self.folder, part, raw):
            known = self.known.get((file.table, file.month))
            if known and known[1].sha256 == file.sha256:
                self._take_over(*known)
            else:
                self._keep(file)
        raw.unlink()

    def _take_over(self, folder: Path, file: File) -> None:
        target = self.folder / file.path
        if folder != self.folder:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.unlink(missing_ok=True)
            try:
                os.link(folder / file.path, target)
            except OSError:  # another disk, or one that knows no links
                shutil.copyfile(folder / file.path, target)
        self._keep(file)

    def _keep(self, file: File) -> None:
        self.files.append(file)
        line = {"file": asdict(file), "columns": self.columns[file.table]}
        with (self.folder / JOURNAL).open("a", encoding="utf-8") as journal:
            journal.write(json.dumps(line) + "\n")

    def finish(self) -> Snapshot:
        """Give the folder its name, point `latest` at it, and let the oldest go."""
        (self.folder / JOURNAL).unlink(missing_ok=True)
        told = (self.made_at.isoformat(), self.seen, self.position, self.until, self.columns)
        made = Snapshot(self.folder, *told, tuple(self.files))
        _only(self.folder, made)
        made.write()
        name = self.made_at.strftime("%Y%m%dT%H%M%S%fZ")
        self.folder.rename(self.root / name)
        pointer = self.root / f".{LATEST}"
        pointer.unlink(missing_ok=True)
        pointer.symlink_to(name)
        pointer.replace(self.root / LATEST)
        for old in made_before(self.root)[:-KEPT]:
            shutil.rmtree(old)
        return replace(made, folder=self.root / name)


def made_before(root: Path) -> list[Path]:
    """The finished snapshots, oldest first."""
    return sorted(one.parent for one in root.glob(f"[0-9]*/{MANIFEST}"))


Known = dict[tuple[str, str], tuple[Path, File]]


def _finished(root: Path, columns: Mapping[str, Mapping[str, str]]) -> Known:
    """The files of the last snapshot that still have the columns that are declared now."""
    with suppress(FileNotFoundError):
        last = Snapshot.read(root / LATEST)
        same = (f for f in last.files if last.columns[f.table] == columns.get(f.table))
        return {(f.table, f.month): (last.folder, f) for f in same}
    return {}


def _unfinished(folder: Path, columns: Mapping[str, Mapping[str, str]]) -> Known:
    """What a run that was killed had written whole; its journal is begun anew."""
    journal = folder / JOURNAL
    if not journal.exists():
        return {}
    lines = [
        json.loads(line) for line in journal.read_text("utf-8").splitlines() if line[-1:] == "}"
    ]
    journal.unlink()
    files = [
        File(**line["file"])
        for line in lines
        if columns.get(line["file"]["table"]) == line["columns"]
    ]
    whole = (f for f in files if (folder / f.path).is_file())
    return {
        (f.table, f.month): (folder, f) for f in whole if fingerprint(folder / f.path) == f.sha256
    }


def _only(folder: Path, made: Snapshot) -> None:
    """Nothing else stays in the folder: what a killed run left, tables no longer asked for."""
    wanted = {folder / file.path for file in made.files}
    for path in folder.rglob("*"):
        if path.is_file() and path not in wanted:
            path.unlink()


def _entries(schema: Schema, month: str) -> sql.Composable:
    return sql.SQL(
        "SELECT {month}, {columns} FROM kernel_entry t "
        "WHERE chain_id IN (SELECT id FROM kernel_chain WHERE month = {month})"
    ).format(month=sql.Literal(month), columns=_named(schema))


def _named(schema: Schema) -> sql.Composable:
    return sql.SQL(", ").join(sql.Identifier("t", name) for name in schema)


def _columns(schema: Schema) -> dict[str, str]:
    return {name: str(kind) for name, kind in schema.items()}


def _matter_column(table: str) -> str:
    """Which column of a domain's table says whose row it is; "" where it belongs to no matter."""
    for model in apps.get_models():
        if model._meta.db_table == table:
            for one in model._meta.concrete_fields:
                if one.related_model is Matter:
                    return str(one.column)
    return ""


def _written(folder: Path, part: _Part, raw: Path) -> Iterator[File]:
    """Parquet files of what PostgreSQL answered: the same rows become the same bytes."""
    kinds = {"month": "VARCHAR"} | {n: _KINDS[type(k).__name__] for n, k in part.schema.items()}
    order = ", ".join(f'"{c}"' for c in (*SORTED_BY, *part.schema) if c in part.schema)
    with duckdb.connect(config={"threads": 1}) as engine:
        engine.execute("SET TimeZone = 'UTC'")
        told = engine.read_csv(
            str(raw), header=False, columns=kinds, na_values="", allow_quoted_nulls=False,
            quotechar='"', escapechar='"', delimiter=",", auto_detect=False, parallel=False,
        )  # fmt: skip
        told.to_table("told")
        months = engine.execute("SELECT month, count(*) FROM told GROUP BY month ORDER BY month")
        for month, rows in months.fetchall():
            path = folder / File(part.table, month, 0, "").path
            path.parent.mkdir(parents=True, exist_ok=True)
            partial = path.with_suffix(".partial")
            engine.execute(
                f"COPY (SELECT * EXCLUDE month FROM told WHERE month = $month ORDER BY {order}) "
                f"TO '{partial}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP})",
                {"month": month},
            )
            partial.replace(path)
            yield File(part.table, month, rows, fingerprint(path))


_KINDS = {
    "Int64": "BIGINT",
    "Float64": "DOUBLE",
    "String": "VARCHAR",
    "Boolean": "BOOLEAN",
    "Timestamp": "TIMESTAMPTZ",
    "Date": "DATE",
}


def _one(database: Database, question: str) -> object:
    row = database.execute(question).fetchone()
    return row[0] if row else None
