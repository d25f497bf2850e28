"""What an act and a ranking cost: `python -m benchmarks.acts` prints the figures, writes JSON.

A call is taken, classified, dispatched, … closed in a county with 2,000 units, on a real
PostgreSQL. For every act: how many statements it sends (savepoints included, BEGIN and COMMIT not)
and how much CPU Watchroom spends on it (the server's own is not counted). The peer is the same rows
of the same act read and written by plain Django, `get()` and `save()` in one transaction: no
trail, no clocks, no access check, no locks. No road network is imported: times are straight lines.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results" / "acts.json"
UNITS, WAITING = 2000, 20


@contextmanager
def database() -> Iterator[None]:
    """A migrated database of our own: in DATABASE_URL's server, else in one started for it."""
    from watchroom.site.postgres import Server

    folder = Path(tempfile.mkdtemp(prefix="watchroom-bench-"))
    folder.chmod(0o711)
    server = None if os.environ.get("DATABASE_URL") else Server(folder, durable=False)
    os.environ["WATCHROOM_DATA"] = str(folder)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "watchroom.site.settings")
    try:
        if server:
            server.start()
            os.environ["DATABASE_URL"] = server.owner_url
        with migrated():
            yield
    finally:
        if server:
            server.stop()
            shutil.rmtree(server.sockets, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def migrated() -> Iterator[None]:
    """Django set up, its test database made, and dropped in the end."""
    import django
    from django.test.utils import setup_databases, teardown_databases

    django.setup()
    made = setup_databases(verbosity=0, interactive=False)
    try:
        yield
    finally:
        teardown_databases(made, verbosity=0)


class Meter:
    """Counts statements and CPU milliseconds of named pieces of work."""

    def __init__(self) -> None:
        self.seen: dict[str, list[tuple[int, float]]] = {}

    def run(self, name: str, work: Callable[[], Any]) -> Any:
        """Do the work once and keep what it took."""
        from django.db import connection

        sent: list[str] = []

        def count(execute: Any, sql: str, *rest: Any) -> Any:
            sent.append(sql)
            return execute(sql, *rest)

        with connection.execute_wrapper(count):
            begun = time.process_time()
            answer = work()
            spent = (time.process_time() - begun) * 1000
        self.seen.setdefault(name, []).append((len(sent), spent))
        if name == os.environ.get("SHOW") and len(self.seen[name]) == 3:
            print(*(s[:240] for s in sent), sep="\n")
        return answer

    def of(self, name: str) -> dict[str, float]:
        """Medians, the first turn left out: it also compiles and connects."""
        rows = self.seen[name][1:] or self.seen[name]
        return {
            "queries": statistics.median(n for n, _ in rows),
            "cpu_ms": round(statistics.median(ms for _, ms in rows), 2),
        }


def county() -> Any:
    """The tests' county, with 2,000 units more."""
    from tests.people import MIDDLE, build
    from watchroom.base.clock import now
    from watchroom.kernel.models import Unit, UnitPosition

    made, moment = build(), now()
    rows = [
        Unit(
            code=f"B{i:04d}", name=f"B{i:04d}", kind=("car", "foot", "bike")[i % 3],
            agency=(made.east, made.west)[i % 2], status="free",
            status_since=moment, home_lon=MIDDLE[0] - 0.09 + (i % 50) * 0.0036,
            home_lat=MIDDLE[1] - 0.09 + (i // 50) * 0.0045,
        )
        for i in range(UNITS)
    ]  # fmt: skip
    UnitPosition.objects.bulk_create(
        UnitPosition(unit=u, lon=u.home_lon, lat=u.home_lat, at=moment, received_at=moment)
        for u in Unit.objects.bulk_create(rows)
    )
    return made


def one_call(meter: Meter, place: Any, number: int) -> None:
    """One call from ring to close, each act beside the same rows saved plainly."""
    from tests.people import MIDDLE
    from watchroom.base.ids import uuid7
    from watchroom.domains.dispatch import actions
    from watchroom.domains.dispatch.models import Assignment
    from watchroom.kernel.models import Unit

    desk, lon = place.leader, MIDDLE[0] + number * 0.0005
    unit = Unit.objects.get(code=f"B{number:04d}").pk

    def act(name: str, act_of: Callable[..., Any], *args: Any, **told: Any) -> Any:
        done = meter.run(name, lambda: act_of(desk, *args, act_id=uuid7(), **told))
        meter.run(f"{name} (peer)", lambda: _plainly(name, incident or done.pk))
        return done

    incident = None
    incident = act(
        "report",
        actions.report_call,
        words="有人打架",
        lon=lon,
        lat=MIDDLE[1],
        caller="13800000000",
    ).pk
    act("classify", actions.classify, incident, "0201")
    act("dispatch", actions.dispatch, incident, [unit])
    sent = Assignment.objects.get(incident_id=incident).pk
    for name in ("sign", "set_out", "arrive", "renew_safety", "clear"):
        act(name, getattr(actions, name), sent)
    act("feedback", actions.give_feedback, incident, words="已处理")
    act("close", actions.close, incident, disposition="done")


INCIDENT_TOO = ("dispatch", "arrive", "clear")
WITH_DETAIL = ("report", "classify", "arrive", "feedback", "close")


def _plainly(name: str, incident_id: int) -> None:
    from django.db import transaction

    from watchroom.domains.dispatch.models import Assignment, Call, Incident
    from watchroom.kernel.models import Deadline, Matter, Unit

    sent = Assignment.objects.filter(incident_id=incident_id).values_list("pk", "unit_id").first()
    matters = [sent[0]] if sent and name not in ("feedback", "close") else [incident_id]
    matters += [incident_id] if name in INCIDENT_TOO else []
    with transaction.atomic():
        for pk in matters:
            Matter.objects.get(pk=pk).save()
            clocks = Deadline.objects.filter(matter_id=pk).order_by("-pk")
            for row in clocks[:1] if name not in ("sign", "set_out") else ():
                row.save()
        if name in WITH_DETAIL:
            Incident.objects.get(pk=incident_id).save()
        if name == "report":
            Call.objects.get(incident_id=incident_id).save()
        if sent and incident_id not in matters[:1]:
            Assignment.objects.get(pk=sent[0]).save()
        if sent and name in ("dispatch", "clear"):
            Unit.objects.get(pk=sent[1]).save()


def asking(meter: Meter, place: Any, turns: int) -> None:
    """Ranking all units for a call, and the best choice for twenty calls at once."""
    from tests.people import MIDDLE
    from watchroom.domains.dispatch import actions, queries

    calls = [
        actions.report_call(
            place.operator, words="有人打架", lon=MIDDLE[0] + i * 0.003, lat=MIDDLE[1] - 0.05,
            class_code="0201",
        ).pk
        for i in range(WAITING)
    ]  # fmt: skip
    for turn in range(turns):
        pk, desk = calls[turn % WAITING], place.dispatcher
        meter.run("rank 2,000, first 20", lambda d=desk, i=pk: queries.ranked_units(d, i))
        meter.run("promise of one unit", lambda i=pk: queries.promises(i, [1]))
        meter.run("best of 20 x 2,000", lambda d=desk: queries.best_assignment(d, calls))


def report(meter: Meter) -> dict[str, Any]:
    """Print and give back every figure; `ratio`: CPU of ours against the peer's."""
    rows: dict[str, Any] = {}
    print(f"{'':<24}{'queries':>8}{'CPU ms':>9}   {'plain Django':>16}{'ratio':>8}")
    for name in (n for n in meter.seen if not n.endswith("(peer)")):
        rows[name] = ours = meter.of(name)
        line = f"{name:<24}{ours['queries']:>8.0f}{ours['cpu_ms']:>9.1f}"
        if f"{name} (peer)" in meter.seen:
            peer = ours["peer"] = meter.of(f"{name} (peer)")
            ours["ratio"] = round(ours["cpu_ms"] / peer["cpu_ms"], 2)
            line += f"   {peer['queries']:>5.0f} {peer['cpu_ms']:>7.1f} ms{ours['ratio']:>8.2f}"
        print(line)
    return rows


def main() -> None:
    """Run everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=15, help="calls played; medians are shown")
    calls = parser.parse_args().calls
    meter = Meter()
    with database():
        place = county()
        for number in range(calls):
            one_call(meter, place, number)
        asking(meter, place, calls)
        rows = report(meter)
    about = {"python": sys.version.split()[0], "machine": platform.machine(), "units": UNITS}
    RESULTS.write_text(json.dumps({"about": about, "rows": rows}, indent=1) + "\n")
    print(f"\n→ {RESULTS.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
