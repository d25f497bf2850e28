"""The restore drill: back to a moment, figures as they were, the chain whole. And a standby."""

from __future__ import annotations

import os
import signal
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest

from faults import checker
from tests import plugin
from tests.people import MIDDLE
from tests.site.test_nothing_acknowledged_is_lost import kept, wait_for, writing
from watchroom.site import archiving, sealed_files, standing_by
from watchroom.site.postgres import Server
from watchroom.site.postgres_cluster import SUPERUSER
from watchroom.site.trouble import Trouble

FIGURES = """
SELECT kind, state, count(*), sum(version) FROM kernel_matter GROUP BY kind, state
UNION ALL SELECT 'clock', state, count(*), count(raised_at) FROM kernel_deadline GROUP BY state
UNION ALL SELECT 'entry', event, count(*), max(id) FROM kernel_entry GROUP BY event
ORDER BY 1, 2
"""


def figures(url: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(FIGURES).fetchall()


def chain_holds(url: str) -> bool:
    """Judged by the harness's checker, which knows nothing of our code."""
    with psycopg.connect(url, row_factory=psycopg.rows.dict_row) as connection:
        asked = {
            n: connection.execute(checker.QUERIES[n]).fetchall() for n in ("entries", "chains")
        }
    return list(checker.chains_hold(SimpleNamespace(**asked))) == []  # type: ignore[arg-type]


def work(county: Any, calls: int) -> None:
    from watchroom.domains.dispatch import actions

    for _ in range(calls):
        told = {"words": "有人打架", "lon": MIDDLE[0], "lat": MIDDLE[1], "class_code": "0201"}
        actions.report_call(county.operator, **told)


def test_a_restore_drill(
    committed_county: SimpleNamespace, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = plugin._server
    if server is None:
        pytest.skip("the database is a stranger's: its whole server cannot be copied")
    here, there, archive = folder / "here", folder / "there", str(folder / "archive")
    here.mkdir()
    monkeypatch.setenv("WATCHROOM_DATA", str(here))
    url, name = server.address(SUPERUSER, "postgres"), committed_county.database.name
    work(committed_county.county, 3)
    archiving.base(archive, url)
    (here / "documents").mkdir()
    archiver = archiving.Archiver(archive, url)
    archiver.follow()
    work(committed_county.county, 4)
    before, moment = figures(committed_county.database.owner_url), datetime.now(UTC)
    work(committed_county.county, 5)
    latest = figures(committed_county.database.owner_url)
    with psycopg.connect(url, autocommit=True) as connection:
        end = connection.execute("SELECT pg_current_wal_insert_lsn()").fetchone()[0]  # type: ignore[index]
        read = "SELECT restart_lsn >= %s::pg_lsn FROM pg_replication_slots WHERE active"
        wait_for(lambda: connection.execute(read, [end]).fetchone() == (True,))
    archiver.stop()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SELECT pg_drop_replication_slot(%s)", [archiving.SLOT])

    def restored(at: datetime | None, where: Path) -> tuple[dict[str, Any], list[Any], bool]:
        monkeypatch.setenv("WATCHROOM_DATA", str(where))
        done = archiving.restore_at(archive, at, here / sealed_files.PRIVATE)
        with Server(where) as back:
            address = back.address(SUPERUSER, name)
            return done, figures(address), chain_holds(address)

    done, then, holds = restored(moment, there)
    assert then == before
    assert holds
    whole, now, holds = restored(None, folder / "all")
    assert now == latest
    assert holds
    print(
        f"RTO {done['seconds']} s to {moment:%H:%M:%S}, {whole['seconds']} s to the log's end; "
        f"RPO {archiving.EVERY_S:.0f} s: what the last look had read is all there"
    )
    with pytest.raises(Trouble, match="holds a database already"):
        archiving.restore_at(archive, None, here / sealed_files.PRIVATE)


def test_a_standby_takes_over_and_nothing_acknowledged_is_lost(
    made: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WATCHROOM_SYNCHRONOUS", "")
    leader = Server(made).start()
    monkeypatch.setenv("WATCHROOM_DATA", str(folder / "standby"))
    follower = standing_by.follow(leader.address(SUPERUSER, "postgres"), "second")
    leader.stop()
    monkeypatch.setenv("WATCHROOM_SYNCHRONOUS", "second")
    leader = Server(made).start()
    try:
        with writing(leader) as acknowledged:
            wait_for(lambda: len(acknowledged) >= 200)
            pid = leader.pid()
            assert pid is not None
            os.kill(pid, signal.SIGKILL)
        assert standing_by.take_over() < standing_by.TAKE_OVER_S
        assert set(acknowledged) <= kept(follower)
        with psycopg.connect(follower.owner_url) as connection:
            connection.execute("SET synchronous_commit = local")  # nobody stands behind it yet
            connection.execute("INSERT INTO kept VALUES (-1)")
        with pytest.raises(Trouble, match="leads already"):
            standing_by.take_over()
    finally:
        follower.stop()
        leader.stop()
