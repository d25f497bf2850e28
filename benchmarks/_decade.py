"""Ten years of the fictional city, written straight as a snapshot: what the engines are fed with.

Every matter is of a kind that a domain declares and lives through steps of its flow; some entries
come days late, some steps are taken twice. Nothing here went through the product's acts: whoever
measures figures needs rows as they would be, not their promises. The same size gives the same rows.
"""
# ruff: noqa: S608 - every word of these statements is our own

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from watchroom.figures.engines.snapshot import AGENCIES, File, Snapshot, Standing, fingerprint

YEARS = range(2016, 2026)
STATIONS = (7, 5, 6, 5, 4, 5, 4, 4)  # of the eight counties of the fictional city
ENTRIES_A_MATTER = 4.2
DAYS = 3653
ROW_GROUP = 24_576


@dataclass(frozen=True)
class Story:
    """One kind of matter: how many of a thousand, and the steps of its life, each with its chance
    and the usual seconds since the one before. `ends`: state and chance; none: still open."""

    kind: str
    of_thousand: float
    steps: tuple[tuple[str, float, float], ...]
    ends: str
    otherwise: str = ""
    chance: float = 1.0
    parent: str = ""
    clocks: tuple[str, ...] = field(default=())


MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0
STORIES = (
    Story("dispatch.incident", 360, (("report", 1, 0), ("classify", 1, 45), ("dispatch", 0.93, 60),
          ("close", 0.99, HOUR)), "closed"),
    Story("dispatch.assignment", 340, (("send", 1, 110), ("sign", 0.98, 25), ("set_out", 0.97, 50),
          ("arrive", 0.95, 420), ("clear", 0.94, 1500), ("overdue", 0.06, 30)), "cleared",
          parent="dispatch.incident"),
    Story("coverage.posting", 60, (("post", 1, 0), ("check_in", 0.98, DAY / 2),
          ("filled", 0.94, 90), ("begin", 0.94, 300), ("end_of_shift", 0.94, 8 * HOUR),
          ("nobody_came", 0.01, 0), ("overdue", 0.04, 0)), "ended", "cancelled", 0.97),
    Story("coverage.inspection", 15, (("inspect", 1, 0), ("find", 0.25, 300),
          ("put_right", 0.22, 2 * DAY), ("verify", 0.2, DAY)), "verified", "passed", 0.8),
    Story("coverage.plan", 1, (("draft", 1, 0), ("submit", 0.9, DAY), ("approve", 0.85, DAY)),
          "in_force"),
    Story("fraud.case", 42, (("receive", 1, 0), ("sign", 0.99, 90), ("call", 0.97, 200),
          ("reach", 0.9, 400), ("ask_visit", 0.3, 120), ("arrive", 0.26, 900),
          ("feed_back", 0.93, HOUR), ("overdue", 0.07, 0)), "fed_back"),
    Story("fraud.measure", 9, (("request", 1, 0), ("approve", 0.95, 600), ("send", 0.95, 60),
          ("execute", 0.9, 500), ("time_out", 0.05, DAY), ("lift", 0.4, 3 * DAY),
          ("appeal", 0.02, DAY)), "in_force"),
    Story("directives.directive", 5, (("issue", 1, 0), ("close", 0.96, 2 * DAY)), "closed"),
    Story("directives.order", 20, (("issue", 1, 5), ("sign", 0.99, 240), ("set_out", 0.6, 400),
          ("feed_back", 0.96, 4 * HOUR), ("send_back", 0.05, HOUR), ("feed_back", 0.05, 2 * HOUR),
          ("verify", 0.93, DAY), ("overdue", 0.08, 0)), "verified", parent="directives.directive"),
    Story("disputes.dispute", 30, (("register", 1, 0), ("assign", 1, HOUR),
          ("hold_session", 0.95, 2 * DAY), ("agree", 0.84, DAY), ("perform", 0.8, 3 * DAY),
          ("visit", 0.78, 10 * DAY), ("settle", 0.74, 12 * DAY), ("recurred", 0.04, 60 * DAY),
          ("turned_criminal", 0.003, DAY)), "settled", "mediating", 0.74),
    Story("community.visit", 70, (("plan", 0.4, 0), ("make", 0.85, DAY), ("need_found", 0.1, 300)),
          "made", "not_met", 0.85),
    Story("community.meeting", 4, (("plan", 1, 0), ("hold", 0.9, 3 * DAY)), "held"),
    Story("community.hazard", 14, (("find", 1, 0), ("grade", 1, 600), ("put_right", 0.85, 5 * DAY),
          ("not_right", 0.08, DAY), ("put_right", 0.08, 2 * DAY), ("verify", 0.75, 2 * DAY)),
          "verified", clocks=("put_right",)),
    Story("requests.request", 28, (("ask", 1, 0), ("take", 0.97, 2 * HOUR), ("answer", 0.92, DAY),
          ("send_back", 0.06, DAY), ("answer", 0.06, DAY), ("confirm", 0.82, 2 * DAY),
          ("refuse", 0.04, HOUR), ("overdue", 0.05, 0)), "confirmed", "refused", 0.95),
    Story("requests.article", 2, (("draft", 1, 0), ("publish", 0.8, 3 * DAY)), "published"),
)  # fmt: skip


def agencies() -> list[tuple[int, str, str, str, str, tuple[int, ...]]]:
    """(id, code, zh, en, kind, path): bureau, counties with their squads and stations."""
    rows = [(1, "990000", "市公安局", "City bureau", "city", (1,))]
    for number, stations in enumerate(STATIONS, 1):
        bureau = len(rows) + 1
        rows.append((bureau, f"99{number:02d}00", f"县局{number}", f"County {number}", "county",
                     (1, bureau)))  # fmt: skip
        for seat in range(stations + 3):
            one = len(rows) + 1
            kind = "station" if seat < stations else "squad"
            rows.append((one, f"99{number:02d}{seat + 10}", f"派出所{one}", f"Station {one}", kind,
                         (1, bureau, one)))  # fmt: skip
    return rows


def standings() -> list[Standing]:
    """The tree: one station moved to the next county after six years."""
    rows = [Standing(one[0], one[5]) for one in agencies()]
    moved = next(n for n, one in enumerate(rows) if len(one.path) == 3)
    there = next(one for one in rows[moved:] if len(one.path) == 2)
    when = datetime(2021, 12, 31, 16, tzinfo=UTC)
    one = rows[moved]
    rows[moved] = Standing(one.agency_id, one.path, None, when)
    rows.append(Standing(one.agency_id, (1, there.agency_id, one.agency_id), when, None))
    return rows


def write(
    folder: Path, entries: int, progress: Callable[[int, int], None] | None = None
) -> Snapshot:
    """About so many entries; returns the snapshot."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with duckdb.connect(str(folder / "making.duckdb")) as db:
        db.execute("SET TimeZone = 'UTC'; SET preserve_insertion_order = false")
        db.execute("SET memory_limit = '10GB'")
        _live(db, round(entries / ENTRIES_A_MATTER))
        files = list(_files(db, folder, progress))
        columns = {
            one.table: {c: t for c, t, *_ in db.execute(f"DESCRIBE {one.table}").fetchall()}
            for one in files
        }
    (folder / "making.duckdb").unlink()
    made = Snapshot(folder, "2026-01-01T00:00:00Z", "", 0, "", columns, tuple(files))
    made.write()
    return made


def _live(db: duckdb.DuckDBPyConnection, matters: int) -> None:
    """All matters with their steps, in sets: `chance` and `gap` come from hashes of the number."""
    known = {one[0]: one for one in agencies()}
    db.execute(f"CREATE TABLE {AGENCIES} (agency_id BIGINT, code TEXT, name TEXT, name_en TEXT, "
               "kind TEXT, path TEXT, since TIMESTAMPTZ, until TIMESTAMPTZ)")  # fmt: skip
    for stood in standings():
        path = f".{'.'.join(map(str, stood.path))}."
        row = [*known[stood.agency_id][:5], path, stood.since, stood.until]
        db.execute(f"INSERT INTO {AGENCIES} VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
    db.execute(_FUNCTIONS)
    db.execute(_TABLES)
    first: dict[str, tuple[int, int]] = {}
    total = sum(s.of_thousand for s in STORIES)
    at = 0
    for story in STORIES:
        many = max(1, round(matters * story.of_thousand / total))
        first[story.kind] = (at, many)
        parent = first.get(story.parent, (0, 0))
        db.execute(_lives(story, at, many, parent, len(known)))
        at += many
    db.execute(_ENDS)
    for statement in _OWN_TABLES:
        db.execute(statement)


_FUNCTIONS = """
CREATE MACRO u(n, salt) AS (hash(n * 64 + salt) % 1000003) / 1000003.0;
CREATE MACRO bell(n, salt) AS u(n, salt) + u(n, salt + 1) + u(n, salt + 2) - 1.5;
CREATE MACRO gap(n, salt, usual) AS floor(usual * exp(1.3 * bell(n, salt)))::BIGINT;
"""
_TABLES = """
CREATE TABLE kernel_entry (id BIGINT, matter_id BIGINT, event TEXT, from_state TEXT, to_state TEXT,
    agency_id BIGINT, occurred_at TIMESTAMPTZ, entered_at TIMESTAMPTZ);
CREATE TABLE begun (id BIGINT, kind TEXT, state TEXT, priority BIGINT, agency_id BIGINT,
    beat_id BIGINT, parent_id BIGINT, began BIGINT, closes BOOLEAN);
"""


def _lives(story: Story, first: int, many: int, parent: tuple[int, int], agencies: int) -> str:
    """A child happens where and when its parent does; more happens in summer and in the evening."""
    source = f"{parent[0]} + (n - {first}) % {parent[1]}" if story.parent else "n"
    begins = int(datetime(YEARS[0], 1, 1, tzinfo=UTC).timestamp()) - 8 * 3600
    steps = ", ".join(
        f"({k}, '{story.kind}.{step}', {chance}, {usual})"
        for k, (step, chance, usual) in enumerate(story.steps)
    )
    return f"""
    CREATE OR REPLACE TEMP TABLE lives AS
    SELECT n, s, {begins} + 86400 * floor({DAYS} * u(s, 1))::BIGINT
               + floor(43200 * (1 + bell(s, 2) / 1.5) + 21600 * u(s, 5))::BIGINT % 86400 AS began,
           1 + (hash(s * 7 + 3) % {agencies})::BIGINT AS agency
    FROM (SELECT n, {source} AS s FROM range({first}, {first + many}) AS r(n));
    INSERT INTO begun
    SELECT n, '{story.kind}', CASE WHEN u(n, 9) < {story.chance} THEN '{story.ends}'
               ELSE '{story.otherwise}' END, 1 + hash(n) % 4, agency,
           CASE WHEN u(n, 10) < 0.9 THEN agency * 20 + hash(n + 5) % 18 END,
           {"s" if story.parent else "NULL"}, began, u(n, 11) < 0.97
    FROM lives;
    INSERT INTO kernel_entry
    WITH steps(k, event, chance, usual) AS (VALUES {steps}),
    taken AS (
        SELECT n, k, event, agency, began, u(n, 20 + k) < chance AS taken,
               sum(gap(n, 30 + 3 * k, usual)) OVER (PARTITION BY n ORDER BY k) AS later
        FROM lives CROSS JOIN steps
    )
    SELECT n * 16 + k, n, event, '', '', agency, 
           make_timestamptz((began + later)::BIGINT * 1000000 + (hash(n + k) % 1000000)::BIGINT),
           make_timestamptz((began + later + CASE WHEN u(n, 12 + k) < 0.02
               THEN gap(n, 13 + k, 5 * 86400.0) ELSE 1 END)::BIGINT * 1000000)
    FROM taken WHERE taken;
    """


_ENDS = """
CREATE TABLE kernel_matter AS
SELECT b.id, b.kind, b.state, b.priority, b.agency_id, b.beat_id, b.parent_id,
       make_timestamptz(b.began * 1000000) AS occurred_at,
       make_timestamptz((b.began + 1) * 1000000) AS entered_at,
       CASE WHEN b.closes THEN e.last END AS closed_at
FROM begun b LEFT JOIN (SELECT matter_id, max(occurred_at) AS last FROM kernel_entry GROUP BY 1) e
    ON e.matter_id = b.id
"""
_OWN_TABLES = (
    """CREATE TABLE community_visit AS
    SELECT id AS matter_id, (hash(id) % (SELECT 1 + count(*) // 3 FROM kernel_matter
               WHERE kind = 'community.visit'))::BIGINT AS household_id,
           CASE WHEN u(id, 40) < 0.1 THEN 'papers' ELSE '' END AS service, 1::BIGINT AS helped
    FROM kernel_matter WHERE kind = 'community.visit'""",
    """CREATE TABLE coverage_posting AS
    SELECT id AS matter_id, occurred_at + INTERVAL 12 HOUR AS starts_at,
           occurred_at + INTERVAL 20 HOUR AS ends_at, 2::BIGINT AS strength
    FROM kernel_matter WHERE kind = 'coverage.posting'""",
    """CREATE TABLE fraud_case AS
    SELECT id AS matter_id, CASE WHEN u(id, 41) < 0.55 THEN 'dissuaded' WHEN u(id, 41) < 0.65
               THEN 'partly_lost' WHEN u(id, 41) < 0.9 THEN 'not_victim' ELSE 'lost' END AS outcome,
           occurred_at + INTERVAL 10 MINUTE AS reached_at
    FROM kernel_matter WHERE kind = 'fraud.case'""",
    """CREATE TABLE fraud_moneymove AS
    SELECT id AS because_id, 'outside' AS source,
           CASE hash(id) % 6 WHEN 0 THEN 'intended' WHEN 1 THEN 'held' WHEN 2 THEN 'stopped'
               WHEN 3 THEN 'frozen' WHEN 4 THEN 'returned' ELSE 'lost' END AS target,
           (hash(id + 9) % 90000000)::BIGINT AS fen, occurred_at + INTERVAL 1 HOUR AS "at"
    FROM kernel_matter WHERE kind = 'fraud.case'""",
    """CREATE TABLE kernel_deadline AS
    SELECT id AS matter_id, 'put_right' AS clock,
           CASE WHEN u(id, 42) < 0.8 THEN 'met' ELSE 'missed' END AS state,
           occurred_at + INTERVAL 6 DAY AS ended_at
    FROM kernel_matter WHERE kind = 'community.hazard'""",
)
_SORTED = {"kernel_entry": "event, matter_id, id", "kernel_matter": "kind, id"}


def _files(
    db: duckdb.DuckDBPyConnection, folder: Path, progress: Callable[[int, int], None] | None
) -> Iterator[File]:
    names = [r[0] for r in db.execute("SHOW TABLES").fetchall() if r[0] not in ("begun", "lives")]
    for number, name in enumerate(names):
        if name in _SORTED:
            yield from _by_month(db, folder, name)
        else:
            yield _file(db, folder, name, "", f'SELECT * FROM "{name}" ORDER BY 1')
        if progress:
            progress(number + 1, len(names))


def _by_month(db: duckdb.DuckDBPyConnection, folder: Path, name: str) -> Iterator[File]:
    month = "strftime(entered_at + INTERVAL 8 HOUR, '%Y-%m')"
    db.execute(f"CREATE TEMP TABLE monthly AS SELECT {month} AS month, * FROM {name} "
               "ORDER BY month")  # fmt: skip
    for (one,) in db.execute("SELECT DISTINCT month FROM monthly ORDER BY 1").fetchall():
        rows = f"SELECT * EXCLUDE month FROM monthly WHERE month = '{one}' ORDER BY {_SORTED[name]}"
        yield _file(db, folder, name, one, rows)
    db.execute("DROP TABLE monthly")


def _file(db: duckdb.DuckDBPyConnection, folder: Path, name: str, month: str, rows: str) -> File:
    path = folder / File(name, month, 0, "").path
    path.parent.mkdir(parents=True)
    told = db.execute(
        f"COPY ({rows}) TO '{path}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP})"
    ).fetchone()
    return File(name, month, int(told[0]) if told else 0, fingerprint(path))
