"""Attacks on Watchroom: `make security`, or `python -m benchmarks.security [--long] [--seed N]`.

The access matrix, the readers of strangers' files, and requests made up from the OpenAPI by
schemathesis, stateful ones too. The short form takes minutes; `--long` asks every row of the
matrix as everybody, gives every reader 3,000 examples and sends at least 100,000 requests. Results
with the seed: benchmarks/results/security.json. Exit code 1 where anything gave way.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import platform
import secrets
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.acts import database

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results" / "security.json"
MATRIX = "tests/security/test_who_gets_in_where.py"
READERS = "tests/security/test_reading_what_strangers_send.py"
SHORT, LONG = 3_000, 100_000
EXAMPLES = {False: 3, True: 400}
"""Examples for each operation and phase: enough that the number of requests is what ends it."""
PHASES = {"examples": True, "coverage": True, "fuzzing": True, "stateful": True}


def main() -> int:
    """Run all; print and keep what came of it."""
    told = _arguments()
    began, cpu = time.monotonic(), os.times()
    found: dict[str, Any] = {
        "seed": told.seed,
        "long": told.long,
        "at": time.strftime("%F %TZ", time.gmtime()),
    }
    if not told.only_requests:
        found["matrix"] = _suite(MATRIX, WATCHROOM_MATRIX="full" if told.long else "")
        found["readers"] = _suite(READERS, WATCHROOM_FUZZ="3000" if told.long else "200")
    found["requests"] = _requests(told)
    spent = os.times()
    found |= {
        "seconds": round(time.monotonic() - began, 1),
        "cpu_seconds": round(sum(spent[:4]) - sum(cpu[:4]), 1),
        "load": os.getloadavg()[0],
        "python": platform.python_version(),
    }
    RESULTS.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", "utf-8")
    sys.stdout.write(RESULTS.read_text("utf-8"))
    return 0 if _held(found) else 1


def _arguments() -> argparse.Namespace:
    said = argparse.ArgumentParser(description=__doc__)
    said.add_argument("--long", action="store_true", help="hours instead of minutes")
    said.add_argument("--seed", type=int, default=secrets.randbelow(2**31))
    said.add_argument("--requests", type=int, help="how many requests at most")
    said.add_argument("--only-requests", action="store_true", help="neither matrix nor readers")
    return said.parse_args()


def _suite(path: str, **named: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", path]
    began = time.monotonic()
    env = {k: v for k, v in os.environ.items() if k != "DJANGO_SETTINGS_MODULE"}
    done = subprocess.run(
        command, cwd=ROOT, env=env | named, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.stderr.write(done.stdout[-4000:])
    last = done.stdout.strip().splitlines()[-1:] or [""]
    return {
        "held": done.returncode == 0,
        "said": last[0],
        "seconds": round(time.monotonic() - began),
    }


def _requests(told: argparse.Namespace) -> dict[str, Any]:
    os.environ["WATCHROOM_API_PER_MINUTE"] = str(10**9)  # the guard against floods has its own test
    most = told.requests or (LONG if told.long else SHORT)
    with database():
        logging.getLogger("django").setLevel(logging.CRITICAL)
        from benchmarks._fuzz import fuzz, prepared

        return fuzz(prepared(), told.seed, EXAMPLES[told.long], most, PHASES)


def _held(found: dict[str, Any]) -> bool:
    asked = found["requests"]
    suites = all(found[name]["held"] for name in ("matrix", "readers") if name in found)
    return suites and not asked["server_errors"] and not asked["failures"]


if __name__ == "__main__":
    raise SystemExit(main())
