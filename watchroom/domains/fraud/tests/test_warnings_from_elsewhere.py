"""Warnings come by file, by the machine interface and from a stream; the sums always add up."""

import asyncio
import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import nats
import pytest
from django.test import Client
from openpyxl import Workbook

from tests.people import County
from tests.running import free_port
from watchroom.base.clock import now
from watchroom.base.refusal import Refusal
from watchroom.domains.fraud import actions, files, stream
from watchroom.domains.fraud.models import Case, Contact, Reject, Warning
from watchroom.domains.fraud.tests.samples import feed, warning
from watchroom.kernel import tokens
from watchroom.kernel.access import system

pytestmark = pytest.mark.django_db
MAPPING = """
[columns]
source_id = "流水号"
type = "类别"
occurred_at = "时间"
phone = "电话"
amount = "金额"
[types]
"刷单" = "rebate"
[times]
format = "%Y/%m/%d %H:%M:%S"
zone = "Asia/Shanghai"
"""
ROWS = (
    ("A1", "刷单", "2026/07/01 21:30:00", "13800000001", "12000.50"),
    ("A2", "刷单", "2026/07/01 21:31:00", "13800000002", ""),
    ("A3", "没有的", "2026/07/01 21:31:00", "13800000003", ""),
)
HEAD = ("流水号", "类别", "时间", "电话", "金额")


def sheet(folder: Path, kind: str) -> Path:
    path = folder / f"warnings.{kind}"
    if kind == "xlsx":
        book = Workbook()
        for row in (HEAD, *ROWS):
            book.active.append(row)  # type: ignore[union-attr]
        book.save(path)
    elif kind == "csv":
        path.write_text("\n".join(",".join(row) for row in (HEAD, *ROWS)), "utf-8-sig")
    else:
        lines = [json.dumps(dict(zip(HEAD, row, strict=True)), ensure_ascii=False) for row in ROWS]
        path.write_text("\n".join([*lines, "{broken"]), "utf-8")
    return path


@pytest.mark.parametrize(("kind", "extra"), [("csv", 0), ("xlsx", 0), ("jsonl", 1)])
def test_a_file_is_brought_in_once(county: County, tmp_path: Path, kind: str, extra: int) -> None:
    feed(county)
    rules = tmp_path / "map.toml"
    rules.write_text(MAPPING, "utf-8")
    path, mapping = sheet(tmp_path, kind), files.read_mapping(rules)
    told = files.bring_in(system(), "telecom-a", path, mapping)
    assert (told.rows, told.accepted, len(told.refused)) == (3 + extra, 2, 1 + extra)
    again = files.bring_in(system(), "telecom-a", path, mapping)
    assert (again.accepted, again.repeated) == (0, 2)
    first = Warning.objects.get(source_id="A1")
    assert first.amount_fen == 1_200_050
    assert first.occurred_at.isoformat() == "2026-07-01T13:30:00+00:00"


def test_a_mapping_that_cannot_be_used_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "map.toml"
    path.write_text("[types]\n", "utf-8")
    with pytest.raises(Refusal):
        files.read_mapping(path)


def test_a_machine_sends_many_and_one(county: County) -> None:
    feed(county)
    scopes, until = ["fraud.receive"], now() + timedelta(days=1)
    _, secret = tokens.create(system(), "bank", county.bureau, scopes, until)
    machine = Client(headers={"Authorization": f"Bearer {secret}"})
    rows = [warning(), warning(type="nonsense")]
    base = "/api/v1/fraud/feeds/telecom-a"
    answer = machine.post(f"{base}/warnings", rows, content_type="application/json").json()
    assert (answer["accepted"], answer["repeated"], len(answer["refused"])) == (1, 0, 1)
    one = machine.post(f"{base}/warning", rows[0], content_type="application/json").json()
    assert (one["accepted"], one["repeated"]) == (0, 1)
    gone = {"source_ids": [rows[0]["source_id"]], "reason": "误发"}
    back = machine.post(f"{base}/taken-back", gone, content_type="application/json").json()
    assert back == {"taken_back": 1}
    assert machine.get("/api/v1/fraud/cases").json() == []
    nobody = machine.post("/api/v1/fraud/feeds/x/warnings", rows, content_type="application/json")
    assert nobody.status_code == 404


def test_a_corrected_warning_takes_the_place_of_the_old_one(county: County) -> None:
    feed(county)
    wrong, right = warning(phone="13600000001"), warning(phone="13600000002")
    actions.receive(system(), "telecom-a", [wrong])
    actions.receive(system(), "telecom-a", [{**right, "corrects": wrong["source_id"]}])
    actions.open_waiting()
    (case,) = Case.objects.all()
    contact = Contact.objects.get(person=case.person)
    assert contact.phone == "13600000002" and Warning.objects.count() == 2


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[str]:
    """A nats-server with JetStream on a free port."""
    program = shutil.which("nats-server") or shutil.which("nats-server", path="/usr/sbin")
    if program is None:
        pytest.skip("nats-server is not installed (apt install nats-server)")
    port = free_port()
    command = [program, "-a", "127.0.0.1", "-p", str(port), "-js", "-sd", str(tmp_path)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    end = time.monotonic() + 120
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.05)
    yield f"nats://127.0.0.1:{port}"
    process.terminate()
    process.wait(10)


async def published(server: str, messages: list[bytes]) -> None:
    line = await nats.connect(server)
    await line.jetstream().add_stream(name="WARNINGS", subjects=["warnings.*"])
    for message in messages:
        await line.jetstream().publish("warnings.telecom", message)
    await line.close()


def test_a_stream_is_taken_in_and_acknowledged_after_the_commit(
    county: County, broker: str
) -> None:
    feed(county)
    rows: list[dict[str, Any]] = [warning() for _ in range(20)]
    said = [json.dumps(row).encode() for row in (*rows, rows[0])]
    asyncio.run(published(broker, [*said, b"\xff not a warning"]))
    where = (broker, "WARNINGS", "warnings.telecom", "telecom-a")
    assert stream.follow(*where, going=lambda taken: taken < 22) == 22
    assert (Warning.objects.count(), Reject.objects.count()) == (20, 1)
    rounds = iter((True, False))
    assert stream.follow(*where, going=lambda _taken: next(rounds)) == 0  # all acknowledged
