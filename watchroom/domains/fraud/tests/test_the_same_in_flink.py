"""A national stream goes through Flink first: what it lets through makes the same windows.

Flink has its own Python environment: WATCHROOM_FLINK names its python, else benchmarks/work/flink.
"""

import json
import os
import subprocess
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from tests.people import County
from tests.plugin import ROOT
from watchroom.base.clock import now
from watchroom.domains.fraud import flink_job, stream
from watchroom.domains.fraud.actions.people import person_secret
from watchroom.domains.fraud.models import Reject, Warning, Window
from watchroom.domains.fraud.rules import identity, person_key
from watchroom.domains.fraud.tests.bursts import made, rows_of, windows_of
from watchroom.domains.fraud.tests.samples import feed
from watchroom.kernel import tokens
from watchroom.kernel.access import system

pytestmark = pytest.mark.django_db
FLINK = Path(os.environ.get("WATCHROOM_FLINK", ROOT / "benchmarks/work/flink/bin/python"))
LET_THROUGH = """
import json, sys
sys.path.insert(0, sys.argv[1])
import flink_job
with open(sys.argv[3], "w") as out:
    for row in flink_job.let_through(json.load(open(sys.argv[2]))):
        out.write(json.dumps(row) + "\\n")
"""


def flink(statements: tuple[str, ...], folder: Path) -> list[dict[str, Any]]:
    """What a local Flink lets through."""
    if not FLINK.exists():
        pytest.skip(f"Flink's Python environment is not here: {FLINK} (or WATCHROOM_FLINK)")
    (folder / "job.json").write_text(json.dumps(statements), "utf-8")
    here = str(Path(flink_job.__file__).parent)
    command = [FLINK, "-c", LET_THROUGH, here, folder / "job.json", folder / "through.jsonl"]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stderr[-2000:]
    return [json.loads(line) for line in (folder / "through.jsonl").open()]


def in_beijing(told: str) -> str:
    return datetime.fromisoformat(told).astimezone(ZoneInfo("Asia/Shanghai")).isoformat()


def test_what_it_lets_through_makes_the_same_windows(county: County, tmp_path: Path) -> None:
    feed(county)
    signals = made(901, now() - timedelta(days=1))
    nobody = {"source_id": "nobody", "type": "loan", "occurred_at": "2026-07-01T21:30:00+08:00"}
    rows = [*rows_of(signals), nobody, {**nobody, "source_id": "when", "occurred_at": "soon"}]
    rows[:-2:3] = [{**row, "occurred_at": in_beijing(row["occurred_at"])} for row in rows[:-2:3]]
    rows += rows[::7]  # some are sent twice
    source = tmp_path / "signals.jsonl"
    source.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    where = f"'connector' = 'filesystem', 'path' = '{source}', 'format' = 'json'"
    statements = stream.flink_statements("telecom-a", where, timedelta(minutes=10))
    through = flink(statements, tmp_path)

    scopes, until = ["fraud.receive"], now() + timedelta(days=1)
    _, secret = tokens.create(system(), "flink", county.bureau, scopes, until)
    machine = Client(headers={"Authorization": f"Bearer {secret}"})
    for batch in flink_job.batches(through):
        path = "/api/v1/fraud/feeds/telecom-a/warnings"
        assert machine.post(path, batch, content_type="application/json").status_code == 200

    assert Reject.objects.values("source_id").distinct().count() == 2  # sentences, as from a source
    assert Warning.objects.count() <= len(signals)
    for (phone, kind), known in windows_of(signals).items():
        person = person_key(person_secret(), identity(phone, ""))
        found = Window.objects.filter(person=person, type_code=kind).order_by("first_at")
        assert [(row.first_at, row.level) for row in found] == [(w[0], w[2]) for w in known]
