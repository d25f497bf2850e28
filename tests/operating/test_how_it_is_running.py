"""`check` and the page say the same; each thing that is wrong is a sentence saying what to do."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.db import connection
from django.test import Client

from tests.people import County, county
from watchroom.base.clock import now
from watchroom.domains.requests.tests.samples import worry
from watchroom.kernel import gauges, health
from watchroom.kernel.models import Deadline

__all__ = ["county"]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.DATA = tmp_path
    return tmp_path


def finding(key: str) -> health.Finding:
    return next(one for one in health.findings() if one.key == key)


def waiting_job(age: timedelta, status: str = "todo") -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status) "
            "VALUES ('q', 't', '{}', 'todo') RETURNING id"
        )
        (job,) = cursor.fetchone()
        cursor.execute(
            "UPDATE procrastinate_events SET at = %s WHERE job_id = %s", [now() - age, job]
        )
        if status != "todo":
            cursor.execute("UPDATE procrastinate_jobs SET status = %s WHERE id = %s", [status, job])


def worker(silent: timedelta) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (%s)", [now() - silent]
        )


def test_every_check_answers_in_both_languages() -> None:
    found = list(health.findings())
    assert {"database", "disk", "clock", "keys", "queue", "worker", "stream", "backups", "map"} <= {
        one.key for one in found
    }
    assert all(one.text.zh and one.text.en for one in found)
    assert finding("database").tone == finding("schema").tone == "good"


def test_jobs_that_wait_too_long_are_said(county: County) -> None:
    assert county and finding("queue").tone == "good"
    waiting_job(timedelta(seconds=30))
    assert finding("queue").tone == "good" and gauges.jobs().waiting >= 1
    waiting_job(timedelta(minutes=10))
    assert finding("queue").tone == "wrong" and "600" in finding("queue").text.en


def test_a_job_whose_worker_is_gone_and_one_that_failed_are_said() -> None:
    waiting_job(timedelta(), "doing")
    assert gauges.jobs().stranded == 1 and finding("queue").tone == "caution"


def test_a_worker_is_alive_silent_or_not_there() -> None:
    assert finding("worker").tone == "caution"
    worker(timedelta(minutes=5))
    assert finding("worker").tone == "wrong"
    worker(timedelta(seconds=1))
    assert finding("worker").tone == "good"


def test_a_clock_that_nobody_raised_is_said(county: County) -> None:
    matter = worry(county)
    Deadline.objects.filter(matter=matter).update(due_at=now() - timedelta(minutes=5))
    assert finding("clocks").tone == "wrong"
    assert gauges.overdue()["requests.request"] >= 1
    Deadline.objects.filter(matter=matter).update(raised_at=now())
    assert finding("clocks").tone == "good"


def test_backups_are_missing_fresh_or_old(folder: Path) -> None:
    assert finding("backups").tone == "caution"
    for name, age in (("a", timedelta(hours=40)), ("b", timedelta(hours=30))):
        (folder / "backups" / name).mkdir(parents=True)
        said = {"made_at": (now() - age).isoformat()}
        (folder / "backups" / name / "manifest.json").write_text(json.dumps(said))
    assert finding("backups").tone == "wrong" and "30 h" in finding("backups").text.en
    (folder / "backups" / "c").mkdir()
    (folder / "backups" / "c" / "manifest.json").write_text("{ cut off")
    assert finding("backups").tone == "wrong"
    (folder / "backups" / "c" / "manifest.json").write_text(
        json.dumps({"made_at": now().isoformat()})
    )
    assert finding("backups").tone == "good"


def certificate(folder: Path, left: timedelta) -> str:
    key, today = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "watchroom.localhost")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(today - timedelta(days=400))
        .not_valid_after(today + left)
        .sign(key, hashes.SHA256())
    )
    path = folder / "certificate.pem"
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return str(path)


@pytest.mark.parametrize(
    ("days", "tone"), [(90, "good"), (20, "caution"), (3, "wrong"), (-1, "wrong")]
)
def test_a_certificate_is_renewed_in_time(
    settings: Any, folder: Path, days: int, tone: str
) -> None:
    settings.WATCHROOM_CERTIFICATE = certificate(folder, timedelta(days=days, hours=1))
    assert finding("certificate").tone == tone


def test_secrets_that_others_can_read_are_said(folder: Path) -> None:
    (folder / "secrets.json").write_text("{}")
    (folder / "secrets.json").chmod(0o644)
    assert finding("keys").tone == "wrong"
    (folder / "secrets.json").chmod(0o600)
    assert finding("keys").tone == "good"


def test_the_administrator_sees_the_same_and_nobody_else(county: County) -> None:
    browser = Client()
    browser.force_login(county.staff["admin"])
    page = browser.get("/system/").text
    for one in health.findings():
        if one.key not in ("clock", "disk"):  # numbers that move
            assert one.text.zh.replace("“", "“") in page
    for who in ("leader", "officer", "stranger"):
        browser.force_login(county.staff[who])
        assert browser.get("/system/").status_code == 403
