"""Grafana and DuckDB read figures and nothing else; what the guide tells people to type works."""
# ruff: noqa: S608 - names of our own views and tables

import re
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pytest
from django.db import connection, transaction

from tests.people import County
from watchroom.base.clock import now
from watchroom.base.refusal import Refusal
from watchroom.domains.dispatch import actions
from watchroom.figures import periods
from watchroom.kernel import bi, snapshots
from watchroom.kernel.indicators import all_indicators, figure

GUIDES = sorted((Path(__file__).resolve().parents[2] / "docs" / "how-to").glob("bi*.md"))
CALLS = 6


def told(language: str) -> list[str]:
    """What both guides say in one language; they must say the same."""
    (one, other) = (
        re.findall(rf"```{language}\n(.*?)```", guide.read_text("utf-8"), re.S) for guide in GUIDES
    )
    assert one == other
    return list(one)


@pytest.fixture
def counted(county: County) -> County:
    """Six calls in the county."""
    for n in range(CALLS):
        actions.report_call(county.operator, words="打架", place=f"解放路{n}号", class_code="0201")
    return county


def ask(question: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return list(cursor.fetchall())


def test_every_indicator_has_its_view_and_the_guides_question_is_answered(counted: County) -> None:
    with connection.cursor() as cursor:
        names = bi.lay(cursor)
    assert len(names) == len(all_indicators())
    for name in names:
        ask(f"SELECT month, agency_code, counted, part, p50, p90, p95, masked FROM {name}")
    (row,) = ask(told("sql")[1])
    assert row[1:] == (counted.bureau.name, CALLS)
    here = periods.months_back(now(), 1)[0]
    one = figure(counted.leader, all_indicators()["dispatch.incidents"], here)
    assert (row[0], row[2]) == (here.first, one.count)


def test_few_are_not_told(county: County) -> None:
    actions.report_call(county.operator, words="打架", place="解放路", class_code="0201")
    with connection.cursor() as cursor:
        bi.lay(cursor)
    rows = ask("SELECT counted, part, masked FROM figures.dispatch_incidents")
    assert rows
    assert set(rows) == {(None, None, True)}


def test_a_reader_that_does_not_exist_is_named(county: County) -> None:
    with connection.cursor() as cursor, pytest.raises(Refusal, match="nobody_here"):
        bi.lay(cursor, "nobody_here")


def test_the_reader_reads_views_and_no_table(own_database: Any) -> None:
    superuser = own_database.owner_url.replace("//watchroom_owner@", "//postgres@")
    if superuser == own_database.owner_url:
        pytest.skip("only the embedded server has a superuser of ours")
    with psycopg.connect(superuser, autocommit=True) as admin:
        admin.execute("DROP ROLE IF EXISTS grafana")
        admin.execute(told("sql")[0])
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                bi.lay(cursor, "grafana")
            url = own_database.owner_url.replace("//watchroom_owner@", "//grafana@")
            with psycopg.connect(url, autocommit=True) as reader:
                reader.execute("SELECT * FROM figures.dispatch_incidents")
                for table in ("kernel_entry", "kernel_matter", "kernel_staff"):
                    with pytest.raises(psycopg.errors.InsufficientPrivilege):
                        reader.execute(f"SELECT 1 FROM {table}")
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    reader.execute("DROP VIEW figures.dispatch_incidents")
        finally:
            admin.execute("DROP OWNED BY grafana")
            admin.execute("DROP ROLE grafana")


def test_the_exported_file_says_what_the_views_say(
    counted: County, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection.ensure_connection()
    made = snapshots.write(tmp_path / "snapshots", connection.connection)
    monkeypatch.chdir(tmp_path)
    assert bi.export(made.folder, Path("figures.parquet"), 24) > 0
    (question,) = told("duckdb")
    rows = duckdb.sql(question).fetchall()
    with connection.cursor() as cursor:
        bi.lay(cursor)
    view = "SELECT month, agency, counted FROM figures.dispatch_incidents"
    assert sorted(map(str, rows)) == sorted(map(str, ask(view)))
    assert str(CALLS) in str(rows)
