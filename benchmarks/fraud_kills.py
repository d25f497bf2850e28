"""Any process killed at any moment while warnings come in: none lost, doubled or without limits.

    python benchmarks/fraud_kills.py                                # 200,000 warnings, 50 kills
    python benchmarks/fraud_kills.py --warnings 20000 --kills 10    # a quick look

Two sources send overlapping people, a real worker opens the cases, and at random moments one of
them gets SIGKILL: a source in the middle of its call, the worker, one of PostgreSQL's own processes
or the whole server. A source that comes back sends everything again from the last batch it knows
was acknowledged. Afterwards the counts must be those that were generated, or the run fails. There
is no peer: the measure is exactness.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import _ground
import fraud
from _ground import ROOT, command, keep

SOURCES, BATCH = 2, 500
CLOCKS = ("sign", "message", "call", "reach")
PATIENCE = 600.0
"""Seconds in which something must move; how long all of it takes is the machine's affair."""


def main() -> None:
    """Start everybody, kill at random, wait until all is quiet, and count."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--warnings", type=int, default=200_000)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--source", type=int, help="be this source")
    parser.add_argument("--base")
    parser.add_argument("--journal", type=Path)
    told = parser.parse_args()
    if told.source is not None:
        source(told)
        return
    made = fraud.Made(told.warnings)
    with _ground.ground() as ground:
        fraud.prepare()
        _ground._disconnect()
        crowd = Crowd(ground, told, made.base.isoformat())
        begun = time.perf_counter()
        crowd.run()
        found = settled(made)
        spent = time.perf_counter() - begun
    print(f"{sum(crowd.killed.values())} kills {crowd.killed}, {found}, {spent:.0f} s")
    keep("fraud_kills", {"kills": crowd.killed, "seconds": round(spent), **found})


def source(told: argparse.Namespace) -> None:
    """Send one part of the warnings, batch after batch, from the last that is known to be there."""
    import django

    django.setup()
    from watchroom.domains.fraud import actions
    from watchroom.kernel.access import system

    made = fraud.Made(told.warnings)
    made.base = dt.datetime.fromisoformat(told.base)
    mine = made.order[told.source :: SOURCES]
    journal = told.journal / f"source{told.source}"
    done = int(journal.read_text() or 0) if journal.exists() else 0
    for start in range(done, len(mine), BATCH):
        rows = [made._row(int(n)) for n in mine[start : start + BATCH]]
        actions.receive(system(), "bank", rows)
        acknowledged(journal, start + BATCH)


def acknowledged(journal: Path, upto: int) -> None:
    """Remember how far it came, in one step: what is not remembered is sent again."""
    beside = journal.with_suffix(".new")
    beside.write_text(str(upto))
    beside.replace(journal)


@dataclass
class Crowd:
    """The sources, the worker and the server; who was killed how often."""

    ground: _ground.Ground
    told: argparse.Namespace
    base: str
    killed: dict[str, int] = field(default_factory=dict)
    people: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def run(self) -> None:
        """Until every source is through and everybody was killed often enough."""
        chance = random.Random(self.told.seed)
        for name in ("worker", *(f"source{n}" for n in range(SOURCES))):
            self.start(name)
        try:
            while sum(self.killed.values()) < self.told.kills or self.sending():
                self.look_after()
                if sum(self.killed.values()) < self.told.kills:
                    time.sleep(chance.uniform(0.2, 3.0))
                    self.kill(chance)
                else:
                    time.sleep(0.5)
            self.wait_until_quiet()
        finally:
            for process in self.people.values():
                process.kill()
                process.wait()

    def wait_until_quiet(self) -> None:
        """Until no window waits for its case, and every limit that has passed by then is raised."""
        from django.utils import timezone

        from watchroom.domains.fraud.models import Window
        from watchroom.kernel.models import Deadline

        self.wait_for_none(Window.objects.filter(matter=None), "windows nobody opened")
        passed = Deadline.objects.filter(state="running", raised_at=None, due_at__lt=timezone.now())
        self.wait_for_none(passed, "limits nobody raised")

    def wait_for_none(self, rows: Any, what: str) -> None:
        """Until the query is empty; the end of the run where it stays as it is."""
        from django.db import Error, connection

        left, end = -1, time.monotonic() + PATIENCE
        while time.monotonic() < end:
            self.look_after()
            try:
                waiting = rows.count()
            except Error:  # the server was killed last: it is coming back
                connection.close()
                waiting = left
            if waiting == 0:
                return
            if waiting != left:
                left, end = waiting, time.monotonic() + PATIENCE
            time.sleep(1)
        raise SystemExit(f"acknowledged, and still {left} {what}")

    def sending(self) -> bool:
        """Whether a source still has something to send."""
        return any(process.poll() != 0 for name, process in self.people.items() if name != "worker")

    def start(self, name: str) -> None:
        """Start somebody, or start them again."""
        arguments = command("worker")
        if name != "worker":
            arguments = [
                sys.executable, __file__, "--source", name.removeprefix("source"),
                "--warnings", str(self.told.warnings), "--base", self.base,
                "--journal", str(self.ground.data),
            ]  # fmt: skip
        with (self.ground.data / f"{name}.log").open("ab") as log:
            environment = os.environ | {"DJANGO_SETTINGS_MODULE": "watchroom.site.settings"}
            self.people[name] = subprocess.Popen(
                arguments, cwd=ROOT, stdout=log, stderr=log, env=environment, process_group=0
            )

    def look_after(self) -> None:
        """Whoever fell over because the server was gone comes back, as a service manager does."""
        if self.ground.server.pid() is None:
            self.ground.server.stop()
            self.ground.server.start()
        for name, process in self.people.items():
            if process.poll() not in (None, 0) or (name == "worker" and process.poll() == 0):
                self.start(name)

    def kill(self, chance: random.Random) -> None:
        """SIGKILL to one of them, whatever it is doing."""
        alive = [name for name, process in self.people.items() if process.poll() is None]
        victim = chance.choice([*alive, "server", "one of the server's"])
        pid = self.ground.server.pid()
        if victim in self.people:
            os.killpg(self.people[victim].pid, signal.SIGKILL)
            self.people[victim].wait()
        elif pid is not None:
            others = [] if victim == "server" else _ground._family(pid)[1:]
            os.kill(chance.choice(others or [pid]), signal.SIGKILL)
        self.killed[victim] = self.killed.get(victim, 0) + 1


def settled(made: fraud.Made) -> dict[str, Any]:
    """The counts, or the end of the run: what was generated, once, with every limit running."""
    from django.db.models import Count, F, Sum
    from procrastinate.contrib.django.models import ProcrastinateJob

    from watchroom.domains.fraud.models import Case, Warning, Window
    from watchroom.kernel.models import Deadline, Entry, Matter

    known = len(made.at)
    rows = Window.objects.aggregate(count=Count("id"), warnings=Sum("warnings"))
    cases = Matter.objects.filter(kind="fraud.case")
    clocks = Deadline.objects.filter(matter__in=cases, clock__in=CLOCKS)
    opened = Entry.objects.filter(event="fraud.case.receive")
    twice = Case.objects.values("person", "type_code").annotate(n=Count("pk")).filter(n__gt=1)
    overdue = Entry.objects.filter(event="fraud.case.overdue")
    raised = ProcrastinateJob.objects.filter(args__job="case_overdue")
    broken = {
        "warnings": Warning.objects.count() - known,
        "windows": rows["count"] - made.windows,
        "warnings in windows": (rows["warnings"] or 0) - known,
        "windows without a case": Window.objects.filter(matter=None).count(),
        "people with two open cases": twice.count(),
        "cases without their table": cases.count() - Case.objects.count(),
        "cases without their entry": cases.count() - opened.count(),
        "limits": clocks.count() - len(CLOCKS) * cases.count(),
        "limits of another moment": clocks.exclude(started_at=F("matter__occurred_at")).count(),
        "limits that passed without their reaction": overdue.count() - raised.count(),
        "reactions given up": raised.filter(status__in=("failed", "aborted")).count(),
        "levels below a warning's": Case.objects.filter(
            pk__in=Window.objects.filter(level__gt=5 - F("matter__priority")).values("matter")
        ).count(),
    }
    if any(broken.values()):
        raise SystemExit(f"not exact: { ({k: v for k, v in broken.items() if v}) }")
    return {
        "warnings": known,
        "sent": made.sent,
        "windows": rows["count"],
        "cases": cases.count(),
        "limits_passed": overdue.count(),
    }


if __name__ == "__main__":
    main()
