"""Two mediators on two phones, one without a network for three days: 200 acts each.

    python benchmarks/phone_days.py               # 200 acts each, 20 disputes
    python benchmarks/phone_days.py --acts 20     # a quick look

A real Watchroom, two Chromiums; the clock of the one away is moved through three days. It runs
`tests/browser/test_mediators_for_days.py`, which the test suite runs small, and fails where an act
is lost, doubled, out of order or left unanswered. No peer: there is nothing to be quicker than.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from _ground import ROOT, keep

TEST = "tests/browser/test_mediators_for_days.py"


def main() -> None:
    """Run it, and keep what it counted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--acts", type=int, default=200)
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        report, begun = Path(folder) / "report.json", time.perf_counter()
        place = {"WATCHROOM_PHONE_ACTS": str(told.acts), "WATCHROOM_PHONE_REPORT": str(report)}
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", TEST]
        subprocess.run(command, cwd=ROOT, env={**os.environ, **place}, check=True)
        if not report.exists():
            raise SystemExit("Nothing was proved: no Chromium here, or the bundle is not built")
        counted = json.loads(report.read_text())
    print(counted)
    keep("phone_days", {**counted, "took_s": round(time.perf_counter() - begun)})


if __name__ == "__main__":
    main()
