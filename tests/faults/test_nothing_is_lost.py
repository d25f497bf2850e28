"""The short form of `make faults`: a real system, some faults, everything acknowledged is there."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.plugin import ROOT

OURS = ("DATABASE_URL", "WATCHROOM_DATA", "DJANGO_SETTINGS_MODULE")


def test_people_work_while_everything_is_killed_around_them() -> None:
    told = ("--faults", "10", "--minutes", "0.25", "--desks", "3", "--phones", "8", "--seed", "11")
    done = subprocess.run(
        [sys.executable, "-m", "faults", *told],
        cwd=ROOT,
        env={k: v for k, v in os.environ.items() if k not in OURS},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "✓ acknowledged once" in done.stdout
