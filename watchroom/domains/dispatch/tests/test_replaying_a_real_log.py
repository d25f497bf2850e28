"""A recorded week is played through intake, and its figures are the log's own.

The log is public data of San Francisco (DataSF) and is not part of the project.
"""

from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import pandas as pd
import psycopg
import pytest

from watchroom.base.refusal import Refusal
from watchroom.domains.dispatch.indicators import INDICATORS
from watchroom.domains.dispatch.models import Assignment, Incident
from watchroom.domains.dispatch.replay import log, play
from watchroom.figures.periods import Period
from watchroom.kernel import trail
from watchroom.kernel.access import system
from watchroom.kernel.indicators import figure
from watchroom.kernel.models import Agency, Entry

ROOT = Path(__file__).resolve().parents[4]
MAPPING = ROOT / "docs" / "how-to" / "mappings" / "san-francisco.toml"
EVER = Period(datetime(2016, 1, 1, tzinfo=UTC), datetime(2018, 1, 1, tzinfo=UTC))


@pytest.fixture
def week(shared) -> Path:
    return shared / "data" / "calls" / "sf_fire_2017_week1.csv"


@pytest.fixture
def first_calls(week, tmp_path) -> Path:
    """The first three hundred rows of the log, as a log of their own."""
    part = tmp_path / "part.csv"
    with week.open(encoding="utf-8") as file:
        part.write_text("".join(islice(file, 301)), encoding="utf-8")
    return part


@pytest.fixture
def town(own_database) -> Agency:
    agency = Agency.objects.create(code="CITY", name="市局", kind="bureau", path="")
    agency.path = f".{agency.pk}."
    agency.save()
    return agency


def frame(path: Path, outcome: play.Outcome) -> pd.DataFrame:
    """The accepted rows of a log as a plain dataframe, times in seconds."""
    rows = pd.read_csv(path)
    rows = rows.drop(index=[reject.line - 2 for reject in outcome.rejected])
    for column in [c for c in rows.columns if c.endswith("DtTm")]:
        rows[column] = pd.to_datetime(rows[column], format="%m/%d/%Y %I:%M:%S %p")
    return rows


def seconds(rows: pd.DataFrame, first: str, last: str) -> pd.Series:
    return (rows[f"{last} DtTm"] - rows[f"{first} DtTm"]).dt.total_seconds().dropna()


def test_the_whole_week_is_read_and_its_impossible_rows_are_named(week):
    mapping = log.read_mapping(MAPPING)
    rows = list(log.read(week, mapping))
    rejected = [r for r in rows if isinstance(r, log.Reject)]
    assert len(rows) == 7704
    assert sum("先后颠倒" in r.reason.zh for r in rejected) == 28
    assert sum("没有时间" in r.reason.zh for r in rejected) == 5
    assert len(rejected) == 33
    kept = [r for r in rows if isinstance(r, log.Row)]
    overlapping = [r for r in log.without_overlaps(kept) if isinstance(r, log.Reject)]
    assert len(overlapping) == 9


def test_in_the_order_of_play_no_unit_of_the_week_is_sent_before_it_is_free(week):
    _, rows = play._rows(week, log.read_mapping(MAPPING))
    moments = sorted(play._moments(rows))
    busy: dict[str, int] = {}
    known: set[str] = set()
    for moment in moments:
        match moment.name:
            case "report":
                known.add(moment.call)
            case "sent":
                assert moment.row.unit not in busy, moment
                busy[moment.row.unit] = moment.line
            case "set_out" | "arrived":
                assert busy[moment.row.unit] == moment.line
            case "cleared":
                assert busy.pop(moment.row.unit) == moment.line
        assert moment.call in known
    assert not busy
    at_once = {(m.row.unit, m.at) for m in moments if m.name == "cleared"}
    assert any((m.row.unit, m.at) in at_once for m in moments if m.name == "sent")


def test_a_log_is_played_to_the_end_and_its_percentiles_are_the_logs_own(town, first_calls):
    outcome = play.replay(first_calls, log.read_mapping(MAPPING))
    assert outcome.rows == outcome.played + len(outcome.rejected) == 300
    rows = frame(first_calls, outcome)
    assert Assignment.objects.count() == len(rows)
    assert Incident.objects.count() == outcome.calls == rows["Call Number"].nunique()
    assert not Incident.objects.exclude(matter__state="closed").exists()

    indicators = {indicator.key: indicator for indicator in INDICATORS}
    for key, first, last in (("sent_to_arrival", "Dispatch", "On Scene"),):
        shown = figure(system(), indicators[key], EVER)
        expected = seconds(rows, first, last)
        assert shown.count == len(expected)
        for share, value in shown.percentiles.items():
            assert value == pytest.approx(expected.quantile(share), abs=1e-6)
    assert list(trail.verify()) == []


def test_a_replay_that_was_stopped_goes_on_where_it_was(town, first_calls, monkeypatch):
    mapping = log.read_mapping(MAPPING)

    class Stopped(Exception):
        pass

    def stop(done: int, _all: int) -> None:
        if done >= 200:
            raise Stopped

    with pytest.raises(Stopped):
        play.replay(first_calls, mapping, speed=1e6, say=stop)
    play.replay(first_calls, mapping)
    once = Entry.objects.count()
    play.replay(first_calls, mapping)  # a third time changes nothing
    assert Entry.objects.count() == once
    assert not Incident.objects.exclude(matter__state="closed").exists()


def test_a_log_is_replayed_by_one_at_a_time(town, own_database, first_calls):
    mapping = log.read_mapping(MAPPING)
    with psycopg.connect(own_database.url) as other:
        name = [f"watchroom.replay.{mapping.key}"]
        other.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", name)
        with pytest.raises(Refusal, match="正在别处回放"):
            play.replay(first_calls, mapping)
    assert not Incident.objects.exists()


def test_a_file_without_the_mapped_columns_is_refused_in_a_sentence(tmp_path):
    path = tmp_path / "wrong.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(log.Refusal) as refusal:
        list(log.read(path, log.read_mapping(MAPPING)))
    assert "Call Number" in refusal.value.say("en")
    assert "缺少列" in refusal.value.say("zh")


def test_rejected_rows_are_kept_with_line_and_reason(tmp_path, week):
    mapping = log.read_mapping(MAPPING)
    rejected = [r for r in log.read(week, mapping) if isinstance(r, log.Reject)]
    outcome = play.Outcome(rows=7704, rejected=rejected)
    play.write_rejects(outcome, tmp_path / "rejects.csv")
    kept = pd.read_csv(tmp_path / "rejects.csv")
    assert list(kept["line"]) == sorted(r.line for r in rejected)
    assert kept["reason_en"].notna().all()
