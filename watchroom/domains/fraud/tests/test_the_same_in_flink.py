"""A national stream goes through Flink first: what it lets through makes the same windows.

Flink has its own Python environment: WATCHROOM_FLINK names its python, else benchmarks/work/flink.
"""

import json
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
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
PATIENCE_S = 60.0
INTAKE = "/api/v1/fraud/feeds/telecom-a/warnings"
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


def secret_of(county: County) -> str:
    """The key of a machine that may send warnings for the county."""
    scopes, until = ["fraud.receive"], now() + timedelta(days=1)
    _, secret = tokens.create(system(), "flink", county.bureau, scopes, until)
    return secret


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

    machine = Client(headers={"Authorization": f"Bearer {secret_of(county)}"})
    for batch in flink_job.batches(through):
        assert machine.post(INTAKE, batch, content_type="application/json").status_code == 200

    assert Reject.objects.values("source_id").distinct().count() == 2  # sentences, as from a source
    assert Warning.objects.count() <= len(signals)
    for (phone, kind), known in windows_of(signals).items():
        person = person_key(person_secret(), identity(phone, ""))
        found = Window.objects.filter(person=person, type_code=kind).order_by("first_at")
        assert [(row.first_at, row.level) for row in found] == [(w[0], w[2]) for w in known]


def sent(desk: "Desk", secret: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """What the job does with a batch, over a real line; the desk answers in this test's thread."""
    with ThreadPoolExecutor(1) as job:
        receipt = job.submit(flink_job.send, f"http://127.0.0.1:{desk.port}{INTAKE}", secret, rows)
        desk.handle_request()
        return receipt.result(timeout=PATIENCE_S)


class Desk(HTTPServer):
    """Hands each request to the application, inside the test's transaction."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Line)
        self.port, self.timeout = self.server_address[1], PATIENCE_S


class Line(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        machine = Client(headers={"Authorization": self.headers["Authorization"]})
        answer = machine.post(self.path, body, content_type=self.headers["Content-Type"])
        self.send_response(answer.status_code)
        self.end_headers()
        self.wfile.write(answer.content)

    def log_message(self, format: str, *args: Any) -> None:
        """Silence."""


def test_what_it_sends_is_acknowledged_once_and_a_stranger_ends_the_job(county: County) -> None:
    feed(county)
    rows = rows_of(made(20, now() - timedelta(days=1)))
    with Desk() as desk:
        first, again = (sent(desk, secret_of(county), rows) for _ in range(2))
        assert (first["accepted"], again["accepted"], again["repeated"]) == (
            len(rows), 0, len(rows),
        )  # fmt: skip
        with pytest.raises(HTTPError, match="401"):
            sent(desk, "nobody's", rows)
    assert Warning.objects.count() == len(rows)
