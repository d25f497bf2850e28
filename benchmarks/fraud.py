"""Warnings taken in: durable, de-duplicated in a 30-minute window, graded, against a known answer.

    python benchmarks/fraud.py                    # 2,000,000 warnings
    python benchmarks/fraud.py --warnings 200000  # a quick look

In one run on one machine: our intake (the whole of `actions.receive_many`: reading, hashing,
grading by 20 rules, COPY and the one merging function, committed each 20,000), a plain Django
`bulk_create` with a Python dict for the windows, Flink SQL on a local Flink (the same rules and
window, from a file of JSON to a file of windows, in an environment of its own under work/), one
warning a call from some threads with an answer after commit, and 20 rules in process. Every path
must find exactly the windows that were generated, or it fails.
"""

from __future__ import annotations

import argparse
import datetime as dt
import gzip
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any

import _ground
import numpy as np
from _ground import ROOT, keep, percentiles

BATCH, GAP = 20_000, 30 * 60
TYPES = ("rebate", "invest", "loan", "service", "justice")
RULES = [
    {"key": f"r{n}", "zh": f"规则{n}", "en": f"rule {n}", "level": level, "when": when}
    for n, (level, when) in enumerate(
        [("medium", [["score", ">=", 55 + n], ["amount_fen", ">=", 90_000 * n]]) for n in range(8)]
        + [("high", [["minutes_on_call", ">=", 4 + n], ["age", ">=", 40 + n]]) for n in range(6)]
        + [("high", [["type_code", "=", t], ["score", ">=", 90]]) for t in TYPES]
        + [("extreme", [["transferred", "=", True], ["amount_fen", ">=", 5_000_000]])]
    )
]


def main() -> None:
    """Make the warnings, take them in each way, compare with what is known."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--warnings", type=int, default=2_000_000)
    parser.add_argument("--singly", type=int, default=20_000)
    parser.add_argument("--threads", type=int, default=16, help="that send one by one")
    told = parser.parse_args()
    made = Made(told.warnings)
    result: dict[str, Any] = {
        "warnings": told.warnings,
        "sent": made.sent,
        "windows": made.windows,
        "rules": len(RULES),
    }
    with _ground.ground() as ground:
        prepare()
        for name, way in {
            "in_process": in_process,
            "ours": lambda: ours(ground, made),
            "singly": lambda: singly(told.singly, told.threads),
            "flink": lambda: flink(made),
            "bulk_create": lambda: bulk_create(ground, made),
        }.items():
            result[name] = way()
            print(f"  {name:<14} {result[name]}", flush=True)
    ours_, theirs = result["ours"], result["bulk_create"]
    result["ratio"] = round(ours_["a_second"] / theirs["a_second"], 1)
    result["cpu_ratio"] = round(theirs["cpu_us_each"] / ours_["cpu_us_each"], 1)
    print(f"  ours / bulk_create: {result['ratio']} by the clock, {result['cpu_ratio']} by CPU")
    if "a_second" in result["flink"]:
        each = result["flink"]["cpu_us_each"] / ours_["cpu_us_each"]
        result["flink_cpu_ratio"] = round(each, 1)
    keep("fraud", result)


class Made:
    """Generated warnings as columns, in the order of arrival, and the number of windows they are.

    A person of a type is warned of in bursts; a burst's gaps are exponential with a mean of 8
    minutes, so most bursts are one window and some fall apart. Arrival lags up to 20 minutes, and
    one in fifty arrives twice.
    """

    def __init__(self, count: int, seed: int = 1) -> None:
        r = np.random.default_rng(seed)
        bursts = count // 4
        size = r.multinomial(count - bursts, np.full(bursts, 1 / bursts)) + 1
        burst = np.repeat(np.arange(bursts), size)
        self.person = r.integers(0, bursts, bursts)[burst]
        self.type = r.integers(0, len(TYPES), bursts)[burst]
        begins = r.uniform(0, 86_400 * 2, bursts)[burst]
        gaps = r.exponential(480.0, count)
        gaps[np.r_[0, np.cumsum(size)[:-1]]] = 0
        ends = np.cumsum(gaps)
        self.at = np.round(begins + ends - ends[np.searchsorted(burst, burst)], 3)
        self.windows = self._known()
        arrives = self.at + r.uniform(0, 1200, count)
        twice = r.choice(count, count // 50, replace=False)
        order = np.concatenate([np.arange(count), twice])
        lag = np.concatenate([arrives, arrives[twice] + r.uniform(0, 600, len(twice))])
        self.order = order[np.argsort(lag, kind="stable")]
        self.sent = len(self.order)
        self.facts = r.integers(0, 100, (count, 4))
        self.base = dt.datetime.now(dt.UTC) - dt.timedelta(days=4)

    def _known(self) -> int:
        key = self.person * len(TYPES) + self.type
        order = np.lexsort((self.at, key))
        k, t = key[order], self.at[order]
        return int(1 + np.count_nonzero((k[1:] != k[:-1]) | (t[1:] - t[:-1] > GAP)))

    def batches(self) -> Iterator[list[dict[str, Any]]]:
        """As a source sends them."""
        for start in range(0, self.sent, BATCH):
            yield [self._row(int(n)) for n in self.order[start : start + BATCH]]

    def _row(self, n: int) -> dict[str, Any]:
        score, age, minutes, amount = self.facts[n].tolist()
        return {
            "source_id": f"W{n}",
            "type": TYPES[self.type[n]],
            "occurred_at": self.base + dt.timedelta(seconds=float(self.at[n])),
            "phone": f"100{self.person[n]:08d}",
            "score": score,
            "age": age,
            "minutes_on_call": minutes // 4,
            "amount": amount * 700,
            "transferred": amount % 9 == 0,
        }


def prepare() -> None:
    """An agency, a source, and 20 rules that grade."""
    from watchroom.base.clock import now
    from watchroom.domains.fraud import actions
    from watchroom.domains.fraud.models import RuleSet
    from watchroom.kernel.access import system
    from watchroom.kernel.models import Agency

    root = Agency.objects.create(code="C", name="县局", kind="county", path=".")
    root.path = f".{root.pk}."
    root.save()
    actions.set_feed(system(), "bank", "银行", kind="bank", agency_id=root.pk)
    RuleSet.objects.create(version="bench", rules=RULES, state="live", drafted_at=now())


def empty(ground: _ground.Ground) -> None:
    """For the next way: as before the first warning. Only the owner of the tables may."""
    import psycopg

    names = "fraud_warning, fraud_window, fraud_contact, procrastinate_jobs"
    with psycopg.connect(ground.server.owner_url) as owner:
        owner.execute(f"TRUNCATE {names} CASCADE")


class Cost:
    """Wall clock, and the CPU of this process and of every PostgreSQL process, while it runs."""

    def __init__(self, ground: _ground.Ground) -> None:
        self.ground, self.wall, self.cpu = ground, 0.0, 0.0

    def __enter__(self) -> None:
        self.begun = (time.perf_counter(), self._cpu())

    def __exit__(self, *_: object) -> None:
        self.wall += time.perf_counter() - self.begun[0]
        self.cpu += self._cpu() - self.begun[1]

    def _cpu(self) -> float:
        return _ground.cpu_s(self.ground.server.pid()) + time.process_time()

    def told(self, count: int) -> dict[str, Any]:
        """Warnings a second, and CPU microseconds a warning: on a shared machine that compares."""
        return {
            "a_second": round(count / self.wall),
            "cpu_us_each": round(self.cpu / count * 1e6, 1),
        }


def in_process() -> dict[str, Any]:
    """Warnings graded a second by one core, 20 rules each."""
    from watchroom.domains.fraud import queries

    grade = queries.grading().grade
    r = np.random.default_rng(2).integers(0, 100, (200_000, 4)).tolist()
    rows = [
        ("bank", TYPES[s % 5], m * 70_000, s, a, m // 4, m % 9 == 0, False, "") for s, a, m, _ in r
    ]
    begun = time.process_time()
    for row in rows:
        grade(*row)
    return {"a_second": round(len(rows) / (time.process_time() - begun))}


def ours(ground: _ground.Ground, made: Made) -> dict[str, Any]:
    """The whole intake, batch after batch; making the rows is not counted."""
    from watchroom.domains.fraud import actions
    from watchroom.domains.fraud.models import Warning, Window
    from watchroom.kernel.access import system

    actor, cost = system(), Cost(ground)
    source, new = made.batches(), 0
    while batches := list(islice(source, 10)):  # making them is not counted
        with cost:
            new += sum(one.accepted for one in actions.receive_many(actor, "bank", batches))
    found = (new, Warning.objects.count(), Window.objects.count())
    if found != (len(made.at), len(made.at), made.windows):
        raise SystemExit(f"ours found {found}, known {len(made.at)} in {made.windows} windows")
    return {**cost.told(made.sent), "exact": True}


def singly(count: int, threads: int) -> dict[str, Any]:
    """One warning a call from some threads; each is answered after its commit."""
    from django.db import connections

    from watchroom.domains.fraud import actions
    from watchroom.domains.fraud.models import Warning
    from watchroom.kernel.access import system

    actor, times, before = system(), [], Warning.objects.count()
    at = dt.datetime.now(dt.UTC)

    def work(hand: int) -> None:
        for n in range(hand, count, threads):
            row = {"source_id": f"S{n}", "type": "loan", "occurred_at": at, "phone": f"199{n:08d}"}
            begun = time.perf_counter()
            actions.receive_one(actor, "bank", row)
            times.append(time.perf_counter() - begun)
        connections.close_all()

    hands = [threading.Thread(target=work, args=(hand,)) for hand in range(threads)]
    begun, used = time.perf_counter(), time.process_time()
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    took, used = time.perf_counter() - begun, time.process_time() - used
    if Warning.objects.count() - before != count:
        raise SystemExit("a warning was acknowledged and is not there")
    cost = {"threads": threads, "program_cpu_us_each": round(used / count * 1e6, 1)}
    return {"a_second": round(count / took), **cost, **percentiles(times)}


FLINK = "apache-flink>=1.20,<2"
WINDOWS = """
import json, sys, time
from pyflink import table
flink = table.TableEnvironment.create(table.EnvironmentSettings.in_streaming_mode())
flink.get_config().set("parallelism.default", "2")
*made, _ = json.load(open(sys.argv[1]))
for statement in made:
    flink.execute_sql(statement)
flink.execute_sql(
    "CREATE TABLE found (w STRING, t STRING, b TIMESTAMP(3), l INT) WITH ("
    f"'connector' = 'filesystem', 'path' = '{sys.argv[2]}', 'format' = 'csv')")
begun = time.perf_counter()
flink.execute_sql(
    "INSERT INTO found SELECT `who`, `type`, `at`, `level` FROM judged WHERE `begins`").wait()
print(time.perf_counter() - begun)
"""


def flink(made: Made) -> dict[str, Any]:
    """Read, graded and parted into windows by a local Flink; starting it is not in the clock.

    It keeps no warning and no contact, and answers nobody: what it finds goes to a file.
    """
    try:
        python = _flink_python()
    except (OSError, subprocess.CalledProcessError) as error:
        return {"missing": str(error)}
    folder = Path(tempfile.mkdtemp(prefix="watchroom-flink-"))
    try:
        return _flink(made, python, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _flink(made: Made, python: Path, folder: Path) -> dict[str, Any]:
    from watchroom.domains.fraud import stream

    with gzip.open(folder / "sent.jsonl.gz", "wt", compresslevel=1) as file:  # one part, in order
        for batch in made.batches():
            file.writelines(json.dumps(_as_json(row)) + "\n" for row in batch)
    where = f"'connector'='filesystem', 'path'='{folder}/sent.jsonl.gz', 'format'='json'"
    late = dt.timedelta(minutes=35)
    (folder / "job.json").write_text(json.dumps(stream.flink_statements("bank", where, late)))
    process = subprocess.Popen(
        [python, "-c", WINDOWS, folder / "job.json", folder / "found"],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    used = 0.0
    while process.poll() is None:  # its Java is nobody's child once it has ended
        with suppress(OSError):  # some of it ended while we looked
            used = max(used, _ground.cpu_s(process.pid))
        time.sleep(0.5)
    assert process.stdout is not None
    said = process.stdout.read()
    if process.returncode:
        raise SystemExit(f"Flink ended with {process.returncode}")
    parts = [one for one in (folder / "found").rglob("*") if one.is_file()]
    windows = sum(len(one.read_bytes().splitlines()) for one in parts)
    if windows != made.windows:
        raise SystemExit(f"Flink found {windows} windows, known {made.windows}")
    return {
        "a_second": round(made.sent / float(said.split()[-1])),
        "cpu_us_each": round(used / made.sent * 1e6, 1),
        "exact": True,
    }


def _as_json(row: dict[str, Any]) -> dict[str, Any]:
    at = row["occurred_at"].isoformat(timespec="milliseconds")
    return {**row, "occurred_at": at, "amount": str(row["amount"])}


def _flink_python() -> Path:
    """Flink's own environment: it wants an older numpy than ours. Made on first use."""
    if given := os.environ.get("WATCHROOM_FLINK"):
        return Path(given)
    home = ROOT / "benchmarks" / "work" / "flink"
    python = home / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", home], check=True)
        wanted = [FLINK, "setuptools<81"]
        subprocess.run([python, "-m", "pip", "install", "-q", *wanted], check=True)
    return python


def bulk_create(ground: _ground.Ground, made: Made) -> dict[str, Any]:
    """What one would write first: rows with bulk_create, windows in a dict of one process.

    It forgets the dict when it stops, grades nothing and keeps no contact.
    """
    from watchroom.domains.fraud.models import Feed, Warning, Window
    from watchroom.domains.fraud.rules import person_key

    empty(ground)
    feed = Feed.objects.get(key="bank")
    cost = Cost(ground)
    seen: set[str] = set()
    points: dict[tuple[Any, str], list[dt.datetime]] = {}
    for batch in made.batches():
        with cost:
            now, rows = dt.datetime.now(dt.UTC), []
            for row in batch:
                if row["source_id"] in seen:
                    continue
                seen.add(row["source_id"])
                person = person_key(b"x", row["phone"])
                points.setdefault((person, row["type"]), []).append(row["occurred_at"])
                rows.append(_plain(feed, row, person, now))
            Warning.objects.bulk_create(rows, batch_size=2000)
    with cost:
        windows = [w for key, times in points.items() for w in _windows(key, sorted(times))]
        Window.objects.bulk_create(windows, batch_size=2000)
    if len(windows) != made.windows:
        raise SystemExit(f"bulk_create found {len(windows)} windows, known {made.windows}")
    return {**cost.told(made.sent), "exact": True}


def _plain(feed: Any, row: dict[str, Any], person: Any, now: dt.datetime) -> Any:
    from watchroom.domains.fraud.models import Warning

    return Warning(
        feed=feed, source_id=row["source_id"], person=person, type_code=row["type"],
        occurred_at=row["occurred_at"], received_at=now, level=1, matched=0,
        agency_id=feed.agency_id,
    )  # fmt: skip


def _windows(key: tuple[Any, str], times: list[dt.datetime]) -> Iterator[Any]:
    from watchroom.domains.fraud.models import Window

    start = last = times[0]
    parts = []
    for at in [*times[1:], None]:
        if at is None or (at - last).total_seconds() > GAP:
            parts.append((start, last))
            start = at
        last = at
    for first, end in parts:
        yield Window(
            person=key[0], type_code=key[1], first_at=first, last_at=end, received_at=end,
            level=1, warnings=1,
        )  # fmt: skip


if __name__ == "__main__":
    main()
