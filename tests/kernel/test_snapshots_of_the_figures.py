"""What leaves the database for figures: whole, of one moment, without a word about a person."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.db import connection

from tests.people import County
from watchroom.domains.dispatch import actions
from watchroom.figures.engines.snapshot import File, Snapshot
from watchroom.kernel import snapshots
from watchroom.kernel.models import Agency, Chain, Entry, Matter

Take = Callable[..., Snapshot]


@pytest.fixture
def take(tmp_path: Path) -> Take:
    """A snapshot of what the test's own transaction sees."""

    def take(**how: Any) -> Snapshot:
        connection.ensure_connection()
        return snapshots.write(tmp_path, connection.connection, **how)

    return take


def call(county: County, words: str = "有人打架") -> Matter:
    return actions.report_call(
        county.operator, words=words, place="解放路1号", caller="13900000001", class_code="0201"
    )


def rows(snapshot: Snapshot, table: str) -> list[dict[str, Any]]:
    return [
        row for one in snapshot.parquet(table) for row in pq.ParquetFile(one).read().to_pylist()
    ]


def test_entries_and_matters_are_those_of_the_database(county: County, take: Take) -> None:
    call(county)
    made = take()
    told = {row["id"]: row for row in rows(made, "kernel_entry")}
    assert set(told) == set(Entry.objects.values_list("pk", flat=True))
    for entry in Entry.objects.all():
        row = told[entry.pk]
        assert (row["matter_id"], row["event"]) == (entry.matter_id, entry.event)
        assert (row["occurred_at"], row["entered_at"]) == (entry.occurred_at, entry.entered_at)
        assert (row["from_state"], row["agency_id"]) == (entry.from_state, entry.agency_id)
    matters = {row["id"]: row for row in rows(made, "kernel_matter")}
    for matter in Matter.objects.all():
        row = matters[matter.pk]
        assert (row["kind"], row["state"]) == (matter.kind, matter.state)
        assert (row["beat_id"], row["closed_at"]) == (matter.beat_id, matter.closed_at)
    assert len(matters) == Matter.objects.count()


def test_the_manifest_names_every_file_and_finds_what_was_changed(
    county: County, take: Take
) -> None:
    call(county)
    made = take()
    assert Snapshot.read(made.folder) == made
    assert made.faults() == []
    victim = Path(made.parquet("kernel_entry")[0])
    victim.unlink()
    victim.write_bytes(b"something else")
    assert made.faults() == [str(victim.relative_to(made.folder))]


def test_no_word_about_a_person_leaves(county: County, take: Take) -> None:
    call(county, words="张三被打")
    made = take()
    everything = [value for table in made.columns for row in rows(made, table)
                  for value in row.values()]  # fmt: skip
    assert everything
    assert not [v for v in everything if isinstance(v, str) and ("张三" in v or "1390" in v)]
    assert "actor_name" not in made.columns["kernel_entry"]


def test_every_table_that_an_indicator_names_is_there(county: County, take: Take) -> None:
    made = take()
    assert set(made.columns) == {*snapshots.declared(), "kernel_agency"}
    assert {"community_visit", "fraud_moneymove", "kernel_deadline"} <= set(made.columns)


def test_only_months_with_new_entries_are_read_again(
    county: County, take: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    call(county)
    first = take()
    asked: list[str] = []
    put = snapshots._Making.put

    def watched(self: Any, part: Any) -> None:
        asked.append(part.table)
        put(self, part)

    monkeypatch.setattr(snapshots._Making, "put", watched)
    again = take()
    assert "kernel_entry" not in asked
    assert again.hash == first.hash
    assert again.folder != first.folder
    old, new = (Path(s.parquet("kernel_entry")[0]) for s in (first, again))
    assert old.stat().st_ino == new.stat().st_ino
    call(county)
    later = take()
    assert "kernel_entry" in asked
    assert later.hash != first.hash
    assert len(rows(later, "kernel_entry")) == Entry.objects.count()
    assert (later.folder.parent / "latest").resolve() == later.folder


def test_a_run_that_was_killed_is_taken_up(county: County, take: Take, tmp_path: Path) -> None:
    call(county)

    class Killed(Exception):
        pass

    def kill(done: int, everything: int) -> None:
        if done == everything - 1:
            raise Killed

    with pytest.raises(Killed):
        take(progress=kill)
    assert snapshots.made_before(tmp_path) == []
    left = next((tmp_path / snapshots.MAKING).rglob("kernel_entry/*/part.parquet"))
    number = left.stat().st_ino
    made = take()
    assert Path(made.parquet("kernel_entry")[0]).stat().st_ino == number
    assert made.faults() == []
    assert not (tmp_path / snapshots.MAKING).exists()


def test_a_damaged_file_of_a_killed_run_is_written_again(
    county: County, take: Take, tmp_path: Path
) -> None:
    call(county)

    def kill(done: int, everything: int) -> None:
        if done == everything - 1:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        take(progress=kill)
    left = next((tmp_path / snapshots.MAKING).rglob("kernel_entry/*/part.parquet"))
    left.write_bytes(b"half")
    made = take()
    assert made.faults() == []
    assert len(rows(made, "kernel_entry")) == Entry.objects.count()


def test_up_to_a_month_means_nothing_recorded_after_it(county: County, take: Take) -> None:
    call(county)
    (month,) = Chain.objects.values_list("month", flat=True).distinct()
    assert len(rows(take(until=month), "kernel_entry")) == Entry.objects.count()
    before = take(until="2001-01")
    assert before.parquet("kernel_entry") == before.parquet("kernel_matter") == []


def test_an_agency_that_moved_stands_in_both_places(county: County, take: Take) -> None:
    told = {one.agency_id: one for one in take().standings()}
    assert set(told) == set(Agency.objects.values_list("pk", flat=True))
    assert told[county.east.pk].path == (county.city.pk, county.bureau.pk, county.east.pk)


def test_few_old_snapshots_are_kept(county: County, take: Take, tmp_path: Path) -> None:
    made = [take() for _ in range(snapshots.KEPT + 1)]
    assert snapshots.made_before(tmp_path) == [one.folder for one in made[1:]]


def test_a_file_lies_where_its_month_says() -> None:
    assert File("a", "2026-11", 1, "").path == Path("a/month=2026-11/part.parquet")
    assert File("a", "", 1, "").path == Path("a/part.parquet")
