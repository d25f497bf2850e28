"""Whatever is killed and whenever: no warning is lost or doubled, no person without a case."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from django.db import connection

from watchroom.domains.fraud.models import Case, Warning, Window
from watchroom.domains.fraud.tests.samples import feed
from watchroom.kernel.models import Deadline

KILLS, WARNINGS, PEOPLE = 4, 1200, 150
CHILD = """
import sys, json
import django; django.setup()
from watchroom.domains.fraud import actions
from watchroom.kernel.access import system
rows = json.load(open(sys.argv[1]))
print("begun", flush=True)
for n in range(0, len(rows), 60):
    actions.receive(system(), "telecom-a", rows[n : n + 60])
    actions.open_waiting()
print("done", flush=True)
"""


def made() -> list[dict[str, Any]]:
    chance = random.Random(7)
    return [
        {
            "source_id": f"K{n}",
            "type": "rebate",
            "occurred_at": f"2026-07-01T12:{chance.randrange(25):02d}:00+08:00",
            "phone": f"100{chance.randrange(PEOPLE):08d}",
            "score": chance.randrange(100),
        }
        for n in range(WARNINGS)
    ]


def test_killed_at_any_moment_the_counts_are_exact(committed_county: Any, tmp_path: Path) -> None:
    feed(committed_county.county)
    rows = made()
    path = tmp_path / "rows.json"
    path.write_text(json.dumps(rows), "utf-8")
    env = {
        **os.environ,
        "DATABASE_URL": committed_county.database.url,
        "DJANGO_SETTINGS_MODULE": "watchroom.site.settings",
    }
    command = [sys.executable, "-c", CHILD, str(path)]
    chance = random.Random(11)
    for kill in range(KILLS + 1):
        child = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True)
        assert child.stdout is not None
        assert child.stdout.readline() == "begun\n"
        if kill < KILLS:
            time.sleep(chance.uniform(0.02, 0.6))
            child.send_signal(signal.SIGKILL)
            child.wait()
        else:
            assert child.communicate()[0] == "done\n"
    connection.close()
    people = {row["phone"] for row in rows}
    assert Warning.objects.count() == WARNINGS
    assert Window.objects.count() == Case.objects.count() == len(people)
    assert sum(Case.objects.values_list("warnings", flat=True)) == WARNINGS
    assert not Window.objects.filter(matter=None).exists()
    running = Deadline.objects.filter(matter__kind="fraud.case", state="running")
    assert running.filter(clock="reach").count() == len(people)
