"""Faults against the real system while people work; then everything they were told is looked for.

    python -m faults                                                # short: 12 faults, ~40 s
    python -m faults --faults 500 --minutes 15 --desks 50 --phones 400 --seed 7

The seed draws the faults and what each client does; how they fall together is the machine's. The
run ends with the checker, the offline verifier on an export, and the time until everything served
again after SIGKILL of all of it. Exit code 1 where a rule is broken.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from benchmarks._ground import ROOT, command, keep
from faults import checker
from faults.nemesis import Nemesis
from faults.system import System, disk, people

SERVES_AGAIN_S = 15.0
QUIET_S = 180.0


def main() -> int:
    """One run."""
    parser = argparse.ArgumentParser(prog="faults", description=__doc__)
    parser.add_argument("--faults", type=int, default=12)
    parser.add_argument("--minutes", type=float, default=0.5, help="they come evenly in this time")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--desks", type=int, default=4)
    parser.add_argument("--phones", type=int, default=12)
    parser.add_argument("--keep", type=Path, help="a folder for journals, log and export")
    parser.add_argument("--result", default="", help="write benchmarks/results/<this>.json")
    told = parser.parse_args()
    os.environ.pop("DATABASE_URL", None)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that all is put away
    with disk() as (folder, kind):
        result = run(told, System(folder, kind))
        if told.keep:
            shutil.copytree(folder / "journals", told.keep, dirs_exist_ok=True)
            shutil.copy(folder / "processes.log", told.keep)
            (told.keep / "result.json").write_text(json.dumps(result, indent=1))
    if told.result:
        keep(told.result, result)
    return 1 if result["broken"] else 0


def run(told: argparse.Namespace, system: System) -> dict[str, Any]:
    """Start, work, break, heal, wait until quiet, judge."""
    journals = system.data / "journals"
    journals.mkdir()
    known = system.data / "people.json"
    begun, used = time.monotonic(), os.times()
    system.start(lambda env: people(env, told.desks, told.phones, known) and None)
    try:
        session = json.loads(known.read_text())["desks"][0]["session"]
        first = system.serves(session)
        print(f"seed {told.seed}, disk: {system.disk}; serves after {first}", flush=True)
        nemesis = Nemesis(system, random.Random(told.seed), session)
        clients = _clients(told, system, known, journals)
        faults_s = _break(told, nemesis)
        nemesis.heal()
        nemesis.kill_everything()
        unseen = _finish(clients)
        _quiet(system)
        export = _export(system)
        history = checker.read(system.server.url, journals)
    finally:
        system.stop()
    found = checker.breaches(history)
    found["offline_verifier"] = export
    found["last_call_seen"] = [f"{unseen} screens did not see it"] if unseen else []
    slowest = max(max(took.values(), default=999.0) for took in nemesis.back)
    print(*checker.report(found), sep="\n")
    within = "within" if slowest <= SERVES_AGAIN_S else "NOT within"
    print(
        f"after SIGKILL of everything it served again in {slowest} s at most, {within} "
        f"{SERVES_AGAIN_S:.0f} s; load of the machine {os.getloadavg()[0]:.1f}"
    )
    print(json.dumps(checker.counts(history)), dict(_kinds(nemesis)))
    now = os.times()
    return {
        "seed": told.seed,
        "desks": told.desks,
        "phones": told.phones,
        "faults": len(nemesis.log),
        "faults_asked": told.faults,
        "seconds_of_faults": round(faults_s),
        "seconds": round(time.monotonic() - begun),
        "cpu_seconds_children": round(now.children_user - used.children_user),
        "disk": system.disk,
        "by_kind": _kinds(nemesis),
        "not_possible_here": dict(nemesis.impossible),
        "served_again_s": nemesis.back,
        "served_again_slowest_s": slowest,
        "served_again_bound_s": SERVES_AGAIN_S,
        "counts": checker.counts(history),
        "broken": {rule: rows[:20] for rule, rows in found.items() if rows},
        "rules": list(found),
    }


def _clients(
    told: argparse.Namespace, system: System, known: Path, journals: Path
) -> subprocess.Popen[str]:
    ports = (str(system.ports["to pages"]), str(system.ports["to live"]))
    process = subprocess.Popen(
        [sys.executable, "-m", "faults.clients", str(known), str(journals), *ports, str(told.seed)],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    process.stdout.readline()
    return process


def _break(told: argparse.Namespace, nemesis: Nemesis) -> float:
    """Faults at even times; one that lasts puts off the next, and none is left out for it while
    the time lasts."""
    begun, end = time.monotonic(), told.minutes * 60
    while (count := len(nemesis.log)) < told.faults:
        due = begun + end * (count + 1) / (told.faults + 1)
        time.sleep(max(0.0, due - time.monotonic()))
        if time.monotonic() - begun > end:
            break
        nemesis.one(begun)
    return time.monotonic() - begun


def _finish(clients: subprocess.Popen[str]) -> int:
    assert clients.stdin is not None and clients.stdout is not None
    clients.stdin.write("stop\n")
    clients.stdin.flush()
    said = clients.stdout.readline().split()
    if clients.wait(300) != 0 or said[:1] != ["quiet"]:
        raise SystemExit("the clients broke")
    return int(said[1])


def _quiet(system: System) -> None:
    """Until no job waits and no limit that has passed is unraised."""
    import psycopg

    waits = (
        "SELECT (SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing') "
        "AND task_name = 'watchroom.react') + (SELECT count(*) FROM kernel_deadline "
        "WHERE state = 'running' AND raised_at IS NULL AND due_at < now() - interval '5 s')"
    )
    end = time.monotonic() + QUIET_S
    while time.monotonic() < end:
        with psycopg.connect(system.server.url) as connection:
            if connection.execute(waits).fetchone() == (0,):
                return
        time.sleep(0.5)


def _export(system: System) -> list[str]:
    """An export by the product's own command, judged by its verifier, which needs only the file."""
    target = system.data / "trail.jsonl"
    environment = system.environment(system.server.url, system.server.owner_url)
    written = subprocess.run(
        command("export", "trail", str(target)),
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if written.returncode:
        return [f"no export: {written.stderr.strip()[-300:]}"]
    verifier = [sys.executable, "-m", "watchroom.kernel.trail_export", str(target)]
    judged = subprocess.run(verifier, cwd=ROOT, capture_output=True, text=True, check=False)
    return [] if judged.returncode == 0 else judged.stdout.splitlines()


def _kinds(nemesis: Nemesis) -> dict[str, dict[str, float]]:
    """{kind: how many, and how long they lasted together}."""
    many: Counter[str] = Counter()
    lasted: dict[str, float] = defaultdict(float)
    for row in nemesis.log:
        many[row["kind"]] += 1
        lasted[row["kind"]] += row["until"] - row["at"]
    return {
        kind: {"count": n, "seconds": round(lasted[kind], 1)} for kind, n in sorted(many.items())
    }


if __name__ == "__main__":
    raise SystemExit(main())
